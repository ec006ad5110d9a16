using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KanSharp.Numerics.LinearAlgebra;

/// <summary>
/// Products of a matrix's rows with each other, A Aᵀ, which is what both normal equations and a blocked Cholesky factorisation spend
/// their time on. Works on tiles of 4 x 4 dot products that stay in registers.
/// </summary>
internal static unsafe class RowProducts
{
    /// <summary>Rows and columns of a tile.</summary>
    private const int Tile = 4;

    /// <summary>Rows that are used again while they are in the first-level cache.</summary>
    private const int BlockRows = 32;

    /// <summary>Columns taken at a time, for the same reason.</summary>
    private const int BlockColumns = 256;

    /// <summary>
    /// target[i, j] += sign * sum_k a[i, k] a[j, k] for all i &lt; rows and j &lt; min(targetColumns, i + 1): the lower triangle of A Aᵀ, or its
    /// first columns. Row-major with the strides given. What is read and what is written must not overlap.
    /// </summary>
    public static void AddLower(
        double* a, int rows, int columns, int stride, double* target, int targetColumns, int targetStride, double sign)
    {
        double* products = stackalloc double[Tile * Tile];
        for (int start = 0; start < columns; start += BlockColumns)
        {
            int length = Math.Min(BlockColumns, columns - start);
            for (int block = 0; block < targetColumns; block += BlockRows)
            {
                int blockEnd = Math.Min(block + BlockRows, targetColumns);
                for (int i = block; i < rows; i += Tile)
                {
                    int height = Math.Min(Tile, rows - i);
                    double* left = a + (nint)i * stride + start;
                    for (int j = block; j < Math.Min(blockEnd, i + height); j += Tile)
                    {
                        int width = Math.Min(Tile, blockEnd - j);
                        double* right = a + (nint)j * stride + start;
                        if (Vector512.IsHardwareAccelerated)
                            Multiply<DotLanes512>(left, height, right, width, stride, length, products);
                        else
                            Multiply<DotLanes256>(left, height, right, width, stride, length, products);
                        AddTile(products, target + (nint)i * targetStride + j, targetStride, height, width, sign, i - j);
                    }
                }
            }
        }
    }

    private static void AddTile(double* products, double* target, int stride, int height, int width, double sign, int diagonal)
    {
        if (height == Tile && width == Tile && diagonal >= Tile)
        {
            Vector256<double> signs = Vector256.Create(sign);
            for (int i = 0; i < Tile; i++, products += Tile, target += stride)
                Vector256.Store(Vector256.Load(target) + signs * Vector256.Load(products), target);
            return;
        }
        for (int i = 0; i < height; i++)
        {
            for (int j = 0; j < Math.Min(width, i + diagonal + 1); j++)
                target[(nint)i * stride + j] += sign * products[i * Tile + j];
        }
    }

    /// <summary>
    /// The 16 dot products of 4 rows with 4 rows. Where there are fewer rows, the last one stands in for those missing.
    /// A leaf, so that all sums stay in registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply<TLanes>(double* a, int aRows, double* b, int bRows, int stride, int length, double* products)
        where TLanes : struct, IDotLanes<TLanes>
    {
        TLanes s00 = default, s01 = default, s02 = default, s03 = default;
        TLanes s10 = default, s11 = default, s12 = default, s13 = default;
        TLanes s20 = default, s21 = default, s22 = default, s23 = default;
        TLanes s30 = default, s31 = default, s32 = default, s33 = default;
        double* a1 = aRows > 1 ? a + stride : a, a2 = aRows > 2 ? a1 + stride : a1, a3 = aRows > 3 ? a2 + stride : a2;
        double* b1 = bRows > 1 ? b + stride : b, b2 = bRows > 2 ? b1 + stride : b1, b3 = bRows > 3 ? b2 + stride : b2;

        nint k = 0;
        for (; k + TLanes.Count <= length; k += TLanes.Count)
        {
            TLanes x0 = TLanes.Load(a + k), x1 = TLanes.Load(a1 + k), x2 = TLanes.Load(a2 + k), x3 = TLanes.Load(a3 + k);
            TLanes y = TLanes.Load(b + k);
            s00 = TLanes.MultiplyAdd(x0, y, s00);
            s10 = TLanes.MultiplyAdd(x1, y, s10);
            s20 = TLanes.MultiplyAdd(x2, y, s20);
            s30 = TLanes.MultiplyAdd(x3, y, s30);
            y = TLanes.Load(b1 + k);
            s01 = TLanes.MultiplyAdd(x0, y, s01);
            s11 = TLanes.MultiplyAdd(x1, y, s11);
            s21 = TLanes.MultiplyAdd(x2, y, s21);
            s31 = TLanes.MultiplyAdd(x3, y, s31);
            y = TLanes.Load(b2 + k);
            s02 = TLanes.MultiplyAdd(x0, y, s02);
            s12 = TLanes.MultiplyAdd(x1, y, s12);
            s22 = TLanes.MultiplyAdd(x2, y, s22);
            s32 = TLanes.MultiplyAdd(x3, y, s32);
            y = TLanes.Load(b3 + k);
            s03 = TLanes.MultiplyAdd(x0, y, s03);
            s13 = TLanes.MultiplyAdd(x1, y, s13);
            s23 = TLanes.MultiplyAdd(x2, y, s23);
            s33 = TLanes.MultiplyAdd(x3, y, s33);
        }
        Vector256.Store(TLanes.Totals(s00, s01, s02, s03), products);
        Vector256.Store(TLanes.Totals(s10, s11, s12, s13), products + 4);
        Vector256.Store(TLanes.Totals(s20, s21, s22, s23), products + 8);
        Vector256.Store(TLanes.Totals(s30, s31, s32, s33), products + 12);

        for (; k < length; k++)
        {
            Vector256<double> y = Vector256.Create(b[k], b1[k], b2[k], b3[k]);
            Vector256.Store(Vector256.Load(products) + Vector256.Create(a[k]) * y, products);
            Vector256.Store(Vector256.Load(products + 4) + Vector256.Create(a1[k]) * y, products + 4);
            Vector256.Store(Vector256.Load(products + 8) + Vector256.Create(a2[k]) * y, products + 8);
            Vector256.Store(Vector256.Load(products + 12) + Vector256.Create(a3[k]) * y, products + 12);
        }
    }
}
