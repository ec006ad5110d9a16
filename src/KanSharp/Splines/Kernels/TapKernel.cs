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

    /// <summary>Values at one sample; returns the index of the first basis function.</summary>
    public static int Evaluate<T>(CellTable<T> table, T x, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int cell = table.Locate(x);
        ref T value = ref MemoryMarshal.GetReference(values);
        if (typeof(T) == typeof(double))
            Evaluate<Lanes256<T>, Vector256<T>, T>(table, cell, x, ref value, ref Unsafe.NullRef<T>());
        else
            Evaluate<Lanes128<T>, Vector128<T>, T>(table, cell, x, ref value, ref Unsafe.NullRef<T>());
        return table.First[cell];
    }

    private static void Fill<TLanes, TVector, T>(CellTable<T> table, ReadOnlySpan<T> x, Span<int> first, Span<T> values, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        table.LocateAll(x, first);
        if (table.Taps != 4)
        {
            for (int n = 0; n < x.Length; n++)
            {
                int at = n * table.Stride;
                Evaluate<TLanes, TVector, T>(table, first[n], x[n], ref values[at], ref slopes.IsEmpty ? ref Unsafe.NullRef<T>() : ref slopes[at]);
                first[n] = table.First[first[n]];
            }
            return;
        }
        // Cells are below the lengths of all of these: nothing is left to check.
        ref T origins = ref MemoryMarshal.GetArrayDataReference(table.Origins);
        ref T widths = ref MemoryMarshal.GetArrayDataReference(table.InverseWidths);
        ref T coefficients = ref MemoryMarshal.GetArrayDataReference(table.Coefficients);
        ref int firsts = ref MemoryMarshal.GetArrayDataReference(table.First);
        ref T input = ref MemoryMarshal.GetReference(x);
        ref T value = ref MemoryMarshal.GetReference(values);
        ref T slope = ref MemoryMarshal.GetReference(slopes);
        ref int cells = ref MemoryMarshal.GetReference(first);
        bool wantSlopes = !slopes.IsEmpty;
        for (int n = 0; n < x.Length; n++)
        {
            int cell = Unsafe.Add(ref cells, n);
            T inverseWidth = Unsafe.Add(ref widths, cell);
            TVector u = TLanes.Create((Unsafe.Add(ref input, n) - Unsafe.Add(ref origins, cell)) * inverseWidth);
            ref T c = ref Unsafe.Add(ref coefficients, cell * 16);
            Unsafe.Add(ref cells, n) = Unsafe.Add(ref firsts, cell);
            TVector c3 = TLanes.Load(ref Unsafe.Add(ref c, 12));
            TVector sum2 = TLanes.MultiplyAdd(c3, u, TLanes.Load(ref Unsafe.Add(ref c, 8)));
            TVector sum1 = TLanes.MultiplyAdd(sum2, u, TLanes.Load(ref Unsafe.Add(ref c, 4)));
            TLanes.Store(TLanes.MultiplyAdd(sum1, u, TLanes.Load(ref c)), ref Unsafe.Add(ref value, 4 * n));
            if (wantSlopes)
                TLanes.Store(TLanes.Multiply(TLanes.MultiplyAdd(TLanes.MultiplyAdd(c3, u, sum2), u, sum1), TLanes.Create(inverseWidth)), ref Unsafe.Add(ref slope, 4 * n));
        }
    }

    /// <summary>Values and derivatives (none if the reference is null) at one sample of a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Evaluate<TLanes, TVector, T>(CellTable<T> table, int cell, T x, ref T value, ref T slope)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int stride = table.Stride, order = table.Taps - 1;
        T inverseWidth = table.InverseWidths[cell];
        TVector u = TLanes.Create((x - table.Origins[cell]) * inverseWidth);
        ref T c = ref table.Coefficients[cell * (order + 1) * stride];
        if (order == 3)
        {
            TVector c3 = TLanes.Load(ref Unsafe.Add(ref c, 3 * TLanes.Count));
            TVector sum2 = TLanes.MultiplyAdd(c3, u, TLanes.Load(ref Unsafe.Add(ref c, 2 * TLanes.Count)));
            TVector sum1 = TLanes.MultiplyAdd(sum2, u, TLanes.Load(ref Unsafe.Add(ref c, TLanes.Count)));
            TLanes.Store(TLanes.MultiplyAdd(sum1, u, TLanes.Load(ref c)), ref value);
            if (!Unsafe.IsNullRef(ref slope))
                TLanes.Store(TLanes.Multiply(TLanes.MultiplyAdd(TLanes.MultiplyAdd(c3, u, sum2), u, sum1), TLanes.Create(inverseWidth)), ref slope);
            return;
        }
        for (int t = 0; t < stride; t += TLanes.Count)
        {
            TVector sum = TLanes.Load(ref Unsafe.Add(ref c, order * stride + t)), derivative = TLanes.Create(T.Zero);
            for (int p = order - 1; p >= 0; p--)
            {
                derivative = TLanes.MultiplyAdd(derivative, u, sum);
                sum = TLanes.MultiplyAdd(sum, u, TLanes.Load(ref Unsafe.Add(ref c, p * stride + t)));
            }
            TLanes.Store(sum, ref Unsafe.Add(ref value, t));
            if (!Unsafe.IsNullRef(ref slope))
                TLanes.Store(TLanes.Multiply(derivative, TLanes.Create(inverseWidth)), ref Unsafe.Add(ref slope, t));
        }
    }
}
