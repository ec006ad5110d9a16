using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Model;

namespace KanSharp.Discovery;

/// <summary>How <see cref="FormulaSearch"/> searches.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Seed of every random choice. The same seed gives the same result, unless a deadline cuts in.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The functions that may appear. Default: the whole library.</summary>
    public SymbolicLibrary Library { get; init; } = SymbolicLibrary.Default;

    /// <summary>Formulas above this complexity (number of nodes) are left out; null for no limit.</summary>
    public int? MaxComplexity { get; init; }

    /// <summary>The text columns that some inputs stand for; the models found remember them.</summary>
    public ImmutableArray<CategoricalColumn> Categories { get; init; } = [];

    /// <summary>Stop as soon as a formula's validation error is at or below this part of the target's root mean square. Default 1e-9.</summary>
    public double TargetError { get; init; } = 1e-9;

    /// <summary>Ends the search with what is there; how a time limit is set.</summary>
    public CancellationToken Deadline { get; init; }

    /// <summary>Threads to use at most; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
