using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Tests.Numerics.LinearAlgebra;

public class CholeskyTests
{
    public static TheoryData<int> Orders => [.. Enumerable.Range(0, 41), 63, 64, 65, 257, 300];

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_factor_agrees_with_the_textbook_recurrence(int order)
    {
        double[] matrix = PositiveDefinite(order), factor = [.. matrix];

        Assert.True(Cholesky.TryFactor(factor, order));

        for (int j = 0; j < order; j++)
        {
            double pivot = matrix[j * order + j];
            for (int k = 0; k < j; k++)
                pivot -= matrix[j * order + k] * matrix[j * order + k];
            matrix[j * order + j] = Math.Sqrt(pivot);
            for (int i = j + 1; i < order; i++)
            {
                double sum = matrix[i * order + j];
                for (int k = 0; k < j; k++)
                    sum -= matrix[i * order + k] * matrix[j * order + k];
                matrix[i * order + j] = sum / matrix[j * order + j];
            }
        }
        // The upper triangle, which the recurrence leaves alone as well, is compared with the rest.
        for (int i = 0; i < matrix.Length; i++)
            Assert.Equal(matrix[i], factor[i], 1e-12);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Solving_recovers_the_vector(int order)
    {
        double[] matrix = PositiveDefinite(order);
        var random = new SeededRandom(7);
        double[] expected = [.. Enumerable.Range(0, order).Select(_ => random.NextDouble() - 0.5)];
        double[] x = [.. Enumerable.Range(0, order)
            .Select(i => Enumerable.Range(0, order).Sum(j => matrix[i * order + j] * expected[j]))];

        Assert.True(Cholesky.TryFactor(matrix, order));
        Cholesky.Solve(matrix, x);

        for (int i = 0; i < order; i++)
            Assert.Equal(expected[i], x[i], 1e-11);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(40)]
    public void A_matrix_with_a_negative_eigenvalue_is_refused(int order)
    {
        for (int bad = 0; bad < order; bad++)
        {
            double[] matrix = PositiveDefinite(order);
            matrix[bad * order + bad] = -1e-3;
            Assert.False(Cholesky.TryFactor(matrix, order));
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_number_that_is_not_finite_anywhere_in_the_lower_triangle_is_refused(double bad)
    {
        foreach (int order in new[] { 1, 7, 16, 17, 37 })
        {
            double[] good = PositiveDefinite(order);
            for (int i = 0; i < order; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double[] matrix = [.. good];
                    matrix[i * order + j] = bad;
                    Assert.False(Cholesky.TryFactor(matrix, order), $"order {order}, element {i}, {j}");
                }
            }
        }
    }

    /// <summary>M Mᵀ + I with the elements of M even in [-0.5, 0.5].</summary>
    private static double[] PositiveDefinite(int order)
    {
        var random = new SeededRandom((ulong)order + 1);
        double[] m = [.. Enumerable.Range(0, order * order).Select(_ => random.NextDouble() - 0.5)];
        double[] matrix = new double[order * order];
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j < order; j++)
            {
                double sum = i == j ? 1 : 0;
                for (int k = 0; k < order; k++)
                    sum += m[i * order + k] * m[j * order + k];
                matrix[i * order + j] = sum;
            }
        }
        return matrix;
    }
}
