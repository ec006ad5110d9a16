using System.Numerics.Tensors;
using KanSharp.Formulas;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// One layer's forward and backward pass over one tile of samples. Holds the tile's activations between the two; everything is
/// feature-major, [quantity][sample], and padded to whole tiles.
/// </summary>
internal sealed partial class LayerTile
{
    private const int Samples = BasisTile.Samples;

    private readonly KanLayer _layer;
    private readonly BaseFunction _baseFunction;
    private readonly double? _guard;
    private readonly BasisTile[] _bases;
    private readonly double[] _baseValues;
    private readonly double[] _baseSlopes;
    private readonly double[] _symbolicValues;
    private readonly double[] _symbolicSlopes;
    private readonly double[] _subnodes;
    private readonly double[] _scaledSubnodes;
    private readonly double[] _scratch = new double[4 * Samples];
    private int _count;

    /// <param name="layer">The layer.</param>
    /// <param name="tables">Basis polynomials of each input.</param>
    /// <param name="baseFunction">The model's base function.</param>
    /// <param name="guard">Threshold of the singularity-avoiding variants of symbolic functions, or null for the plain functions.</param>
    public LayerTile(KanLayer layer, CellTable[] tables, BaseFunction baseFunction, double? guard)
    {
        _layer = layer;
        _baseFunction = baseFunction;
        _guard = guard;
        _bases = [.. tables.Select(table => new BasisTile(table))];
        Inputs = new double[layer.InputCount * Samples];
        _baseValues = new double[Inputs.Length];
        _baseSlopes = new double[Inputs.Length];
        _symbolicValues = new double[layer.SymbolicEdges.Length * Samples];
        _symbolicSlopes = new double[_symbolicValues.Length];
        _subnodes = new double[layer.SubnodeCount * Samples];
        _scaledSubnodes = new double[_subnodes.Length];
        _subnodeAdjoints = new double[_subnodes.Length];
        _scaledSubnodeAdjoints = new double[_subnodes.Length];
        InputAdjoints = new double[Inputs.Length];
    }

    /// <summary>The values of the nodes before the layer; filled by the caller.</summary>
    public double[] Inputs { get; }

    /// <summary>Subnode values after their affine, before products.</summary>
    public ReadOnlySpan<double> ScaledSubnodes => _scaledSubnodes;

    /// <summary>Subnode sums before their affine.</summary>
    public ReadOnlySpan<double> Subnodes => _subnodes;

    /// <summary>
    /// Evaluates the layer at <see cref="Inputs"/>. <paramref name="nodes"/> receives the node values; <paramref name="moments"/>, if
    /// given, takes in the first <paramref name="count"/> samples.
    /// </summary>
    public void Forward(FoldedLayer weights, LayerParameters parameters, Span<double> nodes, int count, LayerMoments? moments)
    {
        _count = count;
        Array.Clear(_subnodes);
        for (int i = 0; i < _layer.InputCount; i++)
        {
            ReadOnlySpan<double> x = Row(Inputs, i);
            _bases[i].Fill(x);
            BaseFunctionKernel.Evaluate(_baseFunction, x, Row(_baseValues, i), Row(_baseSlopes, i));
            moments?.Inputs.Add(i, x[..count]);
            for (int j = 0; j < _layer.SubnodeCount; j++)
            {
                if (_layer.NumericMask[Edge(i, j)] != 0)
                    AddNumeric(weights, i, j, moments);
            }
        }
        EvaluateSymbolic(parameters);
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
            AddSymbolic(weights, parameters, s, moments);
        for (int j = 0; j < _layer.SubnodeCount; j++)
        {
            moments?.Subnodes.Add(j, Row(_subnodes, j)[..count]);
            TensorPrimitives.Multiply(Row(_subnodes, j), parameters.SubnodeScales[j], Row(_scaledSubnodes, j));
            TensorPrimitives.Add(Row(_scaledSubnodes, j), parameters.SubnodeBiases[j], Row(_scaledSubnodes, j));
        }
        for (int node = 0; node < _layer.NodeCount; node++)
        {
            Span<double> value = nodes.Slice(node * Samples, Samples);
            NodeProduct(node, -1, value);
            TensorPrimitives.Multiply(value, parameters.NodeScales[node], value);
            TensorPrimitives.Add(value, parameters.NodeBiases[node], value);
        }
    }

    /// <summary>The value of one edge, numeric and symbolic part, at the tile's samples; valid after <see cref="Forward"/>.</summary>
    public void EdgeValue(FoldedLayer weights, LayerParameters parameters, int input, int output, Span<double> value)
    {
        NumericValue(weights, input, output, value);
        if (_layer.SymbolicIndex(input, output) is >= 0 and int s)
            AddSymbolicValue(parameters, s, value);
    }

    private int Edge(int input, int output) => input * _layer.SubnodeCount + output;

    private static Span<double> Row(double[] values, int row) => values.AsSpan(row * Samples, Samples);

    private Span<double> Scratch(int index) => Row(_scratch, index);

    private void NumericValue(FoldedLayer weights, int input, int output, Span<double> value)
    {
        int edge = Edge(input, output);
        value.Clear();
        if (_layer.NumericMask[edge] == 0)
            return;
        _bases[input].AddValue(weights.Spline(edge), value);
        TensorPrimitives.MultiplyAdd(Row(_baseValues, input), weights.Bases[edge], value, value);
    }

    private void AddNumeric(FoldedLayer weights, int input, int output, LayerMoments? moments)
    {
        int edge = Edge(input, output);
        Span<double> sum = Row(_subnodes, output);
        if (moments is null)
        {
            _bases[input].AddValue(weights.Spline(edge), sum);
            TensorPrimitives.MultiplyAdd(Row(_baseValues, input), weights.Bases[edge], sum, sum);
            return;
        }
        Span<double> value = Scratch(0);
        NumericValue(weights, input, output, value);
        moments.NumericEdges.Add(edge, value[.._count]);
        if (_layer.SymbolicIndex(input, output) < 0)
            moments.Edges.Add(edge, value[.._count]);
        TensorPrimitives.Add(sum, value, sum);
    }

    /// <summary>f and f' at a x + b for every symbolic edge.</summary>
    private void EvaluateSymbolic(LayerParameters parameters)
    {
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
        {
            SymbolicEdge edge = _layer.SymbolicEdges[s];
            Span<double> affine = parameters.Affine(s);
            double a = affine[0], b = affine[1];
            ReadOnlySpan<double> x = Row(Inputs, edge.Input);
            Span<double> value = Row(_symbolicValues, s), slope = Row(_symbolicSlopes, s);
            SymbolicFunction function = edge.Function;
            if (_guard is double threshold)
            {
                for (int n = 0; n < Samples; n++)
                {
                    double u = a * x[n] + b;
                    value[n] = function.Guarded(u, threshold);
                    slope[n] = function.GuardedDerivative(u, threshold);
                }
            }
            else
            {
                for (int n = 0; n < Samples; n++)
                {
                    double u = a * x[n] + b;
                    value[n] = function.Value(u);
                    slope[n] = function.FirstDerivative(u);
                }
            }
        }
    }

    private void AddSymbolicValue(LayerParameters parameters, int s, Span<double> value)
    {
        Span<double> affine = parameters.Affine(s);
        TensorPrimitives.MultiplyAdd(Row(_symbolicValues, s), affine[2], value, value);
        TensorPrimitives.Add(value, affine[3], value);
    }

    private void AddSymbolic(FoldedLayer weights, LayerParameters parameters, int s, LayerMoments? moments)
    {
        SymbolicEdge edge = _layer.SymbolicEdges[s];
        if (moments is not null)
        {
            Span<double> value = Scratch(0);
            NumericValue(weights, edge.Input, edge.Output, value);
            AddSymbolicValue(parameters, s, value);
            moments.Edges.Add(Edge(edge.Input, edge.Output), value[.._count]);
        }
        AddSymbolicValue(parameters, s, Row(_subnodes, edge.Output));
    }

    /// <summary>The product of a node's subnodes, leaving one out (-1: none).</summary>
    private void NodeProduct(int node, int without, Span<double> value)
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
            value.Fill(1);
    }
}
