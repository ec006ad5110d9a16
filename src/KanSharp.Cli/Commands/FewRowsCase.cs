using System.Collections.Immutable;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>Laws that are to be found in small tables with much noise.</summary>
internal static class FewRowsCase
{
    /// <summary>Standard deviation of the noise as a part of the target's.</summary>
    private const double Noise = 0.2;

    /// <summary>What a form leaves of targets without noise where it is the true one and its constants are fitted.</summary>
    private const double Exact = 1e-6;

    /// <summary>The parts of the rows that tell the error and that choose, as kan discover takes them.</summary>
    private const double TestFraction = 0.15, ValidationFraction = 0.2;

    private const int FreshRows = 1000;

    /// <summary>Inputs are even on these ranges.</summary>
    private static readonly (Expression Truth, (string Name, double Low, double High)[] Inputs)[] s_laws =
    [
        (Expression.Parse("x1*x2/x3"), [("x1", 1, 4), ("x2", 1, 4), ("x3", 1, 4)]),
        (Expression.Parse("2*cos(x1) + 0.4*x2^2"), [("x1", -3, 3), ("x2", -2, 2)]),
        (Expression.Parse("1.5*log(x1) - 0.7*x2"), [("x1", 0.2, 5), ("x2", -1, 2)]),
        (Expression.Parse("x1*exp(0.6*x2)"), [("x1", -2, 2), ("x2", -2, 2)]),
        (Expression.Parse("tanh(2*x1) + 0.5*x2"), [("x1", -2, 2), ("x2", -2, 2), ("x3", -2, 2)]),
        (Expression.Parse("x1 + x2 - 1.5*x1*x2"), [("x1", -1, 2), ("x2", -1, 2)]),
    ];

    /// <summary>
    /// Tables of 60, 100 and 150 rows, one law after the other. The error is that of the recommended formula against the law without noise on fresh rows, as a part of the target's standard
    /// deviation; infinite where the formula has another form.
    /// </summary>
    public static IEnumerable<RecoveryCase> All => new[] { 60, 100, 150 }.Select(rows => new RecoveryCase($"few rows: {rows}, discover", Noise, (seed, stop) => Error(rows, seed, stop)));

    private static double Error(int rows, ulong seed, CancellationToken stop)
    {
        (Expression truth, (string Name, double Low, double High)[] inputs) = s_laws[(int)((seed - 1) % (ulong)s_laws.Length)];
        string[] names = [.. inputs.Select(input => input.Name)];
        var random = new SeededRandom(seed);
        Dataset clean = Draw(rows), fresh = Draw(FreshRows);
        double spread = Spread(fresh);
        (Dataset rest, _) = clean.WithNoise(Noise * Spread(clean), seed + 2_000_000).Split(TestFraction, seed);
        (Dataset training, Dataset validation) = rest.Split(ValidationFraction, seed ^ 0x5EED);
        Expression found = FormulaSearch.Run(training, validation, names, "y", new DiscoveryOptions { Seed = seed }, cancellation: stop).Recommended.Formula;
        return HasForm(found, names, fresh) ? FormulaFit.Rmse(found, names, fresh.Inputs, fresh.Targets.Column(0)) / spread : double.PositiveInfinity;

        Dataset Draw(int count)
        {
            Matrix values = new(count, inputs.Length), targets = new(count, 1);
            for (int row = 0; row < count; row++)
            {
                for (int j = 0; j < inputs.Length; j++)
                    values[row, j] = random.NextDouble(inputs[j].Low, inputs[j].High);
            }
            new FormulaProgram(truth, names).Evaluate(values, targets.Column(0));
            return new Dataset(values, targets);
        }
    }

    /// <summary>Whether some choice of the formula's constants gives these targets.</summary>
    internal static bool HasForm(Expression formula, IReadOnlyList<string> names, Dataset data) =>
        FormulaFit.Run(Ablation.InDecimals(formula) ?? formula, names, data.Inputs, data.Targets.Column(0)).Rmse <= Exact * Spread(data);

    private static double Spread(Dataset data)
    {
        double[] values = data.Targets.Column(0).ToArray();
        double mean = values.Average();
        return Math.Sqrt(values.Average(y => (y - mean) * (y - mean)));
    }
}
