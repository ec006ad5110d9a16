using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Layers.Kernels;

/// <summary>Values and slopes (none if the span is empty) of the base function over a tile.</summary>
internal static class BaseFunctionKernel
{
    /// <summary>The bits of 2^(j/16), less what adding n shifted by 48 bits puts into the mantissa, which is j.</summary>
    private static ReadOnlySpan<long> Sixteenths =>
    [
        0x3FF0000000000000, 0x3FEFB5586CF9890F, 0x3FEF72B83C7D517B, 0x3FEF387A6E756238,
        0x3FEF06FE0A31B715, 0x3FEEDEA64C123422, 0x3FEEBFDAD5362A27, 0x3FEEAB07DD485429,
        0x3FEEA09E667F3BCD, 0x3FEEA11473EB0187, 0x3FEEACE5422AA0DB, 0x3FEEC49182A3F090,
        0x3FEEE89F995AD3AD, 0x3FEF199BDD85529C, 0x3FEF5818DCFBA487, 0x3FEFA4AFA2A490DA,
    ];

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

    /// <summary>x / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Silu<TLanes, TVector, T>(TVector x)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TLanes.Divide(x, OnePlusExponential<TLanes, TVector, T>(x));

    /// <summary>With s = 1 / (1 + exp(-x)): silu = x s and silu' = s + silu (1 - s).</summary>
    private static void Silu<TLanes, TVector, T>(ReadOnlySpan<T> x, Span<T> values, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T input = ref MemoryMarshal.GetReference(x);
        ref T value = ref MemoryMarshal.GetReference(values);
        ref T slope = ref MemoryMarshal.GetReference(slopes);
        TVector one = TLanes.Create(T.One);
        if (slopes.IsEmpty)
        {
            for (int n = 0; n < x.Length; n += TLanes.Count)
                TLanes.Store(Silu<TLanes, TVector, T>(TLanes.Load(ref Unsafe.Add(ref input, n))), ref Unsafe.Add(ref value, n));
            return;
        }
        for (int n = 0; n < x.Length; n += TLanes.Count)
        {
            TVector sample = TLanes.Load(ref Unsafe.Add(ref input, n));
            TVector sigmoid = TLanes.Divide(one, OnePlusExponential<TLanes, TVector, T>(sample));
            TVector silu = TLanes.Multiply(sample, sigmoid);
            TLanes.Store(silu, ref Unsafe.Add(ref value, n));
            TLanes.Store(TLanes.MultiplyAdd(silu, TLanes.Subtract(one, sigmoid), sigmoid), ref Unsafe.Add(ref slope, n));
        }
    }

    /// <summary>
    /// 1 + exp(-x). The exponential is 2^n e^r with |r| at most ln 2 / 2 and a polynomial for e^r (Chebyshev fit of (e^r - 1 - r) / r^2, error below a
    /// rounding). Where lanes can pick, double precision takes n in sixteenths, whose powers of two are a table in two registers, and a
    /// polynomial half as long.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OnePlusExponential<TLanes, TVector, T>(TVector x)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool inDouble = typeof(T) == typeof(double), sixteenths = inDouble && TLanes.CanPick;
        double steps = sixteenths ? 16 : 1;
        TVector one = TLanes.Create(T.One);
        // Beyond this exp(x) is no normal number, and silu is 0 or x to the last bit but one.
        TVector bounded = TLanes.AtMost(Constant(inDouble ? 708 : 87), TLanes.AtLeast(Constant(inDouble ? -708 : -87), x));
        // Added to a number this leaves its whole part in the lowest bits.
        TVector shift = Constant(inDouble ? 6755399441055744 : 12582912);
        TVector bits = TLanes.MultiplyAdd(bounded, Constant(-1.4426950408889634 * steps), shift);
        TVector whole = TLanes.Subtract(bits, shift);
        // r = -x - n ln 2, or a sixteenth of ln 2, which is the sum of a number of few digits and the rest.
        TVector r = TLanes.Subtract(TLanes.Multiply(whole, Constant((inDouble ? -0.6931471803691238 : -0.693145751953125) / steps)), bounded);
        r = TLanes.MultiplyAdd(whole, Constant((inDouble ? -1.9082149292705877e-10 : -1.4286068203094173e-06) / steps), r);
        TVector q;
        if (sixteenths)
        {
            q = TLanes.MultiplyAdd(Constant(0.0013889034377693011883), r, Constant(0.0083334497245283561569));
            q = TLanes.MultiplyAdd(q, r, Constant(0.041666666664959767097));
            q = TLanes.MultiplyAdd(q, r, Constant(0.16666666665301144786));
        }
        else if (inDouble)
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
        TVector below = TLanes.MultiplyAdd(TLanes.Multiply(r, r), q, r);
        if (!sixteenths)
            return TLanes.Add(one, TLanes.AddShifted(TLanes.Add(one, below), bits, inDouble ? 52 : 23));
        TVector power = TLanes.AddShifted(TLanes.Pick(ref Unsafe.As<long, T>(ref MemoryMarshal.GetReference(Sixteenths)), true, bits), bits, 48);
        return TLanes.Add(one, TLanes.MultiplyAdd(power, below, power));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Constant(double number) => TLanes.Create(T.CreateTruncating(number));
    }
}
