using System.Globalization;
using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Cli.Reports;

/// <summary>Where the data end and where the formula does, in sentences.</summary>
internal static class HoldingRange
{
    private const int Points = 2000;

    private const int MostInputs = 12;

    public static IReadOnlyList<string> Of(DiscoveryOutcome discovery)
    {
        string[] used = FormulaCode.Variables(discovery.Formula, discovery.Data.Prepared.InputNames);
        if (used.Length == 0)
            return ["The formula is a constant."];
        Matrix inputs = discovery.Data.All.Inputs;
        (double Low, double High)[] ranges = [.. used.Select(name => Range(inputs.Column(discovery.Data.Prepared.InputNames.ToList().IndexOf(name))))];
        List<string> remarks =
        [
            $"The data say nothing beyond {string.Join(", ", used.Zip(ranges).Take(MostInputs).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.First} from {pair.Second.Low:G4} to {pair.Second.High:G4}")))}{(used.Length > MostInputs ? ", ..." : "")}; there the formula is a guess.",
        ];
        double inside = Undefined(discovery.Formula, used, ranges, 0), around = Undefined(discovery.Formula, used, ranges, 0.5);
        remarks.Add(inside > 0 ? $"Between the data, too, there are places where it is not defined: {inside:P1} of points spread over these ranges."
            : around > 0 ? $"It is defined throughout these ranges, but not beyond: of points spread over ranges twice as wide it is not defined in {around:P1}."
            : "It is defined throughout these ranges, and over ranges twice as wide.");
        return remarks;
    }

    /// <summary>The share of points without a finite value in ranges that are longer by this part of their length at both ends.</summary>
    private static double Undefined(Expression formula, string[] names, (double Low, double High)[] ranges, double margin)
    {
        var random = new SeededRandom(1);
        var points = new Matrix(Points, names.Length);
        for (int j = 0; j < names.Length; j++)
        {
            double extra = margin * (ranges[j].High / 2 - ranges[j].Low / 2) * 2;
            foreach (ref double value in points.Column(j))
                value = Math.Clamp(ranges[j].Low - extra + random.NextDouble() * (ranges[j].High - ranges[j].Low + 2 * extra), -1e308, 1e308);
        }
        double[] values = new double[Points];
        new FormulaProgram(formula, names).Evaluate(points, values);
        return (double)values.Count(value => !double.IsFinite(value)) / Points;
    }

    private static (double Low, double High) Range(ReadOnlySpan<double> column)
    {
        double low = column[0], high = column[0];
        foreach (double value in column)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return (low, high);
    }
}
