using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Cli.Commands;

/// <summary>What one core of this machine does at best: multiply-adds on registers alone, in the widest vectors that .NET has here.</summary>
internal static class BenchFmaPeak
{
    private const int Rounds = 20_000;
    private const int Chains = 12;

    /// <summary>Billions of multiply-adds per second.</summary>
    public static double Measure<T>(BenchClock clock, T factor) where T : unmanaged
    {
        (Action work, int lanes) = Vector512.IsHardwareAccelerated ? (() => Run<Lanes512<T>, Vector512<T>, T>(factor), Vector512<T>.Count)
            : Vector256.IsHardwareAccelerated ? (() => Run<Lanes256<T>, Vector256<T>, T>(factor), Vector256<T>.Count)
            : ((Action)(() => Run<Lanes128<T>, Vector128<T>, T>(factor)), Vector128<T>.Count);
        return (double)Rounds * Chains * lanes / (clock.Milliseconds(work) * 1e6);
    }

    /// <summary>Twelve sums that do not wait for each other: more than the cycles that a multiply-add takes times the units that do it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Run<TLanes, TVector, T>(T factor)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        TVector x = TLanes.Create(factor);
        TVector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int round = 0; round < Rounds; round++)
        {
            a = TLanes.MultiplyAdd(a, x, x); b = TLanes.MultiplyAdd(b, x, x); c = TLanes.MultiplyAdd(c, x, x);
            d = TLanes.MultiplyAdd(d, x, x); e = TLanes.MultiplyAdd(e, x, x); f = TLanes.MultiplyAdd(f, x, x);
            g = TLanes.MultiplyAdd(g, x, x); h = TLanes.MultiplyAdd(h, x, x); i = TLanes.MultiplyAdd(i, x, x);
            j = TLanes.MultiplyAdd(j, x, x); k = TLanes.MultiplyAdd(k, x, x); l = TLanes.MultiplyAdd(l, x, x);
        }
        TVector sum = TLanes.Add(TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)), TLanes.Add(TLanes.Add(e, f), TLanes.Add(g, h)));
        return TLanes.Sum(TLanes.Add(sum, TLanes.Add(TLanes.Add(i, j), TLanes.Add(k, l))));
    }
}
