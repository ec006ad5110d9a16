namespace KanSharp.Layers.Kernels;

/// <content>Derivatives by the parameters sample by sample, for least squares.</content>
internal sealed partial class JetTile
{
    /// <summary>
    /// Like <see cref="Backward"/>, but instead of a gradient fills rows [free parameter][sample] with the derivative of what the adjoints stand
    /// for by each parameter. <paramref name="rowOf"/> gives the row of each parameter of the layer, -1 for those that are not wanted; the
    /// coefficients of one edge are wanted together or not at all. Spline scales have no rows: they scale the coefficients, which say the same.
    /// </summary>
    public void JacobianRows(PiecewiseLayer weights, LayerParameters parameters, Span<double> nodeAdjoints, ReadOnlySpan<int> rowOf, Span<double> rows)
    {
        BackwardToSubnodes(parameters, nodeAdjoints);
        NodeRows(nodeAdjoints, rowOf, rows);
        int symbolic = 0;
        for (int i = 0; i < _layer.InputCount; i++)
        {
            BeginInput(i);
            for (int j = 0; j < _layer.SubnodeCount && _bases[i] is JetBasis basis; j++)
            {
                int edge = Edge(i, j);
                double mask = _layer.NumericMask[edge];
                if (mask == 0)
                    continue;
                FillFactors(i, j);
                ReadOnlySpan<int> coefficients = rowOf.Slice(edge * _layer.BasisCount, _layer.BasisCount);
                if (coefficients is [>= 0, ..])
                    basis.FillRows(Factor(0, j), Factor(1, j), Factor(2, j), mask * parameters.SplineScales[edge], coefficients, rows);
                if (rowOf[_layer.BaseScaleOffset + edge] is >= 0 and int baseRow)
                {
                    Span<double> row = JetRows.Row(rows, baseRow);
                    row.Clear();
                    for (int d = 0; d <= _shape.Order; d++)
                        JetRows.AddProduct(Factor(d, j), JetRows.Row(BaseRows(i), d), mask, row);
                }
                if (_seeds is null)
                {
                    weights.Evaluate(edge, basis, BaseRows(i), _edge);
                    AddInputAdjoint(i, j);
                }
            }
            for (; symbolic < _symbolic.Length && _symbolic[symbolic].Edge.Input == i; symbolic++)
            {
                BackwardSymbolic(parameters, symbolic);
                for (int k = 0; k < 4; k++)
                {
                    if (rowOf[_layer.AffineOffset + 4 * symbolic + k] is >= 0 and int row)
                        JetRows.Row(_constantRows, k).CopyTo(JetRows.Row(rows, row));
                }
            }
            EndInput(i);
        }
    }

    private void NodeRows(ReadOnlySpan<double> nodeAdjoints, ReadOnlySpan<int> rowOf, Span<double> rows)
    {
        for (int node = 0; node < _layer.NodeCount; node++)
        {
            int first = _layer.Output.FirstSubnode(node), last = first + _layer.Output.SubnodesOf(node) - 1;
            AffineRows(nodeAdjoints.Slice(node * _jet, _jet), Partial(last, first), rowOf[_layer.NodeScaleOffset + node], rowOf[_layer.NodeBiasOffset + node], rows);
        }
        for (int j = 0; j < _layer.SubnodeCount; j++)
            AffineRows(Jet(_scaledAdjoints, j), Jet(_subnodes, j), rowOf[_layer.SubnodeScaleOffset + j], rowOf[_layer.SubnodeBiasOffset + j], rows);
    }

    private void AffineRows(ReadOnlySpan<double> adjoint, ReadOnlySpan<double> value, int scaleRow, int biasRow, Span<double> rows)
    {
        if (scaleRow >= 0)
        {
            Span<double> row = JetRows.Row(rows, scaleRow);
            row.Clear();
            for (int c = 0; c < _shape.Components; c++)
                JetRows.AddProduct(adjoint.Slice(c * Samples, Samples), value.Slice(c * Samples, Samples), row);
        }
        if (biasRow >= 0)
            adjoint[..Samples].CopyTo(JetRows.Row(rows, biasRow));
    }
}
