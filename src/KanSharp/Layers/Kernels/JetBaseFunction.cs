using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

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
        ref double input = ref MemoryMarshal.GetReference(x), row = ref MemoryMarshal.GetReference(rows);
        for (nuint n = 0; n < Samples; n += 8)
        {
            Vector512<double> u = Vector512.LoadUnsafe(ref input, n), s = Vector512<double>.One / BaseFunctionKernel.OnePlusExponential<Lanes512<double>, Vector512<double>, double>(u);
            Vector512<double> s1 = s * (Vector512<double>.One - s), slope = Vector512<double>.One - 2 * s, s2 = s1 * slope, s3 = s2 * slope - 2 * s1 * s1;
            (u * s).StoreUnsafe(ref row, n);
            (s + u * s1).StoreUnsafe(ref row, n + Samples);
            (2 * s1 + u * s2).StoreUnsafe(ref row, n + 2 * Samples);
            (3 * s2 + u * s3).StoreUnsafe(ref row, n + 3 * Samples);
        }
    }
}
