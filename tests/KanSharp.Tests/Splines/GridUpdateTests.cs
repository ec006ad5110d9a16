using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Tests.Splines;

public class GridUpdateTests
{
    private static readonly KnotGrid Current = KnotGrid.Uniform(-1, 1, 5, 3);

    [Fact]
    public void Knots_stand_at_the_ranks_of_the_samples()
    {
        double[] samples = [9, 1, 0, 4, 16, 25, 36, 49, 64, 81];
        Assert.Equal([0, 4, 16, 36, 64, 81], GridUpdate.FromSamples(Current, samples, 0).InnerKnots.ToArray());
        double[] even = GridUpdate.FromSamples(Current, samples, 1).InnerKnots.ToArray();
        for (int i = 0; i <= 5; i++)
            Assert.Equal(81.0 * i / 5, even[i], 1e-12);
        Assert.Equal(0.25 * 16.2 + 0.75 * 4, GridUpdate.FromSamples(Current, samples, 0.25).InnerKnots[1], 1e-12);
    }

    [Fact]
    public void The_range_is_exactly_that_of_the_samples()
    {
        var random = new SeededRandom(4);
        for (int run = 0; run < 200; run++)
        {
            double[] samples = [.. Enumerable.Range(0, 37).Select(_ => random.NextGaussian() * Math.Pow(10, random.NextDouble(-5, 5)))];
            KnotGrid grid = GridUpdate.FromSamples(Current, samples, random.NextDouble());
            Assert.Equal(samples.Min(), grid.Start);
            Assert.Equal(samples.Max(), grid.End);
            AssertUsable(grid);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-12)]
    [InlineData(0.02)]
    [InlineData(1.0)]
    public void Few_distinct_values_keep_a_strictly_increasing_grid(double share)
    {
        foreach (double[] samples in new double[][] { [0, 0, 0, 0, 0, 0, 1], [-0.5, 0, 0.5, 0.5, 0.5, 0.5], [3, 4], [1.7e9, 1.7e9, 1.7e9 + 1], [0, 0, 0, 0, 1e-60] })
        {
            KnotGrid grid = GridUpdate.FromSamples(Current, samples, share);
            AssertUsable(grid);
            Assert.Equal(samples.Min(), grid.Start);
            Assert.Equal(samples.Max(), grid.End);
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(-1.0)]
    [InlineData(1.0)]
    public void A_constant_column_inside_the_range_keeps_the_grid_and_the_curve(double value)
    {
        double[] samples = [value, value, value], c = TestGrids.Coefficients(Current), refitted = new double[c.Length];
        KnotGrid grid = GridUpdate.FromSamples(Current, samples);
        Assert.Same(Current, grid);
        SplineTransfer.AtPoints(Current, c, RangePolicy.Linear, grid, samples, refitted);
        Assert.Equal(c, refitted);
    }

    [Theory]
    [InlineData(7.0)]
    [InlineData(-1e6)]
    [InlineData(1.7e9)]
    [InlineData(1e300)]
    public void A_constant_column_outside_the_range_moves_the_grid_there(double value)
    {
        KnotGrid grid = GridUpdate.FromSamples(Current, [value, value]);
        AssertUsable(grid);
        Assert.True(grid.Start < value && value < grid.End);
        Assert.Equal(5, grid.Intervals);
        double[] c = TestGrids.Coefficients(Current), refitted = new double[c.Length];
        SplineTransfer.AtPoints(Current, c, RangePolicy.Linear, grid, [value, value], refitted);
        double expected = Spline.Evaluate(Current, c, value, RangePolicy.Linear);
        Assert.Equal(expected, Spline.Evaluate(grid, refitted, value, RangePolicy.Linear), 1e-12 * Math.Abs(expected));
    }

    [Fact]
    public void Samples_that_differ_by_rounding_only_count_as_constant()
    {
        Assert.Same(Current, GridUpdate.FromSamples(Current, [0.5, Math.BitIncrement(0.5)]));
        AssertUsable(GridUpdate.FromSamples(Current, [50, Math.BitIncrement(50)]));
        Assert.Same(Current, GridUpdate.FromSamples(Current, [0, double.Epsilon]));
    }

    [Fact]
    public void Without_samples_the_grid_stays() => Assert.Same(Current, GridUpdate.FromSamples(Current, []));

    [Fact]
    public void A_refit_keeps_the_curve_where_there_are_no_samples()
    {
        // Four places at the left end and one at the right: what is between must not be forgotten.
        double[] samples = [-1, -0.95, -0.9, -0.85, 1];
        double[] x = TestGrids.Even(-1, 1, 100), c = new double[Current.BasisCount];
        SplineFit.Solve(Current, RangePolicy.Linear, x, [.. x.Select(v => Math.Cos(2 * v))], [], c);
        KnotGrid grid = GridUpdate.FromSamples(Current, samples, 0.8);
        double[] refitted = new double[c.Length], forgetful = new double[c.Length];
        SplineTransfer.AtPoints(Current, c, RangePolicy.Linear, grid, samples, refitted);
        SplineFit.Solve(grid, RangePolicy.Linear, samples, [.. samples.Select(v => Spline.Evaluate(Current, c, v, RangePolicy.Linear))], [], forgetful);
        Assert.InRange(WorstChange(refitted), 0, 0.02);
        Assert.InRange(WorstChange(forgetful), 0.5, double.PositiveInfinity);

        double WorstChange(double[] to) =>
            x.Max(v => Math.Abs(Spline.Evaluate(Current, c, v, RangePolicy.Linear) - Spline.Evaluate(grid, to, v, RangePolicy.Linear)));
    }

    [Fact]
    public void Misuse_is_told_with_what_was_found_and_expected()
    {
        Assert.Contains("Sample 1 is NaN", Assert.Throws<KanSharpException>(() => GridUpdate.FromSamples(Current, [0, double.NaN])).Message);
        Assert.Contains("1.5 is not possible", Assert.Throws<KanSharpException>(() => GridUpdate.FromSamples(Current, [0, 1], 1.5)).Message);
        Assert.Contains("0 samples", Assert.Throws<KanSharpException>(() => GridUpdate.Points([], 5)).Message);
    }

    private static void AssertUsable(KnotGrid grid)
    {
        for (int i = 0; i + 1 < grid.Knots.Length; i++)
            Assert.True(grid.Knots[i] < grid.Knots[i + 1], $"knots {i} and {i + 1} are both {grid.Knots[i]:R}");
    }
}
