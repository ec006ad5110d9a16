using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Layers.Kernels;

/// <summary>The scales and biases of nodes over a tile of samples, forward and back, each in one pass over the samples.</summary>
internal static class NodeKernels
{
    /// <summary>result = scale * x + offset; result may be x.</summary>
    public static void Affine<T>(ReadOnlySpan<T> x, double scale, double offset, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Affine<Lanes512<T>, Vector512<T>, T>(x, T.CreateTruncating(scale), T.CreateTruncating(offset), result);
        else if (Vector256.IsHardwareAccelerated)
            Affine<Lanes256<T>, Vector256<T>, T>(x, T.CreateTruncating(scale), T.CreateTruncating(offset), result);
        else
            Affine<Lanes128<T>, Vector128<T>, T>(x, T.CreateTruncating(scale), T.CreateTruncating(offset), result);
    }

    /// <summary>result = scale * adjoint; returns the sum of adjoint * x and the sum of the adjoint.</summary>
    public static (double Dot, double Sum) Back<T>(ReadOnlySpan<T> adjoint, ReadOnlySpan<T> x, double scale, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T factor = T.CreateTruncating(scale);
        return Vector512.IsHardwareAccelerated ? Back<Lanes512<T>, Vector512<T>, T>(adjoint, x, factor, result)
            : Vector256.IsHardwareAccelerated ? Back<Lanes256<T>, Vector256<T>, T>(adjoint, x, factor, result)
            : Back<Lanes128<T>, Vector128<T>, T>(adjoint, x, factor, result);
    }

    /// <summary>Whether all x are from low to high; what is not a number is not.</summary>
    public static bool AreWithin<T>(ReadOnlySpan<T> x, T low, T high)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int whole = x.Length - x.Length % Vector512<T>.Count;
        T outside = Vector512.IsHardwareAccelerated ? Outside<Lanes512<T>, Vector512<T>, T>(x[..whole], low, high)
            : Vector256.IsHardwareAccelerated ? Outside<Lanes256<T>, Vector256<T>, T>(x[..whole], low, high)
            : Outside<Lanes128<T>, Vector128<T>, T>(x[..whole], low, high);
        foreach (T value in x[whole..])
            outside += value >= low && value <= high ? T.Zero : T.One;
        return outside == T.Zero;
    }

    /// <summary>The sum of how far each x is from the range: zero if none is, and no number if one of them is none.</summary>
    private static T Outside<TLanes, TVector, T>(ReadOnlySpan<T> x, T low, T high)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        TVector from = TLanes.Create(low), to = TLanes.Create(high), zero = TLanes.Create(T.Zero), sum = zero;
        for (int n = 0; n < x.Length; n += TLanes.Count)
        {
            TVector value = TLanes.Load(ref Unsafe.Add(ref source, n));
            TVector above = TLanes.AtLeast(zero, TLanes.Subtract(value, to)), below = TLanes.AtMost(zero, TLanes.Subtract(value, from));
            sum = TLanes.Add(sum, TLanes.Subtract(above, below));
        }
        return TLanes.Sum(sum);
    }

    private static void Affine<TLanes, TVector, T>(ReadOnlySpan<T> x, T scale, T offset, Span<T> result)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        ref T target = ref MemoryMarshal.GetReference(result);
        TVector slope = TLanes.Create(scale), constant = TLanes.Create(offset);
        for (int n = 0; n < x.Length; n += TLanes.Count)
            TLanes.Store(TLanes.MultiplyAdd(slope, TLanes.Load(ref Unsafe.Add(ref source, n)), constant), ref Unsafe.Add(ref target, n));
    }

    private static (double Dot, double Sum) Back<TLanes, TVector, T>(ReadOnlySpan<T> adjoint, ReadOnlySpan<T> x, T scale, Span<T> result)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T a = ref MemoryMarshal.GetReference(adjoint);
        ref T v = ref MemoryMarshal.GetReference(x);
        ref T target = ref MemoryMarshal.GetReference(result);
        TVector factor = TLanes.Create(scale), dot = TLanes.Create(T.Zero), sum = dot;
        for (int n = 0; n < adjoint.Length; n += TLanes.Count)
        {
            TVector value = TLanes.Load(ref Unsafe.Add(ref a, n));
            dot = TLanes.MultiplyAdd(value, TLanes.Load(ref Unsafe.Add(ref v, n)), dot);
            sum = TLanes.Add(sum, value);
            TLanes.Store(TLanes.Multiply(factor, value), ref Unsafe.Add(ref target, n));
        }
        return (double.CreateTruncating(TLanes.Sum(dot)), double.CreateTruncating(TLanes.Sum(sum)));
    }
}
