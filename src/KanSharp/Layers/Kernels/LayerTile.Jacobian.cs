using System.Numerics.Tensors;

namespace KanSharp.Layers.Kernels;

/// <content>Derivatives of one output by the parameters, sample by sample, for least squares.</content>
internal sealed partial class LayerTile
{
    /// <summary>
    /// Like <see cref="Backward"/>, but instead of a gradient fills rows [free parameter][sample] with adjoint times the derivative by the
    /// parameter. <paramref name="rowOf"/> gives the row of each parameter of the layer, -1 for those that are not wanted. Spline scales
    /// have no rows: they scale the coefficients, which say the same. <paramref name="discard"/> takes gradients that nobody asked for.
    /// </summary>
    public void JacobianRows(FoldedLayer weights, LayerParameters parameters, Span<double> nodeAdjoints, bool toInputs,
        ReadOnlySpan<int> rowOf, Span<double> rows, LayerParameters discard)
    {
        NodeRows(nodeAdjoints, rowOf, rows);
        BackwardToSubnodes(parameters, nodeAdjoints, discard);
        SubnodeRows(rowOf, rows);
        if (toInputs)
            Array.Clear(InputAdjoints);
        Span<double> scaled = Scratch(2), basis = Scratch(3);
        for (int i = 0; i < _layer.InputCount; i++)
        {
            for (int j = 0; j < _layer.SubnodeCount; j++)
            {
                int edge = Edge(i, j);
                double mask = _layer.NumericMask[edge];
                if (mask == 0)
                    continue;
                ReadOnlySpan<double> adjoint = Row(_subnodeAdjoints, j);
                int first = edge * _layer.BasisCount;
                if (rowOf[first] >= 0)
                {
                    TensorPrimitives.Multiply(adjoint, mask * parameters.SplineScales[edge], scaled);
                    for (int r = 0; r < _layer.BasisCount; r++)
                    {
                        _bases[i].CopyRow(r, basis);
                        TensorPrimitives.Multiply(scaled, basis, rows.Slice(rowOf[first + r] * Samples, Samples));
                    }
                }
                if (rowOf[_layer.BaseScaleOffset + edge] is >= 0 and int baseRow)
                {
                    Span<double> row = rows.Slice(baseRow * Samples, Samples);
                    TensorPrimitives.Multiply(adjoint, Row(_baseValues, i), row);
                    TensorPrimitives.Multiply(row, mask, row);
                }
                if (toInputs)
                {
                    Span<double> inputAdjoint = Row(InputAdjoints, i);
                    _bases[i].AddSlopeTimes(weights.Spline(edge), adjoint, inputAdjoint);
                    AddScaledProduct(Row(_baseSlopes, i), weights.Bases[edge], adjoint, inputAdjoint);
                }
            }
        }
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
            SymbolicRows(parameters, s, toInputs, rowOf, rows);
    }

    private void SymbolicRows(LayerParameters parameters, int s, bool toInputs, ReadOnlySpan<int> rowOf, Span<double> rows)
    {
        SymbolicEdge edge = _layer.SymbolicEdges[s];
        ReadOnlySpan<double> adjoint = Row(_subnodeAdjoints, edge.Output);
        Span<double> affine = parameters.Affine(s);
        Span<double> inner = Scratch(2);
        TensorPrimitives.Multiply(Row(_symbolicSlopes, s), affine[2], inner);
        TensorPrimitives.Multiply(inner, adjoint, inner);
        int first = _layer.AffineOffset + 4 * s;
        if (rowOf[first] >= 0)
            TensorPrimitives.Multiply(inner, Row(Inputs, edge.Input), rows.Slice(rowOf[first] * Samples, Samples));
        if (rowOf[first + 1] >= 0)
            inner.CopyTo(rows.Slice(rowOf[first + 1] * Samples, Samples));
        if (rowOf[first + 2] >= 0)
            TensorPrimitives.Multiply(adjoint, Row(_symbolicValues, s), rows.Slice(rowOf[first + 2] * Samples, Samples));
        if (rowOf[first + 3] >= 0)
            adjoint.CopyTo(rows.Slice(rowOf[first + 3] * Samples, Samples));
        if (toInputs)
            TensorPrimitives.MultiplyAdd(inner, affine[0], Row(InputAdjoints, edge.Input), Row(InputAdjoints, edge.Input));
    }

    private void NodeRows(Span<double> nodeAdjoints, ReadOnlySpan<int> rowOf, Span<double> rows)
    {
        for (int node = 0; node < _layer.NodeCount; node++)
        {
            ReadOnlySpan<double> adjoint = nodeAdjoints.Slice(node * Samples, Samples);
            if (rowOf[_layer.NodeScaleOffset + node] is >= 0 and int scaleRow)
            {
                Span<double> row = rows.Slice(scaleRow * Samples, Samples);
                NodeProduct(node, -1, row);
                TensorPrimitives.Multiply(row, adjoint, row);
            }
            if (rowOf[_layer.NodeBiasOffset + node] is >= 0 and int biasRow)
                adjoint.CopyTo(rows.Slice(biasRow * Samples, Samples));
        }
    }

    private void SubnodeRows(ReadOnlySpan<int> rowOf, Span<double> rows)
    {
        for (int j = 0; j < _layer.SubnodeCount; j++)
        {
            ReadOnlySpan<double> adjoint = Row(_scaledSubnodeAdjoints, j);
            if (rowOf[_layer.SubnodeScaleOffset + j] is >= 0 and int scaleRow)
                TensorPrimitives.Multiply(adjoint, Row(_subnodes, j), rows.Slice(scaleRow * Samples, Samples));
            if (rowOf[_layer.SubnodeBiasOffset + j] is >= 0 and int biasRow)
                adjoint.CopyTo(rows.Slice(biasRow * Samples, Samples));
        }
    }
}
