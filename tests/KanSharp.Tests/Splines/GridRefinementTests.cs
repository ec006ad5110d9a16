using KanSharp.Splines;

namespace KanSharp.Tests.Splines;

public class GridRefinementTests
{
    public static TheoryData<int> Orders => [.. Enumerable.Range(0, 8)];

    [Theory]
    [MemberData(nameof(Orders))]
    public void A_multiple_of_the_intervals_keeps_the_function_and_its_derivatives(int order)
    {
        var found = new Discrepancies(1e-13);
        foreach ((string name, KnotGrid coarse) in TestGrids.OfOrder(order))
        {
            double[] c = TestGrids.Coefficients(coarse);
            foreach (int factor in new[] { 2, 3, 8 })
            {
                KnotGrid fine = GridRefinement.Refine(coarse, factor * coarse.Intervals);
                foreach (RangePolicy range in Enum.GetValues<RangePolicy>())
                    CompareOnOldRange(coarse, c, fine, range, $"{name}, {range}, times {factor}", found);
            }
        }
        found.Assert();
    }

    [Fact]
    public void An_adaptive_grid_with_very_short_intervals_is_refined_exactly_too()
    {
        var found = new Discrepancies(1e-12);
        double[] samples = [.. Enumerable.Range(0, 500).Select(i => Math.Pow(i / 250.0 - 1, 9))];
        KnotGrid coarse = GridUpdate.FromSamples(KnotGrid.Uniform(-1, 1, 10, 3), samples);
        KnotGrid fine = GridRefinement.Refine(coarse, 20);
        CompareOnOldRange(coarse, TestGrids.Coefficients(coarse), fine, RangePolicy.Linear, "adaptive", found);
        found.Assert();
    }

    [Fact]
    public void A_number_that_is_no_multiple_is_fitted_to_the_old_curve()
    {
        // Smooth where it matters: with coefficients of a smooth curve the fit is as good as the finer spline can be.
        KnotGrid coarse = KnotGrid.Uniform(-1, 1, 10, 3), fine = GridRefinement.Refine(coarse, 23);
        double[] x = TestGrids.Even(-1, 1, 200), c = new double[coarse.BasisCount], refined = new double[fine.BasisCount];
        SplineFit.Solve(coarse, RangePolicy.Linear, x, [.. x.Select(v => Math.Sin(3 * v))], [], c);
        Assert.False(SplineTransfer.ToGrid(coarse, c, RangePolicy.Linear, fine, refined));
        foreach (double v in TestGrids.Even(-1, 1, 317))
            Assert.Equal(Spline.Evaluate(coarse, c, v, RangePolicy.Linear), Spline.Evaluate(fine, refined, v, RangePolicy.Linear), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Widening_keeps_the_knots_and_the_function_on_the_old_range(int order)
    {
        var found = new Discrepancies(1e-13);
        foreach ((string name, KnotGrid old) in TestGrids.OfOrder(order))
        {
            double[] c = TestGrids.Coefficients(old);
            foreach ((int below, int above) in new[] { (1, 0), (0, 2), (3, 1), (0, 0), (9, 12) })
            {
                KnotGrid wide = GridRefinement.Widen(old, below, above);
                Assert.Equal(old.InnerKnots.ToArray(), wide.InnerKnots[below..^above].ToArray());
                foreach (RangePolicy range in Enum.GetValues<RangePolicy>())
                    CompareOnOldRange(old, c, wide, range, $"{name}, {range}, {below} below, {above} above", found);
            }
        }
        found.Assert();
    }

    [Fact]
    public void Beyond_the_old_range_a_widened_spline_goes_on_as_the_policy_did()
    {
        KnotGrid old = KnotGrid.Uniform(-1, 1, 5, 3), wide = GridRefinement.Widen(old, 6, 6);
        double[] c = TestGrids.Coefficients(old);
        foreach (RangePolicy range in new[] { RangePolicy.Linear, RangePolicy.Clamp, RangePolicy.Zero })
        {
            double[] widened = new double[wide.BasisCount];
            Assert.True(SplineTransfer.ToGrid(old, c, range, wide, widened));
            foreach (double x in TestGrids.Even(-4, 4, 161))
            {
                double expected = Spline.Evaluate(old, c, x, range), found = Spline.Evaluate(wide, widened, x, range);
                // The first k intervals lead over smoothly from the old curve; there only Zero, whose extension is a spline itself, is kept exactly.
                bool exact = range == RangePolicy.Zero || Math.Abs(x) <= 1 || Math.Abs(x) >= 1 + 3 * 0.4;
                Assert.Equal(expected, found, exact ? 1e-13 : 0.5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Widened_to_samples_far_outside_a_spline_is_the_same_everywhere(int order)
    {
        var found = new Discrepancies(1e-13);
        foreach ((string name, KnotGrid old) in TestGrids.OfOrder(order))
        {
            double[] c = TestGrids.Coefficients(old);
            double half = (old.End - old.Start) / 2, middle = old.Start + half;
            foreach (RangePolicy range in Enum.GetValues<RangePolicy>())
            {
                foreach ((double below, double above) in new[] { (1.1, 1.1), (4, 4), (10, 10), (1, 10), (4, 0.5) })
                {
                    KnotGrid wide = GridRefinement.WidenTo(GridRefinement.Split(old, old.Intervals + 2), middle - below * half, middle + above * half, range);
                    Assert.True(wide.Start <= middle - below * half + 1e-12 && wide.End >= middle + above * half - 1e-12);
                    CompareOnOldRange(old, c, wide, range, $"{name}, {range}, {below} and {above} times", found);
                    double[] carried = new double[wide.BasisCount];
                    SplineTransfer.ToGrid(old, c, range, wide, carried);
                    foreach (double x in TestGrids.Even(middle - 12 * half, middle + 12 * half, 241).Where(x => x != old.End))
                    {
                        double expected = Spline.Evaluate(old, c, x, range);
                        found.Compare(expected, Spline.Evaluate(wide, carried, x, range), $"{name}, {range}, {below} and {above} times, x = {x}", Math.Max(1, Math.Abs(expected)));
                    }
                }
            }
        }
        found.Assert();
    }

    [Fact]
    public void Refined_knots_are_interpolated_in_their_index()
    {
        KnotGrid grid = KnotGrid.FromInner([0, 1, 10], 2);
        Assert.Equal([0, 2.0 / 3, 4, 10], GridRefinement.Refine(grid, 3).InnerKnots.ToArray());
        Assert.Equal([0, 0.5, 1, 5.5, 10], GridRefinement.Refine(grid, 4).InnerKnots.ToArray());
        Assert.Equal([0, 10], GridRefinement.Refine(grid, 1).InnerKnots.ToArray());
    }

    [Fact]
    public void The_same_grid_gives_the_same_bits()
    {
        KnotGrid grid = TestGrids.Free(3, 6);
        double[] c = TestGrids.Coefficients(grid), same = new double[c.Length], refitted = new double[c.Length];
        Assert.True(SplineTransfer.ToGrid(grid, c, RangePolicy.Linear, KnotGrid.FromExtended(grid.Knots, 3), same));
        SplineTransfer.AtPoints(grid, c, RangePolicy.Linear, grid, [0.1, 0.2], refitted);
        Assert.Equal(c, same);
        Assert.Equal(c, refitted);
    }

    [Fact]
    public void Misuse_is_told_with_what_was_found_and_expected()
    {
        KnotGrid grid = KnotGrid.Uniform(-1, 1, 5, 3);
        Assert.Contains("grid of 0 intervals", Assert.Throws<KanSharpException>(() => GridRefinement.Refine(grid, 0)).Message);
        Assert.Contains("-1 intervals below", Assert.Throws<KanSharpException>(() => GridRefinement.Widen(grid, -1, 0)).Message);
        Assert.Contains("has 8 a curve", Assert.Throws<KanSharpException>(() => SplineTransfer.ToGrid(grid, new double[7], RangePolicy.Zero, grid, new double[8])).Message);
    }

    private static void CompareOnOldRange(KnotGrid old, double[] coefficients, KnotGrid grid, RangePolicy range, string what, Discrepancies found)
    {
        double[] carried = new double[grid.BasisCount];
        Assert.True(SplineTransfer.ToGrid(old, coefficients, range, grid, carried));
        double[] places = [.. TestGrids.Even(old.Start, old.End, 101), .. TestGrids.Points(old).Where(x => x >= old.Start && x <= old.End)];
        double[] basis = new double[old.Order + 1];
        foreach (double x in places)
        {
            // At the end itself a jump to zero (repeated knots, order 0) belongs to the extension, which may differ.
            if (range == RangePolicy.Zero && x == old.End)
                continue;
            for (int derivative = 0; derivative <= Math.Clamp(old.Order - 1, 0, 2); derivative++)
            {
                // Where the end is a repeated knot, the derivatives at the end itself are those of the piece beyond it.
                if (x == old.End && derivative > 0)
                    continue;
                double expected = Spline.Evaluate(old, coefficients, x, range, derivative);
                // The coefficients are of size 1: what one rounding of them does is the size of the derivative of the basis.
                SplineBasis.Evaluate(grid, x, range, derivative, basis);
                double size = Math.Max(Math.Abs(expected), basis.Max(Math.Abs));
                found.Compare(expected, Spline.Evaluate(grid, carried, x, range, derivative), $"{what}, x = {x}, derivative {derivative}", size);
            }
        }
    }
}
