using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Splines.Kernels;

namespace KanSharp.Tests.Splines;

public class CellTableTests
{
    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0.3, 7.9)]
    [InlineData(-3.7e-5, 1.1e-4)]
    public void Even_grids_have_one_cubic_for_all_cells_however_fine_they_are(double start, double end)
    {
        foreach (int intervals in (int[])[6, 20, 100, 150, 200, 300, 500, 1000])
        {
            KnotGrid grid = KnotGrid.Uniform(start, end, intervals, 3);
            Assert.True(new CellTable<double>(grid, RangePolicy.Linear).SameCubics is not null, $"double, {intervals}");
            Assert.True(new CellTable<float>(grid, RangePolicy.Linear).SameCubics is not null, $"single, {intervals}");
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    public void The_cells_of_an_even_grid_are_computed_as_they_are_found(int intervals)
    {
        var table = new CellTable<double>(KnotGrid.Uniform(-0.7, 2.9, intervals, 3), RangePolicy.Linear);
        var random = new SeededRandom(1);
        double[] x = [.. Enumerable.Range(0, 4096).Select(_ => random.NextDouble(-0.8, 3))];
        int[] cells = new int[x.Length];
        table.LocateAll(x, cells);
        for (int n = 0; n < x.Length; n++)
            Assert.Equal(table.Locate(x[n]), cells[n]);
    }

    [Fact]
    public void A_grid_with_one_moved_knot_is_not_taken_for_an_even_one()
    {
        double[] inner = KnotGrid.Uniform(-1, 1, 300, 3).InnerKnots.ToArray();
        inner[150] += 1e-12;
        Assert.Null(new CellTable<double>(KnotGrid.FromInner(inner, 3), RangePolicy.Linear).SameCubics);
    }
}
