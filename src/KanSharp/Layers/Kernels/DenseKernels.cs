using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// Products of the basis of one input, [row][sample], with weights or adjoints of one or two edges. The tile is a whole number of four of the widest
/// vectors long. Two edges at a time: each row is read once for both, and there are eight sums that do not wait for each other. Where there is one weight more than
/// rows, the first is met by ones.
/// </summary>
internal static class DenseKernels
{
    private const int Samples = NumericEdges<double>.Samples;

    /// <summary>Elements of the widest vectors of this machine.</summary>
    public static int Lanes<T>() where T : unmanaged =>
        Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256.IsHardwareAccelerated ? Vector256<T>.Count : Vector128<T>.Count;

    /// <summary>The sum of so many numbers, which is <see cref="Lanes"/> or less.</summary>
    public static T Total<T>(ref T numbers, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated && count == Vector512<T>.Count)
            return Vector512.Sum(Vector512.LoadUnsafe(ref numbers));
        if (Vector256.IsHardwareAccelerated && count == Vector256<T>.Count)
            return Vector256.Sum(Vector256.LoadUnsafe(ref numbers));
        T sum = T.Zero;
        for (int n = 0; n < count; n++)
            sum += Unsafe.Add(ref numbers, n);
        return sum;
    }

    /// <summary>result[n] += sum over r of weights[r] basis[r][n], for two edges.</summary>
    public static void AddPair<T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> weights0, ReadOnlySpan<T> weights1, Span<T> result0, Span<T> result1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Pair<Lanes512<T>, Vector512<T>, T>(basis, weights0, weights1, [], [], result0, result1);
        else if (Vector256.IsHardwareAccelerated)
            Pair<Lanes256<T>, Vector256<T>, T>(basis, weights0, weights1, [], [], result0, result1);
        else
            Pair<Lanes128<T>, Vector128<T>, T>(basis, weights0, weights1, [], [], result0, result1);
    }

    /// <summary>result[n] += sum over both edges of factor[n] * sum over r of weights[r] basis[r][n].</summary>
    public static void AddPairTimes<T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> weights0, ReadOnlySpan<T> weights1, ReadOnlySpan<T> factor0, ReadOnlySpan<T> factor1, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Pair<Lanes512<T>, Vector512<T>, T>(basis, weights0, weights1, factor0, factor1, result, result);
        else if (Vector256.IsHardwareAccelerated)
            Pair<Lanes256<T>, Vector256<T>, T>(basis, weights0, weights1, factor0, factor1, result, result);
        else
            Pair<Lanes128<T>, Vector128<T>, T>(basis, weights0, weights1, factor0, factor1, result, result);
    }

    /// <summary>result[n] += sum over r of weights[r] basis[r][n].</summary>
    public static void Add<T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> weights, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Single<Lanes512<T>, Vector512<T>, T>(basis, weights, [], result);
        else if (Vector256.IsHardwareAccelerated)
            Single<Lanes256<T>, Vector256<T>, T>(basis, weights, [], result);
        else
            Single<Lanes128<T>, Vector128<T>, T>(basis, weights, [], result);
    }

    /// <summary>result[n] += factor[n] * sum over r of weights[r] basis[r][n].</summary>
    public static void AddTimes<T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> weights, ReadOnlySpan<T> factor, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Single<Lanes512<T>, Vector512<T>, T>(basis, weights, factor, result);
        else if (Vector256.IsHardwareAccelerated)
            Single<Lanes256<T>, Vector256<T>, T>(basis, weights, factor, result);
        else
            Single<Lanes128<T>, Vector128<T>, T>(basis, weights, factor, result);
    }

    /// <summary>sums[r][lane] += factor[n] basis[r][n] over the samples n of that lane, for two edges.</summary>
    public static void AddProductPair<T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> factor0, ReadOnlySpan<T> factor1, Span<T> sums0, Span<T> sums1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            ProductPair<Lanes512<T>, Vector512<T>, T>(basis, factor0, factor1, sums0, sums1);
        else if (Vector256.IsHardwareAccelerated)
            ProductPair<Lanes256<T>, Vector256<T>, T>(basis, factor0, factor1, sums0, sums1);
        else
            ProductPair<Lanes128<T>, Vector128<T>, T>(basis, factor0, factor1, sums0, sums1);
    }

    /// <summary>sums[r][lane] += factor[n] basis[r][n] over the samples n of that lane.</summary>
    public static void AddProduct<T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> factor, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Product<Lanes512<T>, Vector512<T>, T>(basis, factor, sums);
        else if (Vector256.IsHardwareAccelerated)
            Product<Lanes256<T>, Vector256<T>, T>(basis, factor, sums);
        else
            Product<Lanes128<T>, Vector128<T>, T>(basis, factor, sums);
    }

    private static void Pair<TLanes, TVector, T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> weights0, ReadOnlySpan<T> weights1,
        ReadOnlySpan<T> factor0, ReadOnlySpan<T> factor1, Span<T> result0, Span<T> result1)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T b = ref MemoryMarshal.GetReference(basis);
        ref T w0 = ref MemoryMarshal.GetReference(weights0);
        ref T w1 = ref MemoryMarshal.GetReference(weights1);
        ref T y0 = ref MemoryMarshal.GetReference(result0);
        ref T y1 = ref MemoryMarshal.GetReference(result1);
        int rows = basis.Length / Samples;
        bool times = !factor0.IsEmpty, ones = weights0.Length > rows;
        TVector first0 = TLanes.Create(ones ? w0 : T.Zero), first1 = TLanes.Create(ones ? w1 : T.Zero);
        w0 = ref Unsafe.Add(ref w0, ones ? 1 : 0);
        w1 = ref Unsafe.Add(ref w1, ones ? 1 : 0);
        for (int n = 0; n < Samples; n += 4 * TLanes.Count)
        {
            ref T column = ref Unsafe.Add(ref b, n);
            TVector p0 = first0, p1 = first0, p2 = first0, p3 = first0, q0 = first1, q1 = first1, q2 = first1, q3 = first1;
            for (int r = 0; r < rows; r++)
            {
                TVector v0 = TLanes.Load(ref column), v1 = TLanes.Load(ref Unsafe.Add(ref column, TLanes.Count));
                TVector v2 = TLanes.Load(ref Unsafe.Add(ref column, 2 * TLanes.Count)), v3 = TLanes.Load(ref Unsafe.Add(ref column, 3 * TLanes.Count));
                TVector p = TLanes.Create(Unsafe.Add(ref w0, r)), q = TLanes.Create(Unsafe.Add(ref w1, r));
                p0 = TLanes.MultiplyAdd(p, v0, p0);
                p1 = TLanes.MultiplyAdd(p, v1, p1);
                p2 = TLanes.MultiplyAdd(p, v2, p2);
                p3 = TLanes.MultiplyAdd(p, v3, p3);
                q0 = TLanes.MultiplyAdd(q, v0, q0);
                q1 = TLanes.MultiplyAdd(q, v1, q1);
                q2 = TLanes.MultiplyAdd(q, v2, q2);
                q3 = TLanes.MultiplyAdd(q, v3, q3);
                column = ref Unsafe.Add(ref column, Samples);
            }
            ref T left = ref Unsafe.Add(ref y0, n);
            ref T right = ref Unsafe.Add(ref y1, n);
            if (times)
            {
                ref T f0 = ref Unsafe.Add(ref MemoryMarshal.GetReference(factor0), n);
                ref T f1 = ref Unsafe.Add(ref MemoryMarshal.GetReference(factor1), n);
                AddTo<TLanes, TVector, T>(ref left, TLanes.MultiplyAdd(p0, TLanes.Load(ref f0), TLanes.Multiply(q0, TLanes.Load(ref f1))));
                AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref left, TLanes.Count), TLanes.MultiplyAdd(p1, TLanes.Load(ref Unsafe.Add(ref f0, TLanes.Count)), TLanes.Multiply(q1, TLanes.Load(ref Unsafe.Add(ref f1, TLanes.Count)))));
                AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref left, 2 * TLanes.Count), TLanes.MultiplyAdd(p2, TLanes.Load(ref Unsafe.Add(ref f0, 2 * TLanes.Count)), TLanes.Multiply(q2, TLanes.Load(ref Unsafe.Add(ref f1, 2 * TLanes.Count)))));
                AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref left, 3 * TLanes.Count), TLanes.MultiplyAdd(p3, TLanes.Load(ref Unsafe.Add(ref f0, 3 * TLanes.Count)), TLanes.Multiply(q3, TLanes.Load(ref Unsafe.Add(ref f1, 3 * TLanes.Count)))));
                continue;
            }
            AddTo<TLanes, TVector, T>(ref left, p0);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref left, TLanes.Count), p1);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref left, 2 * TLanes.Count), p2);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref left, 3 * TLanes.Count), p3);
            AddTo<TLanes, TVector, T>(ref right, q0);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref right, TLanes.Count), q1);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref right, 2 * TLanes.Count), q2);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref right, 3 * TLanes.Count), q3);
        }
    }

    private static void Single<TLanes, TVector, T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> weights, ReadOnlySpan<T> factor, Span<T> result)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T b = ref MemoryMarshal.GetReference(basis);
        ref T w = ref MemoryMarshal.GetReference(weights);
        ref T y = ref MemoryMarshal.GetReference(result);
        int rows = basis.Length / Samples;
        bool times = !factor.IsEmpty, ones = weights.Length > rows;
        TVector zero = TLanes.Create(T.Zero), first = TLanes.Create(ones ? w : T.Zero);
        w = ref Unsafe.Add(ref w, ones ? 1 : 0);
        for (int n = 0; n < Samples; n += 4 * TLanes.Count)
        {
            ref T column = ref Unsafe.Add(ref b, n);
            TVector p0 = first, p1 = first, p2 = first, p3 = first, q0 = zero, q1 = zero, q2 = zero, q3 = zero;
            int r = 0;
            // Two rows at a time: eight sums that do not wait for each other.
            for (; r + 2 <= rows; r += 2)
            {
                TVector p = TLanes.Create(Unsafe.Add(ref w, r)), q = TLanes.Create(Unsafe.Add(ref w, r + 1));
                p0 = TLanes.MultiplyAdd(p, TLanes.Load(ref column), p0);
                p1 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, TLanes.Count)), p1);
                p2 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 2 * TLanes.Count)), p2);
                p3 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 3 * TLanes.Count)), p3);
                column = ref Unsafe.Add(ref column, Samples);
                q0 = TLanes.MultiplyAdd(q, TLanes.Load(ref column), q0);
                q1 = TLanes.MultiplyAdd(q, TLanes.Load(ref Unsafe.Add(ref column, TLanes.Count)), q1);
                q2 = TLanes.MultiplyAdd(q, TLanes.Load(ref Unsafe.Add(ref column, 2 * TLanes.Count)), q2);
                q3 = TLanes.MultiplyAdd(q, TLanes.Load(ref Unsafe.Add(ref column, 3 * TLanes.Count)), q3);
                column = ref Unsafe.Add(ref column, Samples);
            }
            if (r < rows)
            {
                TVector p = TLanes.Create(Unsafe.Add(ref w, r));
                p0 = TLanes.MultiplyAdd(p, TLanes.Load(ref column), p0);
                p1 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, TLanes.Count)), p1);
                p2 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 2 * TLanes.Count)), p2);
                p3 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 3 * TLanes.Count)), p3);
            }
            (p0, p1, p2, p3) = (TLanes.Add(p0, q0), TLanes.Add(p1, q1), TLanes.Add(p2, q2), TLanes.Add(p3, q3));
            if (times)
            {
                ref T f = ref Unsafe.Add(ref MemoryMarshal.GetReference(factor), n);
                p0 = TLanes.Multiply(p0, TLanes.Load(ref f));
                p1 = TLanes.Multiply(p1, TLanes.Load(ref Unsafe.Add(ref f, TLanes.Count)));
                p2 = TLanes.Multiply(p2, TLanes.Load(ref Unsafe.Add(ref f, 2 * TLanes.Count)));
                p3 = TLanes.Multiply(p3, TLanes.Load(ref Unsafe.Add(ref f, 3 * TLanes.Count)));
            }
            ref T target = ref Unsafe.Add(ref y, n);
            AddTo<TLanes, TVector, T>(ref target, p0);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref target, TLanes.Count), p1);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref target, 2 * TLanes.Count), p2);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref target, 3 * TLanes.Count), p3);
        }
    }

    private static void ProductPair<TLanes, TVector, T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> factor0, ReadOnlySpan<T> factor1, Span<T> sums0, Span<T> sums1)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T b = ref MemoryMarshal.GetReference(basis);
        ref T f0 = ref MemoryMarshal.GetReference(factor0);
        ref T f1 = ref MemoryMarshal.GetReference(factor1);
        ref T s0 = ref MemoryMarshal.GetReference(sums0);
        ref T s1 = ref MemoryMarshal.GetReference(sums1);
        int rows = basis.Length / Samples, r = 0;
        TVector zero = TLanes.Create(T.Zero);
        if (sums0.Length > rows * TLanes.Count)
        {
            AddTo<TLanes, TVector, T>(ref s0, Total<TLanes, TVector, T>(ref f0));
            AddTo<TLanes, TVector, T>(ref s1, Total<TLanes, TVector, T>(ref f1));
            s0 = ref Unsafe.Add(ref s0, TLanes.Count);
            s1 = ref Unsafe.Add(ref s1, TLanes.Count);
        }
        for (; r + 4 <= rows; r += 4)
        {
            TVector p0 = zero, p1 = zero, p2 = zero, p3 = zero, q0 = zero, q1 = zero, q2 = zero, q3 = zero;
            for (int n = 0; n < Samples; n += TLanes.Count)
            {
                ref T column = ref Unsafe.Add(ref b, n);
                TVector p = TLanes.Load(ref Unsafe.Add(ref f0, n)), q = TLanes.Load(ref Unsafe.Add(ref f1, n));
                TVector v0 = TLanes.Load(ref column), v1 = TLanes.Load(ref Unsafe.Add(ref column, Samples));
                TVector v2 = TLanes.Load(ref Unsafe.Add(ref column, 2 * Samples)), v3 = TLanes.Load(ref Unsafe.Add(ref column, 3 * Samples));
                p0 = TLanes.MultiplyAdd(p, v0, p0);
                p1 = TLanes.MultiplyAdd(p, v1, p1);
                p2 = TLanes.MultiplyAdd(p, v2, p2);
                p3 = TLanes.MultiplyAdd(p, v3, p3);
                q0 = TLanes.MultiplyAdd(q, v0, q0);
                q1 = TLanes.MultiplyAdd(q, v1, q1);
                q2 = TLanes.MultiplyAdd(q, v2, q2);
                q3 = TLanes.MultiplyAdd(q, v3, q3);
            }
            AddTo<TLanes, TVector, T>(ref s0, p0);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s0, TLanes.Count), p1);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s0, 2 * TLanes.Count), p2);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s0, 3 * TLanes.Count), p3);
            AddTo<TLanes, TVector, T>(ref s1, q0);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s1, TLanes.Count), q1);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s1, 2 * TLanes.Count), q2);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s1, 3 * TLanes.Count), q3);
            b = ref Unsafe.Add(ref b, 4 * Samples);
            s0 = ref Unsafe.Add(ref s0, 4 * TLanes.Count);
            s1 = ref Unsafe.Add(ref s1, 4 * TLanes.Count);
        }
        for (; r < rows; r++)
        {
            TVector p0 = zero, p1 = zero, p2 = zero, p3 = zero, q0 = zero, q1 = zero, q2 = zero, q3 = zero;
            for (int n = 0; n < Samples; n += 4 * TLanes.Count)
            {
                ref T column = ref Unsafe.Add(ref b, n);
                ref T p = ref Unsafe.Add(ref f0, n);
                ref T q = ref Unsafe.Add(ref f1, n);
                TVector v0 = TLanes.Load(ref column), v1 = TLanes.Load(ref Unsafe.Add(ref column, TLanes.Count));
                TVector v2 = TLanes.Load(ref Unsafe.Add(ref column, 2 * TLanes.Count)), v3 = TLanes.Load(ref Unsafe.Add(ref column, 3 * TLanes.Count));
                p0 = TLanes.MultiplyAdd(TLanes.Load(ref p), v0, p0);
                p1 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref p, TLanes.Count)), v1, p1);
                p2 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref p, 2 * TLanes.Count)), v2, p2);
                p3 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref p, 3 * TLanes.Count)), v3, p3);
                q0 = TLanes.MultiplyAdd(TLanes.Load(ref q), v0, q0);
                q1 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref q, TLanes.Count)), v1, q1);
                q2 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref q, 2 * TLanes.Count)), v2, q2);
                q3 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref q, 3 * TLanes.Count)), v3, q3);
            }
            AddTo<TLanes, TVector, T>(ref s0, TLanes.Add(TLanes.Add(p0, p1), TLanes.Add(p2, p3)));
            AddTo<TLanes, TVector, T>(ref s1, TLanes.Add(TLanes.Add(q0, q1), TLanes.Add(q2, q3)));
            b = ref Unsafe.Add(ref b, Samples);
            s0 = ref Unsafe.Add(ref s0, TLanes.Count);
            s1 = ref Unsafe.Add(ref s1, TLanes.Count);
        }
    }

    private static void Product<TLanes, TVector, T>(ReadOnlySpan<T> basis, ReadOnlySpan<T> factor, Span<T> sums)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T b = ref MemoryMarshal.GetReference(basis);
        ref T f = ref MemoryMarshal.GetReference(factor);
        ref T s = ref MemoryMarshal.GetReference(sums);
        int rows = basis.Length / Samples, r = 0;
        TVector zero = TLanes.Create(T.Zero);
        if (sums.Length > rows * TLanes.Count)
        {
            AddTo<TLanes, TVector, T>(ref s, Total<TLanes, TVector, T>(ref f));
            s = ref Unsafe.Add(ref s, TLanes.Count);
        }
        for (; r + 8 <= rows; r += 8)
        {
            TVector p0 = zero, p1 = zero, p2 = zero, p3 = zero, p4 = zero, p5 = zero, p6 = zero, p7 = zero;
            for (int n = 0; n < Samples; n += TLanes.Count)
            {
                ref T column = ref Unsafe.Add(ref b, n);
                TVector p = TLanes.Load(ref Unsafe.Add(ref f, n));
                p0 = TLanes.MultiplyAdd(p, TLanes.Load(ref column), p0);
                p1 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, Samples)), p1);
                p2 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 2 * Samples)), p2);
                p3 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 3 * Samples)), p3);
                p4 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 4 * Samples)), p4);
                p5 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 5 * Samples)), p5);
                p6 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 6 * Samples)), p6);
                p7 = TLanes.MultiplyAdd(p, TLanes.Load(ref Unsafe.Add(ref column, 7 * Samples)), p7);
            }
            AddTo<TLanes, TVector, T>(ref s, p0);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s, TLanes.Count), p1);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s, 2 * TLanes.Count), p2);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s, 3 * TLanes.Count), p3);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s, 4 * TLanes.Count), p4);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s, 5 * TLanes.Count), p5);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s, 6 * TLanes.Count), p6);
            AddTo<TLanes, TVector, T>(ref Unsafe.Add(ref s, 7 * TLanes.Count), p7);
            b = ref Unsafe.Add(ref b, 8 * Samples);
            s = ref Unsafe.Add(ref s, 8 * TLanes.Count);
        }
        for (; r < rows; r++)
        {
            TVector p0 = zero, p1 = zero, p2 = zero, p3 = zero;
            for (int n = 0; n < Samples; n += 4 * TLanes.Count)
            {
                ref T column = ref Unsafe.Add(ref b, n);
                ref T p = ref Unsafe.Add(ref f, n);
                p0 = TLanes.MultiplyAdd(TLanes.Load(ref p), TLanes.Load(ref column), p0);
                p1 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref p, TLanes.Count)), TLanes.Load(ref Unsafe.Add(ref column, TLanes.Count)), p1);
                p2 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref p, 2 * TLanes.Count)), TLanes.Load(ref Unsafe.Add(ref column, 2 * TLanes.Count)), p2);
                p3 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref p, 3 * TLanes.Count)), TLanes.Load(ref Unsafe.Add(ref column, 3 * TLanes.Count)), p3);
            }
            AddTo<TLanes, TVector, T>(ref s, TLanes.Add(TLanes.Add(p0, p1), TLanes.Add(p2, p3)));
            b = ref Unsafe.Add(ref b, Samples);
            s = ref Unsafe.Add(ref s, TLanes.Count);
        }
    }

    /// <summary>The sum over a tile, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Total<TLanes, TVector, T>(ref T row)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        TVector even = TLanes.Load(ref row), odd = TLanes.Load(ref Unsafe.Add(ref row, TLanes.Count));
        for (int n = 2 * TLanes.Count; n < Samples; n += 2 * TLanes.Count)
        {
            even = TLanes.Add(even, TLanes.Load(ref Unsafe.Add(ref row, n)));
            odd = TLanes.Add(odd, TLanes.Load(ref Unsafe.Add(ref row, n + TLanes.Count)));
        }
        return TLanes.Add(even, odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<TLanes, TVector, T>(ref T target, TVector sum)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged =>
        TLanes.Store(TLanes.Add(TLanes.Load(ref target), sum), ref target);
}
