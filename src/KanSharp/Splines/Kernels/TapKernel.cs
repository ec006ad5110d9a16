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
        if (table.SameCubics is { } cubics && x.Length % 8 == 0)
        {
            T outside = typeof(T) == typeof(double) && Vector512.IsHardwareAccelerated
                ? FillSame<Lanes512<T>, Vector512<T>, T>(table, cubics, x, first, values, slopes)
                : FillSame<TLanes, TVector, T>(table, cubics, x, first, values, slopes);
            if (outside != T.Zero)
                FillOutside<TLanes, TVector, T>(table, x, first, values, slopes);
            return;
        }
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

    /// <summary>
    /// Where all cells have the same cubics: samples in the lanes, the taps of each brought together when they are stored. What lies outside the range is moved into it; returns the sum of
    /// the squares of how far.
    /// </summary>
    private static T FillSame<TLanes, TVector, T>(CellTable<T> table, T[] cubics, ReadOnlySpan<T> x, Span<int> first, Span<T> values, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T input = ref MemoryMarshal.GetReference(x);
        ref T value = ref MemoryMarshal.GetReference(values);
        ref T slope = ref MemoryMarshal.GetReference(slopes);
        ref int firsts = ref MemoryMarshal.GetReference(first);
        ref T c = ref MemoryMarshal.GetArrayDataReference(cubics);
        int samples = x.Length, most = table.CellCount - 3;
        bool wantSlopes = !slopes.IsEmpty;
        TVector low = TLanes.Create(table.Low), high = TLanes.Create(table.High), inverseWidth = TLanes.Create(table.InverseWidths[1]), zero = TLanes.Create(T.Zero), moved = zero;
        TVector half = TLanes.Create(T.CreateTruncating(-0.5)), last = TLanes.Create(T.CreateTruncating(table.CellCount - 3));
        // Added to a number this leaves its whole part in the lowest bits.
        TVector shift = TLanes.Create(T.CreateTruncating(typeof(T) == typeof(double) ? 6755399441055744 : 12582912));
        for (int n = 0; n < samples; n += TLanes.Count)
        {
            TVector sample = TLanes.Load(ref Unsafe.Add(ref input, n)), inside = TLanes.AtMost(high, TLanes.AtLeast(low, sample)), distance = TLanes.Subtract(sample, inside);
            moved = TLanes.MultiplyAdd(distance, distance, moved);
            // Half a cell less, so that rounding to the nearest whole number rounds down.
            TVector place = TLanes.Multiply(TLanes.Subtract(inside, low), inverseWidth);
            TVector cell = TLanes.Add(TLanes.AtMost(last, TLanes.AtLeast(zero, TLanes.Add(place, half))), shift);
            TVector u = TLanes.Subtract(place, TLanes.Subtract(cell, shift));
            TLanes.StoreWhole(cell, most, ref Unsafe.Add(ref firsts, n));
            Store(Cubic(ref c, u), Cubic(ref Unsafe.Add(ref c, 1), u), Cubic(ref Unsafe.Add(ref c, 2), u), Cubic(ref Unsafe.Add(ref c, 3), u), ref Unsafe.Add(ref value, 4 * n));
            if (wantSlopes)
                Store(Slope(ref c, u), Slope(ref Unsafe.Add(ref c, 1), u), Slope(ref Unsafe.Add(ref c, 2), u), Slope(ref Unsafe.Add(ref c, 3), u), ref Unsafe.Add(ref slope, 4 * n));
        }
        return TLanes.Sum(moved);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Cubic(ref T tap, TVector u) => TLanes.MultiplyAdd(TLanes.MultiplyAdd(TLanes.MultiplyAdd(
            TLanes.Create(Unsafe.Add(ref tap, 12)), u, TLanes.Create(Unsafe.Add(ref tap, 8))), u, TLanes.Create(Unsafe.Add(ref tap, 4))), u, TLanes.Create(tap));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Slope(ref T tap, TVector u) => TLanes.MultiplyAdd(TLanes.MultiplyAdd(
            TLanes.Create(Unsafe.Add(ref tap, 24)), u, TLanes.Create(Unsafe.Add(ref tap, 20))), u, TLanes.Create(Unsafe.Add(ref tap, 16)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(TVector t0, TVector t1, TVector t2, TVector t3, ref T target)
        {
            (t0, t1, t2, t3) = TLanes.Interleaved(t0, t1, t2, t3);
            TLanes.Store(t0, ref target);
            TLanes.Store(t1, ref Unsafe.Add(ref target, TLanes.Count));
            TLanes.Store(t2, ref Unsafe.Add(ref target, 2 * TLanes.Count));
            TLanes.Store(t3, ref Unsafe.Add(ref target, 3 * TLanes.Count));
        }
    }

    /// <summary>Samples outside the range, one by one.</summary>
    private static void FillOutside<TLanes, TVector, T>(CellTable<T> table, ReadOnlySpan<T> x, Span<int> first, Span<T> values, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int n = 0; n < x.Length; n++)
        {
            if (x[n] >= table.Low && x[n] <= table.High)
                continue;
            int cell = table.Locate(x[n]), at = n * table.Stride;
            first[n] = table.First[cell];
            Evaluate<TLanes, TVector, T>(table, cell, x[n], ref values[at], ref slopes.IsEmpty ? ref Unsafe.NullRef<T>() : ref slopes[at]);
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
