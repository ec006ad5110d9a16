using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KanSharp.Numerics;

/// <summary>Vectors of 512 bits.</summary>
internal readonly struct Lanes512<T> : ILanes<Vector512<T>, T>
    where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    public static bool CanPick => Avx512F.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Create(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(ref readonly T source) => Vector512.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> vector, ref T target) => vector.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> sum) => typeof(T) == typeof(double)
        ? Vector512.MultiplyAddEstimate(left.AsDouble(), right.AsDouble(), sum.AsDouble()).As<double, T>()
        : Vector512.MultiplyAddEstimate(left.AsSingle(), right.AsSingle(), sum.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> left, Vector512<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> left, Vector512<T> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> left, Vector512<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Divide(Vector512<T> left, Vector512<T> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtMost(Vector512<T> bound, Vector512<T> value) => Vector512.MinNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtLeast(Vector512<T> bound, Vector512<T> value) => Vector512.MaxNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector512<T> vector) => Vector512.Sum(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Totals(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) => throw new NotSupportedException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T>, Vector512<T>, Vector512<T>, Vector512<T>) Interleaved(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
    {
        if (typeof(T) != typeof(double) || !Avx512F.IsSupported)
            throw new NotSupportedException();
        Vector512<long> front = Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), back = Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15);
        Vector512<double> ab0 = Avx512F.PermuteVar8x64x2(a.AsDouble(), front, b.AsDouble()), ab1 = Avx512F.PermuteVar8x64x2(a.AsDouble(), back, b.AsDouble());
        Vector512<double> cd0 = Avx512F.PermuteVar8x64x2(c.AsDouble(), front, d.AsDouble()), cd1 = Avx512F.PermuteVar8x64x2(c.AsDouble(), back, d.AsDouble());
        Vector512<long> low = Vector512.Create(0L, 1, 8, 9, 2, 3, 10, 11), high = Vector512.Create(4L, 5, 12, 13, 6, 7, 14, 15);
        return (Avx512F.PermuteVar8x64x2(ab0, low, cd0).As<double, T>(), Avx512F.PermuteVar8x64x2(ab0, high, cd0).As<double, T>(),
            Avx512F.PermuteVar8x64x2(ab1, low, cd1).As<double, T>(), Avx512F.PermuteVar8x64x2(ab1, high, cd1).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhole(Vector512<T> whole, int most, ref int target)
    {
        if (typeof(T) == typeof(double))
            Vector256.Min(Vector512.Narrow(whole.AsInt64(), whole.AsInt64()).GetLower() & Vector256.Create(0x3FFFFF), Vector256.Create(most)).StoreUnsafe(ref target);
        else
            Vector512.Min(whole.AsInt32() & Vector512.Create(0x3FFFFF), Vector512.Create(most)).StoreUnsafe(ref target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AddShifted(Vector512<T> value, Vector512<T> bits, int shift) => typeof(T) == typeof(double)
        ? (value.AsInt64() + (bits.AsInt64() << shift)).As<long, T>()
        : (value.AsInt32() + (bits.AsInt32() << shift)).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> CountAtOrBelow(Vector512<T> x, ref readonly T thresholds, int count, Vector512<T> start)
    {
        Vector512<T> result = start;
        for (int t = 0; t < count; t++)
        {
            Vector512<T> mask = Vector512.GreaterThanOrEqual(x, Vector512.Create(Unsafe.Add(ref Unsafe.AsRef(in thresholds), t)));
            // True is -1 in every bit.
            result = typeof(T) == typeof(double)
                ? (result.AsInt64() - mask.AsInt64()).As<long, T>()
                : (result.AsInt32() - mask.AsInt32()).As<int, T>();
        }
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Pick(ref readonly T table, bool two, Vector512<T> index)
    {
        if (typeof(T) == typeof(double))
        {
            Vector512<double> low = Vector512.LoadUnsafe(in table).AsDouble();
            return two
                ? Avx512F.PermuteVar8x64x2(low, index.AsInt64(), Vector512.LoadUnsafe(in table, (nuint)Count).AsDouble()).As<double, T>()
                : Avx512F.PermuteVar8x64(low, index.AsInt64()).As<double, T>();
        }
        Vector512<float> first = Vector512.LoadUnsafe(in table).AsSingle();
        return two
            ? Avx512F.PermuteVar16x32x2(first, index.AsInt32(), Vector512.LoadUnsafe(in table, (nuint)Count).AsSingle()).As<float, T>()
            : Avx512F.PermuteVar16x32(first, index.AsInt32()).As<float, T>();
    }
}
