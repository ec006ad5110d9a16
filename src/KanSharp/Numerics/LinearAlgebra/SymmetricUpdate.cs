using System.Numerics.Tensors;

namespace KanSharp.Numerics.LinearAlgebra;

/// <summary>
/// Gathers the normal equations JᵀJ and Jᵀr from tiles of samples. A tile of the Jacobian J holds one row per parameter, with that
/// parameter's derivatives at the tile's samples side by side.
/// </summary>
internal static unsafe class SymmetricUpdate
{
    /// <summary>
    /// Adds the tile's share of JᵀJ to the lower triangle of <paramref name="normal"/> (row-major, parameterCount²); the upper one keeps
    /// its values. Element (parameter p, sample n) of the tile stands at <paramref name="jacobian"/>[p * stride + n]. Fastest with 256
    /// samples a tile and a stride that is not a multiple of 512.
    /// </summary>
    public static void AddGram(Span<double> normal, int parameterCount, ReadOnlySpan<double> jacobian, int stride, int sampleCount)
    {
        CheckTile(jacobian.Length, parameterCount, stride, sampleCount);
        CheckSquare(normal.Length, parameterCount);
        fixed (double* target = normal, rows = jacobian)
            RowProducts.AddLower(rows, parameterCount, sampleCount, stride, target, parameterCount, parameterCount, 1);
    }

    /// <summary>Adds the tile's share of Jᵀr, where <paramref name="residuals"/> holds one number per sample of the tile.</summary>
    public static void AddGradient(Span<double> gradient, ReadOnlySpan<double> jacobian, int stride, ReadOnlySpan<double> residuals)
    {
        CheckTile(jacobian.Length, gradient.Length, stride, residuals.Length);
        for (int p = 0; p < gradient.Length; p++)
            gradient[p] += TensorPrimitives.Dot(jacobian.Slice(p * stride, residuals.Length), residuals);
    }

    /// <summary>Copies the lower triangle onto the upper one, block by block for the cache's sake.</summary>
    public static void MirrorLower(Span<double> matrix, int order)
    {
        CheckSquare(matrix.Length, order);
        const int block = 16;
        for (int top = 0; top < order; top += block)
        {
            for (int left = 0; left <= top; left += block)
            {
                for (int i = top; i < Math.Min(top + block, order); i++)
                {
                    for (int j = left; j < Math.Min(left + block, i); j++)
                        matrix[j * order + i] = matrix[i * order + j];
                }
            }
        }
    }

    private static void CheckTile(int length, int parameterCount, int stride, int sampleCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleCount, stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, parameterCount == 0 ? 0 : (parameterCount - 1) * stride + sampleCount);
    }

    private static void CheckSquare(int length, int order) => ArgumentOutOfRangeException.ThrowIfNotEqual(length, order * order);
}
