using System.Collections.Immutable;
using KanSharp.Splines;

namespace KanSharp.Layers;

/// <summary>
/// The structure of one layer of edges, from the nodes before it to the subnodes after it: knots, masks, symbolic functions, and where
/// in the model's parameter buffer its numbers stand. Immutable; the numbers themselves belong to the model.
/// </summary>
/// <remarks>
/// Parameters of a layer, in this order: coefficients [input][output][basis], base scales [input][output], spline scales [input][output],
/// affine constants [symbolic edge][a, b, c, d], subnode scales, subnode biases, node scales, node biases. A layer whose grids are <see cref="KnotGrid.None"/>, as a
/// multilayer perceptron's, has neither coefficients nor spline scales: its edges are a weight, the base scale, times the base function.
/// </remarks>
public sealed class KanLayer
{
    /// <summary>
    /// Creates a layer; <paramref name="numericMask"/> is [input * subnodes + output], symbolic edges are unique by (input, output), and
    /// <paramref name="baseFunction"/> is given where it is not the model's.
    /// </summary>
    public KanLayer(ImmutableArray<KnotGrid> grids, LayerWidth output, ImmutableArray<double> numericMask, ImmutableArray<SymbolicEdge> symbolicEdges, BaseFunction? baseFunction = null)
    {
        if (grids.IsDefaultOrEmpty)
            throw new KanSharpException("A layer without inputs is not possible; it needs a knot grid for each input.");
        foreach (KnotGrid grid in grids)
        {
            if (grid.Order != grids[0].Order || grid.Intervals != grids[0].Intervals)
                throw new KanSharpException("The inputs of one layer need knot grids of the same order and number of intervals.");
        }
        if (numericMask.Length != grids.Length * output.Subnodes)
            throw new KanSharpException($"The mask has {numericMask.Length} entries; {grids.Length} inputs and {output.Subnodes} subnodes need {grids.Length * output.Subnodes}.");
        foreach (SymbolicEdge edge in symbolicEdges)
        {
            if ((uint)edge.Input >= (uint)grids.Length || (uint)edge.Output >= (uint)output.Subnodes)
                throw new KanSharpException($"Symbolic edge ({edge.Input}, {edge.Output}) lies outside a layer of {grids.Length} inputs and {output.Subnodes} subnodes.");
        }
        Grids = grids;
        Output = output;
        NumericMask = numericMask;
        BaseFunction = baseFunction;
        SymbolicEdges = symbolicEdges.Sort((a, b) => (a.Input, a.Output).CompareTo((b.Input, b.Output)));

        int edges = EdgeCount;
        BaseScaleOffset = edges * BasisCount;
        SplineScaleOffset = BaseScaleOffset + edges;
        AffineOffset = SplineScaleOffset + (HasSplines ? edges : 0);
        SubnodeScaleOffset = AffineOffset + 4 * SymbolicEdges.Length;
        SubnodeBiasOffset = SubnodeScaleOffset + SubnodeCount;
        NodeScaleOffset = SubnodeBiasOffset + SubnodeCount;
        NodeBiasOffset = NodeScaleOffset + NodeCount;
        ParameterCount = NodeBiasOffset + NodeCount;
    }

    /// <summary>The knots of each input; all of one order and number of intervals.</summary>
    public ImmutableArray<KnotGrid> Grids { get; }

    /// <summary>The nodes that the layer's edges end in.</summary>
    public LayerWidth Output { get; }

    /// <summary>Weight of the numeric part (base and spline) of each edge, at [input * SubnodeCount + output]: 1 on, 0 off.</summary>
    public ImmutableArray<double> NumericMask { get; }

    /// <summary>The edges with a symbolic part, ordered by input, then output.</summary>
    public ImmutableArray<SymbolicEdge> SymbolicEdges { get; }

    /// <summary>The base function of the layer's edges; null where it is the model's.</summary>
    public BaseFunction? BaseFunction { get; }

    /// <summary>Whether the edges have splines.</summary>
    public bool HasSplines => BasisCount > 0;

    /// <summary>Number of nodes before the layer.</summary>
    public int InputCount => Grids.Length;

    /// <summary>Number of subnodes after the layer.</summary>
    public int SubnodeCount => Output.Subnodes;

    /// <summary>Number of nodes after the layer.</summary>
    public int NodeCount => Output.Nodes;

    /// <summary>Number of edges, masked ones included.</summary>
    public int EdgeCount => InputCount * SubnodeCount;

    /// <summary>Spline order k.</summary>
    public int Order => Grids[0].Order;

    /// <summary>Grid intervals G.</summary>
    public int Intervals => Grids[0].Intervals;

    /// <summary>Basis functions of an edge's spline, G + k.</summary>
    public int BasisCount => Grids[0].BasisCount;

    /// <summary>Number of parameters of the layer.</summary>
    public int ParameterCount { get; }

    internal int BaseScaleOffset { get; }

    internal int SplineScaleOffset { get; }

    internal int AffineOffset { get; }

    internal int SubnodeScaleOffset { get; }

    internal int SubnodeBiasOffset { get; }

    internal int NodeScaleOffset { get; }

    internal int NodeBiasOffset { get; }

    /// <summary>Index of the symbolic part of an edge in <see cref="SymbolicEdges"/>, or -1.</summary>
    public int SymbolicIndex(int input, int output)
    {
        for (int i = 0; i < SymbolicEdges.Length; i++)
        {
            if (SymbolicEdges[i].Input == input && SymbolicEdges[i].Output == output)
                return i;
        }
        return -1;
    }

    /// <summary>True where the edge has a numeric or a symbolic part.</summary>
    public bool IsActive(int input, int output) =>
        NumericMask[input * SubnodeCount + output] != 0 || SymbolicIndex(input, output) >= 0;

    internal KanLayer With(ImmutableArray<KnotGrid>? grids = null, LayerWidth? output = null, ImmutableArray<double>? numericMask = null, ImmutableArray<SymbolicEdge>? symbolicEdges = null) =>
        new(grids ?? Grids, output ?? Output, numericMask ?? NumericMask, symbolicEdges ?? SymbolicEdges, BaseFunction);
}
