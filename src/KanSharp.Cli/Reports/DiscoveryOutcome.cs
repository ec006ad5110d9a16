using KanSharp.Cli.Commands;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Reports;

/// <summary>A finished search with all that is told about it.</summary>
internal sealed record DiscoveryOutcome(DiscoverData Data, DiscoveryResult Result, DiscoverySettings Settings, double Seconds)
{
    /// <summary>Significant digits where a formula is shown rounded.</summary>
    public const int ShownDigits = 5;

    public FormulaCandidate Best => Result.Recommended;

    public Expression Formula => Best.Formula;

    /// <summary>The formula's error on rows that had no part in finding it.</summary>
    public Metrics Test { get; } = Metrics.Compare(Values(Result.Recommended.Formula, Data.Prepared.InputNames, Data.Test.Inputs), Data.Test.Targets);

    /// <summary>Whether rounding for display changes the formula: it has long constants.</summary>
    public bool HasLongConstants => !Formula.Round(ShownDigits).Equals(Formula);

    /// <summary>The error on the test rows with rounded constants: what rounding costs.</summary>
    public double RoundedTestRmse =>
        FormulaFit.Rmse(Formula.Round(ShownDigits), Data.Prepared.InputNames, Data.Test.Inputs, Data.Test.Targets.Column(0));

    /// <summary>Why the search ended, for programs.</summary>
    public string StopReason => Result.Stop switch
    {
        DiscoveryStop.TargetReached => "target_reached",
        DiscoveryStop.Exhausted => "exhausted",
        DiscoveryStop.Deadline => "time_limit",
        _ => "cancelled",
    };

    /// <summary>Why the search ended, in words.</summary>
    public string StopDescription => Result.Stop switch
    {
        DiscoveryStop.TargetReached => "nothing was left to find: the error is down to rounding or noise",
        DiscoveryStop.Exhausted => "every shape of network was tried",
        DiscoveryStop.Deadline => $"the time limit of {Settings.TimeLimit:G6} s cut in; another run may differ and get further with a higher --time-limit",
        _ => "stopped by the user; this is the best so far",
    };

    /// <summary>A formula's value in every row.</summary>
    public static Matrix Values(Expression formula, IReadOnlyList<string> names, Matrix inputs)
    {
        CompiledFormula compiled = formula.Compile(names);
        var values = new Matrix(inputs.Rows, 1);
        double[] point = new double[names.Count];
        for (int row = 0; row < inputs.Rows; row++)
        {
            for (int j = 0; j < point.Length; j++)
                point[j] = inputs[row, j];
            values[row, 0] = compiled(point);
        }
        return values;
    }
}

/// <summary>What the user asked for.</summary>
internal sealed record DiscoverySettings(string DataPath, double TimeLimit, ulong Seed, string? Functions, int? MaxComplexity, string Missing);
