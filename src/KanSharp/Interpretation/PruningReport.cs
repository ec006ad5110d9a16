using System.Collections.Immutable;
using KanSharp.Model;

namespace KanSharp.Interpretation;

/// <summary>What pruning did. Nodes, edges and inputs are numbered as in the model before.</summary>
public sealed record PruningReport
{
    /// <summary>Scores of the model before; null where the caller named what to keep and no data was looked at.</summary>
    public Attribution? Scores { get; init; }

    /// <summary>The hidden nodes that went.</summary>
    public ImmutableArray<NodeIndex> RemovedNodes { get; init; } = [];

    /// <summary>The active edges that were switched off, without those that went with a node.</summary>
    public ImmutableArray<EdgeIndex> RemovedEdges { get; init; } = [];

    /// <summary>The inputs that went.</summary>
    public ImmutableArray<int> RemovedInputs { get; init; } = [];

    /// <summary>The inputs that stayed: the columns that the new model reads.</summary>
    public required ImmutableArray<int> KeptInputs { get; init; }

    /// <summary>Edges whose path was kept against the threshold, as without it some output would have lost its last path from the inputs.</summary>
    public ImmutableArray<EdgeIndex> KeptForConnection { get; init; } = [];
}
