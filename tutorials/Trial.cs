using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Tutorials;

/// <summary>A step of a tutorial: it changes the trial's data, model or formula, or checks them.</summary>
public delegate void Stage(Trial trial);

/// <summary>One number or statement that a row asks for, as one trial found it.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Met">Whether it is as it should be.</param>
/// <param name="Value">The number; null for a statement.</param>
/// <param name="Text">What stands in the table when the statement does not hold.</param>
public sealed record Check(string Name, bool Met, double? Value, string Text);

/// <summary>One run of a tutorial with a seed of its own: what the stages pass on to each other, and what they found.</summary>
public sealed class Trial(ulong seed)
{
    private KanModel? _model;
    private Dataset? _training;
    private Dataset? _test;

    public ulong Seed { get; } = seed;

    public List<Check> Checks { get; } = [];

    public KanModel Model { get => _model ?? throw new InvalidOperationException("No stage has made a model."); set => _model = value; }

    public Dataset Training { get => _training ?? throw new InvalidOperationException("No stage has made data."); set => _training = value; }

    public Dataset Test { get => _test ?? throw new InvalidOperationException("No stage has made data."); set => _test = value; }

    /// <summary>The formula that the last search found.</summary>
    public Expression? Formula { get; set; }

    /// <summary>Which of the groups that a row looks for this trial found; −1 for none.</summary>
    public int Group { get; set; } = -1;

    public double TestRmse => Metrics.Measure(Model, Test).Rmse;

    public void AtMost(string name, double value, double limit) => Checks.Add(new Check(name, value <= limit, value, $"{name} {value:G3} > {limit:G3}"));

    public void AtLeast(string name, double value, double limit) => Checks.Add(new Check(name, value >= limit, value, $"{name} {value:G6} < {limit:G6}"));

    /// <summary>A statement that holds or not; <paramref name="found"/> says what was there instead.</summary>
    public void Holds(string name, bool holds, string found = "no") => Checks.Add(new Check(name, holds, null, $"{name}: {found}"));
}
