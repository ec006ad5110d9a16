using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KanSharp.Layers.Kernels;

/// <summary>Arithmetic on rows of one tile of samples.</summary>
internal static class JetRows
{
    /// <summary>Samples in a tile: a whole number of pairs of the widest vectors.</summary>
    public const int Samples = 128;

    private const int Width = 8;

    public static Span<double> Row(Span<double> values, int row) => values.Slice(row * Samples, Samples);

    /// <summary>sum += x.</summary>
    public static void Add(ReadOnlySpan<double> x, Span<double> sum)
    {
        ref double a = ref MemoryMarshal.GetReference(x), s = ref MemoryMarshal.GetReference(sum);
        for (nuint n = 0; n < Samples; n += Width)
            (Vector512.LoadUnsafe(ref s, n) + Vector512.LoadUnsafe(ref a, n)).StoreUnsafe(ref s, n);
    }

    /// <summary>sum += weight x.</summary>
    public static void AddScaled(ReadOnlySpan<double> x, double weight, Span<double> sum)
    {
        ref double a = ref MemoryMarshal.GetReference(x), s = ref MemoryMarshal.GetReference(sum);
        var w = Vector512.Create(weight);
        for (nuint n = 0; n < Samples; n += Width)
            Vector512.FusedMultiplyAdd(w, Vector512.LoadUnsafe(ref a, n), Vector512.LoadUnsafe(ref s, n)).StoreUnsafe(ref s, n);
    }

    /// <summary>sum += x y.</summary>
    public static void AddProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> sum)
    {
        ref double a = ref MemoryMarshal.GetReference(x), b = ref MemoryMarshal.GetReference(y), s = ref MemoryMarshal.GetReference(sum);
        for (nuint n = 0; n < Samples; n += Width)
            Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref a, n), Vector512.LoadUnsafe(ref b, n), Vector512.LoadUnsafe(ref s, n)).StoreUnsafe(ref s, n);
    }

    /// <summary>sum += weight x y.</summary>
    public static void AddProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double weight, Span<double> sum)
    {
        ref double a = ref MemoryMarshal.GetReference(x), b = ref MemoryMarshal.GetReference(y), s = ref MemoryMarshal.GetReference(sum);
        var w = Vector512.Create(weight);
        for (nuint n = 0; n < Samples; n += Width)
            Vector512.FusedMultiplyAdd(w * Vector512.LoadUnsafe(ref a, n), Vector512.LoadUnsafe(ref b, n), Vector512.LoadUnsafe(ref s, n)).StoreUnsafe(ref s, n);
    }

    /// <summary>sum += x y + v w.</summary>
    public static void AddProducts(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<double> w, Span<double> sum)
    {
        ref double a = ref MemoryMarshal.GetReference(x), b = ref MemoryMarshal.GetReference(y), s = ref MemoryMarshal.GetReference(sum);
        ref double c = ref MemoryMarshal.GetReference(v), d = ref MemoryMarshal.GetReference(w);
        for (nuint n = 0; n < Samples; n += Width)
        {
            Vector512<double> partial = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref c, n), Vector512.LoadUnsafe(ref d, n), Vector512.LoadUnsafe(ref s, n));
            Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref a, n), Vector512.LoadUnsafe(ref b, n), partial).StoreUnsafe(ref s, n);
        }
    }

    /// <summary>result = weight x + bias.</summary>
    public static void Affine(ReadOnlySpan<double> x, double weight, double bias, Span<double> result)
    {
        ref double a = ref MemoryMarshal.GetReference(x), r = ref MemoryMarshal.GetReference(result);
        Vector512<double> w = Vector512.Create(weight), b = Vector512.Create(bias);
        for (nuint n = 0; n < Samples; n += Width)
            (w * Vector512.LoadUnsafe(ref a, n) + b).StoreUnsafe(ref r, n);
    }

    /// <summary>Sum over the samples of x y.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref double a = ref MemoryMarshal.GetReference(x), b = ref MemoryMarshal.GetReference(y);
        Vector512<double> even = default, odd = default;
        for (nuint n = 0; n < Samples; n += 2 * Width)
        {
            even = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref a, n), Vector512.LoadUnsafe(ref b, n), even);
            odd = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref a, n + Width), Vector512.LoadUnsafe(ref b, n + Width), odd);
        }
        return Vector512.Sum(even + odd);
    }

    /// <summary>Sum over the samples of x.</summary>
    public static double Sum(ReadOnlySpan<double> x)
    {
        ref double a = ref MemoryMarshal.GetReference(x);
        Vector512<double> sum = default;
        for (nuint n = 0; n < Samples; n += Width)
            sum += Vector512.LoadUnsafe(ref a, n);
        return Vector512.Sum(sum);
    }
}
