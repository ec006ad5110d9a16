using KanSharp.Formulas;

namespace KanSharp.Layers.Kernels;

/// <summary>The symbolic part of one edge, c f(a x + b) + d, over a tile.</summary>
internal sealed class JetSymbolic(SymbolicEdge edge)
{
    private const int Samples = JetRows.Samples;

    private readonly double[] _rows = new double[4 * Samples];

    public SymbolicEdge Edge => edge;

    /// <summary>f and its first three derivatives at a x + b.</summary>
    public void Fill(ReadOnlySpan<double> x, ReadOnlySpan<double> affine)
    {
        SymbolicFunction function = edge.Function;
        for (int n = 0; n < Samples; n++)
        {
            double u = affine[0] * x[n] + affine[1];
            _rows[n] = function.Value(u);
            _rows[n + Samples] = function.FirstDerivative(u);
            _rows[n + 2 * Samples] = function.SecondDerivative(u);
            _rows[n + 3 * Samples] = function.ThirdDerivative(u);
        }
    }

    /// <summary>The edge and its first three derivatives by x, as four rows.</summary>
    public void Evaluate(ReadOnlySpan<double> affine, Span<double> result)
    {
        double factor = affine[2];
        for (int d = 0; d < 4; d++, factor *= affine[0])
            JetRows.Affine(Row(d), factor, d == 0 ? affine[3] : 0, JetRows.Row(result, d));
    }

    /// <summary>
    /// Sample by sample the derivatives of s0 phi + s1 phi' + s2 phi'' by a, b, c and d, as four rows; empty factors are zero.
    /// </summary>
    public void ConstantRows(ReadOnlySpan<double> affine, ReadOnlySpan<double> x, ReadOnlySpan<double> s0, ReadOnlySpan<double> s1, ReadOnlySpan<double> s2, Span<double> rows)
    {
        double a = affine[0], c = affine[2];
        for (int n = 0; n < Samples; n++)
        {
            double first = s1.IsEmpty ? 0 : s1[n], second = s2.IsEmpty ? 0 : s2[n];
            double f1 = _rows[n + Samples], f2 = _rows[n + 2 * Samples], f3 = _rows[n + 3 * Samples];
            // phi' = c a f'(a x + b), phi'' = c a² f''(a x + b)
            double inner = c * (s0[n] * f1 + a * (first * f2 + a * second * f3));
            rows[n] = inner * x[n] + c * (first * f1 + 2 * a * second * f2);
            rows[n + Samples] = inner;
            rows[n + 2 * Samples] = s0[n] * _rows[n] + a * (first * f1 + a * second * f2);
            rows[n + 3 * Samples] = s0[n];
        }
    }

    private ReadOnlySpan<double> Row(int derivative) => _rows.AsSpan(derivative * Samples, Samples);
}
