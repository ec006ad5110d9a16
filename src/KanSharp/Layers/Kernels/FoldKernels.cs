using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// Folding and unfolding of layers with the outputs in the lanes. Parameters stand edge by edge and weights basis function by basis function, so that four
/// edges by four basis functions are a square, which is transposed in registers.
/// </summary>
internal static class FoldKernels
{
    /// <summary>Edges that are taken at once.</summary>
    public const int Edges = 4;

    /// <summary>
    /// Folds edges first .. first + count - 1, a whole number of <see cref="Edges"/>: weights[r * stride + edge - first] becomes mask * spline scale * coefficient,
    /// and the row after the last the base scale.
    /// </summary>
    public static void Fold<T>(LayerParameters parameters, ReadOnlySpan<double> mask, int first, int count, int basisCount, Span<T> weights, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double on = ref Unsafe.Add(ref MemoryMarshal.GetReference(mask), first);
        ref double splineScales = ref Unsafe.Add(ref MemoryMarshal.GetReference(parameters.SplineScales), first);
        ref double baseScales = ref Unsafe.Add(ref MemoryMarshal.GetReference(parameters.BaseScales), first);
        ref double source = ref Unsafe.Add(ref MemoryMarshal.GetReference(parameters.Coefficients), first * basisCount);
        ref T column = ref MemoryMarshal.GetReference(weights);
        for (int edge = 0; edge < count; edge += Edges)
        {
            Vector256<double> kept = Vector256.LoadUnsafe(ref on, (nuint)edge), scale = kept * Vector256.LoadUnsafe(ref splineScales, (nuint)edge);
            ref T target = ref column;
            int r = 0;
            for (; r + 4 <= basisCount; r += 4)
            {
                ref double square = ref Unsafe.Add(ref source, r);
                (Vector256<double> row0, Vector256<double> row1, Vector256<double> row2, Vector256<double> row3) = Transposed(
                    Vector256.LoadUnsafe(ref square), Vector256.LoadUnsafe(ref square, (nuint)basisCount),
                    Vector256.LoadUnsafe(ref square, (nuint)(2 * basisCount)), Vector256.LoadUnsafe(ref square, (nuint)(3 * basisCount)));
                Store(scale * row0, ref target);
                Store(scale * row1, ref Unsafe.Add(ref target, stride));
                Store(scale * row2, ref Unsafe.Add(ref target, 2 * stride));
                Store(scale * row3, ref Unsafe.Add(ref target, 3 * stride));
                target = ref Unsafe.Add(ref target, 4 * stride);
            }
            for (; r < basisCount; r++)
            {
                ref double c = ref Unsafe.Add(ref source, r);
                Store(scale * Vector256.Create(c, Unsafe.Add(ref c, basisCount), Unsafe.Add(ref c, 2 * basisCount), Unsafe.Add(ref c, 3 * basisCount)), ref target);
                target = ref Unsafe.Add(ref target, stride);
            }
            Store(kept * Vector256.LoadUnsafe(ref baseScales, (nuint)edge), ref target);
            source = ref Unsafe.Add(ref source, Edges * basisCount);
            column = ref Unsafe.Add(ref column, Edges);
        }
    }

    /// <summary>
    /// The way back: from gradients of the weights of these edges, <paramref name="folded"/>, to those of their parameters, which are added to what stands there
    /// or put in its place.
    /// </summary>
    public static void Unfold<T>(ReadOnlySpan<T> folded, int stride, LayerParameters parameters, ReadOnlySpan<double> mask, int first, int count, int basisCount, LayerParameters gradient, bool add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double on = ref Unsafe.Add(ref MemoryMarshal.GetReference(mask), first);
        ref double splineScales = ref Unsafe.Add(ref MemoryMarshal.GetReference(parameters.SplineScales), first);
        ref double source = ref Unsafe.Add(ref MemoryMarshal.GetReference(parameters.Coefficients), first * basisCount);
        ref double target = ref Unsafe.Add(ref MemoryMarshal.GetReference(gradient.Coefficients), first * basisCount);
        ref double scaleTarget = ref Unsafe.Add(ref MemoryMarshal.GetReference(gradient.SplineScales), first);
        ref double baseTarget = ref Unsafe.Add(ref MemoryMarshal.GetReference(gradient.BaseScales), first);
        ref T column = ref MemoryMarshal.GetReference(folded);
        for (int edge = 0; edge < count; edge += Edges)
        {
            Vector256<double> kept = Vector256.LoadUnsafe(ref on, (nuint)edge), off = Vector256.Equals(kept, Vector256<double>.Zero);
            ref double scale = ref Unsafe.Add(ref splineScales, edge);
            double scale0 = kept[0] * scale, scale1 = kept[1] * Unsafe.Add(ref scale, 1), scale2 = kept[2] * Unsafe.Add(ref scale, 2), scale3 = kept[3] * Unsafe.Add(ref scale, 3);
            Vector256<double> dot0 = Vector256<double>.Zero, dot1 = dot0, dot2 = dot0, dot3 = dot0, rest = dot0;
            ref T weight = ref column;
            int r = 0;
            for (; r + 4 <= basisCount; r += 4)
            {
                // What a masked edge would have got may be no number.
                (Vector256<double> edge0, Vector256<double> edge1, Vector256<double> edge2, Vector256<double> edge3) = Transposed(
                    Vector256.AndNot(Load(ref weight), off), Vector256.AndNot(Load(ref Unsafe.Add(ref weight, stride)), off),
                    Vector256.AndNot(Load(ref Unsafe.Add(ref weight, 2 * stride)), off), Vector256.AndNot(Load(ref Unsafe.Add(ref weight, 3 * stride)), off));
                weight = ref Unsafe.Add(ref weight, 4 * stride);
                ref double c = ref Unsafe.Add(ref source, r);
                ref double g = ref Unsafe.Add(ref target, r);
                dot0 += edge0 * Vector256.LoadUnsafe(ref c);
                dot1 += edge1 * Vector256.LoadUnsafe(ref c, (nuint)basisCount);
                dot2 += edge2 * Vector256.LoadUnsafe(ref c, (nuint)(2 * basisCount));
                dot3 += edge3 * Vector256.LoadUnsafe(ref c, (nuint)(3 * basisCount));
                Put(scale0 * edge0, ref g, add);
                Put(scale1 * edge1, ref Unsafe.Add(ref g, basisCount), add);
                Put(scale2 * edge2, ref Unsafe.Add(ref g, 2 * basisCount), add);
                Put(scale3 * edge3, ref Unsafe.Add(ref g, 3 * basisCount), add);
            }
            for (; r < basisCount; r++)
            {
                Vector256<double> row = Vector256.AndNot(Load(ref weight), off);
                weight = ref Unsafe.Add(ref weight, stride);
                ref double c = ref Unsafe.Add(ref source, r);
                ref double g = ref Unsafe.Add(ref target, r);
                rest += row * Vector256.Create(c, Unsafe.Add(ref c, basisCount), Unsafe.Add(ref c, 2 * basisCount), Unsafe.Add(ref c, 3 * basisCount));
                Put(scale0 * row[0], ref g, add);
                Put(scale1 * row[1], ref Unsafe.Add(ref g, basisCount), add);
                Put(scale2 * row[2], ref Unsafe.Add(ref g, 2 * basisCount), add);
                Put(scale3 * row[3], ref Unsafe.Add(ref g, 3 * basisCount), add);
            }
            (dot0, dot1, dot2, dot3) = Transposed(dot0, dot1, dot2, dot3);
            Put(kept * (dot0 + dot1 + (dot2 + dot3) + rest), ref Unsafe.Add(ref scaleTarget, edge), add);
            Put(kept * Vector256.AndNot(Load(ref weight), off), ref Unsafe.Add(ref baseTarget, edge), add);
            source = ref Unsafe.Add(ref source, Edges * basisCount);
            target = ref Unsafe.Add(ref target, Edges * basisCount);
            column = ref Unsafe.Add(ref column, Edges);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double>, Vector256<double>, Vector256<double>, Vector256<double>) Transposed(Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        if (!Avx.IsSupported)
        {
            return (Vector256.Create(a[0], b[0], c[0], d[0]), Vector256.Create(a[1], b[1], c[1], d[1]),
                Vector256.Create(a[2], b[2], c[2], d[2]), Vector256.Create(a[3], b[3], c[3], d[3]));
        }
        Vector256<double> ab02 = Avx.UnpackLow(a, b), ab13 = Avx.UnpackHigh(a, b), cd02 = Avx.UnpackLow(c, d), cd13 = Avx.UnpackHigh(c, d);
        return (Avx.Permute2x128(ab02, cd02, 0x20), Avx.Permute2x128(ab13, cd13, 0x20), Avx.Permute2x128(ab02, cd02, 0x31), Avx.Permute2x128(ab13, cd13, 0x31));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Load<T>(ref T source)
        where T : unmanaged =>
        typeof(T) == typeof(double) ? Vector256.LoadUnsafe(ref Unsafe.As<T, double>(ref source))
        : Vector256.WidenLower(Vector128.LoadUnsafe(ref Unsafe.As<T, float>(ref source)).ToVector256Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector256<double> values, ref T target)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
            values.StoreUnsafe(ref Unsafe.As<T, double>(ref target));
        else
            (Avx.IsSupported ? Avx.ConvertToVector128Single(values) : Vector128.Narrow(values.GetLower(), values.GetUpper())).StoreUnsafe(ref Unsafe.As<T, float>(ref target));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<double> values, ref double target, bool add) =>
        (add ? values + Vector256.LoadUnsafe(ref target) : values).StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(double value, ref double target, bool add) => target = add ? target + value : value;
}
