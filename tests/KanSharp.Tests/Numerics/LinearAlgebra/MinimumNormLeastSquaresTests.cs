using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Tests.Numerics.LinearAlgebra;

public class MinimumNormLeastSquaresTests
{
    [Theory]
    [InlineData(6, 4, 4)]
    [InlineData(4, 6, 4)]
    [InlineData(10, 8, 3)]
    [InlineData(8, 10, 1)]
    [InlineData(5, 5, 5)]
    [InlineData(3, 4, 0)]
    public void The_residual_is_orthogonal_to_the_columns_and_the_solution_to_the_null_space(int rows, int columns, int rank)
    {
        // A = U V with U rows x rank and V rank x columns: the null space is what V maps to zero.
        Matrix u = Random(rows, rank, 1), v = Random(rank, columns, 2), b = Random(rows, 3, 3), a = Product(u, v), x = new(columns, 3);
        Assert.Equal(rank, MinimumNormLeastSquares.Solve(a.Clone(), b.Clone(), 1e-12, x));
        Matrix residual = Product(a, x);
        for (int i = 0; i < residual.Values.Length; i++)
            residual.Values[i] = b.Values[i] - residual.Values[i];
        Assert.All(Product(Transpose(a), residual).Values.ToArray(), value => Assert.Equal(0, value, 1e-11));

        // x must be a combination of the rows of V: fitted by them it leaves nothing.
        Matrix weights = new(rank, 3);
        MinimumNormLeastSquares.Solve(Transpose(v), x.Clone(), 1e-12, weights);
        Matrix combined = Product(Transpose(v), weights);
        for (int i = 0; i < x.Values.Length; i++)
            Assert.Equal(x.Values[i], combined.Values[i], 1e-11);
    }

    [Fact]
    public void A_known_solution_comes_out()
    {
        // x + y + z = 6 with the smallest norm: all the same. Twice, to make the rank smaller than the number of rows.
        Matrix x = new(3, 1);
        Assert.Equal(1, MinimumNormLeastSquares.Solve(Matrix.FromRows([[1, 1, 1], [1, 1, 1]]), Matrix.FromRows([[5], [7]]), 1e-12, x));
        for (int i = 0; i < 3; i++)
            Assert.Equal(2, x[i, 0], 1e-14);
    }

    private static Matrix Random(int rows, int columns, ulong seed)
    {
        var random = new SeededRandom(seed);
        var result = new Matrix(rows, columns);
        foreach (ref double value in result.Values)
            value = random.NextGaussian();
        return result;
    }

    private static Matrix Transpose(Matrix a)
    {
        var result = new Matrix(a.Columns, a.Rows);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int j = 0; j < a.Columns; j++)
                result[j, i] = a[i, j];
        }
        return result;
    }

    private static Matrix Product(Matrix a, Matrix b)
    {
        var result = new Matrix(a.Rows, b.Columns);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int j = 0; j < b.Columns; j++)
            {
                for (int k = 0; k < a.Columns; k++)
                    result[i, j] += a[i, k] * b[k, j];
            }
        }
        return result;
    }
}
