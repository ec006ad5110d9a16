using System.Numerics;
using System.Numerics.Tensors;
using KanSharp.Numerics;

namespace KanSharp.Layers.Kernels;

/// <content>The backward pass: from adjoints of the nodes after the layer to those before it, and to the gradient.</content>
internal sealed partial class LayerTile<T>
{
    private readonly AlignedBuffer<T> _subnodeAdjoints;

    /// <summary>Adjoints of the nodes before the layer; valid after <see cref="Backward"/>, if the layer was made to give them.</summary>
    public AlignedBuffer<T> InputAdjoints { get; }

    /// <summary>
    /// Propagates adjoints of the node values (zero in padding samples) to the inputs and adds to the gradients.
    /// <paramref name="pulls"/>, if given, adds the derivative of a function of the batch's standard deviations, whose means
    /// <paramref name="moments"/> holds.
    /// </summary>
    public void Backward(FoldedLayer<T> weights, LayerConstants constants, Span<T> nodeAdjoints, Span<T> weightGradient, LayerConstants gradient,
        LayerMoments? moments = null, LayerPulls? pulls = null)
    {
        BeginBackward(constants, nodeAdjoints, gradient, moments, pulls);
        AddGradients(0, _layer.InputCount, weights, weightGradient, moments, pulls, constants);
        if (InputAdjoints.Length > 0)
            AddInputAdjoints(0, _layer.InputCount, weights, moments, pulls, constants);
        BackwardSymbolic(weights, constants, gradient, moments, pulls);
    }

    /// <summary>First of the parts of <see cref="Backward"/>: from the nodes to the subnode sums.</summary>
    public void BeginBackward(LayerConstants constants, Span<T> nodeAdjoints, LayerConstants gradient, LayerMoments? moments, LayerPulls? pulls)
    {
        BackwardToSubnodes(constants, nodeAdjoints, gradient);
        if (pulls is not null)
        {
            for (int j = 0; j < _layer.SubnodeCount; j++)
                AddPull(Row(_subnodes, j), moments!.Subnodes.Mean[j], pulls.Subnodes[j], Row(_subnodeAdjoints, j));
        }
        _edges.SetAdjoints(_subnodeAdjoints);
        InputAdjoints.Span.Clear();
        if (pulls is not null && InputAdjoints.Length > 0)
        {
            for (int i = 0; i < _layer.InputCount; i++)
                AddPull(Row(Inputs, i), moments!.Inputs.Mean[i], pulls.Inputs[i], Row(InputAdjoints, i));
        }
    }

    /// <summary>
    /// Second part: the gradient by the numeric weights of inputs first .. end - 1, with which <paramref name="weightGradient"/> begins. Different inputs
    /// may be done at the same time.
    /// </summary>
    public void AddGradients(int first, int end, FoldedLayer<T> weights, Span<T> weightGradient, LayerMoments? moments, LayerPulls? pulls, LayerConstants constants)
    {
        if (pulls is null || _cells is not null)
        {
            _edges.AddGradients(first, end, _subnodeAdjoints, weightGradient);
            return;
        }
        Span<T> adjoint = stackalloc T[Samples];
        for (int i = first; i < end; i++)
        {
            for (int j = 0; j < _layer.SubnodeCount; j++)
            {
                if (_layer.NumericMask[Edge(i, j)] == 0)
                    continue;
                PulledAdjoint(weights, constants, i, j, moments!, pulls, numeric: true, adjoint);
                _edges.AddGradient(i, j, adjoint, first, end, weightGradient);
            }
        }
    }

    /// <summary>Third part: adjoints of inputs first .. end - 1 through the numeric edges. Different inputs may be done at the same time.</summary>
    public void AddInputAdjoints(int first, int end, FoldedLayer<T> weights, LayerMoments? moments, LayerPulls? pulls, LayerConstants constants)
    {
        if (pulls is null || _cells is not null)
        {
            _edges.AddInputAdjoints(first, end, weights.Weights, _subnodeAdjoints, InputAdjoints);
            if (pulls is not null)
                _cells!.AddPullAdjoints(first, end, pulls.Cells!, InputAdjoints);
            return;
        }
        Span<T> adjoint = stackalloc T[Samples];
        for (int i = first; i < end; i++)
        {
            for (int j = 0; j < _layer.SubnodeCount; j++)
            {
                if (_layer.NumericMask[Edge(i, j)] == 0)
                    continue;
                PulledAdjoint(weights, constants, i, j, moments!, pulls, numeric: true, adjoint);
                _edges.AddInputAdjoint(i, j, weights.Weights, adjoint, Row(InputAdjoints, i));
            }
        }
    }

    /// <summary>
    /// Before the pulls of a batch are used: sums them up for each input, where moments were gathered by cell. Pulls on the numeric part of such an edge and on the
    /// edge are the same.
    /// </summary>
    public void SetPulls(FoldedLayer<T> weights, LayerMoments moments, LayerPulls pulls)
    {
        if (_cells is null)
            return;
        for (int edge = 0; edge < _layer.EdgeCount; edge++)
        {
            pulls.NumericEdges[edge] = _layer.NumericMask[edge] == 0 ? 0 : pulls.NumericEdges[edge] + pulls.Edges[edge];
            pulls.Edges[edge] = 0;
        }
        _cells.SetPulls(moments.Cells!, weights.Weights, pulls.NumericEdges, moments.NumericEdges.Mean, pulls.Cells ??= _cells.CreatePulls());
    }

    /// <summary>Adds the gradient of the pulls of the whole batch by the weights of inputs first .. end - 1, where moments were gathered by cell.</summary>
    public void AddPullGradients(int first, int end, FoldedLayer<T> weights, Span<T> weightGradient, LayerMoments moments, LayerPulls pulls) =>
        _cells?.AddPullGradients(first, end, moments.Cells!, weights.Weights, pulls.NumericEdges, moments.NumericEdges.Mean, weightGradient);

    /// <summary>Last part: symbolic edges, to their constants and to the inputs.</summary>
    public void BackwardSymbolic(FoldedLayer<T> weights, LayerConstants constants, LayerConstants gradient, LayerMoments? moments, LayerPulls? pulls)
    {
        Span<T> pulled = stackalloc T[Samples], inner = stackalloc T[Samples];
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
        {
            SymbolicEdge edge = _layer.SymbolicEdges[s];
            if (pulls is not null)
                PulledAdjoint(weights, constants, edge.Input, edge.Output, moments!, pulls, numeric: false, pulled);
            ReadOnlySpan<T> adjoint = pulls is null ? Row(_subnodeAdjoints, edge.Output) : pulled;
            Span<double> affineGradient = gradient.Affine(s);
            SymbolicInner(constants, s, adjoint, inner);
            affineGradient[0] += Sum(TensorPrimitives.Dot<T>(inner, Row(Inputs, edge.Input)));
            affineGradient[1] += Sum(TensorPrimitives.Sum<T>(inner));
            affineGradient[2] += Sum(TensorPrimitives.Dot(adjoint, Row(_symbolicValues, s)));
            affineGradient[3] += Sum(TensorPrimitives.Sum(adjoint));
        }
    }

    /// <summary>From the nodes to the subnode sums: node affine, products, subnode affine.</summary>
    private void BackwardToSubnodes(LayerConstants constants, Span<T> nodeAdjoints, LayerConstants gradient)
    {
        for (int node = 0; node < _layer.Output.Sums; node++)
        {
            double nodeScale = constants.NodeScales[node], scale = constants.SubnodeScales[node];
            (double dot, double sum) = NodeKernels.Back(nodeAdjoints.Slice(node * Samples, Samples), Row(_subnodes, node), nodeScale * scale, Row(_subnodeAdjoints, node));
            gradient.NodeScales[node] += scale * dot + constants.SubnodeBiases[node] * sum;
            gradient.NodeBiases[node] += sum;
            gradient.SubnodeScales[node] += nodeScale * dot;
            gradient.SubnodeBiases[node] += nodeScale * sum;
        }
        Span<T> product = stackalloc T[Samples], scaled = stackalloc T[Samples];
        for (int node = _layer.Output.Sums; node < _layer.NodeCount; node++)
        {
            ReadOnlySpan<T> nodeAdjoint = nodeAdjoints.Slice(node * Samples, Samples);
            NodeProduct(node, -1, product);
            (double dot, double sum) = NodeKernels.Back(nodeAdjoint, product, constants.NodeScales[node], scaled);
            gradient.NodeScales[node] += dot;
            gradient.NodeBiases[node] += sum;
            int first = _layer.Output.FirstSubnode(node), end = first + _layer.Output.SubnodesOf(node);
            for (int j = first; j < end; j++)
            {
                NodeProduct(node, j, product);
                TensorPrimitives.Multiply(product, scaled, product);
                (dot, sum) = NodeKernels.Back(product, Row(_subnodes, j), constants.SubnodeScales[j], Row(_subnodeAdjoints, j));
                gradient.SubnodeScales[j] += dot;
                gradient.SubnodeBiases[j] += sum;
            }
        }
    }

    /// <summary>The adjoint of one edge's value: its subnode's, and what the standard deviations it enters pull.</summary>
    private void PulledAdjoint(FoldedLayer<T> weights, LayerConstants constants, int input, int output, LayerMoments moments, LayerPulls pulls, bool numeric, Span<T> adjoint)
    {
        int edge = Edge(input, output);
        Span<T> value = stackalloc T[Samples];
        Row(_subnodeAdjoints, output).CopyTo(adjoint);
        NumericValue(weights, input, output, value);
        if (numeric)
            AddPull(value, moments.NumericEdges.Mean[edge], pulls.NumericEdges[edge], adjoint);
        if (_layer.SymbolicIndex(input, output) is >= 0 and int s)
            AddSymbolicValue(constants, s, value);
        AddPull(value, moments.Edges.Mean[edge], pulls.Edges[edge], adjoint);
    }

    private void AddPull(ReadOnlySpan<T> values, double mean, double pull, Span<T> adjoint)
    {
        if (pull == 0)
            return;
        Span<T> distances = stackalloc T[Samples];
        TensorPrimitives.Subtract(values[.._count], Of(mean), distances);
        TensorPrimitives.MultiplyAdd(distances[.._count], Of(pull), adjoint[.._count], adjoint[.._count]);
    }

    /// <summary>The adjoint of a x + b in c f(a x + b) + d; adds what it means for the input.</summary>
    private void SymbolicInner(LayerConstants constants, int s, ReadOnlySpan<T> adjoint, Span<T> inner)
    {
        Span<double> affine = constants.Affine(s);
        TensorPrimitives.Multiply(Row(_symbolicSlopes, s), Of(affine[2]), inner);
        TensorPrimitives.Multiply(inner, adjoint, inner);
        if (InputAdjoints.Length > 0)
        {
            Span<T> inputAdjoint = Row(InputAdjoints, _layer.SymbolicEdges[s].Input);
            TensorPrimitives.MultiplyAdd(inner, Of(affine[0]), inputAdjoint, inputAdjoint);
        }
    }

    private static double Sum(T sum) => double.CreateTruncating(sum);
}
