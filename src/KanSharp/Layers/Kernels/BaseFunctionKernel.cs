using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Layers.Kernels;

/// <summary>Values and slopes (none if the span is empty) of the base function over a tile.</summary>
internal static class BaseFunctionKernel
{
    public static void Evaluate<T>(BaseFunction function, ReadOnlySpan<T> x, Span<T> value, Span<T> slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (function)
        {
            case BaseFunction.Silu when Vector512.IsHardwareAccelerated:
                Silu<Lanes512<T>, Vector512<T>, T>(x, value, slope);
                break;
            case BaseFunction.Silu when Vector256.IsHardwareAccelerated:
                Silu<Lanes256<T>, Vector256<T>, T>(x, value, slope);
                break;
            case BaseFunction.Silu:
                Silu<Lanes128<T>, Vector128<T>, T>(x, value, slope);
                break;
            case BaseFunction.Identity:
                x.CopyTo(value);
                slope.Fill(T.One);
                break;
            default:
                value.Clear();
                slope.Clear();
                break;
        }
    }

    /// <summary>
    /// With s = 1 / (1 + exp(-x)): silu = x s and silu' = s + silu (1 - s). The exponential is 2^n e^r with |r| at most ln 2 / 2 and a
    /// polynomial for e^r (Chebyshev fit of (e^r - 1 - r) / r^2, error below a rounding), which costs half of the library's.
    /// </summary>
    private static void Silu<TLanes, TVector, T>(ReadOnlySpan<T> x, Span<T> values, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T input = ref MemoryMarshal.GetReference(x);
        ref T value = ref MemoryMarshal.GetReference(values);
        ref T slope = ref MemoryMarshal.GetReference(slopes);
        bool wantSlopes = !slopes.IsEmpty;
        TVector one = TLanes.Create(T.One);
        // Beyond this exp(x) is no normal number, and silu is 0 or x to the last bit but one.
        TVector limit = Constant(typeof(T) == typeof(double) ? 708 : 87), lowest = Constant(typeof(T) == typeof(double) ? -708 : -87);
        // Added to a number this leaves its whole part in the lowest bits.
        TVector shift = Constant(typeof(T) == typeof(double) ? 6755399441055744 : 12582912);
        TVector minusLogE = Constant(-1.4426950408889634);
        TVector high = Constant(typeof(T) == typeof(double) ? -0.6931471803691238 : -0.693145751953125);
        TVector low = Constant(typeof(T) == typeof(double) ? -1.9082149292705877e-10 : -1.4286068203094173e-06);
        for (int n = 0; n < x.Length; n += TLanes.Count)
        {
            TVector sample = TLanes.Load(ref Unsafe.Add(ref input, n));
            TVector bounded = TLanes.AtMost(limit, TLanes.AtLeast(lowest, sample));
            TVector bits = TLanes.MultiplyAdd(bounded, minusLogE, shift);
            TVector whole = TLanes.Subtract(bits, shift);
            // r = -x - n ln 2
            TVector r = TLanes.MultiplyAdd(whole, low, TLanes.Subtract(TLanes.Multiply(whole, high), bounded));
            TVector q;
            if (typeof(T) == typeof(double))
            {
                q = TLanes.MultiplyAdd(Constant(2.0914686968086877233e-9), r, Constant(2.5105217004720745164e-8));
                q = TLanes.MultiplyAdd(q, r, Constant(2.7557273643110295328e-7));
                q = TLanes.MultiplyAdd(q, r, Constant(2.755725540020642443e-6));
                q = TLanes.MultiplyAdd(q, r, Constant(0.000024801587325547741216));
                q = TLanes.MultiplyAdd(q, r, Constant(0.00019841269874820625271));
                q = TLanes.MultiplyAdd(q, r, Constant(0.0013888888888883748305));
                q = TLanes.MultiplyAdd(q, r, Constant(0.0083333333333261351258));
                q = TLanes.MultiplyAdd(q, r, Constant(0.041666666666666669755));
                q = TLanes.MultiplyAdd(q, r, Constant(0.16666666666666670991));
            }
            else
            {
                q = TLanes.MultiplyAdd(Constant(0.0013926183587713494542), r, Constant(0.0083631790527225773704));
                q = TLanes.MultiplyAdd(q, r, Constant(0.041666554617204574203));
                q = TLanes.MultiplyAdd(q, r, Constant(0.16666576989698775683));
            }
            q = TLanes.MultiplyAdd(q, r, Constant(0.5));
            TVector exponential = TLanes.ScaleByBits(TLanes.Add(one, TLanes.MultiplyAdd(TLanes.Multiply(r, r), q, r)), bits);
            TVector sigmoid = TLanes.Divide(one, TLanes.Add(one, exponential));
            TVector silu = TLanes.Multiply(sample, sigmoid);
            TLanes.Store(silu, ref Unsafe.Add(ref value, n));
            if (wantSlopes)
                TLanes.Store(TLanes.MultiplyAdd(silu, TLanes.Subtract(one, sigmoid), sigmoid), ref Unsafe.Add(ref slope, n));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Constant(double number) => TLanes.Create(T.CreateTruncating(number));
    }
}
