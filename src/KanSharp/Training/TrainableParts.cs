using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Training.Objectives;

namespace KanSharp.Training;

/// <summary>Which parts of a model training may change.</summary>
public sealed record TrainableParts
{
    /// <summary>Spline coefficients. Default yes.</summary>
    public bool Splines { get; init; } = true;

    /// <summary>Scales of the base functions; where edges have no splines, as in a multilayer perceptron, the biases of what they lead to as well. Default yes.</summary>
    public bool BaseScales { get; init; } = true;

    /// <summary>Scales of the splines. Default yes.</summary>
    public bool SplineScales { get; init; } = true;

    /// <summary>a, b, c, d of symbolic edges, but for those that are held. Default yes.</summary>
    public bool SymbolicConstants { get; init; } = true;

    /// <summary>Scales and biases of nodes and subnodes. Default no, as in pykan.</summary>
    public bool NodeAffine { get; init; }

    /// <summary>Edges that keep all their parameters.</summary>
    public ImmutableArray<EdgeIndex> FrozenEdges { get; init; } = [];

    /// <summary>How many parameters of a model these are, those of edges that are off left out: what networks are compared by.</summary>
    /// <exception cref="KanSharpException">A frozen edge does not exist.</exception>
    public int Count(KanModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TrainableParameters.OfActiveEdges(model, TrainableParameters.Mask(model, this), splineScales: true).Length;
    }

    /// <summary>Everything but the nodes' scales and biases.</summary>
    public static TrainableParts Default { get; } = new();
}
