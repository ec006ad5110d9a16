using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KanSharp.Numerics;

/// <summary>Vectors of 256 bits.</summary>
internal readonly struct Lanes256<T> : ILanes<Vector256<T>, T>
    where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    public static bool CanPick => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Create(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(ref readonly T source) => Vector256.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> vector, ref T target) => vector.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> left, Vector256<T> right, Vector256<T> sum) => typeof(T) == typeof(double)
        ? Vector256.MultiplyAddEstimate(left.AsDouble(), right.AsDouble(), sum.AsDouble()).As<double, T>()
        : Vector256.MultiplyAddEstimate(left.AsSingle(), right.AsSingle(), sum.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> left, Vector256<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Subtract(Vector256<T> left, Vector256<T> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Multiply(Vector256<T> left, Vector256<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Divide(Vector256<T> left, Vector256<T> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AtMost(Vector256<T> bound, Vector256<T> value) => Vector256.MinNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AtLeast(Vector256<T> bound, Vector256<T> value) => Vector256.MaxNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector256<T> vector) => Vector256.Sum(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Totals(Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d)
    {
        if (typeof(T) != typeof(double) || !Avx.IsSupported)
            return Vector256.Create([Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d)]);
        Vector256<double> ab = Avx.HorizontalAdd(a.AsDouble(), b.AsDouble()), cd = Avx.HorizontalAdd(c.AsDouble(), d.AsDouble());
        return (Avx.Permute2x128(ab, cd, 0x20) + Avx.Permute2x128(ab, cd, 0x31)).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<T>, Vector256<T>, Vector256<T>, Vector256<T>) Interleaved(Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d)
    {
        if (typeof(T) != typeof(double) || !Avx.IsSupported)
        {
            return (Vector256.Create([a[0], b[0], c[0], d[0]]), Vector256.Create([a[1], b[1], c[1], d[1]]),
                Vector256.Create([a[2], b[2], c[2], d[2]]), Vector256.Create([a[3], b[3], c[3], d[3]]));
        }
        Vector256<double> ab02 = Avx.UnpackLow(a.AsDouble(), b.AsDouble()), ab13 = Avx.UnpackHigh(a.AsDouble(), b.AsDouble());
        Vector256<double> cd02 = Avx.UnpackLow(c.AsDouble(), d.AsDouble()), cd13 = Avx.UnpackHigh(c.AsDouble(), d.AsDouble());
        return (Avx.Permute2x128(ab02, cd02, 0x20).As<double, T>(), Avx.Permute2x128(ab13, cd13, 0x20).As<double, T>(),
            Avx.Permute2x128(ab02, cd02, 0x31).As<double, T>(), Avx.Permute2x128(ab13, cd13, 0x31).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhole(Vector256<T> whole, int most, ref int target)
    {
        if (typeof(T) == typeof(double))
            Vector128.Min(Vector256.Narrow(whole.AsInt64(), whole.AsInt64()).GetLower() & Vector128.Create(0x3FFFFF), Vector128.Create(most)).StoreUnsafe(ref target);
        else
            Vector256.Min(whole.AsInt32() & Vector256.Create(0x3FFFFF), Vector256.Create(most)).StoreUnsafe(ref target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AddShifted(Vector256<T> value, Vector256<T> bits, int shift) => typeof(T) == typeof(double)
        ? (value.AsInt64() + (bits.AsInt64() << shift)).As<long, T>()
        : (value.AsInt32() + (bits.AsInt32() << shift)).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> CountAtOrBelow(Vector256<T> x, ref readonly T thresholds, int count, Vector256<T> start)
    {
        Vector256<T> result = start;
        for (int t = 0; t < count; t++)
        {
            Vector256<T> mask = Vector256.GreaterThanOrEqual(x, Vector256.Create(Unsafe.Add(ref Unsafe.AsRef(in thresholds), t)));
            // True is -1 in every bit.
            result = typeof(T) == typeof(double)
                ? (result.AsInt64() - mask.AsInt64()).As<long, T>()
                : (result.AsInt32() - mask.AsInt32()).As<int, T>();
        }
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Pick(ref readonly T table, bool two, Vector256<T> index) => throw new NotSupportedException();
}
