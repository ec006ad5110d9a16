using System.Numerics.Tensors;

namespace KanSharp.Layers.Kernels;

/// <summary>Value and first three derivatives of the base function over a tile, as four rows.</summary>
internal static class JetBaseFunction
{
    private const int Samples = JetRows.Samples;

    public static void Evaluate(BaseFunction function, ReadOnlySpan<double> x, Span<double> rows)
    {
        switch (function)
        {
            case BaseFunction.Silu:
                Silu(x, rows);
                break;
            case BaseFunction.Identity:
                rows.Clear();
                x.CopyTo(rows);
                JetRows.Row(rows, 1).Fill(1);
                break;
            default:
                rows.Clear();
                break;
        }
    }

    /// <summary>With s = sigmoid(x), s' = s (1 - s): (x s)' = s + x s', (x s)'' = 2 s' + x s'', (x s)''' = 3 s'' + x s'''.</summary>
    private static void Silu(ReadOnlySpan<double> x, Span<double> rows)
    {
        TensorPrimitives.Sigmoid(x, rows[..Samples]);
        for (int n = 0; n < Samples; n++)
        {
            double s = rows[n], s1 = s * (1 - s), s2 = s1 * (1 - 2 * s), s3 = s2 * (1 - 2 * s) - 2 * s1 * s1;
            rows[n] = x[n] * s;
            rows[n + Samples] = s + x[n] * s1;
            rows[n + 2 * Samples] = 2 * s1 + x[n] * s2;
            rows[n + 3 * Samples] = 3 * s2 + x[n] * s3;
        }
    }
}
