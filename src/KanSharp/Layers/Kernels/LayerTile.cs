using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// One layer's forward and backward pass over one tile of samples. Holds the tile's activations between the two; everything is
/// feature-major, [quantity][sample], and padded to whole tiles.
/// </summary>
internal sealed partial class LayerTile<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Samples = NumericEdges<T>.Samples;

    private readonly KanLayer _layer;
    private readonly double? _guard;
    private readonly NumericEdges<T> _edges;
    private readonly BucketedEdges<T>? _cells;
    private readonly AlignedBuffer<T> _symbolicValues;
    private readonly AlignedBuffer<T> _symbolicSlopes;
    private readonly AlignedBuffer<T> _subnodes;
    private readonly AlignedBuffer<T> _scaledSubnodes;
    private int _count;

    /// <param name="layer">The layer.</param>
    /// <param name="tables">Basis polynomials of each input.</param>
    /// <param name="baseFunction">The base function of the layer's edges.</param>
    /// <param name="guard">Threshold of the singularity-avoiding variants of symbolic functions, or null for the plain functions.</param>
    /// <param name="slopes">Whether adjoints of the layer's inputs will be asked for.</param>
    /// <param name="pinned">As for <see cref="AlignedBuffer{T}"/>.</param>
    public LayerTile(KanLayer layer, CellTable<T>[] tables, BaseFunction baseFunction, double? guard, bool slopes, bool pinned)
    {
        _layer = layer;
        _guard = guard;
        _edges = NumericEdges<T>.Create(tables, layer.NumericMask.AsSpan(), baseFunction, slopes, pinned);
        _cells = layer.SymbolicEdges.IsEmpty ? _edges as BucketedEdges<T> : null;
        Inputs = new AlignedBuffer<T>(layer.InputCount * Samples, pinned);
        _symbolicValues = new AlignedBuffer<T>(layer.SymbolicEdges.Length * Samples, pinned);
        _symbolicSlopes = new AlignedBuffer<T>(_symbolicValues.Length, pinned);
        _subnodes = new AlignedBuffer<T>(layer.SubnodeCount * Samples, pinned);
        _scaledSubnodes = new AlignedBuffer<T>(_subnodes.Length, pinned);
        _subnodeAdjoints = new AlignedBuffer<T>(_subnodes.Length, pinned);
        InputAdjoints = slopes ? new AlignedBuffer<T>(Inputs.Length, pinned) : default;
    }

    /// <summary>The values of the nodes before the layer; filled by the caller.</summary>
    public AlignedBuffer<T> Inputs { get; }

    /// <summary>Subnode values after their affine, before products.</summary>
    public ReadOnlySpan<T> ScaledSubnodes => _scaledSubnodes;

    /// <summary>Blocks of outputs that <see cref="AddNumeric(int, FoldedLayer{T})"/> takes one by one.</summary>
    public int OutputBlocks => _edges.Layout.Blocks;

    /// <summary>
    /// Evaluates the layer at <see cref="Inputs"/>. <paramref name="nodes"/> receives the node values; <paramref name="moments"/>, if
    /// given, takes in the first <paramref name="count"/> samples; <paramref name="slopes"/> says whether a backward pass follows.
    /// </summary>
    public void Forward(FoldedLayer<T> weights, LayerConstants constants, Span<T> nodes, int count, bool slopes, LayerMoments? moments)
    {
        Begin(count);
        if (moments is null)
            _edges.FillAndAddValues(Inputs, slopes && InputAdjoints.Length > 0, weights.Weights, _subnodes);
        else
        {
            FillBasis(0, _layer.InputCount, slopes && InputAdjoints.Length > 0);
            AddNumeric(weights, moments);
        }
        Finish(weights, constants, nodes, slopes, moments);
    }

    /// <summary>As <see cref="Forward"/> for the nodes alone, from polynomials where the layer has them; nothing is kept for a backward pass.</summary>
    public void Evaluate(FoldedLayer<T> weights, EdgePolynomials<T>? polynomials, LayerConstants constants, Span<T> nodes, int count)
    {
        if (polynomials is null)
        {
            Forward(weights, constants, nodes, count, slopes: false, moments: null);
            return;
        }
        Begin(count);
        polynomials.AddValues(Inputs, _subnodes);
        Finish(weights, constants, nodes, slopes: false, alone: true);
    }

    /// <summary>First of the parts of <see cref="Forward"/>.</summary>
    public void Begin(int count)
    {
        _count = _edges.Count = count;
        _subnodes.Span.Clear();
    }

    /// <summary>Second part: the basis of inputs first .. end - 1. Different inputs may be filled at the same time.</summary>
    public void FillBasis(int first, int end, bool slopes) => _edges.Fill(first, end, Inputs, slopes);

    /// <summary>Third part: numeric edges to a block of outputs. Different blocks may be added at the same time.</summary>
    public void AddNumeric(int block, FoldedLayer<T> weights) => _edges.AddValues(block, weights.Weights, _subnodes);

    /// <summary>Last part: symbolic edges, and from subnodes to nodes; <paramref name="alone"/> if nothing but the nodes will be asked for.</summary>
    public void Finish(FoldedLayer<T> weights, LayerConstants constants, Span<T> nodes, bool slopes, LayerMoments? moments = null, bool alone = false)
    {
        EvaluateSymbolic(constants, slopes);
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
            AddSymbolic(weights, constants, s, moments);
        // A sum node's two affine maps are one, where nobody will ask for what is between them.
        int sums = alone ? _layer.Output.Sums : 0;
        for (int node = 0; node < sums; node++)
        {
            double scale = constants.NodeScales[node];
            NodeKernels.Affine(Row(_subnodes, node), scale * constants.SubnodeScales[node], scale * constants.SubnodeBiases[node] + constants.NodeBiases[node], nodes.Slice(node * Samples, Samples));
        }
        for (int j = sums; j < _layer.SubnodeCount; j++)
        {
            moments?.Subnodes.Add<T>(j, Row(_subnodes, j)[.._count]);
            NodeKernels.Affine(Row(_subnodes, j), constants.SubnodeScales[j], constants.SubnodeBiases[j], Row(_scaledSubnodes, j));
        }
        for (int node = sums; node < _layer.NodeCount; node++)
        {
            Span<T> value = nodes.Slice(node * Samples, Samples), product = node < _layer.Output.Sums ? Row(_scaledSubnodes, node) : value;
            if (node >= _layer.Output.Sums)
                NodeProduct(node, -1, value);
            NodeKernels.Affine(product, constants.NodeScales[node], constants.NodeBiases[node], value);
        }
    }

    /// <summary>Moments of the edges from those of the cells, where these were gathered: once for a batch.</summary>
    public void FinishMoments(FoldedLayer<T> weights, LayerMoments moments)
    {
        if (moments.Cells is not null)
            _cells!.AddEdges(moments.Cells, weights.Weights, moments.NumericEdges, moments.Edges);
    }

    private int Edge(int input, int output) => input * _layer.SubnodeCount + output;

    private static Span<T> Row(AlignedBuffer<T> values, int row) => values.AsSpan(row * Samples, Samples);

    private static T Of(double value) => T.CreateTruncating(value);

    private void NumericValue(FoldedLayer<T> weights, int input, int output, Span<T> value)
    {
        value.Clear();
        if (_layer.NumericMask[Edge(input, output)] != 0)
            _edges.AddValue(input, output, weights.Weights, value);
    }

    private void AddNumeric(FoldedLayer<T> weights, LayerMoments moments)
    {
        for (int i = 0; i < _layer.InputCount; i++)
            moments.Inputs.Add<T>(i, Row(Inputs, i)[.._count]);
        if (_cells is not null)
        {
            for (int block = 0; block < OutputBlocks; block++)
                AddNumeric(block, weights);
            _cells.AddMoments(moments.Cells ??= _cells.CreateMoments());
            return;
        }
        Span<T> value = stackalloc T[Samples];
        for (int i = 0; i < _layer.InputCount; i++)
        {
            for (int j = 0; j < _layer.SubnodeCount; j++)
            {
                int edge = Edge(i, j);
                if (_layer.NumericMask[edge] == 0)
                    continue;
                NumericValue(weights, i, j, value);
                moments.NumericEdges.Add<T>(edge, value[.._count], _layer.SymbolicIndex(i, j) < 0 ? moments.Edges : null);
                TensorPrimitives.Add(Row(_subnodes, j), value, Row(_subnodes, j));
            }
        }
    }

    /// <summary>f, and f' if a backward pass follows, at a x + b for every symbolic edge.</summary>
    private void EvaluateSymbolic(LayerConstants constants, bool slopes)
    {
        bool converts = typeof(T) != typeof(double);
        Span<double> u = stackalloc double[Samples], converted = stackalloc double[converts ? 2 * Samples : 0];
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
        {
            SymbolicEdge edge = _layer.SymbolicEdges[s];
            Span<double> affine = constants.Affine(s);
            Span<T> value = Row(_symbolicValues, s), slope = slopes ? Row(_symbolicSlopes, s) : [];
            Span<double> values = converts ? converted[..Samples] : MemoryMarshal.Cast<T, double>(value);
            Span<double> derivatives = converts ? converted.Slice(Samples, slope.Length) : MemoryMarshal.Cast<T, double>(slope);
            TensorPrimitives.ConvertTruncating<T, double>(Row(Inputs, edge.Input), u);
            TensorPrimitives.Multiply<double>(u, affine[0], u);
            TensorPrimitives.Add<double>(u, affine[1], u);
            if (_guard is double threshold)
            {
                for (int n = 0; n < Samples; n++)
                    values[n] = edge.Function.Guarded(u[n], threshold);
                for (int n = 0; n < derivatives.Length; n++)
                    derivatives[n] = edge.Function.GuardedDerivative(u[n], threshold);
            }
            else
                edge.Function.Evaluate(u, values, derivatives);
            if (!converts)
                continue;
            TensorPrimitives.ConvertTruncating<double, T>(values, value);
            TensorPrimitives.ConvertTruncating<double, T>(derivatives, slope);
        }
    }

    private void AddSymbolicValue(LayerConstants constants, int s, Span<T> value)
    {
        Span<double> affine = constants.Affine(s);
        TensorPrimitives.MultiplyAdd(Row(_symbolicValues, s), Of(affine[2]), value, value);
        TensorPrimitives.Add(value, Of(affine[3]), value);
    }

    private void AddSymbolic(FoldedLayer<T> weights, LayerConstants constants, int s, LayerMoments? moments)
    {
        SymbolicEdge edge = _layer.SymbolicEdges[s];
        if (moments is not null)
        {
            Span<T> value = stackalloc T[Samples];
            NumericValue(weights, edge.Input, edge.Output, value);
            AddSymbolicValue(constants, s, value);
            moments.Edges.Add<T>(Edge(edge.Input, edge.Output), value[.._count]);
        }
        AddSymbolicValue(constants, s, Row(_subnodes, edge.Output));
    }

    /// <summary>The product of a node's subnodes, leaving one out (-1: none).</summary>
    private void NodeProduct(int node, int without, Span<T> value)
    {
        int first = _layer.Output.FirstSubnode(node), end = first + _layer.Output.SubnodesOf(node);
        bool empty = true;
        for (int j = first; j < end; j++)
        {
            if (j == without)
                continue;
            if (empty)
                Row(_scaledSubnodes, j).CopyTo(value);
            else
                TensorPrimitives.Multiply(value, Row(_scaledSubnodes, j), value);
            empty = false;
        }
        if (empty)
            value.Fill(T.One);
    }
}
