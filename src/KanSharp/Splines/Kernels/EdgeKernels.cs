using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KanSharp.Splines.Kernels;

/// <summary>
/// The arithmetic of one edge over a tile of samples, given the basis functions of its input. Two forms of the basis: dense, [basis][sample],
/// where the samples fill the lanes; and windowed, [sample][tap] with the index of the first basis function of each sample, for
/// grids of many intervals. Dense tiles are a multiple of 32 samples long; padding samples carry zero adjoints.
/// </summary>
internal static class EdgeKernels
{
    /// <summary>result[n] += sum over r of weights[r] basis[r][n].</summary>
    public static void AddDense(ReadOnlySpan<double> weights, ReadOnlySpan<double> basis, Span<double> result)
    {
        ref double b = ref MemoryMarshal.GetReference(basis);
        ref double w = ref MemoryMarshal.GetReference(weights);
        ref double y = ref MemoryMarshal.GetReference(result);
        int samples = result.Length, rows = weights.Length;
        for (nuint n = 0; n < (nuint)samples; n += 32)
        {
            ref double column = ref Unsafe.Add(ref b, n);
            Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int r = 0; r < rows; r++)
            {
                Vector512<double> weight = Vector512.Create(Unsafe.Add(ref w, r));
                s0 = Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref column), s0);
                s1 = Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref column, 8), s1);
                s2 = Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref column, 16), s2);
                s3 = Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref column, 24), s3);
                column = ref Unsafe.Add(ref column, samples);
            }
            (Vector512.LoadUnsafe(ref y, n) + s0).StoreUnsafe(ref y, n);
            (Vector512.LoadUnsafe(ref y, n + 8) + s1).StoreUnsafe(ref y, n + 8);
            (Vector512.LoadUnsafe(ref y, n + 16) + s2).StoreUnsafe(ref y, n + 16);
            (Vector512.LoadUnsafe(ref y, n + 24) + s3).StoreUnsafe(ref y, n + 24);
        }
    }

    /// <summary>result[n] += factor[n] * sum over r of weights[r] basis[r][n].</summary>
    public static void AddDenseTimes(ReadOnlySpan<double> weights, ReadOnlySpan<double> basis, ReadOnlySpan<double> factor, Span<double> result)
    {
        ref double b = ref MemoryMarshal.GetReference(basis);
        ref double w = ref MemoryMarshal.GetReference(weights);
        ref double y = ref MemoryMarshal.GetReference(result);
        ref double f = ref MemoryMarshal.GetReference(factor);
        int samples = result.Length, rows = weights.Length;
        for (nuint n = 0; n < (nuint)samples; n += 32)
        {
            ref double column = ref Unsafe.Add(ref b, n);
            Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int r = 0; r < rows; r++)
            {
                Vector512<double> weight = Vector512.Create(Unsafe.Add(ref w, r));
                s0 = Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref column), s0);
                s1 = Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref column, 8), s1);
                s2 = Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref column, 16), s2);
                s3 = Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref column, 24), s3);
                column = ref Unsafe.Add(ref column, samples);
            }
            Vector512.FusedMultiplyAdd(s0, Vector512.LoadUnsafe(ref f, n), Vector512.LoadUnsafe(ref y, n)).StoreUnsafe(ref y, n);
            Vector512.FusedMultiplyAdd(s1, Vector512.LoadUnsafe(ref f, n + 8), Vector512.LoadUnsafe(ref y, n + 8)).StoreUnsafe(ref y, n + 8);
            Vector512.FusedMultiplyAdd(s2, Vector512.LoadUnsafe(ref f, n + 16), Vector512.LoadUnsafe(ref y, n + 16)).StoreUnsafe(ref y, n + 16);
            Vector512.FusedMultiplyAdd(s3, Vector512.LoadUnsafe(ref f, n + 24), Vector512.LoadUnsafe(ref y, n + 24)).StoreUnsafe(ref y, n + 24);
        }
    }

    /// <summary>result[r] += sum over n of factor[n] basis[r][n].</summary>
    public static void AddDenseDot(ReadOnlySpan<double> basis, ReadOnlySpan<double> factor, Span<double> result)
    {
        ref double b = ref MemoryMarshal.GetReference(basis);
        ref double f = ref MemoryMarshal.GetReference(factor);
        int samples = factor.Length, rows = result.Length;
        int r = 0;
        for (; r + 4 <= rows; r += 4)
        {
            ref double b0 = ref Unsafe.Add(ref b, r * samples);
            ref double b1 = ref Unsafe.Add(ref b0, samples);
            ref double b2 = ref Unsafe.Add(ref b1, samples);
            ref double b3 = ref Unsafe.Add(ref b2, samples);
            Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nuint n = 0; n < (nuint)samples; n += 8)
            {
                Vector512<double> g = Vector512.LoadUnsafe(ref f, n);
                s0 = Vector512.FusedMultiplyAdd(g, Vector512.LoadUnsafe(ref b0, n), s0);
                s1 = Vector512.FusedMultiplyAdd(g, Vector512.LoadUnsafe(ref b1, n), s1);
                s2 = Vector512.FusedMultiplyAdd(g, Vector512.LoadUnsafe(ref b2, n), s2);
                s3 = Vector512.FusedMultiplyAdd(g, Vector512.LoadUnsafe(ref b3, n), s3);
            }
            result[r] += Vector512.Sum(s0);
            result[r + 1] += Vector512.Sum(s1);
            result[r + 2] += Vector512.Sum(s2);
            result[r + 3] += Vector512.Sum(s3);
        }
        for (; r < rows; r++)
        {
            ref double b0 = ref Unsafe.Add(ref b, r * samples);
            Vector512<double> s0 = default;
            for (nuint n = 0; n < (nuint)samples; n += 8)
                s0 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref f, n), Vector512.LoadUnsafe(ref b0, n), s0);
            result[r] += Vector512.Sum(s0);
        }
    }

    /// <summary>result[n] += sum over taps of weights[first[n] + tap] basis[n][tap]; weights are padded by a stride.</summary>
    public static void AddWindowed(ReadOnlySpan<double> weights, ReadOnlySpan<double> basis, ReadOnlySpan<int> first, int stride, Span<double> result)
    {
        ref double w = ref MemoryMarshal.GetReference(weights);
        ref double b = ref MemoryMarshal.GetReference(basis);
        for (int n = 0; n < result.Length; n++)
        {
            result[n] += Window(ref Unsafe.Add(ref w, first[n]), ref Unsafe.Add(ref b, n * stride), stride);
        }
    }

    /// <summary>result[n] += factor[n] * sum over taps of weights[first[n] + tap] basis[n][tap].</summary>
    public static void AddWindowedTimes(ReadOnlySpan<double> weights, ReadOnlySpan<double> basis, ReadOnlySpan<int> first, int stride,
        ReadOnlySpan<double> factor, Span<double> result)
    {
        ref double w = ref MemoryMarshal.GetReference(weights);
        ref double b = ref MemoryMarshal.GetReference(basis);
        for (int n = 0; n < result.Length; n++)
        {
            result[n] += factor[n] * Window(ref Unsafe.Add(ref w, first[n]), ref Unsafe.Add(ref b, n * stride), stride);
        }
    }

    /// <summary>result[first[n] + tap] += factor[n] basis[n][tap]; result is padded by a stride.</summary>
    public static void AddWindowedDot(ReadOnlySpan<double> basis, ReadOnlySpan<int> first, int stride, ReadOnlySpan<double> factor, Span<double> result)
    {
        ref double y = ref MemoryMarshal.GetReference(result);
        ref double b = ref MemoryMarshal.GetReference(basis);
        for (int n = 0; n < factor.Length; n++)
        {
            Vector256<double> g = Vector256.Create(factor[n]);
            ref double target = ref Unsafe.Add(ref y, first[n]);
            ref double taps = ref Unsafe.Add(ref b, n * stride);
            for (nuint t = 0; t < (nuint)stride; t += CellTable.Lanes)
                Vector256.FusedMultiplyAdd(g, Vector256.LoadUnsafe(ref taps, t), Vector256.LoadUnsafe(ref target, t)).StoreUnsafe(ref target, t);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Window(ref double weights, ref double basis, int stride)
    {
        Vector256<double> sum = Vector256.LoadUnsafe(ref weights) * Vector256.LoadUnsafe(ref basis);
        for (nuint t = CellTable.Lanes; t < (nuint)stride; t += CellTable.Lanes)
            sum = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref weights, t), Vector256.LoadUnsafe(ref basis, t), sum);
        return Vector256.Sum(sum);
    }
}
