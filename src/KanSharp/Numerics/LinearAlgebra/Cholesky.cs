using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace KanSharp.Numerics.LinearAlgebra;

/// <summary>
/// The Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ: row-major, in the lower triangle. The upper triangle is
/// neither read nor written.
/// </summary>
internal static unsafe class Cholesky
{
    /// <summary>Columns factored at a time, once the columns before them have been taken into account by products of rows.</summary>
    private const int BlockColumns = 16;

    /// <summary>
    /// Replaces the lower triangle of <paramref name="matrix"/> (order²) by its factor. False, with the triangle spoilt, if the matrix is
    /// not positive definite to rounding or holds a number that is not finite.
    /// </summary>
    public static bool TryFactor(Span<double> matrix, int order)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(matrix.Length, order * order);
        fixed (double* a = matrix)
        {
            for (int start = 0; start < order; start += BlockColumns)
            {
                int end = Math.Min(start + BlockColumns, order);
                double* rows = a + (nint)start * order;
                RowProducts.AddLower(rows, order - start, start, order, rows + start, end - start, order, -1);
                if (!TryFactorColumns(a, order, start, end))
                    return false;
            }
        }
        return true;
    }

    /// <summary>Solves A x = b in place, given the factor of A: <paramref name="x"/> holds b first and the solution afterwards.</summary>
    public static void Solve(ReadOnlySpan<double> factor, Span<double> x)
    {
        int order = x.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(factor.Length, order * order);
        for (int i = 0; i < order; i++)
        {
            ReadOnlySpan<double> row = factor.Slice(i * order, i + 1);
            x[i] = (x[i] - TensorPrimitives.Dot(row[..i], x[..i])) / row[i];
        }
        for (int i = order - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> row = factor.Slice(i * order, i + 1);
            x[i] /= row[i];
            TensorPrimitives.MultiplyAdd(row[..i], -x[i], x[..i], x[..i]);
        }
    }

    /// <summary>Factors columns start to end of all rows from start on, whose earlier columns have been subtracted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryFactorColumns(double* a, int order, int start, int end)
    {
        for (int i = start; i < order; i++)
        {
            double* row = a + (nint)i * order;
            for (int j = start; j < Math.Min(i + 1, end); j++)
            {
                double* other = a + (nint)j * order;
                double sum = row[j];
                for (int k = start; k < j; k++)
                    sum -= row[k] * other[k];
                if (j < i)
                {
                    row[j] = sum / other[j];
                    continue;
                }
                if (!(sum > 0) || !double.IsFinite(sum))
                    return false;
                row[j] = Math.Sqrt(sum);
            }
        }
        return true;
    }
}
