using KanSharp.Cli.Commands;
using KanSharp.Discovery;
using KanSharp.Numerics;

namespace KanSharp.Cli.Reports;

/// <summary>What to be careful about with the formula that was found.</summary>
internal static class DiscoveryWarnings
{
    public static IEnumerable<string> Of(DiscoveryOutcome discovery)
    {
        if (discovery.Result.Stop == DiscoveryStop.Deadline)
            yield return $"The time limit of {discovery.Settings.TimeLimit:G6} s cut in, so another run may give another result; a higher --time-limit may find a better one.";
        if (discovery.Data.Training.Weights.IsEmpty && Outliers.Advice(DiscoveryOutcome.Values(discovery.Formula, discovery.Data.Prepared.InputNames, discovery.Data.Training.Inputs).Column(0),
            discovery.Data.Training.Targets.Column(0), discovery.Test.R2) is { } outliers)
        {
            yield return outliers;
        }
        if (discovery.IsNoneBetterThanConstant)
        {
            string within = discovery.Settings.Within is { } given ? $", within the limits given ({given}), which may be the reason" : "";
            yield return $"No formula was found that predicts '{discovery.Data.Target}' better than a constant{within}.{(discovery.Limit is { } limit ? " " + limit : "")}";
        }
        if (discovery.Result.CompilationFailure is { } failure)
            yield return $"The model is the network that the formula was read from, so its predictions differ from the formula's within the error. {failure}";
        int undefined = DiscoveryOutcome.Values(discovery.Formula, discovery.Data.Prepared.InputNames, discovery.Data.Test.Inputs).Values.ToArray().Count(value => !double.IsFinite(value));
        if (undefined > 0)
            yield return $"The formula is not defined in {undefined} of {discovery.Data.Test.Count} test rows.";
        int outside = RowsOutside(discovery.Data.All.Inputs, discovery.Data.Test.Inputs);
        if (outside > 0)
            yield return $"{outside} of {discovery.Data.Test.Count} test rows lie outside the range of the data that the formula was found in.";
    }

    private static int RowsOutside(Matrix training, Matrix test)
    {
        bool[] outside = new bool[test.Rows];
        for (int j = 0; j < test.Columns; j++)
        {
            double[] known = training.Column(j).ToArray();
            double low = known.Min(), high = known.Max();
            for (int row = 0; row < outside.Length; row++)
                outside[row] |= test[row, j] < low || test[row, j] > high;
        }
        return outside.Count(flag => flag);
    }
}
