using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Splines.Kernels;

/// <summary>The k + 1 basis functions that differ from zero at a sample, with these taps in the lanes.</summary>
internal static class TapKernel
{
    /// <summary>
    /// For every sample the index of its first basis function, and the values and derivatives (none if the span is empty) of the basis
    /// functions from there on, [sample][<see cref="CellTable{T}.Stride"/>].
    /// </summary>
    public static void Fill<T>(CellTable<T> table, ReadOnlySpan<T> x, Span<int> first, Span<T> values, Span<T> slopes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
            Fill<Lanes256<T>, Vector256<T>, T>(table, x, first, values, slopes);
        else
            Fill<Lanes128<T>, Vector128<T>, T>(table, x, first, values, slopes);
    }

    private static void Fill<TLanes, TVector, T>(CellTable<T> table, ReadOnlySpan<T> x, Span<int> first, Span<T> values, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T origins = ref MemoryMarshal.GetArrayDataReference(table.Origins);
        ref T widths = ref MemoryMarshal.GetArrayDataReference(table.InverseWidths);
        ref T coefficients = ref MemoryMarshal.GetArrayDataReference(table.Coefficients);
        ref int firsts = ref MemoryMarshal.GetArrayDataReference(table.First);
        ref T value = ref MemoryMarshal.GetReference(values);
        ref T slope = ref MemoryMarshal.GetReference(slopes);
        int stride = table.Stride, order = table.Taps - 1;
        bool wantSlopes = !slopes.IsEmpty;
        for (int n = 0; n < x.Length; n++)
        {
            int cell = table.Locate(x[n]);
            first[n] = Unsafe.Add(ref firsts, cell);
            T inverseWidth = Unsafe.Add(ref widths, cell);
            TVector u = TLanes.Create((x[n] - Unsafe.Add(ref origins, cell)) * inverseWidth);
            ref T top = ref Unsafe.Add(ref coefficients, ((cell + 1) * table.Taps - 1) * stride);
            for (int t = 0; t < stride; t += TLanes.Count)
            {
                ref T c = ref Unsafe.Add(ref top, t);
                TVector sum = TLanes.Load(ref c), derivative = TLanes.Create(T.Zero);
                for (int p = 0; p < order; p++)
                {
                    c = ref Unsafe.Subtract(ref c, stride);
                    derivative = TLanes.MultiplyAdd(derivative, u, sum);
                    sum = TLanes.MultiplyAdd(sum, u, TLanes.Load(ref c));
                }
                TLanes.Store(sum, ref Unsafe.Add(ref value, n * stride + t));
                if (wantSlopes)
                    TLanes.Store(TLanes.Multiply(derivative, TLanes.Create(inverseWidth)), ref Unsafe.Add(ref slope, n * stride + t));
            }
        }
    }
}
