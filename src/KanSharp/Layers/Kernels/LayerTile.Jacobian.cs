using System.Numerics.Tensors;

namespace KanSharp.Layers.Kernels;

/// <content>Derivatives of one output by the parameters, sample by sample, for least squares.</content>
internal sealed partial class LayerTile<T>
{
    /// <summary>
    /// Like <see cref="Backward"/>, but instead of a gradient fills <paramref name="target"/>, sample by sample, with adjoint times the derivative by each parameter that it has a place
    /// for. Spline scales have none: they scale the coefficients, which say the same. <paramref name="discard"/> takes gradients that nobody asked for.
    /// </summary>
    public void JacobianRows(FoldedLayer<T> weights, LayerParameters parameters, Span<T> nodeAdjoints, LayerJacobian<T> target, LayerConstants discard)
    {
        NodeRows(nodeAdjoints, target);
        BeginBackward(parameters.Constants, nodeAdjoints, discard, null, null);
        SubnodeRows(parameters.Constants, nodeAdjoints, target);
        Span<T> scaled = stackalloc T[Samples], basis = stackalloc T[Samples];
        for (int i = 0; i < _layer.InputCount; i++)
        {
            for (int j = 0; j < _layer.SubnodeCount; j++)
            {
                int edge = Edge(i, j);
                double mask = _layer.NumericMask[edge];
                if (mask == 0)
                    continue;
                ReadOnlySpan<T> adjoint = Row(_subnodeAdjoints, j);
                int first = edge * _layer.BasisCount;
                if (_layer.HasSplines && (target.HasWindow(edge) || !target.Row(first).IsEmpty))
                {
                    TensorPrimitives.Multiply(adjoint, Of(mask * parameters.SplineScales[edge]), scaled);
                    if (target.HasWindow(edge))
                        ((WindowedEdges<T>)_edges).CopyWindows(i, edge, scaled, target);
                    for (int r = 0; r < _layer.BasisCount && !target.HasWindow(edge); r++)
                    {
                        _edges.CopyBasis(i, r, basis);
                        TensorPrimitives.Multiply(scaled, basis, target.Row(first + r));
                    }
                }
                if (target.Row(_layer.BaseScaleOffset + edge) is { IsEmpty: false } row)
                {
                    _edges.CopyBasis(i, _layer.BasisCount, basis);
                    TensorPrimitives.Multiply(adjoint, basis, row);
                    TensorPrimitives.Multiply(row, Of(mask), row);
                }
            }
        }
        if (InputAdjoints.Length > 0)
            AddInputAdjoints(0, _layer.InputCount, weights, null, null, parameters.Constants);
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
            SymbolicRows(parameters.Constants, s, target);
    }

    private void SymbolicRows(LayerConstants constants, int s, LayerJacobian<T> target)
    {
        SymbolicEdge edge = _layer.SymbolicEdges[s];
        ReadOnlySpan<T> adjoint = Row(_subnodeAdjoints, edge.Output);
        Span<T> inner = stackalloc T[Samples];
        SymbolicInner(constants, s, adjoint, inner);
        int first = _layer.AffineOffset + 4 * s;
        if (target.Row(first) is { IsEmpty: false } byA)
            TensorPrimitives.Multiply<T>(inner, Row(Inputs, edge.Input), byA);
        if (target.Row(first + 1) is { IsEmpty: false } byB)
            inner.CopyTo(byB);
        if (target.Row(first + 2) is { IsEmpty: false } byC)
            TensorPrimitives.Multiply(adjoint, Row(_symbolicValues, s), byC);
        if (target.Row(first + 3) is { IsEmpty: false } byD)
            adjoint.CopyTo(byD);
    }

    private void NodeRows(Span<T> nodeAdjoints, LayerJacobian<T> target)
    {
        for (int node = 0; node < _layer.NodeCount; node++)
        {
            ReadOnlySpan<T> adjoint = nodeAdjoints.Slice(node * Samples, Samples);
            if (target.Row(_layer.NodeScaleOffset + node) is { IsEmpty: false } byScale)
            {
                NodeProduct(node, -1, byScale);
                TensorPrimitives.Multiply(byScale, adjoint, byScale);
            }
            if (target.Row(_layer.NodeBiasOffset + node) is { IsEmpty: false } byBias)
                adjoint.CopyTo(byBias);
        }
    }

    private void SubnodeRows(LayerConstants constants, ReadOnlySpan<T> nodeAdjoints, LayerJacobian<T> target)
    {
        Span<T> adjoint = stackalloc T[Samples], others = stackalloc T[Samples];
        for (int j = 0; j < _layer.SubnodeCount; j++)
        {
            Span<T> byScale = target.Row(_layer.SubnodeScaleOffset + j), byBias = target.Row(_layer.SubnodeBiasOffset + j);
            if (byScale.IsEmpty && byBias.IsEmpty)
                continue;
            int node = _layer.Output.NodeOf(j);
            NodeProduct(node, j, others);
            TensorPrimitives.Multiply(nodeAdjoints.Slice(node * Samples, Samples), Of(constants.NodeScales[node]), adjoint);
            TensorPrimitives.Multiply(adjoint, others, adjoint);
            if (!byScale.IsEmpty)
                TensorPrimitives.Multiply<T>(adjoint, Row(_subnodes, j), byScale);
            if (!byBias.IsEmpty)
                adjoint.CopyTo(byBias);
        }
    }
}
