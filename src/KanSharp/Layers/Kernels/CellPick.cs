using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KanSharp.Layers.Kernels;

/// <summary>Few cells fit into one or two registers, from which each lane picks its own.</summary>
internal static class CellPick
{
    /// <summary>Most cells that fit into registers.</summary>
    public const int MaxInRegisters = 16;

    /// <summary>Length of a row for so many cells: a whole number of registers where that helps.</summary>
    public static int Pad(int cells) => cells <= 8 ? 8 : cells <= MaxInRegisters ? MaxInRegisters : cells;
}

/// <summary>How eight samples pick the numbers of their own cells from a row with one number for each cell.</summary>
internal interface ICellPick
{
    static abstract Vector512<double> Pick(ref double coefficients, ref long cells);
}

internal readonly struct PickFromOneRegister : ICellPick
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Pick(ref double coefficients, ref long cells) =>
        Avx512F.PermuteVar8x64(Vector512.LoadUnsafe(ref coefficients), Vector512.LoadUnsafe(ref cells));
}

internal readonly struct PickFromTwoRegisters : ICellPick
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Pick(ref double coefficients, ref long cells) =>
        Avx512F.PermuteVar8x64x2(Vector512.LoadUnsafe(ref coefficients), Vector512.LoadUnsafe(ref cells), Vector512.LoadUnsafe(ref coefficients, 8));
}

internal readonly struct PickFromMemory : ICellPick
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Pick(ref double coefficients, ref long cells) => Vector512.Create(
        At(ref coefficients, ref cells, 0), At(ref coefficients, ref cells, 1), At(ref coefficients, ref cells, 2), At(ref coefficients, ref cells, 3),
        At(ref coefficients, ref cells, 4), At(ref coefficients, ref cells, 5), At(ref coefficients, ref cells, 6), At(ref coefficients, ref cells, 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double At(ref double coefficients, ref long cells, int lane) => Unsafe.Add(ref coefficients, (nint)Unsafe.Add(ref cells, lane));
}
