using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Tests.Splines;

/// <summary>Places where samples jump or bend, and knots put there.</summary>
public class BreakSearchTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1, 0.005)]
    [InlineData(2, 0.005)]
    [InlineData(3, 0)]
    [InlineData(3, 0.005)]
    public void A_jump_is_found_between_its_two_samples_under_noise_too(int order, double noise)
    {
        (double[] x, double[] y) = Samples(v => v < 0.36 ? Math.Sin(v) : Math.Cos(v) + 1, 400, noise);
        BreakSearch.Break found = Assert.Single(Find(x, y, order));
        Assert.True(x[found.Before] < 0.36 && x[found.Before + 1] >= 0.36, $"between {x[found.Before]} and {x[found.Before + 1]}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_kink_gets_its_knots_where_the_curves_of_both_sides_cross(int order)
    {
        (double[] x, double[] y) = Samples(v => Math.Abs(v + 0.2) + v / 3, 300, 0);
        KnotGrid grid = FreeKnots.Place(x, y, Find(x, y, order), 12, order);
        Assert.Equal(order + 1, grid.InnerKnots.ToArray().Count(knot => Math.Abs(knot + 0.2) < 1e-12));
        Assert.Equal(12, grid.Intervals);
        Assert.Equal((x[0], x[^1]), (grid.Start, grid.End));
        Assert.InRange(LargestError(grid, x, y), 0, 1e-13);
    }

    /// <summary>What is bent, however much, is not broken: were it so, trainings on smooth data would change.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Smooth_curves_have_no_breaks_with_and_without_noise(int order)
    {
        Func<double, double>[] curves =
        [
            v => Math.Sin(20 * v), v => Math.Exp(3 * v), v => Math.Tanh(10 * v), v => 1 / (1 + 25 * v * v), v => v * v * v - v, v => Math.Exp(-100 * v * v), v => Math.Log(1.1 + v), _ => 0, _ => 1,
        ];
        for (int c = 0; c < curves.Length; c++)
        {
            foreach (int count in (int[])[60, 200, 1000, 5000])
            {
                foreach (double noise in (double[])[0, 1e-6, 0.01, 0.3])
                {
                    for (ulong seed = 1; seed <= 3; seed++)
                    {
                        (double[] x, double[] y) = Samples(curves[c], count, noise, seed);
                        Assert.True(Find(x, y, order).Length == 0, $"curve {c}, {count} samples, noise {noise}, seed {seed}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Columns_of_few_different_values_have_no_breaks()
    {
        var random = new SeededRandom(4);
        double[] x = [.. Enumerable.Range(0, 600).Select(_ => (double)random.NextInt(3)).Order()];
        Assert.Empty(Find(x, [.. x.Select(v => v * v)], 3));
    }

    [Fact]
    public void The_other_knots_go_where_the_error_is()
    {
        (double[] x, double[] y) = Samples(v => v > 0 ? Math.Sin(20 * v) : 0, 800, 0);
        KnotGrid grid = FreeKnots.Place(x, y, Find(x, y, 3), 40, 3);
        Assert.True(grid.InnerKnots.ToArray().Count(knot => knot > 1e-3) > 30, string.Join(' ', grid.InnerKnots.ToArray()));
        Assert.True(10 * LargestError(grid, x, y) < LargestError(KnotGrid.Uniform(x[0], x[^1], 40, 3), x, y));
    }

    [Theory]
    [InlineData(5, 3, 1)]
    [InlineData(4, 3, 0)]
    [InlineData(40, 1, 19)]
    [InlineData(3, 0, 2)]
    public void There_are_no_more_breaks_than_knots_for_them(int intervals, int order, int most)
    {
        Assert.Equal(most, FreeKnots.MostBreaks(intervals, order));
        var random = new SeededRandom(6);
        double[] x = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble(-1, 1)).Order()];
        BreakSearch.Break[] breaks = [.. Enumerable.Range(0, most).Select(b => new BreakSearch.Break(40 + 6 * b, 0))];
        KnotGrid grid = FreeKnots.Place(x, x, breaks, intervals, order);
        Assert.Equal((intervals, order), (grid.Intervals, grid.Order));
    }

    private static BreakSearch.Break[] Find(double[] x, double[] y, int order, int most = 5)
    {
        KnotGrid grid = KnotGrid.Uniform(x[0], Math.Max(x[^1], x[0] + 1e-9), 20, order);
        double[] coefficients = new double[grid.BasisCount], errors = new double[x.Length];
        SplineFit.Solve(grid, RangePolicy.Linear, x, y, [], coefficients);
        Spline.Evaluate(grid, coefficients, x, RangePolicy.Linear, errors);
        for (int i = 0; i < x.Length; i++)
            errors[i] = y[i] - errors[i];
        return BreakSearch.Find(x, y, errors, [], most);
    }

    private static double LargestError(KnotGrid grid, double[] x, double[] y)
    {
        double[] coefficients = new double[grid.BasisCount];
        SplineFit.Solve(grid, RangePolicy.Linear, x, y, [], coefficients);
        return x.Zip(y).Max(pair => Math.Abs(pair.Second - Spline.Evaluate(grid, coefficients, pair.First, RangePolicy.Linear)));
    }

    private static (double[] X, double[] Y) Samples(Func<double, double> curve, int count, double noise, ulong seed = 1)
    {
        var random = new SeededRandom(seed);
        double[] x = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble(-1, 1)).Order()];
        return (x, [.. x.Select(v => curve(v) + noise * random.NextGaussian())]);
    }
}
