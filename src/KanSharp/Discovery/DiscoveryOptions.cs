using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Model;

namespace KanSharp.Discovery;

/// <summary>How <see cref="FormulaSearch"/> searches.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Seed of every random choice. The same seed gives the same result, unless a deadline cuts in.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// The functions that may appear, or others that come to the same, as cos(x) for sin(x + pi/2). Sums and products always may, quotients where a function divides, such as 1/x. Default: the whole library.
    /// </summary>
    public SymbolicLibrary Library { get; init; } = SymbolicLibrary.Default;

    /// <summary>Formulas above this complexity are left out; null for no limit.</summary>
    public int? MaxComplexity { get; init; }

    /// <summary>
    /// What functions count for in the complexity of a formula; all others, operators, variables and constants count 1. See <see cref="ComplexityOf"/>.
    /// </summary>
    public ImmutableDictionary<ElementaryFunction, int> FunctionComplexity { get; init; } = ImmutableDictionary<ElementaryFunction, int>.Empty;

    /// <summary>
    /// Functions that may not stand inside others, at any depth: formulas with such a pair are left out. Sine and cosine are one here, as each is the other, shifted, and so are their inverses.
    /// </summary>
    public ImmutableArray<(ElementaryFunction Outer, ElementaryFunction Inner)> ForbiddenNestings { get; init; } = [];

    /// <summary>Formulas to begin with, such as those of an earlier search: they are taken as they are, and with their constants fitted again.</summary>
    public ImmutableArray<Expression> Start { get; init; } = [];

    /// <summary>Rounds of networks at most, out of four; 0 only takes up the formulas of <see cref="Start"/>, all of them as they are.</summary>
    public int MaxRounds { get; init; } = 4;

    /// <summary>How many searches with this seed went before: each trains other networks.</summary>
    public int SearchesBefore { get; init; }

    /// <summary>The text columns that some inputs stand for; the models found remember them.</summary>
    public ImmutableArray<CategoricalColumn> Categories { get; init; } = [];

    /// <summary>
    /// The unit of each input and of the target, or none at all. With units, only formulas that are the same in other units are found: the search goes through groups of inputs that have none
    /// (Buckingham's pi theorem).
    /// </summary>
    public ImmutableDictionary<string, PhysicalUnit> Units { get; init; } = ImmutableDictionary<string, PhysicalUnit>.Empty;

    /// <summary>Stop as soon as a formula's validation error is at or below this part of the target's root mean square. Default 1e-9.</summary>
    public double TargetError { get; init; } = 1e-9;

    /// <summary>Ends the search with what is there; how a time limit is set.</summary>
    public CancellationToken Deadline { get; init; }

    /// <summary>Threads to use at most; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The complexity of a formula: its number of nodes, with functions counted as <see cref="FunctionComplexity"/> says.</summary>
    public int ComplexityOf(Expression formula)
    {
        ArgumentNullException.ThrowIfNull(formula);
        return formula.Complexity + (FunctionComplexity.IsEmpty ? 0 : Extra(formula));
    }

    /// <summary>Whether a formula keeps to the limits.</summary>
    internal bool Allows(Expression formula) =>
        !(ComplexityOf(formula) > MaxComplexity) && Library.Covers(formula) && !ForbiddenNestings.Any(pair => Calls(formula, pair.Outer).Any(call => Calls(call.Argument, pair.Inner).Any()));

    private int Extra(Expression node) => node.IsConstant ? 0
        : node.Children.Sum(Extra) + (node is Call call && FunctionComplexity.TryGetValue(call.Function, out int complexity) ? complexity - 1 : 0);

    private static IEnumerable<Call> Calls(Expression node, ElementaryFunction function) =>
        node.Children.SelectMany(child => Calls(child, function)).Concat(node is Call call && Unshifted(call.Function) == Unshifted(function) && !call.IsConstant ? [call] : []);

    private static ElementaryFunction Unshifted(ElementaryFunction function) => function switch
    {
        ElementaryFunction.Cos => ElementaryFunction.Sin,
        ElementaryFunction.Arccos => ElementaryFunction.Arcsin,
        _ => function,
    };
}
