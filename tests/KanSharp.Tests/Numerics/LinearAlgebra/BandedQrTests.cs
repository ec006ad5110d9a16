using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Tests.Numerics.LinearAlgebra;

public class BandedQrTests
{
    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(5, 2, 20)]
    [InlineData(12, 4, 60)]
    [InlineData(40, 16, 200)]
    public void A_banded_system_of_full_rank_is_solved_as_the_dense_one(int columns, int bandwidth, int rows)
    {
        (Matrix dense, Matrix values, int[] first) = Random(columns, bandwidth, rows);
        double[] banded = new double[2 * columns];
        Assert.Equal(columns, Fill(dense, values, first, bandwidth).Solve(1e-13, banded));
        var expected = new Matrix(columns, 2);
        Assert.Equal(columns, MinimumNormLeastSquares.Solve(dense, values, 1e-13, expected));
        for (int i = 0; i < banded.Length; i++)
            Assert.Equal(expected.Values[i], banded[i], 1e-11);
    }

    [Fact]
    public void A_singular_system_keeps_what_it_does_not_determine()
    {
        // Columns 0 and 1 only ever appear in the sum x0 + x1; column 4 does not appear.
        var qr = new BandedQr(5, 3, 1);
        qr.AddRow(0, [1, 1, 0], [4]);
        qr.AddRow(0, [2, 2, 1], [9]);
        qr.AddRow(2, [0, 3, 0], [6]);
        double[] x = [0, 2, 50, 50, 7];
        Assert.Equal(3, qr.Solve(1e-13, x));
        double[] expected = [1, 3, 1, 2, 7];
        for (int i = 0; i < 5; i++)
            Assert.Equal(expected[i], x[i], 1e-13);
    }

    [Fact]
    public void A_nearly_singular_system_is_told_from_a_singular_one()
    {
        foreach (double small in new[] { 1e-6, 1e-9, 1e-12 })
        {
            double[] x = [0, 0];
            Assert.Equal(2, Pair(small).Solve(1e-14, x));
            Assert.Equal(1, x[1], 1e-3);
        }
        double[] open = [5, 5];
        Assert.Equal(1, Pair(1e-16).Solve(1e-14, open));
        Assert.Equal(2, open[0] + open[1], 1e-13);

        // x0 + x1 = 2, x0 + (1 + small) x1 = 2 + small: x = (1, 1).
        static BandedQr Pair(double small)
        {
            var qr = new BandedQr(2, 2, 1);
            qr.AddRow(0, [1, 1], [2]);
            qr.AddRow(0, [1, 1 + small], [2 + small]);
            return qr;
        }
    }

    [Fact]
    public void Rows_out_of_order_are_a_defect_of_the_caller()
    {
        var qr = new BandedQr(5, 2, 1);
        qr.AddRow(2, [1, 1], [1]);
        Assert.Throws<InvalidOperationException>(() => qr.AddRow(1, [1, 1], [1]));
    }

    private static BandedQr Fill(Matrix dense, Matrix values, int[] first, int bandwidth)
    {
        var qr = new BandedQr(dense.Columns, bandwidth, values.Columns);
        for (int i = 0; i < dense.Rows; i++)
        {
            double[] row = [.. Enumerable.Range(0, bandwidth).Select(j => dense[i, first[i] + j])];
            double[] right = [.. Enumerable.Range(0, values.Columns).Select(c => values[i, c])];
            qr.AddRow(first[i], row, right);
        }
        return qr;
    }

    private static (Matrix Dense, Matrix Values, int[] First) Random(int columns, int bandwidth, int rows)
    {
        var random = new SeededRandom(9);
        var dense = new Matrix(rows, columns);
        var values = new Matrix(rows, 2);
        int[] first = [.. Enumerable.Range(0, rows).Select(i => i * (columns - bandwidth + 1) / rows)];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < bandwidth; j++)
                dense[i, first[i] + j] = random.NextGaussian();
            values[i, 0] = random.NextGaussian();
            values[i, 1] = random.NextGaussian();
        }
        return (dense, values, first);
    }
}
