using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KanSharp.Numerics;

/// <summary>Vectors of 128 bits.</summary>
internal readonly struct Lanes128<T> : ILanes<Vector128<T>, T>
    where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    public static bool CanPick => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Create(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(ref readonly T source) => Vector128.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> vector, ref T target) => vector.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> left, Vector128<T> right, Vector128<T> sum) => typeof(T) == typeof(double)
        ? Vector128.MultiplyAddEstimate(left.AsDouble(), right.AsDouble(), sum.AsDouble()).As<double, T>()
        : Vector128.MultiplyAddEstimate(left.AsSingle(), right.AsSingle(), sum.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> left, Vector128<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Subtract(Vector128<T> left, Vector128<T> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Multiply(Vector128<T> left, Vector128<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Divide(Vector128<T> left, Vector128<T> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AtMost(Vector128<T> bound, Vector128<T> value) => Vector128.MinNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AtLeast(Vector128<T> bound, Vector128<T> value) => Vector128.MaxNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector128<T> vector) => Vector128.Sum(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Totals(Vector128<T> a, Vector128<T> b, Vector128<T> c, Vector128<T> d)
    {
        if (typeof(T) == typeof(float) && Sse3.IsSupported)
            return Sse3.HorizontalAdd(Sse3.HorizontalAdd(a.AsSingle(), b.AsSingle()), Sse3.HorizontalAdd(c.AsSingle(), d.AsSingle())).As<float, T>();
        return Vector128.Create([Vector128.Sum(a), Vector128.Sum(b), Vector128.Sum(c), Vector128.Sum(d)]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<T>, Vector128<T>, Vector128<T>, Vector128<T>) Interleaved(Vector128<T> a, Vector128<T> b, Vector128<T> c, Vector128<T> d)
    {
        if (typeof(T) != typeof(float) || !Sse.IsSupported)
        {
            return (Vector128.Create([a[0], b[0], c[0], d[0]]), Vector128.Create([a[1], b[1], c[1], d[1]]),
                Vector128.Create([a[2], b[2], c[2], d[2]]), Vector128.Create([a[3], b[3], c[3], d[3]]));
        }
        Vector128<float> ab01 = Sse.UnpackLow(a.AsSingle(), b.AsSingle()), ab23 = Sse.UnpackHigh(a.AsSingle(), b.AsSingle());
        Vector128<float> cd01 = Sse.UnpackLow(c.AsSingle(), d.AsSingle()), cd23 = Sse.UnpackHigh(c.AsSingle(), d.AsSingle());
        return (Sse.MoveLowToHigh(ab01, cd01).As<float, T>(), Sse.MoveHighToLow(cd01, ab01).As<float, T>(),
            Sse.MoveLowToHigh(ab23, cd23).As<float, T>(), Sse.MoveHighToLow(cd23, ab23).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhole(Vector128<T> whole, int most, ref int target)
    {
        if (typeof(T) == typeof(double))
            Vector64.Min(Vector128.Narrow(whole.AsInt64(), whole.AsInt64()).GetLower() & Vector64.Create(0x3FFFFF), Vector64.Create(most)).StoreUnsafe(ref target);
        else
            Vector128.Min(whole.AsInt32() & Vector128.Create(0x3FFFFF), Vector128.Create(most)).StoreUnsafe(ref target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AddShifted(Vector128<T> value, Vector128<T> bits, int shift) => typeof(T) == typeof(double)
        ? (value.AsInt64() + (bits.AsInt64() << shift)).As<long, T>()
        : (value.AsInt32() + (bits.AsInt32() << shift)).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> CountAtOrBelow(Vector128<T> x, ref readonly T thresholds, int count, Vector128<T> start)
    {
        Vector128<T> result = start;
        for (int t = 0; t < count; t++)
        {
            Vector128<T> mask = Vector128.GreaterThanOrEqual(x, Vector128.Create(Unsafe.Add(ref Unsafe.AsRef(in thresholds), t)));
            // True is -1 in every bit.
            result = typeof(T) == typeof(double)
                ? (result.AsInt64() - mask.AsInt64()).As<long, T>()
                : (result.AsInt32() - mask.AsInt32()).As<int, T>();
        }
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Pick(ref readonly T table, bool two, Vector128<T> index) => throw new NotSupportedException();
}
