using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// Products of the basis functions that are not zero, [sample][tap], with the window of an edge's weights that begins at the index of the first. Four
/// samples at a time, so that their totals over the lanes are taken together.
/// </summary>
internal static class WindowKernels
{
    private const int Samples = NumericEdges<double>.Samples;

    /// <summary>result[n] += factor[n] * sum over taps of weights[first[n] + tap] taps[n][tap]; no factor if the span is empty.</summary>
    public static void Add<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> taps, ReadOnlySpan<int> first, int stride, ReadOnlySpan<T> factor, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
            Add<Lanes256<T>, Vector256<T>, T>(weights, taps, first, stride, factor, result);
        else
            Add<Lanes128<T>, Vector128<T>, T>(weights, taps, first, stride, factor, result);
    }

    /// <summary>sums[first[n]][tap] += factor[n] taps[n][tap].</summary>
    public static void AddProduct<T>(ReadOnlySpan<T> taps, ReadOnlySpan<int> first, int stride, ReadOnlySpan<T> factor, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
            AddProduct<Lanes256<T>, Vector256<T>, T>(taps, first, stride, factor, sums);
        else
            AddProduct<Lanes128<T>, Vector128<T>, T>(taps, first, stride, factor, sums);
    }

    /// <summary>
    /// As AddProduct for two edges in turn, so that a window that waits for the sum of the sample before, where that is of the same cell, keeps only its own edge waiting.
    /// </summary>
    public static void AddProductPair<T>(ReadOnlySpan<T> taps0, ReadOnlySpan<T> taps1, ReadOnlySpan<int> first0, ReadOnlySpan<int> first1, ReadOnlySpan<T> factor0, ReadOnlySpan<T> factor1, Span<T> sums0, Span<T> sums1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
            AddProductPair<Lanes256<T>, Vector256<T>, T>(taps0, taps1, first0, first1, factor0, factor1, sums0, sums1);
        else
            AddProductPair<Lanes128<T>, Vector128<T>, T>(taps0, taps1, first0, first1, factor0, factor1, sums0, sums1);
    }

    private static void Add<TLanes, TVector, T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> taps, ReadOnlySpan<int> first, int stride, ReadOnlySpan<T> factor, Span<T> result)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T w = ref MemoryMarshal.GetReference(weights);
        ref T b = ref MemoryMarshal.GetReference(taps);
        ref int f = ref MemoryMarshal.GetReference(first);
        ref T g = ref MemoryMarshal.GetReference(factor);
        ref T y = ref MemoryMarshal.GetReference(result);
        bool times = !factor.IsEmpty;
        for (int n = 0; n < Samples; n += 4)
        {
            ref T w0 = ref Unsafe.Add(ref w, Unsafe.Add(ref f, n));
            ref T w1 = ref Unsafe.Add(ref w, Unsafe.Add(ref f, n + 1));
            ref T w2 = ref Unsafe.Add(ref w, Unsafe.Add(ref f, n + 2));
            ref T w3 = ref Unsafe.Add(ref w, Unsafe.Add(ref f, n + 3));
            ref T b0 = ref Unsafe.Add(ref b, n * stride);
            ref T b1 = ref Unsafe.Add(ref b0, stride);
            ref T b2 = ref Unsafe.Add(ref b1, stride);
            ref T b3 = ref Unsafe.Add(ref b2, stride);
            TVector s0 = TLanes.Multiply(TLanes.Load(ref w0), TLanes.Load(ref b0)), s1 = TLanes.Multiply(TLanes.Load(ref w1), TLanes.Load(ref b1));
            TVector s2 = TLanes.Multiply(TLanes.Load(ref w2), TLanes.Load(ref b2)), s3 = TLanes.Multiply(TLanes.Load(ref w3), TLanes.Load(ref b3));
            for (int t = TLanes.Count; t < stride; t += TLanes.Count)
            {
                s0 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref w0, t)), TLanes.Load(ref Unsafe.Add(ref b0, t)), s0);
                s1 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref w1, t)), TLanes.Load(ref Unsafe.Add(ref b1, t)), s1);
                s2 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref w2, t)), TLanes.Load(ref Unsafe.Add(ref b2, t)), s2);
                s3 = TLanes.MultiplyAdd(TLanes.Load(ref Unsafe.Add(ref w3, t)), TLanes.Load(ref Unsafe.Add(ref b3, t)), s3);
            }
            TVector totals = TLanes.Totals(s0, s1, s2, s3);
            ref T target = ref Unsafe.Add(ref y, n);
            TLanes.Store(times
                ? TLanes.MultiplyAdd(totals, TLanes.Load(ref Unsafe.Add(ref g, n)), TLanes.Load(ref target))
                : TLanes.Add(totals, TLanes.Load(ref target)), ref target);
        }
    }

    private static void AddProduct<TLanes, TVector, T>(ReadOnlySpan<T> taps, ReadOnlySpan<int> first, int stride, ReadOnlySpan<T> factor, Span<T> sums)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T b = ref MemoryMarshal.GetReference(taps);
        ref int f = ref MemoryMarshal.GetReference(first);
        ref T g = ref MemoryMarshal.GetReference(factor);
        ref T s = ref MemoryMarshal.GetReference(sums);
        if (stride == TLanes.Count)
        {
            for (int n = 0; n < Samples; n++)
            {
                ref T target = ref Unsafe.Add(ref s, Unsafe.Add(ref f, n) * TLanes.Count);
                TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref g, n)), TLanes.Load(ref Unsafe.Add(ref b, n * TLanes.Count)), TLanes.Load(ref target)), ref target);
            }
            return;
        }
        for (int n = 0; n < Samples; n++)
        {
            TVector scale = TLanes.Create(Unsafe.Add(ref g, n));
            ref T target = ref Unsafe.Add(ref s, Unsafe.Add(ref f, n) * stride);
            for (int t = 0; t < stride; t += TLanes.Count)
            {
                TLanes.Store(TLanes.MultiplyAdd(scale, TLanes.Load(ref b), TLanes.Load(ref Unsafe.Add(ref target, t))), ref Unsafe.Add(ref target, t));
                b = ref Unsafe.Add(ref b, TLanes.Count);
            }
        }
    }

    private static void AddProductPair<TLanes, TVector, T>(ReadOnlySpan<T> taps0, ReadOnlySpan<T> taps1, ReadOnlySpan<int> first0, ReadOnlySpan<int> first1, ReadOnlySpan<T> factor0, ReadOnlySpan<T> factor1, Span<T> sums0, Span<T> sums1)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T b0 = ref MemoryMarshal.GetReference(taps0);
        ref T b1 = ref MemoryMarshal.GetReference(taps1);
        ref int f0 = ref MemoryMarshal.GetReference(first0);
        ref int f1 = ref MemoryMarshal.GetReference(first1);
        ref T g0 = ref MemoryMarshal.GetReference(factor0);
        ref T g1 = ref MemoryMarshal.GetReference(factor1);
        ref T s0 = ref MemoryMarshal.GetReference(sums0);
        ref T s1 = ref MemoryMarshal.GetReference(sums1);
        for (int n = 0; n < Samples; n++)
        {
            ref T left = ref Unsafe.Add(ref s0, Unsafe.Add(ref f0, n) * TLanes.Count);
            ref T right = ref Unsafe.Add(ref s1, Unsafe.Add(ref f1, n) * TLanes.Count);
            TVector p = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref g0, n)), TLanes.Load(ref Unsafe.Add(ref b0, n * TLanes.Count)), TLanes.Load(ref left));
            TVector q = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref g1, n)), TLanes.Load(ref Unsafe.Add(ref b1, n * TLanes.Count)), TLanes.Load(ref right));
            TLanes.Store(p, ref left);
            TLanes.Store(q, ref right);
        }
    }
}
