namespace KanSharp.Layers.Kernels;

/// <summary>The product of two jets by Leibniz' rule, and its backward pass. A jet is one row for each component.</summary>
internal static class JetProduct
{
    /// <summary>result = f g.</summary>
    public static void Multiply(JetShape shape, ReadOnlySpan<double> f, ReadOnlySpan<double> g, Span<double> result)
    {
        ReadOnlySpan<double> f0 = Row(f, 0), g0 = Row(g, 0);
        result.Clear();
        JetRows.AddProduct(f0, g0, Row(result, 0));
        for (int c = 1; c < shape.Components; c++)
            JetRows.AddProducts(Row(f, c), g0, f0, Row(g, c), Row(result, c));
        for (int q = 0; q < shape.Forms.Length; q++)
        {
            foreach (JetTerm term in shape.Forms[q])
            {
                Span<double> sum = Row(result, shape.FirstForm + q);
                JetRows.AddProduct(Row(f, 1 + term.First), Row(g, 1 + term.Second), term.Weight, sum);
                JetRows.AddProduct(Row(f, 1 + term.Second), Row(g, 1 + term.First), term.Weight, sum);
            }
        }
    }

    /// <summary>adjointF += what the adjoint of f g says about f.</summary>
    public static void AddAdjoint(JetShape shape, ReadOnlySpan<double> adjoint, ReadOnlySpan<double> g, Span<double> adjointF)
    {
        ReadOnlySpan<double> g0 = Row(g, 0);
        for (int c = 0; c < shape.Components; c++)
        {
            JetRows.AddProduct(Row(adjoint, c), g0, Row(adjointF, c));
            if (c > 0)
                JetRows.AddProduct(Row(adjoint, c), Row(g, c), Row(adjointF, 0));
        }
        for (int q = 0; q < shape.Forms.Length; q++)
        {
            ReadOnlySpan<double> form = Row(adjoint, shape.FirstForm + q);
            foreach (JetTerm term in shape.Forms[q])
            {
                JetRows.AddProduct(form, Row(g, 1 + term.Second), term.Weight, Row(adjointF, 1 + term.First));
                JetRows.AddProduct(form, Row(g, 1 + term.First), term.Weight, Row(adjointF, 1 + term.Second));
            }
        }
    }

    private static ReadOnlySpan<double> Row(ReadOnlySpan<double> jet, int component) => jet.Slice(component * JetRows.Samples, JetRows.Samples);

    private static Span<double> Row(Span<double> jet, int component) => JetRows.Row(jet, component);
}
