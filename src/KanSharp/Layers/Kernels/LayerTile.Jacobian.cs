using System.Numerics.Tensors;

namespace KanSharp.Layers.Kernels;

/// <content>Derivatives of one output by the parameters, sample by sample, for least squares.</content>
internal sealed partial class LayerTile<T>
{
    /// <summary>
    /// Like <see cref="Backward"/>, but instead of a gradient fills rows [free parameter][sample] with adjoint times the derivative by the
    /// parameter. <paramref name="rowOf"/> gives the row of each parameter of the layer, -1 for those that are not wanted. Spline scales
    /// have no rows: they scale the coefficients, which say the same. <paramref name="discard"/> takes gradients that nobody asked for.
    /// </summary>
    public void JacobianRows(FoldedLayer<T> weights, LayerParameters parameters, Span<T> nodeAdjoints,
        ReadOnlySpan<int> rowOf, Span<T> rows, LayerConstants discard)
    {
        NodeRows(nodeAdjoints, rowOf, rows);
        BeginBackward(parameters.Constants, nodeAdjoints, discard, null, null);
        SubnodeRows(parameters.Constants, nodeAdjoints, rowOf, rows);
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
                if (_layer.HasSplines && rowOf[first] >= 0)
                {
                    TensorPrimitives.Multiply(adjoint, Of(mask * parameters.SplineScales[edge]), scaled);
                    for (int r = 0; r < _layer.BasisCount; r++)
                    {
                        _edges.CopyBasis(i, r, basis);
                        TensorPrimitives.Multiply(scaled, basis, rows.Slice(rowOf[first + r] * Samples, Samples));
                    }
                }
                if (rowOf[_layer.BaseScaleOffset + edge] is >= 0 and int baseRow)
                {
                    Span<T> row = rows.Slice(baseRow * Samples, Samples);
                    _edges.CopyBasis(i, _layer.BasisCount, basis);
                    TensorPrimitives.Multiply(adjoint, basis, row);
                    TensorPrimitives.Multiply(row, Of(mask), row);
                }
            }
        }
        if (InputAdjoints.Length > 0)
            AddInputAdjoints(0, _layer.InputCount, weights, null, null, parameters.Constants);
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
            SymbolicRows(parameters.Constants, s, rowOf, rows);
    }

    private void SymbolicRows(LayerConstants constants, int s, ReadOnlySpan<int> rowOf, Span<T> rows)
    {
        SymbolicEdge edge = _layer.SymbolicEdges[s];
        ReadOnlySpan<T> adjoint = Row(_subnodeAdjoints, edge.Output);
        Span<T> inner = stackalloc T[Samples];
        SymbolicInner(constants, s, adjoint, inner);
        int first = _layer.AffineOffset + 4 * s;
        if (rowOf[first] >= 0)
            TensorPrimitives.Multiply<T>(inner, Row(Inputs, edge.Input), rows.Slice(rowOf[first] * Samples, Samples));
        if (rowOf[first + 1] >= 0)
            inner.CopyTo(rows.Slice(rowOf[first + 1] * Samples, Samples));
        if (rowOf[first + 2] >= 0)
            TensorPrimitives.Multiply(adjoint, Row(_symbolicValues, s), rows.Slice(rowOf[first + 2] * Samples, Samples));
        if (rowOf[first + 3] >= 0)
            adjoint.CopyTo(rows.Slice(rowOf[first + 3] * Samples, Samples));
    }

    private void NodeRows(Span<T> nodeAdjoints, ReadOnlySpan<int> rowOf, Span<T> rows)
    {
        for (int node = 0; node < _layer.NodeCount; node++)
        {
            ReadOnlySpan<T> adjoint = nodeAdjoints.Slice(node * Samples, Samples);
            if (rowOf[_layer.NodeScaleOffset + node] is >= 0 and int scaleRow)
            {
                Span<T> row = rows.Slice(scaleRow * Samples, Samples);
                NodeProduct(node, -1, row);
                TensorPrimitives.Multiply(row, adjoint, row);
            }
            if (rowOf[_layer.NodeBiasOffset + node] is >= 0 and int biasRow)
                adjoint.CopyTo(rows.Slice(biasRow * Samples, Samples));
        }
    }

    private void SubnodeRows(LayerConstants constants, ReadOnlySpan<T> nodeAdjoints, ReadOnlySpan<int> rowOf, Span<T> rows)
    {
        Span<T> adjoint = stackalloc T[Samples], others = stackalloc T[Samples];
        for (int j = 0; j < _layer.SubnodeCount; j++)
        {
            int scaleRow = rowOf[_layer.SubnodeScaleOffset + j], biasRow = rowOf[_layer.SubnodeBiasOffset + j];
            if (scaleRow < 0 && biasRow < 0)
                continue;
            int node = _layer.Output.NodeOf(j);
            NodeProduct(node, j, others);
            TensorPrimitives.Multiply(nodeAdjoints.Slice(node * Samples, Samples), Of(constants.NodeScales[node]), adjoint);
            TensorPrimitives.Multiply(adjoint, others, adjoint);
            if (scaleRow >= 0)
                TensorPrimitives.Multiply<T>(adjoint, Row(_subnodes, j), rows.Slice(scaleRow * Samples, Samples));
            if (biasRow >= 0)
                adjoint.CopyTo(rows.Slice(biasRow * Samples, Samples));
        }
    }
}
