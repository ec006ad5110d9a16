using System.Collections.Immutable;

namespace KanSharp.Interpretation;

/// <summary>A set of inputs that some nodes of one level depend on together.</summary>
/// <param name="Features">The inputs, ascending.</param>
/// <param name="Nodes">The nodes that depend on exactly these.</param>
public sealed record FeatureInteraction(ImmutableArray<int> Features, ImmutableArray<int> Nodes);
