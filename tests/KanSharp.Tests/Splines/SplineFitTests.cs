using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Splines;

namespace KanSharp.Tests.Splines;

public class SplineFitTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void Samples_of_a_spline_give_back_its_coefficients(int order)
    {
        KnotGrid grid = TestGrids.Free(order, 12);
        double[] c = TestGrids.Coefficients(grid, curves: 3), fitted = new double[c.Length];
        double[] x = TestGrids.Even(grid.Start, grid.End, 400);
        foreach (RangePolicy range in Enum.GetValues<RangePolicy>())
        {
            int rank = SplineFit.Solve(grid, range, x, Values(grid, c, range, x), [], fitted);
            Assert.Equal(grid.BasisCount, rank);
            double[] given = Values(grid, c, range, x), found = Values(grid, fitted, range, x);
            for (int i = 0; i < given.Length; i++)
                Assert.Equal(given[i], found[i], 1e-13);
            // The conditioning of B-splines grows exponentially with the order: at 7 the outermost coefficients hardly show in the curve.
            for (int i = 0; i < c.Length && order <= 5; i++)
                Assert.Equal(c[i], fitted[i], 1e-11);
        }
    }

    [Fact]
    public void What_the_samples_determine_does_not_depend_on_the_past_or_on_their_order()
    {
        KnotGrid grid = KnotGrid.Uniform(-1, 1, 10, 3);
        var random = new SeededRandom(2);
        double[] x = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble(-1, 1))], y = [.. x.Select(v => Math.Exp(v) + random.NextGaussian())];
        double[] fresh = new double[grid.BasisCount], later = new double[grid.BasisCount], shuffled = new double[grid.BasisCount];
        SplineFit.Solve(grid, RangePolicy.Linear, x, y, [], fresh);
        SplineFit.Solve(grid, RangePolicy.Linear, x, y, TestGrids.Coefficients(grid), later);
        int[] order = random.NextPermutation(200);
        SplineFit.Solve(grid, RangePolicy.Linear, [.. order.Select(i => x[i])], [.. order.Select(i => y[i])], [], shuffled);
        Assert.Equal(fresh, later);
        for (int i = 0; i < fresh.Length; i++)
            Assert.Equal(fresh[i], shuffled[i], 1e-11);
    }

    /// <summary>
    /// The two conditions that single out the promised solution: the residual is orthogonal to every basis function (least squares), and the change is a
    /// combination of the rows of the basis matrix (least change).
    /// </summary>
    [Theory]
    [InlineData(3, 5, 0.0, 1.0, 1)]
    [InlineData(3, 40, 0.0, 0.4, 40)]
    [InlineData(2, 60, 0.3, 0.6, 4)]
    [InlineData(5, 30, 0.5, 1.0, 3)]
    [InlineData(0, 10, 0.0, 0.3, 10)]
    [InlineData(1, 12, 0.2, 1.0, 12)]
    public void Undetermined_directions_change_least(int order, int samples, double from, double to, int distinct)
    {
        KnotGrid grid = TestGrids.Free(order, 8);
        int n = grid.BasisCount;
        var random = new SeededRandom(3);
        double[] places = [.. Enumerable.Range(0, distinct).Select(_ => grid.Start + (grid.End - grid.Start) * random.NextDouble(from, to))];
        double[] x = [.. Enumerable.Range(0, samples).Select(i => places[i % distinct])], y = [.. x.Select(v => Math.Sin(v) + random.NextGaussian())];
        double[] previous = TestGrids.Coefficients(grid), fitted = new double[n];
        int rank = SplineFit.Solve(grid, RangePolicy.Linear, x, y, previous, fitted);
        Assert.True(rank < n, $"rank {rank} of {n}: the example should be rank-deficient");

        double[] residual = [.. Values(grid, fitted, RangePolicy.Linear, x).Zip(y, (a, b) => b - a)];
        var transposed = new Matrix(n, samples);
        double[] window = new double[order + 1];
        for (int i = 0; i < samples; i++)
        {
            int first = SplineBasis.Evaluate(grid, x[i], RangePolicy.Linear, window);
            window.CopyTo(transposed.Column(i)[first..]);
        }
        for (int r = 0; r < n; r++)
            Assert.Equal(0, Enumerable.Range(0, samples).Sum(i => transposed[r, i] * residual[i]), 1e-10);

        double[] change = [.. fitted.Zip(previous, (a, b) => a - b)];
        var target = new Matrix(n, 1);
        change.CopyTo(target.Column(0));
        var weights = new Matrix(samples, 1);
        MinimumNormLeastSquares.Solve(transposed.Clone(), target, 1e-13, weights);
        for (int r = 0; r < n; r++)
            Assert.Equal(change[r], Enumerable.Range(0, samples).Sum(i => transposed[r, i] * weights[i, 0]), 1e-9);
    }

    [Fact]
    public void Coefficients_that_no_sample_touches_stay_as_they_are()
    {
        KnotGrid grid = KnotGrid.Uniform(-1, 1, 10, 3);
        double[] previous = TestGrids.Coefficients(grid, curves: 2), fitted = new double[previous.Length];
        double[] x = [-0.95, -0.9, -0.85], y = [5, 6, 7, -1, 0, 1];
        SplineFit.Solve(grid, RangePolicy.Linear, x, y, previous, fitted);
        Assert.Equal(previous[4..13], fitted[4..13]);
        Assert.Equal(previous[17..], fitted[17..]);
        Assert.NotEqual(previous[..4], fitted[..4]);
    }

    [Fact]
    public void Without_samples_everything_stays_and_the_past_may_share_the_memory_of_the_result()
    {
        KnotGrid grid = KnotGrid.Uniform(-1, 1, 4, 2);
        double[] previous = TestGrids.Coefficients(grid), inPlace = [.. previous];
        Assert.Equal(0, SplineFit.Solve(grid, RangePolicy.Zero, [], [], inPlace, inPlace));
        Assert.Equal(previous, inPlace);
        double[] apart = new double[grid.BasisCount];
        SplineFit.Solve(grid, RangePolicy.Zero, [0.1], [2], previous, apart);
        SplineFit.Solve(grid, RangePolicy.Zero, [0.1], [2], inPlace, inPlace);
        Assert.Equal(apart, inPlace);
        Assert.Equal(2, Spline.Evaluate(grid, apart, 0.1, RangePolicy.Zero), 1e-14);
    }

    [Theory]
    [InlineData(1e200)]
    [InlineData(1e-300)]
    [InlineData(0)]
    public void Extreme_samples_give_finite_coefficients(double size)
    {
        KnotGrid grid = KnotGrid.Uniform(-1, 1, 5, 3);
        double[] x = [.. Enumerable.Range(0, 50).Select(i => (i - 25) * size)], y = [.. x.Select(v => v > 0 ? 1.0 : -1.0)];
        foreach (RangePolicy range in Enum.GetValues<RangePolicy>())
        {
            double[] fitted = new double[grid.BasisCount];
            SplineFit.Solve(grid, range, x, y, TestGrids.Coefficients(grid), fitted);
            Assert.All(fitted, c => Assert.True(double.IsFinite(c)));
        }
    }

    [Fact]
    public void A_sample_that_is_no_number_is_named()
    {
        KnotGrid grid = KnotGrid.Uniform(-1, 1, 5, 3);
        double[] result = new double[grid.BasisCount];
        Assert.Contains("point 1 is NaN", Assert.Throws<KanSharpException>(() => SplineFit.Solve(grid, RangePolicy.Linear, [0, double.NaN], [1, 2], [], result)).Message);
        Assert.Contains("value 0 is", Assert.Throws<KanSharpException>(() => SplineFit.Solve(grid, RangePolicy.Linear, [0, 1], [double.PositiveInfinity, 2], [], result)).Message);
        Assert.Contains("3 values for 1 curves at 2 points", Assert.Throws<KanSharpException>(() => SplineFit.Solve(grid, RangePolicy.Linear, [0, 1], [1, 2, 3], [], result)).Message);
    }

    private static double[] Values(KnotGrid grid, double[] coefficients, RangePolicy range, double[] x) =>
        [.. coefficients.Chunk(grid.BasisCount).SelectMany(c => x.Select(v => Spline.Evaluate(grid, c, v, range)))];
}
