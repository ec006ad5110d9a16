using KanSharp.Numerics;

namespace KanSharp.Cli.Reports;

/// <summary>What the differences between the data and a formula say about it, in sentences.</summary>
internal static class ResidualRemarks
{
    /// <summary>Residuals below this part of the target's size are rounding.</summary>
    private const double Rounding = 1e-10;

    /// <summary>Standard errors from which on something is said: by chance that happens once in a thousand times.</summary>
    private const double Notable = 3.3;

    /// <summary>Residuals this many times larger than usual may be mistakes in the data.</summary>
    private const double Outlier = 6;

    /// <summary>Looks at all rows of the data.</summary>
    public static IReadOnlyList<string> Of(DiscoveryOutcome discovery)
    {
        Matrix inputs = discovery.Data.All.Inputs;
        double[] actual = discovery.Data.All.Targets.Column(0).ToArray();
        double[] predicted = DiscoveryOutcome.Values(discovery.Formula, discovery.Data.Prepared.InputNames, inputs).Column(0).ToArray();
        int[] defined = [.. Enumerable.Range(0, actual.Length).Where(row => double.IsFinite(predicted[row]))];
        List<string> remarks = [];
        if (defined.Length < actual.Length)
            remarks.Add($"In {actual.Length - defined.Length} of {actual.Length} rows the formula is not defined; they are left out below.");
        if (defined.Length < 3)
            return remarks;
        double[] residuals = [.. defined.Select(row => actual[row] - predicted[row])];
        if (!discovery.Data.All.Weights.IsEmpty)
        {
            double[] weights = discovery.Data.All.Weights.ToArray();
            double typical = weights.Average();
            residuals = [.. residuals.Select((residual, i) => residual * Math.Sqrt(weights[defined[i]] / typical))];
        }
        double size = actual.Max(Math.Abs);
        if (residuals.Max(Math.Abs) <= Rounding * size)
            return [.. remarks, "The formula meets every row to rounding: the residuals carry no information."];

        // In units of the largest, so that squares neither overflow nor vanish.
        double unit = residuals.Max(Math.Abs);
        residuals = [.. residuals.Select(r => r / unit)];
        double mean = residuals.Average(), spread = Math.Sqrt(residuals.Average(r => (r - mean) * (r - mean))), root = Math.Sqrt(residuals.Length);
        if (Math.Abs(mean) > Notable * spread / root)
            remarks.Add($"On average the formula is too {(mean > 0 ? "low" : "high")} by {unit * Math.Abs(mean):G3}.");
        for (int j = 0; j < inputs.Columns; j++)
        {
            ReadOnlySpan<double> column = inputs.Column(j);
            double[] x = new double[defined.Length];
            for (int i = 0; i < x.Length; i++)
                x[i] = column[defined[i]];
            double largest = x.Max(Math.Abs);
            x = [.. x.Select(v => largest > 0 ? v / largest : 0)];
            double middle = x.Average(), line = Correlation(x, residuals), bow = Correlation([.. x.Select(v => (v - middle) * (v - middle))], residuals);
            string name = discovery.Data.Prepared.InputNames[j];
            if (Math.Abs(line) > Notable / root)
                remarks.Add($"The residuals {(line > 0 ? "rise" : "fall")} with {name} (correlation {line:F2}): the formula misses a part of its influence.");
            else if (Math.Abs(bow) > Notable / root)
                remarks.Add($"The residuals are bent over {name} (correlation {bow:F2} with its squared distance from the middle): the formula misses a part of its influence.");
        }
        double growth = Correlation([.. defined.Select(row => Math.Abs(predicted[row]) / size)], [.. residuals.Select(Math.Abs)]);
        if (Math.Abs(growth) > Notable / root)
            remarks.Add($"The error {(growth > 0 ? "grows" : "shrinks")} with the size of the prediction (correlation {growth:F2}).");
        if (remarks.Count == 0)
            remarks.Add("No pattern: the residuals have no offset, no trend over any input and the same size everywhere, as noise would.");

        if (!discovery.Data.All.Weights.IsEmpty)
            remarks.Add("All residuals here are multiplied by the root of their row's weight.");
        int worst = Enumerable.Range(0, residuals.Length).MaxBy(i => Math.Abs(residuals[i]));
        double usual = residuals.Select(Math.Abs).Order().ElementAt(residuals.Length / 2) / 0.6745;
        string place = $"row {discovery.Data.Prepared.Rows[defined[worst]] + 1}";
        remarks.Add(usual > 0 && Math.Abs(residuals[worst]) > Outlier * usual
            ? $"The largest residual, {unit * residuals[worst]:G4} in {place}, is {Math.Abs(residuals[worst]) / usual:F0} times the usual size; look at that row. {residuals.Count(r => Math.Abs(r) > Outlier * usual)} rows are beyond {Outlier:F0} times."
            : $"The largest residual is {unit * residuals[worst]:G4}, in {place}; none stands out.");
        return remarks;
    }

    private static double Correlation(double[] x, double[] y)
    {
        double meanX = x.Average(), meanY = y.Average(), sumX = 0, sumY = 0, sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            sumX += dx * dx;
            sumY += dy * dy;
            sum += dx * dy;
        }
        return sumX > 0 && sumY > 0 ? sum / Math.Sqrt(sumX * sumY) : 0;
    }
}
