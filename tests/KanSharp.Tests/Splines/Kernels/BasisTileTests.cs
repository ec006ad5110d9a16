using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Splines.Kernels;

namespace KanSharp.Tests.Splines.Kernels;

/// <summary>The tile kernels against the scalar basis, which has a reference of its own.</summary>
public class BasisTileTests
{
    private const int Samples = BasisTile.Samples;

    public static TheoryData<int, int, RangePolicy> Configurations()
    {
        var data = new TheoryData<int, int, RangePolicy>();
        foreach (int order in (int[])[0, 1, 2, 3, 4, 5, 7])
        {
            foreach (int intervals in (int[])[1, 2, 5, 8, 13, 20, 40])
            {
                foreach (RangePolicy policy in Enum.GetValues<RangePolicy>())
                    data.Add(order, intervals, policy);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Values_slopes_and_products_agree_with_the_scalar_basis(int order, int intervals, RangePolicy policy)
    {
        var random = new SeededRandom((ulong)(order * 100 + intervals));
        foreach (KnotGrid grid in Grids(random, intervals, order))
        {
            double[] x = Inputs(random, grid);
            var tile = new BasisTile(new CellTable(grid, policy));
            tile.Fill(x);
            CheckAgainstScalar(grid, policy, x, tile);
        }
    }

    [Fact]
    public void What_is_not_a_number_gives_what_is_not_a_number()
    {
        foreach (int intervals in (int[])[5, 20, 60])
        {
            var table = new CellTable(KnotGrid.Uniform(-1, 1, intervals, 3), RangePolicy.Linear);
            var tile = new BasisTile(table);
            double[] x = new double[Samples];
            x[3] = double.NaN;
            tile.Fill(x);
            double[] weights = new double[BasisTile.WeightLength(table)], result = new double[Samples];
            weights.AsSpan(0, table.BasisCount).Fill(1);
            tile.AddValue(weights, result);
            Assert.True(double.IsNaN(result[3]));
            Assert.Equal(1, result[4], 1e-12);
        }
    }

    private static IEnumerable<KnotGrid> Grids(SeededRandom random, int intervals, int order)
    {
        yield return KnotGrid.Uniform(-1, 1, intervals, order);
        double[] inner = new double[intervals + 1];
        for (int i = 1; i <= intervals; i++)
            inner[i] = inner[i - 1] + 0.01 + random.NextDouble();
        yield return KnotGrid.FromInner(inner, order);
        if (intervals >= 5)
        {
            inner[2] = inner[1];
            yield return KnotGrid.FromInner(inner, order);
        }
    }

    private static double[] Inputs(SeededRandom random, KnotGrid grid)
    {
        double width = grid.End - grid.Start;
        double[] x = new double[Samples];
        for (int n = 0; n < Samples; n++)
            x[n] = grid.Start + (1.6 * random.NextDouble() - 0.3) * width;
        grid.InnerKnots[..Math.Min(grid.InnerKnots.Length, 60)].CopyTo(x);
        x[^1] = grid.End;
        x[^2] = grid.End + 10 * width;
        return x;
    }

    private static void CheckAgainstScalar(KnotGrid grid, RangePolicy policy, double[] x, BasisTile tile)
    {
        var table = new CellTable(grid, policy);
        double[] weights = new double[BasisTile.WeightLength(table)], value = new double[Samples], slope = new double[Samples], ones = new double[Samples], row = new double[Samples];
        Array.Fill(ones, 1);
        for (int r = 0; r < grid.BasisCount; r++)
            weights[r] = Math.Sin(r + 1);
        tile.AddValue(weights, value);
        tile.AddSlopeTimes(weights, ones, slope);
        double[] expectedDot = new double[grid.BasisCount], dot = new double[weights.Length];
        tile.AddDot(x, dot);
        double[] taps = new double[grid.Order + 1], tapSlopes = new double[grid.Order + 1];
        double scale = grid.Intervals / (grid.End - grid.Start) * (grid.Order + 1) * 100;
        for (int n = 0; n < Samples; n++)
        {
            int first = SplineBasis.Evaluate(grid, x[n], policy, taps);
            SplineBasis.Evaluate(grid, x[n], policy, 1, tapSlopes);
            double expected = 0, expectedSlope = 0, magnitude = 1;
            for (int t = 0; t <= grid.Order; t++)
            {
                if (first + t >= grid.BasisCount)
                    continue;
                expected += taps[t] * weights[first + t];
                expectedSlope += tapSlopes[t] * weights[first + t];
                expectedDot[first + t] += taps[t] * x[n];
                magnitude = Math.Max(magnitude, Math.Abs(taps[t]));
            }
            string where = $"x = {x[n]:R} of [{grid.Start:R}, {grid.End:R}]";
            Assert.True(Math.Abs(value[n] - expected) <= 1e-11 * magnitude, $"{where}: value {value[n]:R}, expected {expected:R}");
            // At a repeated knot the derivative jumps; both sides take the right-hand one, whose size the shortest interval sets.
            Assert.True(Math.Abs(slope[n] - expectedSlope) <= 1e-10 * scale * magnitude, $"{where}: slope {slope[n]:R}, expected {expectedSlope:R}");
        }
        double dotScale = expectedDot.Max(Math.Abs) + 1;
        for (int r = 0; r < grid.BasisCount; r++)
        {
            Assert.True(Math.Abs(dot[r] - expectedDot[r]) <= 1e-10 * dotScale, $"product {r}: {dot[r]:R}, expected {expectedDot[r]:R}");
            tile.CopyRow(r, row);
            double sum = 0;
            for (int n = 0; n < Samples; n++)
                sum += row[n] * x[n];
            Assert.True(Math.Abs(sum - expectedDot[r]) <= 1e-10 * dotScale, $"row {r}");
        }
    }
}
