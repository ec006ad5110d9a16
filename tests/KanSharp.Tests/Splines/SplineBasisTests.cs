using KanSharp.Splines;

namespace KanSharp.Tests.Splines;

public class SplineBasisTests
{
    public static TheoryData<int> Orders => [.. Enumerable.Range(0, 8), 11, KnotGrid.MaxOrder];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Values_and_derivatives_agree_with_the_plain_recursion(int order)
    {
        var found = new Discrepancies(1e-11);
        foreach ((string name, KnotGrid grid) in TestGrids.OfOrder(order))
        {
            double[] knots = grid.Knots.ToArray();
            foreach (double x in TestGrids.Points(grid))
            {
                for (int derivative = 0; derivative <= order + 1; derivative++)
                {
                    double[] expected = CoxDeBoor.All(knots, order, x, derivative);
                    found.Compare(expected, Dense(grid, x, RangePolicy.Zero, derivative), $"{name}, x = {x}, derivative {derivative}, basis ");
                    if (x >= grid.Start && x < grid.End)
                        found.Compare(expected, Dense(grid, x, RangePolicy.Linear, derivative), $"{name}, linear, x = {x}, derivative {derivative}, basis ");
                }
            }
        }
        found.Assert();
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_basis_sums_to_one_on_the_closed_range_and_its_derivatives_to_zero(int order)
    {
        foreach ((_, KnotGrid grid) in TestGrids.OfOrder(order))
        {
            foreach (double x in TestGrids.Points(grid))
            {
                foreach (RangePolicy range in Enum.GetValues<RangePolicy>())
                {
                    if (x < grid.Start || x > grid.End || (x == grid.End && range == RangePolicy.Zero && EndMultiplicity(grid) > order))
                        continue;
                    double[] values = Dense(grid, x, range, 0), slopes = Dense(grid, x, range, 1);
                    Assert.Equal(1, values.Sum(), 1e-13);
                    Assert.All(values, value => Assert.InRange(value, 0, 1 + 1e-13));
                    // With Zero, the end belongs to the extension, where the sum begins to fall (at once for order 1).
                    if (range != RangePolicy.Zero || x < grid.End)
                        Assert.Equal(0, slopes.Sum() / Math.Max(1, slopes.Max(Math.Abs)), 1e-13);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Each_derivative_is_the_slope_of_the_one_below(int order)
    {
        var found = new Discrepancies(1e-5);
        foreach ((string name, KnotGrid grid) in TestGrids.OfOrder(Math.Min(order, 7)))
        {
            double[] coefficients = TestGrids.Coefficients(grid);
            foreach (RangePolicy range in Enum.GetValues<RangePolicy>())
            {
                for (int i = 0; i + 1 < grid.Knots.Length; i++)
                {
                    double length = grid.Knots[i + 1] - grid.Knots[i], x = grid.Knots[i] + 0.4 * length, h = 1e-4 * length;
                    for (int derivative = 1; derivative <= grid.Order + 1 && length > 0; derivative++)
                    {
                        double below = Spline.Evaluate(grid, coefficients, x - h, range, derivative - 1);
                        double above = Spline.Evaluate(grid, coefficients, x + h, range, derivative - 1);
                        double slope = Spline.Evaluate(grid, coefficients, x, range, derivative);
                        double scale = Math.Max(Math.Abs(slope), Math.Max(Math.Abs(below), Math.Abs(above)) / length);
                        found.Compare((above - below) / (2 * h), slope, $"{name}, {range}, x = {x}, derivative {derivative}", scale == 0 ? 1 : scale);
                    }
                }
            }
        }
        found.Assert();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void At_the_ends_of_the_range_the_value_is_continuous_under_every_policy(int order)
    {
        foreach ((string name, KnotGrid grid) in TestGrids.OfOrder(order))
        {
            double[] coefficients = TestGrids.Coefficients(grid);
            foreach (RangePolicy range in Enum.GetValues<RangePolicy>())
            {
                // Where the end is a knot of full multiplicity, the extension is empty and the fall to zero is a jump.
                if (range == RangePolicy.Zero && EndMultiplicity(grid) > order)
                    continue;
                foreach (double end in new[] { grid.Start, grid.End })
                {
                    double at = Spline.Evaluate(grid, coefficients, end, range);
                    Assert.Equal(at, Spline.Evaluate(grid, coefficients, Math.BitIncrement(end), range), 1e-12);
                    Assert.Equal(at, Spline.Evaluate(grid, coefficients, Math.BitDecrement(end), range), 1e-12);
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Outside_the_range_each_policy_does_what_it_says(int order)
    {
        foreach ((_, KnotGrid grid) in TestGrids.OfOrder(order))
        {
            double[] c = TestGrids.Coefficients(grid);
            foreach ((double x, double end) in new[] { (grid.Start - 0.7, grid.Start), (grid.End + 3, grid.End) })
            {
                double value = Spline.Evaluate(grid, c, end, RangePolicy.Linear), slope = Spline.Evaluate(grid, c, end, RangePolicy.Linear, 1);
                double scale = Math.Abs(value) + Math.Abs(slope) * Math.Abs(x - end) + 1;
                foreach (RangePolicy range in new[] { RangePolicy.Linear, RangePolicy.Error })
                {
                    Assert.Equal(value + slope * (x - end), Spline.Evaluate(grid, c, x, range), 1e-12 * scale);
                    Assert.Equal(slope, Spline.Evaluate(grid, c, x, range, 1), 1e-12 * scale);
                    Assert.Equal(0, Spline.Evaluate(grid, c, x, range, 2));
                    Assert.Equal(0, Spline.Evaluate(grid, c, x, range, 3));
                }
                Assert.Equal(value, Spline.Evaluate(grid, c, x, RangePolicy.Clamp), 1e-13);
                Assert.Equal(0, Spline.Evaluate(grid, c, x, RangePolicy.Clamp, 1));
                Assert.Equal(0, Spline.Evaluate(grid, c, grid.Knots[0] - 0.1, RangePolicy.Zero));
                Assert.Equal(0, Spline.Evaluate(grid, c, grid.Knots[^1] + 0.1, RangePolicy.Zero));
            }
        }
    }

    [Fact]
    public void Derivatives_up_to_an_order_come_one_after_the_other()
    {
        KnotGrid grid = TestGrids.Free(3, 4);
        double x = grid.Start + 0.3;
        Span<double> all = stackalloc double[16], one = stackalloc double[4];
        int first = SplineBasis.EvaluateUpTo(grid, x, RangePolicy.Linear, 3, all);
        for (int derivative = 0; derivative <= 3; derivative++)
        {
            Assert.Equal(first, SplineBasis.Evaluate(grid, x, RangePolicy.Linear, derivative, one));
            Assert.Equal(one.ToArray(), all.Slice(4 * derivative, 4).ToArray());
        }
    }

    [Fact]
    public void NaN_gives_NaN_and_infinity_never_an_exception()
    {
        foreach (int order in new[] { 0, 3 })
        {
            KnotGrid grid = KnotGrid.Uniform(-1, 1, 5, order);
            double[] c = TestGrids.Coefficients(grid);
            foreach (RangePolicy range in Enum.GetValues<RangePolicy>())
            {
                for (int derivative = 0; derivative < 6; derivative++)
                {
                    Assert.True(double.IsNaN(Spline.Evaluate(grid, c, double.NaN, range, derivative)));
                    Spline.Evaluate(grid, c, double.PositiveInfinity, range, derivative);
                    Spline.Evaluate(grid, c, double.NegativeInfinity, range, derivative);
                }
            }
            Assert.Equal(Spline.Evaluate(grid, c, 1, RangePolicy.Clamp), Spline.Evaluate(grid, c, double.PositiveInfinity, RangePolicy.Clamp));
            Assert.Equal(0, Spline.Evaluate(grid, c, double.NegativeInfinity, RangePolicy.Zero));
        }
    }

    [Fact]
    public void An_interval_is_found_for_every_number_and_is_never_empty()
    {
        foreach ((_, KnotGrid grid) in TestGrids.OfOrder(2))
        {
            foreach (double x in (double[])[.. TestGrids.Points(grid), double.NaN, double.PositiveInfinity, double.NegativeInfinity])
            {
                int i = grid.FindInterval(x);
                Assert.InRange(i, grid.Order, grid.Order + grid.Intervals - 1);
                Assert.True(grid.Knots[i] < grid.Knots[i + 1]);
                if (x >= grid.Start && x < grid.End)
                    Assert.True(grid.Knots[i] <= x && x < grid.Knots[i + 1]);
            }
        }
    }

    [Fact]
    public void Evaluation_allocates_nothing()
    {
        KnotGrid grid = TestGrids.Free(5, 7);
        double[] c = TestGrids.Coefficients(grid), x = TestGrids.Even(grid.Knots[0] - 1, grid.Knots[^1] + 1, 100), y = new double[100];
        RangePolicy[] policies = Enum.GetValues<RangePolicy>();
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run()
        {
            foreach (RangePolicy range in policies)
                Spline.Evaluate(grid, c, x, range, y, 2);
        }
    }

    [Fact]
    public void Misuse_is_told_with_what_was_found_and_expected()
    {
        KnotGrid grid = KnotGrid.Uniform(-1, 1, 5, 3);
        Assert.Contains("holds 3 values", Assert.Throws<KanSharpException>(() => SplineBasis.Evaluate(grid, 0, RangePolicy.Zero, new double[3])).Message);
        Assert.Contains("order -1", Assert.Throws<KanSharpException>(() => SplineBasis.Evaluate(grid, 0, RangePolicy.Zero, -1, new double[4])).Message);
        Assert.Contains("holds 11 values", Assert.Throws<KanSharpException>(() => SplineBasis.EvaluateUpTo(grid, 0, RangePolicy.Zero, 2, new double[11])).Message);
        Assert.Contains("has 8", Assert.Throws<KanSharpException>(() => Spline.Evaluate(grid, new double[7], 0, RangePolicy.Zero)).Message);
    }

    private static double[] Dense(KnotGrid grid, double x, RangePolicy range, int derivative)
    {
        double[] window = new double[grid.Order + 1], all = new double[grid.BasisCount];
        int first = SplineBasis.Evaluate(grid, x, range, derivative, window);
        window.CopyTo(all, first);
        return all;
    }

    private static int EndMultiplicity(KnotGrid grid) => Math.Max(grid.Knots.Count(grid.End), grid.Knots.Count(grid.Start));
}
