using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KanSharp.Numerics.LinearAlgebra;

/// <summary>Partial sums of dot products in a vector register, so that a kernel is written once for every register width.</summary>
internal unsafe interface IDotLanes<TSelf> where TSelf : struct, IDotLanes<TSelf>
{
    /// <summary>Numbers in a register.</summary>
    static abstract int Count { get; }

    static abstract TSelf Load(double* source);

    /// <summary>left * right + sum, lane by lane.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf sum);

    /// <summary>The four totals over all lanes.</summary>
    static abstract Vector256<double> Totals(TSelf a, TSelf b, TSelf c, TSelf d);
}

/// <summary>Four lanes.</summary>
internal readonly unsafe struct DotLanes256(Vector256<double> value) : IDotLanes<DotLanes256>
{
    private readonly Vector256<double> _value = value;

    public static int Count => Vector256<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DotLanes256 Load(double* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DotLanes256 MultiplyAdd(DotLanes256 left, DotLanes256 right, DotLanes256 sum) =>
        new(Vector256.MultiplyAddEstimate(left._value, right._value, sum._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Totals(DotLanes256 a, DotLanes256 b, DotLanes256 c, DotLanes256 d) =>
        Totals(a._value, b._value, c._value, d._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Totals(Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        if (!Avx.IsSupported)
            return Vector256.Create(Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d));
        Vector256<double> ab = Avx.HorizontalAdd(a, b), cd = Avx.HorizontalAdd(c, d);
        return Avx.Permute2x128(ab, cd, 0x20) + Avx.Permute2x128(ab, cd, 0x31);
    }
}

/// <summary>Eight lanes.</summary>
internal readonly unsafe struct DotLanes512(Vector512<double> value) : IDotLanes<DotLanes512>
{
    private readonly Vector512<double> _value = value;

    public static int Count => Vector512<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DotLanes512 Load(double* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DotLanes512 MultiplyAdd(DotLanes512 left, DotLanes512 right, DotLanes512 sum) =>
        new(Vector512.MultiplyAddEstimate(left._value, right._value, sum._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Totals(DotLanes512 a, DotLanes512 b, DotLanes512 c, DotLanes512 d) =>
        DotLanes256.Totals(Half(a), Half(b), Half(c), Half(d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Half(DotLanes512 lanes) => lanes._value.GetLower() + lanes._value.GetUpper();
}
