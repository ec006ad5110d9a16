using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Layers;

namespace KanSharp.Model;

/// <summary>What a model knows about the user's data: names, units, classes, and how it came to be.</summary>
public sealed record ModelInfo
{
    /// <summary>Name of each input column, in the order the network reads them.</summary>
    public required ImmutableArray<string> InputNames { get; init; }

    /// <summary>Name of each output column; the target's name for a classifier is in <see cref="TargetName"/>.</summary>
    public required ImmutableArray<string> OutputNames { get; init; }

    /// <summary>From the user's inputs to the network's.</summary>
    public required Scaling InputScaling { get; init; }

    /// <summary>From the user's outputs to the network's.</summary>
    public required Scaling OutputScaling { get; init; }

    /// <summary>The labels of a classifier, one per output; empty for regression.</summary>
    public ImmutableArray<string> Classes { get; init; } = [];

    /// <summary>Inputs that are computed from columns of the user's table; none of those columns is itself computed.</summary>
    public ImmutableArray<DerivedInput> DerivedInputs { get; init; } = [];

    /// <summary>Name of the column that a classifier predicts.</summary>
    public string TargetName { get; init; } = "y";

    /// <summary>The text columns that some inputs stand for; empty where all inputs are columns of numbers.</summary>
    public ImmutableArray<CategoricalColumn> Categories { get; init; } = [];

    /// <summary>One line for each operation the model has been through, oldest first.</summary>
    public ImmutableArray<string> History { get; init; } = [];

    /// <summary>The numbers that the model is trained and evaluated in.</summary>
    public Precision Precision { get; init; }

    /// <summary>The last training, where one was recorded.</summary>
    public FitRecord? Fit { get; init; }

    /// <summary>Names x1, x2, .. and y or y1, y2, .., units as they are.</summary>
    public static ModelInfo Default(int inputs, int outputs) => new()
    {
        InputNames = [.. Enumerable.Range(1, inputs).Select(i => $"x{i}")],
        OutputNames = outputs == 1 ? ["y"] : [.. Enumerable.Range(1, outputs).Select(i => $"y{i}")],
        InputScaling = Scaling.Identity(inputs),
        OutputScaling = Scaling.Identity(outputs),
    };

    /// <summary>
    /// What a table must have for the inputs, in the order in which they need it: columns of their names and, for <see cref="DerivedInputs"/>, the columns of their formulas.
    /// </summary>
    internal IEnumerable<string> SourceNames =>
        InputNames.SelectMany(name => DerivedInputs.FirstOrDefault(input => input.Name == name) is { } derived ? derived.Formula.Variables : [name]).Distinct();

    /// <summary>A formula over the model's inputs, written out in columns of the user's table: <see cref="DerivedInputs"/> give way to their formulas.</summary>
    public Expression InTableColumns(Expression formula)
    {
        ArgumentNullException.ThrowIfNull(formula);
        return DerivedInputs.IsEmpty ? formula : formula.Substitute(DerivedInputs.ToDictionary(input => input.Name, input => input.Formula));
    }

    internal void CheckAgainst(KanNetwork network)
    {
        if (InputNames.Length != network.InputCount || InputScaling.Columns != network.InputCount)
            throw new KanSharpException($"The network has {network.InputCount} inputs, but {InputNames.Length} input names and scalings for {InputScaling.Columns} were given.");
        if (OutputNames.Length != network.OutputCount || OutputScaling.Columns != network.OutputCount)
            throw new KanSharpException($"The network has {network.OutputCount} outputs, but {OutputNames.Length} output names and scalings for {OutputScaling.Columns} were given.");
        if (!Classes.IsEmpty && Classes.Length != network.OutputCount)
            throw new KanSharpException($"The network has {network.OutputCount} outputs, but {Classes.Length} classes were given; a classifier needs one output per class.");
        if (InputNames.Distinct().Count() != InputNames.Length)
            throw new KanSharpException("Two inputs have the same name; names must differ.");
        string[] derived = [.. DerivedInputs.Select(input => input.Name)];
        if (derived.Except(InputNames).FirstOrDefault() is string stranger)
            throw new KanSharpException($"'{stranger}' is to be computed, but is no input of the network; its inputs are {string.Join(", ", InputNames)}.");
        if (derived.Distinct().Count() != derived.Length || DerivedInputs.Any(input => input.Formula.Variables.Intersect(derived).Any()))
            throw new KanSharpException($"The computed inputs {string.Join(", ", DerivedInputs)} refer to each other; each must be computed once, from columns that are not.");
    }
}
