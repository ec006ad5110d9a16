using System.Numerics.Tensors;

namespace KanSharp.Layers.Kernels;

/// <content>The backward pass: from adjoints of the nodes after the layer to those before it, and to the gradient.</content>
internal sealed partial class LayerTile
{
    private readonly double[] _subnodeAdjoints;
    private readonly double[] _scaledSubnodeAdjoints;

    /// <summary>Adjoints of the nodes before the layer; valid after <see cref="Backward"/> was asked for them.</summary>
    public double[] InputAdjoints { get; }

    /// <summary>Adjoints of the subnode sums; valid after <see cref="BackwardToSubnodes"/>.</summary>
    public ReadOnlySpan<double> SubnodeAdjoints => _subnodeAdjoints;

    /// <summary>
    /// Propagates adjoints of the node values (zero in padding samples) to the inputs and adds to the gradients.
    /// <paramref name="pulls"/>, if given, adds the derivative of a function of the batch's standard deviations, whose means
    /// <paramref name="moments"/> holds.
    /// </summary>
    public void Backward(FoldedLayer weights, LayerParameters parameters, Span<double> nodeAdjoints, bool toInputs,
        FoldedLayer weightGradient, LayerParameters gradient, LayerMoments? moments = null, LayerPulls? pulls = null)
    {
        BackwardToSubnodes(parameters, nodeAdjoints, gradient);
        if (pulls is not null)
        {
            for (int j = 0; j < _layer.SubnodeCount; j++)
                AddPull(Row(_subnodes, j), moments!.Subnodes.Mean[j], pulls.Subnodes[j], Row(_subnodeAdjoints, j));
        }
        if (toInputs)
            BeginInputAdjoints(moments, pulls);
        for (int i = 0; i < _layer.InputCount; i++)
        {
            for (int j = 0; j < _layer.SubnodeCount; j++)
            {
                int edge = Edge(i, j);
                if (_layer.NumericMask[edge] == 0)
                    continue;
                ReadOnlySpan<double> adjoint = Row(_subnodeAdjoints, j);
                if (pulls is not null)
                    adjoint = PulledAdjoint(weights, parameters, i, j, moments!, pulls, numeric: true);
                _bases[i].AddDot(adjoint, weightGradient.Spline(edge));
                weightGradient.Bases[edge] += TensorPrimitives.Dot(adjoint, Row(_baseValues, i));
                if (toInputs)
                {
                    Span<double> inputAdjoint = Row(InputAdjoints, i);
                    _bases[i].AddSlopeTimes(weights.Spline(edge), adjoint, inputAdjoint);
                    AddScaledProduct(Row(_baseSlopes, i), weights.Bases[edge], adjoint, inputAdjoint);
                }
            }
        }
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
        {
            SymbolicEdge edge = _layer.SymbolicEdges[s];
            ReadOnlySpan<double> adjoint = Row(_subnodeAdjoints, edge.Output);
            if (pulls is not null)
                adjoint = PulledAdjoint(weights, parameters, edge.Input, edge.Output, moments!, pulls, numeric: false);
            BackwardSymbolic(parameters, s, adjoint, toInputs, gradient);
        }
    }

    /// <summary>From the nodes to the subnode sums: node affine, products, subnode affine.</summary>
    public void BackwardToSubnodes(LayerParameters parameters, Span<double> nodeAdjoints, LayerParameters gradient)
    {
        Span<double> product = Scratch(0);
        for (int node = 0; node < _layer.NodeCount; node++)
        {
            ReadOnlySpan<double> nodeAdjoint = nodeAdjoints.Slice(node * Samples, Samples);
            int first = _layer.Output.FirstSubnode(node), end = first + _layer.Output.SubnodesOf(node);
            NodeProduct(node, -1, product);
            gradient.NodeScales[node] += TensorPrimitives.Dot(nodeAdjoint, product);
            gradient.NodeBiases[node] += TensorPrimitives.Sum(nodeAdjoint);
            for (int j = first; j < end; j++)
            {
                Span<double> adjoint = Row(_scaledSubnodeAdjoints, j);
                TensorPrimitives.Multiply(nodeAdjoint, parameters.NodeScales[node], adjoint);
                if (end > first + 1)
                {
                    NodeProduct(node, j, product);
                    TensorPrimitives.Multiply(adjoint, product, adjoint);
                }
                gradient.SubnodeScales[j] += TensorPrimitives.Dot(adjoint, Row(_subnodes, j));
                gradient.SubnodeBiases[j] += TensorPrimitives.Sum<double>(adjoint);
                TensorPrimitives.Multiply(adjoint, parameters.SubnodeScales[j], Row(_subnodeAdjoints, j));
            }
        }
    }

    private void BeginInputAdjoints(LayerMoments? moments, LayerPulls? pulls)
    {
        Array.Clear(InputAdjoints);
        if (pulls is null)
            return;
        for (int i = 0; i < _layer.InputCount; i++)
            AddPull(Row(Inputs, i), moments!.Inputs.Mean[i], pulls.Inputs[i], Row(InputAdjoints, i));
    }

    /// <summary>The adjoint of one edge's value: its subnode's, and what the standard deviations it enters pull.</summary>
    private Span<double> PulledAdjoint(FoldedLayer weights, LayerParameters parameters, int input, int output, LayerMoments moments, LayerPulls pulls, bool numeric)
    {
        int edge = Edge(input, output);
        Span<double> value = Scratch(0), adjoint = Scratch(1);
        Row(_subnodeAdjoints, output).CopyTo(adjoint);
        NumericValue(weights, input, output, value);
        if (numeric)
            AddPull(value, moments.NumericEdges.Mean[edge], pulls.NumericEdges[edge], adjoint);
        if (_layer.SymbolicIndex(input, output) is >= 0 and int s)
            AddSymbolicValue(parameters, s, value);
        AddPull(value, moments.Edges.Mean[edge], pulls.Edges[edge], adjoint);
        return adjoint;
    }

    private void AddPull(ReadOnlySpan<double> values, double mean, double pull, Span<double> adjoint)
    {
        if (pull == 0)
            return;
        for (int n = 0; n < _count; n++)
            adjoint[n] += pull * (values[n] - mean);
    }

    private void BackwardSymbolic(LayerParameters parameters, int s, ReadOnlySpan<double> adjoint, bool toInputs, LayerParameters gradient)
    {
        SymbolicEdge edge = _layer.SymbolicEdges[s];
        Span<double> affine = parameters.Affine(s), affineGradient = gradient.Affine(s);
        Span<double> inner = Scratch(2);
        // d(c f(a x + b) + d)/d(a x + b) = c f'
        TensorPrimitives.Multiply(Row(_symbolicSlopes, s), affine[2], inner);
        TensorPrimitives.Multiply(inner, adjoint, inner);
        affineGradient[0] += TensorPrimitives.Dot(inner, Row(Inputs, edge.Input));
        affineGradient[1] += TensorPrimitives.Sum<double>(inner);
        affineGradient[2] += TensorPrimitives.Dot(adjoint, Row(_symbolicValues, s));
        affineGradient[3] += TensorPrimitives.Sum(adjoint);
        if (toInputs)
            TensorPrimitives.MultiplyAdd(inner, affine[0], Row(InputAdjoints, edge.Input), Row(InputAdjoints, edge.Input));
    }

    /// <summary>result += x * scale * y.</summary>
    private static void AddScaledProduct(ReadOnlySpan<double> x, double scale, ReadOnlySpan<double> y, Span<double> result)
    {
        for (int n = 0; n < result.Length; n++)
            result[n] += x[n] * scale * y[n];
    }
}
