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
    /// <summary>Significant digits where a formula is shown rounded, and the most there are.</summary>
    private const int FewestDigits = 5, MostDigits = 17;

    /// <summary>What rounding for display may add to the error: this part of it, or of the target's spread.</summary>
    private const double AddedError = 0.01, AddedSpread = 1e-3;

    public FormulaCandidate Best => Result.Recommended;

    public Expression Formula => Best.Formula;

    /// <summary>The formula's error on rows that had no part in finding it.</summary>
    public Metrics Test { get; } = Metrics.Compare(Values(Result.Recommended.Formula, Data.Prepared.InputNames, Data.Test.Inputs), Data.Test.Targets, Data.Test.Weights);

    /// <summary>The formula's constants with their standard errors, by the rows it was fitted to.</summary>
    public IReadOnlyList<ConstantEstimate> Constants { get; } = ConstantEstimate.Of(Result.Recommended.Formula, Data.Prepared.InputNames, Data.Training.Inputs, Data.Training.Targets.Column(0), Data.Training.Weights);

    /// <summary>Other formulas that the rows cannot tell from this one: their error is the same within two standard errors.</summary>
    public IReadOnlyList<FormulaCandidate> AsGood => [.. Result.Pareto.Where(candidate => candidate != Best
        && !FormulaChoice.IsWorse(candidate, Best, ChoosingRows) && !FormulaChoice.IsWorse(Best, candidate, ChoosingRows))];

    /// <summary>Whether the rows are so few that all of them chose, by cross-validation.</summary>
    public bool IsCrossValidated => Best.CrossValidated is not null;

    /// <summary>Whether no formula of the table is better than a constant by more than the rows leave in doubt.</summary>
    public bool IsNoneBetterThanConstant => Result.Pareto.FirstOrDefault(candidate => candidate.Formula.IsConstant) is { } constant
        && !Result.Pareto.Any(candidate => FormulaChoice.IsWorse(constant, candidate, ChoosingRows));

    /// <summary>The rows that chose.</summary>
    public int ChoosingRows => Data.Validation.Count + (IsCrossValidated ? Data.Training.Count : 0);

    /// <summary>Whether rounding for display changes the formula: it has long constants.</summary>
    public bool HasLongConstants => !Shown(Formula).Equals(Formula);

    /// <summary>The error on the test rows with rounded constants: what rounding costs.</summary>
    public double RoundedTestRmse => TestRmse(Shown(Formula));

    private double TestSpread { get; } = SpreadOf(Data.Test.Targets.Column(0));

    /// <summary>The formula with constants of five digits, or of as many as it takes not to spoil it.</summary>
    public Expression Shown(Expression formula)
    {
        double allowed = Math.Max(TestRmse(formula) * (1 + AddedError), AddedSpread * TestSpread);
        for (int digits = FewestDigits; digits < MostDigits; digits++)
        {
            Expression rounded = formula.Round(digits);
            if (TestRmse(rounded) <= allowed)
                return rounded;
        }
        return formula;
    }

    /// <summary>Why the search ended, for programs.</summary>
    public string StopReason => Settings.IsTakenUp ? "earlier_search" : Result.Stop switch
    {
        DiscoveryStop.TargetReached => "target_reached",
        DiscoveryStop.Exhausted => "exhausted",
        DiscoveryStop.Deadline => "time_limit",
        _ => "cancelled",
    };

    /// <summary>What keeps the error up, in words; null where a formula was selected by the user.</summary>
    public string? Limit => Settings.Selected is null ? SearchLimit.Of(this) : null;

    /// <summary>Why the search ended, in words.</summary>
    public string StopDescription => Settings.IsTakenUp ? "the table of an earlier search was taken up" : Result.Stop switch
    {
        DiscoveryStop.TargetReached => Result.Pareto.Any(candidate => SearchLimit.IsExact(this, candidate)) ? "the formula is exact to rounding" : "networks of more shapes did no better",
        DiscoveryStop.Exhausted => "every shape of network was tried",
        DiscoveryStop.Deadline => $"the time limit of {Settings.TimeLimit:G6} s cut in; another run may differ and get further with a higher --time-limit",
        _ => "stopped by the user; this is the best so far",
    };

    private double TestRmse(Expression formula) => FormulaFit.Rmse(formula, Data.Prepared.InputNames, Data.Test.Inputs, Data.Test.Targets.Column(0), Data.Test.Weights);

    private static double SpreadOf(ReadOnlySpan<double> values)
    {
        double low = values[0], high = values[0];
        foreach (double value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return high / 2 - low / 2;
    }

    /// <summary>A formula's value in every row.</summary>
    public static Matrix Values(Expression formula, IReadOnlyList<string> names, Matrix inputs)
    {
        var values = new Matrix(inputs.Rows, 1);
        new FormulaProgram(formula, names).Evaluate(inputs, values.Column(0));
        return values;
    }
}

/// <summary>What the user asked for.</summary>
/// <param name="DataPath">The table.</param>
/// <param name="TimeLimit">Seconds.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Limits">What formulas had to keep to, in words.</param>
/// <param name="LimitsGiven">The options that said so, with their values.</param>
/// <param name="Options">All options given that an earlier search shares with one that goes on from it, with their values.</param>
/// <param name="Missing">What was done with missing values.</param>
/// <param name="Searches">How many searches were made, one after the other.</param>
/// <param name="Selected">The row the user chose; null for the recommended one.</param>
/// <param name="IsTakenUp">Whether nothing was searched for, and the table is that of an earlier search.</param>
internal sealed record DiscoverySettings(string DataPath, double TimeLimit, ulong Seed, IReadOnlyList<(string Name, string Value)> Limits, IReadOnlyDictionary<string, string> LimitsGiven,
    IReadOnlyDictionary<string, string> Options, string Missing, int Searches, int? Selected, bool IsTakenUp)
{
    /// <summary>The limits as they were given; null where there are none.</summary>
    public string? Within => LimitsGiven.Count == 0 ? null : string.Join(" ", LimitsGiven.Select(limit => $"{limit.Key} {limit.Value}"));
}
