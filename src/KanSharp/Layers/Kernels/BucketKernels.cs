using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// The arithmetic of the samples of one grid cell with a block of outputs in the lanes. Five weights of each output (four basis functions and the base
/// function) times four vectors of outputs are twenty registers that stay for the whole cell; a sample costs twenty multiply-adds.
/// </summary>
internal static class BucketKernels
{
    /// <summary>Weights of an edge that are taken at once.</summary>
    public const int Rows = 5;

    /// <summary>Vectors of outputs that are taken at once.</summary>
    public const int BlockVectors = 4;

    /// <summary>Up to so many cells it pays to look at all samples once for each.</summary>
    private const int CompressedCells = 16;

    private const int Samples = NumericEdges<double>.Samples;

    /// <summary>Where the five weights stand, counted from the first weight of an input and block.</summary>
    internal readonly record struct RowOffsets(int W0, int W1, int W2, int W3, int W4);

    /// <summary>Samples in order of their cells: their numbers, their x, and where each cell starts.</summary>
    public static void Sort<T>(CellTable<T> table, ReadOnlySpan<T> x, Span<T> sorted, Span<int> starts, Span<int> order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<int> cells = stackalloc int[Samples];
        table.LocateAll(x, cells[..x.Length]);
        if (Avx512F.IsSupported && table.CellCount <= CompressedCells)
        {
            cells[x.Length..].Fill(-1);
            SortByCell(cells, starts, order);
            // Places are below the length of x: nothing is left to check.
            for (int n = 0; n < x.Length; n++)
                Unsafe.Add(ref MemoryMarshal.GetReference(sorted), n) = Unsafe.Add(ref MemoryMarshal.GetReference(x), order[n]);
            return;
        }
        starts.Clear();
        // Cells are below the length of starts, and places below that of x: nothing is left to check.
        ref int start = ref MemoryMarshal.GetReference(starts);
        ref int place = ref MemoryMarshal.GetReference(order);
        ref T target = ref MemoryMarshal.GetReference(sorted);
        foreach (int cell in cells[..x.Length])
            Unsafe.Add(ref start, cell)++;
        int sum = 0;
        for (int cell = 0; cell < starts.Length; cell++)
        {
            sum += starts[cell];
            starts[cell] = sum;
        }
        // Each start is now the end of its cell, and goes down to where the cell begins.
        for (int n = x.Length - 1; n >= 0; n--)
        {
            int at = --Unsafe.Add(ref start, cells[n]);
            Unsafe.Add(ref place, at) = n;
            Unsafe.Add(ref target, at) = x[n];
        }
    }

    /// <summary>The samples of a whole tile in order of their cells, cell by cell, sixteen samples at a time; those of cell -1 are left out.</summary>
    private static void SortByCell(ReadOnlySpan<int> cells, Span<int> starts, Span<int> order)
    {
        // A vector runs over the end of what it keeps.
        Span<int> places = stackalloc int[Samples + Vector512<int>.Count];
        ref int source = ref MemoryMarshal.GetReference(cells);
        ref int target = ref MemoryMarshal.GetReference(places);
        int at = 0;
        for (int cell = 0; cell < starts.Length - 1; cell++)
        {
            starts[cell] = at;
            for (int n = 0; n < Samples; n += Vector512<int>.Count)
            {
                Vector512<int> kept = Vector512.Equals(Vector512.LoadUnsafe(ref source, (nuint)n), Vector512.Create(cell));
                Avx512F.Compress(Vector512<int>.Zero, kept, Vector512<int>.Indices + Vector512.Create(n)).StoreUnsafe(ref target, (nuint)at);
                at += BitOperations.PopCount(kept.ExtractMostSignificantBits());
            }
        }
        starts[^1] = at;
        places[..order.Length].CopyTo(order);
    }

    /// <summary>
    /// Taps, [tap][sorted sample], of the samples start .. end - 1, all of one cell; the last vector runs over the end into what the next cell overwrites.
    /// </summary>
    public static void FillTaps<T>(CellTable<T> table, int cell, ReadOnlySpan<T> sorted, int start, int end, int stride, Span<T> taps, Span<T> slopes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            FillTaps<Lanes512<T>, Vector512<T>, T>(table, cell, sorted, start, end, stride, taps, slopes);
        else if (Vector256.IsHardwareAccelerated)
            FillTaps<Lanes256<T>, Vector256<T>, T>(table, cell, sorted, start, end, stride, taps, slopes);
        else
            FillTaps<Lanes128<T>, Vector128<T>, T>(table, cell, sorted, start, end, stride, taps, slopes);
    }

    /// <summary>tile[sample] += sum over the five weights of tap * weight, for the samples of a cell.</summary>
    public static void AddValues<T>(ReadOnlySpan<T> weights, RowOffsets rows, int vectors, ReadOnlySpan<int> samples, ReadOnlySpan<T> taps, int stride, Span<T> tile, int width)
        where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated)
            Values<Lanes512<T>, Vector512<T>, T>(weights, rows, vectors, samples, taps, stride, tile, width);
        else if (Vector256.IsHardwareAccelerated)
            Values<Lanes256<T>, Vector256<T>, T>(weights, rows, vectors, samples, taps, stride, tile, width);
        else
            Values<Lanes128<T>, Vector128<T>, T>(weights, rows, vectors, samples, taps, stride, tile, width);
    }

    /// <summary>gradient[weight] += sum over the samples of a cell of tap * tile[sample], for as many of the five as count.</summary>
    public static void AddGradients<T>(Span<T> gradients, RowOffsets rows, int count, int vectors, ReadOnlySpan<int> samples, ReadOnlySpan<T> taps, int stride, ReadOnlySpan<T> tile, int width)
        where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated)
            Gradients<Lanes512<T>, Vector512<T>, T>(gradients, rows, count, vectors, samples, taps, stride, tile, width);
        else if (Vector256.IsHardwareAccelerated)
            Gradients<Lanes256<T>, Vector256<T>, T>(gradients, rows, count, vectors, samples, taps, stride, tile, width);
        else
            Gradients<Lanes128<T>, Vector128<T>, T>(gradients, rows, count, vectors, samples, taps, stride, tile, width);
    }

    /// <summary>inputAdjoint[sample] += sum over outputs and the five weights of slope * weight * tile[sample].</summary>
    public static void AddInputAdjoints<T>(ReadOnlySpan<T> weights, RowOffsets rows, int vectors, ReadOnlySpan<int> samples, ReadOnlySpan<T> slopes, int stride, ReadOnlySpan<T> tile, int width, Span<T> inputAdjoint)
        where T : unmanaged, INumberBase<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Inputs<Lanes512<T>, Vector512<T>, T>(weights, rows, vectors, samples, slopes, stride, tile, width, inputAdjoint);
        else if (Vector256.IsHardwareAccelerated)
            Inputs<Lanes256<T>, Vector256<T>, T>(weights, rows, vectors, samples, slopes, stride, tile, width, inputAdjoint);
        else
            Inputs<Lanes128<T>, Vector128<T>, T>(weights, rows, vectors, samples, slopes, stride, tile, width, inputAdjoint);
    }

    private static void FillTaps<TLanes, TVector, T>(CellTable<T> table, int cell, ReadOnlySpan<T> sorted, int start, int end, int stride, Span<T> taps, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(sorted);
        ref T value = ref MemoryMarshal.GetReference(taps);
        ref T slope = ref MemoryMarshal.GetReference(slopes);
        bool wantSlopes = !slopes.IsEmpty;
        TVector origin = TLanes.Create(table.Origins[cell]), inverseWidth = TLanes.Create(table.InverseWidths[cell]);
        int order = table.Taps - 1, tableStride = table.Stride;
        ref T coefficients = ref table.Coefficients[cell * table.Taps * tableStride];
        for (int tap = 0; tap <= order; tap++)
        {
            ref T c = ref Unsafe.Add(ref coefficients, tap);
            ref T values = ref Unsafe.Add(ref value, tap * stride);
            ref T derivatives = ref Unsafe.Add(ref slope, tap * stride);
            if (order == 3)
            {
                TVector c0 = TLanes.Create(c), c1 = TLanes.Create(Unsafe.Add(ref c, tableStride)), c2 = TLanes.Create(Unsafe.Add(ref c, 2 * tableStride)), c3 = TLanes.Create(Unsafe.Add(ref c, 3 * tableStride));
                for (int n = start; n < end; n += TLanes.Count)
                {
                    TVector u = TLanes.Multiply(TLanes.Subtract(TLanes.Load(ref Unsafe.Add(ref x, n)), origin), inverseWidth);
                    TVector sum2 = TLanes.MultiplyAdd(c3, u, c2), sum1 = TLanes.MultiplyAdd(sum2, u, c1);
                    TLanes.Store(TLanes.MultiplyAdd(sum1, u, c0), ref Unsafe.Add(ref values, n));
                    if (wantSlopes)
                        TLanes.Store(TLanes.Multiply(TLanes.MultiplyAdd(TLanes.MultiplyAdd(c3, u, sum2), u, sum1), inverseWidth), ref Unsafe.Add(ref derivatives, n));
                }
                continue;
            }
            for (int n = start; n < end; n += TLanes.Count)
            {
                TVector u = TLanes.Multiply(TLanes.Subtract(TLanes.Load(ref Unsafe.Add(ref x, n)), origin), inverseWidth);
                TVector sum = TLanes.Create(Unsafe.Add(ref c, order * tableStride)), derivative = TLanes.Create(default(T)!);
                for (int p = order - 1; p >= 0; p--)
                {
                    derivative = TLanes.MultiplyAdd(derivative, u, sum);
                    sum = TLanes.MultiplyAdd(sum, u, TLanes.Create(Unsafe.Add(ref c, p * tableStride)));
                }
                TLanes.Store(sum, ref Unsafe.Add(ref values, n));
                if (wantSlopes)
                    TLanes.Store(TLanes.Multiply(derivative, inverseWidth), ref Unsafe.Add(ref derivatives, n));
            }
        }
    }

    private static void Values<TLanes, TVector, T>(ReadOnlySpan<T> weights, RowOffsets rows, int vectors, ReadOnlySpan<int> samples, ReadOnlySpan<T> taps, int stride, Span<T> tile, int width)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        ref T w = ref MemoryMarshal.GetReference(weights);
        ref T y = ref MemoryMarshal.GetReference(tile);
        if (vectors == BlockVectors)
        {
            Values4<TLanes, TVector, T>(ref w, rows, samples, ref MemoryMarshal.GetReference(taps), stride, ref y, width);
            return;
        }
        for (int v = 0; v < vectors; v++)
            Values1<TLanes, TVector, T>(ref Unsafe.Add(ref w, v * TLanes.Count), rows, samples, ref MemoryMarshal.GetReference(taps), stride, ref Unsafe.Add(ref y, v * TLanes.Count), width);
    }

    // The methods below are leaves, without a call in them: a call would send all their registers to memory.

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Values4<TLanes, TVector, T>(ref T weights, RowOffsets rows, ReadOnlySpan<int> samples, ref T taps, int stride, ref T tile, int width)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        ref T w = ref Unsafe.Add(ref weights, rows.W0);
        TVector w00 = TLanes.Load(ref w), w01 = At<TLanes, TVector, T>(ref w, 1), w02 = At<TLanes, TVector, T>(ref w, 2), w03 = At<TLanes, TVector, T>(ref w, 3);
        w = ref Unsafe.Add(ref weights, rows.W1);
        TVector w10 = TLanes.Load(ref w), w11 = At<TLanes, TVector, T>(ref w, 1), w12 = At<TLanes, TVector, T>(ref w, 2), w13 = At<TLanes, TVector, T>(ref w, 3);
        w = ref Unsafe.Add(ref weights, rows.W2);
        TVector w20 = TLanes.Load(ref w), w21 = At<TLanes, TVector, T>(ref w, 1), w22 = At<TLanes, TVector, T>(ref w, 2), w23 = At<TLanes, TVector, T>(ref w, 3);
        w = ref Unsafe.Add(ref weights, rows.W3);
        TVector w30 = TLanes.Load(ref w), w31 = At<TLanes, TVector, T>(ref w, 1), w32 = At<TLanes, TVector, T>(ref w, 2), w33 = At<TLanes, TVector, T>(ref w, 3);
        w = ref Unsafe.Add(ref weights, rows.W4);
        TVector w40 = TLanes.Load(ref w), w41 = At<TLanes, TVector, T>(ref w, 1), w42 = At<TLanes, TVector, T>(ref w, 2), w43 = At<TLanes, TVector, T>(ref w, 3);
        for (int n = 0; n < samples.Length; n++)
        {
            ref T y = ref Unsafe.Add(ref tile, samples[n] * width);
            ref T t = ref Unsafe.Add(ref taps, n);
            TVector tap = TLanes.Create(t);
            TVector y0 = TLanes.MultiplyAdd(tap, w00, TLanes.Load(ref y)), y1 = TLanes.MultiplyAdd(tap, w01, At<TLanes, TVector, T>(ref y, 1));
            TVector y2 = TLanes.MultiplyAdd(tap, w02, At<TLanes, TVector, T>(ref y, 2)), y3 = TLanes.MultiplyAdd(tap, w03, At<TLanes, TVector, T>(ref y, 3));
            t = ref Unsafe.Add(ref t, stride);
            tap = TLanes.Create(t);
            y0 = TLanes.MultiplyAdd(tap, w10, y0); y1 = TLanes.MultiplyAdd(tap, w11, y1); y2 = TLanes.MultiplyAdd(tap, w12, y2); y3 = TLanes.MultiplyAdd(tap, w13, y3);
            t = ref Unsafe.Add(ref t, stride);
            tap = TLanes.Create(t);
            y0 = TLanes.MultiplyAdd(tap, w20, y0); y1 = TLanes.MultiplyAdd(tap, w21, y1); y2 = TLanes.MultiplyAdd(tap, w22, y2); y3 = TLanes.MultiplyAdd(tap, w23, y3);
            t = ref Unsafe.Add(ref t, stride);
            tap = TLanes.Create(t);
            y0 = TLanes.MultiplyAdd(tap, w30, y0); y1 = TLanes.MultiplyAdd(tap, w31, y1); y2 = TLanes.MultiplyAdd(tap, w32, y2); y3 = TLanes.MultiplyAdd(tap, w33, y3);
            t = ref Unsafe.Add(ref t, stride);
            tap = TLanes.Create(t);
            y0 = TLanes.MultiplyAdd(tap, w40, y0); y1 = TLanes.MultiplyAdd(tap, w41, y1); y2 = TLanes.MultiplyAdd(tap, w42, y2); y3 = TLanes.MultiplyAdd(tap, w43, y3);
            TLanes.Store(y0, ref y);
            TLanes.Store(y1, ref Unsafe.Add(ref y, TLanes.Count));
            TLanes.Store(y2, ref Unsafe.Add(ref y, 2 * TLanes.Count));
            TLanes.Store(y3, ref Unsafe.Add(ref y, 3 * TLanes.Count));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Values1<TLanes, TVector, T>(ref T weights, RowOffsets rows, ReadOnlySpan<int> samples, ref T taps, int stride, ref T tile, int width)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        TVector w0 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W0)), w1 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W1)), w2 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W2));
        TVector w3 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W3)), w4 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W4));
        for (int n = 0; n < samples.Length; n++)
        {
            ref T y = ref Unsafe.Add(ref tile, samples[n] * width);
            ref T t = ref Unsafe.Add(ref taps, n);
            TVector sum = TLanes.MultiplyAdd(TLanes.Create(t), w0, TLanes.Load(ref y));
            sum = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, stride)), w1, sum);
            sum = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, 2 * stride)), w2, sum);
            sum = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, 3 * stride)), w3, sum);
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, 4 * stride)), w4, sum), ref y);
        }
    }

    private static void Gradients<TLanes, TVector, T>(Span<T> gradients, RowOffsets rows, int count, int vectors, ReadOnlySpan<int> samples, ReadOnlySpan<T> taps, int stride, ReadOnlySpan<T> tile, int width)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        ref T g = ref MemoryMarshal.GetReference(gradients);
        ref T a = ref MemoryMarshal.GetReference(tile);
        if (vectors == BlockVectors)
        {
            Gradients4<TLanes, TVector, T>(ref g, rows, count, samples, ref MemoryMarshal.GetReference(taps), stride, ref a, width);
            return;
        }
        for (int v = 0; v < vectors; v++)
            Gradients1<TLanes, TVector, T>(ref Unsafe.Add(ref g, v * TLanes.Count), rows, count, samples, ref MemoryMarshal.GetReference(taps), stride, ref Unsafe.Add(ref a, v * TLanes.Count), width);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Gradients4<TLanes, TVector, T>(ref T gradients, RowOffsets rows, int count, ReadOnlySpan<int> samples, ref T taps, int stride, ref T tile, int width)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        TVector zero = TLanes.Create(default);
        TVector g00 = zero, g01 = zero, g02 = zero, g03 = zero, g10 = zero, g11 = zero, g12 = zero, g13 = zero, g20 = zero, g21 = zero;
        TVector g22 = zero, g23 = zero, g30 = zero, g31 = zero, g32 = zero, g33 = zero, g40 = zero, g41 = zero, g42 = zero, g43 = zero;
        for (int n = 0; n < samples.Length; n++)
        {
            ref T a = ref Unsafe.Add(ref tile, samples[n] * width);
            TVector a0 = TLanes.Load(ref a), a1 = At<TLanes, TVector, T>(ref a, 1), a2 = At<TLanes, TVector, T>(ref a, 2), a3 = At<TLanes, TVector, T>(ref a, 3);
            ref T t = ref Unsafe.Add(ref taps, n);
            TVector tap = TLanes.Create(t);
            g00 = TLanes.MultiplyAdd(tap, a0, g00); g01 = TLanes.MultiplyAdd(tap, a1, g01); g02 = TLanes.MultiplyAdd(tap, a2, g02); g03 = TLanes.MultiplyAdd(tap, a3, g03);
            t = ref Unsafe.Add(ref t, stride);
            tap = TLanes.Create(t);
            g10 = TLanes.MultiplyAdd(tap, a0, g10); g11 = TLanes.MultiplyAdd(tap, a1, g11); g12 = TLanes.MultiplyAdd(tap, a2, g12); g13 = TLanes.MultiplyAdd(tap, a3, g13);
            t = ref Unsafe.Add(ref t, stride);
            tap = TLanes.Create(t);
            g20 = TLanes.MultiplyAdd(tap, a0, g20); g21 = TLanes.MultiplyAdd(tap, a1, g21); g22 = TLanes.MultiplyAdd(tap, a2, g22); g23 = TLanes.MultiplyAdd(tap, a3, g23);
            t = ref Unsafe.Add(ref t, stride);
            tap = TLanes.Create(t);
            g30 = TLanes.MultiplyAdd(tap, a0, g30); g31 = TLanes.MultiplyAdd(tap, a1, g31); g32 = TLanes.MultiplyAdd(tap, a2, g32); g33 = TLanes.MultiplyAdd(tap, a3, g33);
            t = ref Unsafe.Add(ref t, stride);
            tap = TLanes.Create(t);
            g40 = TLanes.MultiplyAdd(tap, a0, g40); g41 = TLanes.MultiplyAdd(tap, a1, g41); g42 = TLanes.MultiplyAdd(tap, a2, g42); g43 = TLanes.MultiplyAdd(tap, a3, g43);
        }
        AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W0), g00, g01, g02, g03);
        if (count > 1)
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W1), g10, g11, g12, g13);
        if (count > 2)
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W2), g20, g21, g22, g23);
        if (count > 3)
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W3), g30, g31, g32, g33);
        if (count > 4)
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W4), g40, g41, g42, g43);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Gradients1<TLanes, TVector, T>(ref T gradients, RowOffsets rows, int count, ReadOnlySpan<int> samples, ref T taps, int stride, ref T tile, int width)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        TVector zero = TLanes.Create(default), g0 = zero, g1 = zero, g2 = zero, g3 = zero, g4 = zero;
        for (int n = 0; n < samples.Length; n++)
        {
            TVector a = TLanes.Load(ref Unsafe.Add(ref tile, samples[n] * width));
            ref T t = ref Unsafe.Add(ref taps, n);
            g0 = TLanes.MultiplyAdd(TLanes.Create(t), a, g0);
            g1 = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, stride)), a, g1);
            g2 = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, 2 * stride)), a, g2);
            g3 = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, 3 * stride)), a, g3);
            g4 = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, 4 * stride)), a, g4);
        }
        AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W0), g0);
        if (count > 1)
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W1), g1);
        if (count > 2)
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W2), g2);
        if (count > 3)
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W3), g3);
        if (count > 4)
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref gradients, rows.W4), g4);
    }

    private static void Inputs<TLanes, TVector, T>(ReadOnlySpan<T> weights, RowOffsets rows, int vectors, ReadOnlySpan<int> samples, ReadOnlySpan<T> slopes, int stride, ReadOnlySpan<T> tile, int width, Span<T> inputAdjoint)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        ref T w = ref MemoryMarshal.GetReference(weights);
        ref T a = ref MemoryMarshal.GetReference(tile);
        ref T x = ref MemoryMarshal.GetReference(inputAdjoint);
        if (vectors == BlockVectors)
        {
            Inputs4<TLanes, TVector, T>(ref w, rows, samples, ref MemoryMarshal.GetReference(slopes), stride, ref a, width, ref x);
            return;
        }
        for (int v = 0; v < vectors; v++)
            Inputs1<TLanes, TVector, T>(ref Unsafe.Add(ref w, v * TLanes.Count), rows, samples, ref MemoryMarshal.GetReference(slopes), stride, ref Unsafe.Add(ref a, v * TLanes.Count), width, ref x);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Inputs4<TLanes, TVector, T>(ref T weights, RowOffsets rows, ReadOnlySpan<int> samples, ref T slopes, int stride, ref T tile, int width, ref T inputAdjoint)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        ref T w = ref Unsafe.Add(ref weights, rows.W0);
        TVector w00 = TLanes.Load(ref w), w01 = At<TLanes, TVector, T>(ref w, 1), w02 = At<TLanes, TVector, T>(ref w, 2), w03 = At<TLanes, TVector, T>(ref w, 3);
        w = ref Unsafe.Add(ref weights, rows.W1);
        TVector w10 = TLanes.Load(ref w), w11 = At<TLanes, TVector, T>(ref w, 1), w12 = At<TLanes, TVector, T>(ref w, 2), w13 = At<TLanes, TVector, T>(ref w, 3);
        w = ref Unsafe.Add(ref weights, rows.W2);
        TVector w20 = TLanes.Load(ref w), w21 = At<TLanes, TVector, T>(ref w, 1), w22 = At<TLanes, TVector, T>(ref w, 2), w23 = At<TLanes, TVector, T>(ref w, 3);
        w = ref Unsafe.Add(ref weights, rows.W3);
        TVector w30 = TLanes.Load(ref w), w31 = At<TLanes, TVector, T>(ref w, 1), w32 = At<TLanes, TVector, T>(ref w, 2), w33 = At<TLanes, TVector, T>(ref w, 3);
        w = ref Unsafe.Add(ref weights, rows.W4);
        TVector w40 = TLanes.Load(ref w), w41 = At<TLanes, TVector, T>(ref w, 1), w42 = At<TLanes, TVector, T>(ref w, 2), w43 = At<TLanes, TVector, T>(ref w, 3);
        for (int n = 0; n < samples.Length; n++)
        {
            ref T a = ref Unsafe.Add(ref tile, samples[n] * width);
            ref T t = ref Unsafe.Add(ref slopes, n);
            TVector slope = TLanes.Create(t);
            TVector y0 = TLanes.Multiply(slope, w00), y1 = TLanes.Multiply(slope, w01), y2 = TLanes.Multiply(slope, w02), y3 = TLanes.Multiply(slope, w03);
            t = ref Unsafe.Add(ref t, stride);
            slope = TLanes.Create(t);
            y0 = TLanes.MultiplyAdd(slope, w10, y0); y1 = TLanes.MultiplyAdd(slope, w11, y1); y2 = TLanes.MultiplyAdd(slope, w12, y2); y3 = TLanes.MultiplyAdd(slope, w13, y3);
            t = ref Unsafe.Add(ref t, stride);
            slope = TLanes.Create(t);
            y0 = TLanes.MultiplyAdd(slope, w20, y0); y1 = TLanes.MultiplyAdd(slope, w21, y1); y2 = TLanes.MultiplyAdd(slope, w22, y2); y3 = TLanes.MultiplyAdd(slope, w23, y3);
            t = ref Unsafe.Add(ref t, stride);
            slope = TLanes.Create(t);
            y0 = TLanes.MultiplyAdd(slope, w30, y0); y1 = TLanes.MultiplyAdd(slope, w31, y1); y2 = TLanes.MultiplyAdd(slope, w32, y2); y3 = TLanes.MultiplyAdd(slope, w33, y3);
            t = ref Unsafe.Add(ref t, stride);
            slope = TLanes.Create(t);
            y0 = TLanes.MultiplyAdd(slope, w40, y0); y1 = TLanes.MultiplyAdd(slope, w41, y1); y2 = TLanes.MultiplyAdd(slope, w42, y2); y3 = TLanes.MultiplyAdd(slope, w43, y3);
            y0 = TLanes.MultiplyAdd(y1, At<TLanes, TVector, T>(ref a, 1), TLanes.Multiply(y0, TLanes.Load(ref a)));
            y2 = TLanes.MultiplyAdd(y3, At<TLanes, TVector, T>(ref a, 3), TLanes.Multiply(y2, At<TLanes, TVector, T>(ref a, 2)));
            Unsafe.Add(ref inputAdjoint, samples[n]) += TLanes.Sum(TLanes.Add(y0, y2));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Inputs1<TLanes, TVector, T>(ref T weights, RowOffsets rows, ReadOnlySpan<int> samples, ref T slopes, int stride, ref T tile, int width, ref T inputAdjoint)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        TVector w0 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W0)), w1 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W1)), w2 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W2));
        TVector w3 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W3)), w4 = TLanes.Load(ref Unsafe.Add(ref weights, rows.W4));
        for (int n = 0; n < samples.Length; n++)
        {
            ref T t = ref Unsafe.Add(ref slopes, n);
            TVector sum = TLanes.Multiply(TLanes.Create(t), w0);
            sum = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, stride)), w1, sum);
            sum = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, 2 * stride)), w2, sum);
            sum = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, 3 * stride)), w3, sum);
            sum = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref t, 4 * stride)), w4, sum);
            Unsafe.Add(ref inputAdjoint, samples[n]) += TLanes.Sum(TLanes.Multiply(sum, TLanes.Load(ref Unsafe.Add(ref tile, samples[n] * width))));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector At<TLanes, TVector, T>(ref T start, int vector)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged => TLanes.Load(ref Unsafe.Add(ref start, vector * TLanes.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<TLanes, TVector, T>(ref T target, TVector sum)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged => TLanes.Store(TLanes.Add(TLanes.Load(ref target), sum), ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<TLanes, TVector, T>(ref T target, TVector s0, TVector s1, TVector s2, TVector s3)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        AddTo<TLanes, TVector, T>(ref target, s0);
        AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref target, TLanes.Count), s1);
        AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref target, 2 * TLanes.Count), s2);
        AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref target, 3 * TLanes.Count), s3);
    }
}
