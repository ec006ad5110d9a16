using System.Numerics;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Splines.Kernels;

namespace KanSharp.Tests.Splines;

/// <summary>The other basis of cubic splines against the scalar B-splines.</summary>
public class OneSidedCubesTests
{
    private const int Samples = 128;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(13)]
    public void A_B_spline_is_a_sum_over_the_basis_inside_the_range_and_beyond_it(int intervals)
    {
        Check<double>(KnotGrid.Uniform(-2, 3, intervals, 3), 1e-12);
        Check<double>(Uneven(intervals), 1e-12);
        if (intervals <= 5)
            Check<float>(KnotGrid.Uniform(-2, 3, intervals, 3), 1e-5);
    }

    [Fact]
    public void Grids_that_would_lose_digits_keep_B_splines()
    {
        Assert.Null(new CellTable<double>(KnotGrid.Uniform(0, 1, 20, 3), RangePolicy.Linear).Cubes);
        Assert.Null(new CellTable<float>(KnotGrid.Uniform(0, 1, 8, 3), RangePolicy.Linear).Cubes);
        Assert.Null(new CellTable<double>(KnotGrid.FromInner([0, 1, 1.001, 2, 3], 3), RangePolicy.Linear).Cubes);
        Assert.Null(new CellTable<double>(KnotGrid.FromInner([0, 1, 1, 2, 3], 3), RangePolicy.Linear).Cubes);
        Assert.Null(new CellTable<double>(KnotGrid.Uniform(0, 1, 5, 2), RangePolicy.Linear).Cubes);
        Assert.Null(new CellTable<double>(KnotGrid.Uniform(0, 1, 5, 3), RangePolicy.Zero).Cubes);
        Assert.Null(new CellTable<double>(KnotGrid.Uniform(0, 1, 5, 3), RangePolicy.Clamp).Cubes);
    }

    [Fact]
    public void Weights_and_gradients_are_transposes_of_each_other()
    {
        OneSidedCubes<double> cubes = Cubes<double>(KnotGrid.Uniform(-1, 1, 5, 3));
        var random = new SeededRandom(3);
        double[] coefficients = Numbers(random, 8), weights = new double[8], byWeights = Numbers(random, 8), byCoefficients = new double[8];
        cubes.FromBSplines(coefficients, 0.5, weights);
        cubes.ToBSplines(byWeights, byCoefficients);
        Assert.Equal(weights.Zip(byWeights, (w, g) => w * g).Sum(), 0.5 * coefficients.Zip(byCoefficients, (c, g) => c * g).Sum(), 1e-13);
    }

    private static void Check<T>(KnotGrid grid, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var table = new CellTable<T>(grid, RangePolicy.Linear);
        OneSidedCubes<T> cubes = Cubes<T>(grid);
        T[] x = Enumerable.Range(0, Samples).Select(n => T.CreateTruncating(grid.Start + (grid.End - grid.Start) * (1.4 * n / (Samples - 1) - 0.2))).ToArray();
        T[] values = new T[(cubes.Count - 1) * Samples], slopes = new T[(cubes.Count - 2) * Samples], taps = new T[table.Stride];
        cubes.Fill(x, values);
        cubes.FillSlopes(values.AsSpan(0, Samples), slopes);
        T step = T.CreateTruncating(1e-3);
        for (int n = 0; n < Samples; n++)
        {
            for (int r = 0; r < grid.BasisCount; r++)
            {
                double value = double.CreateTruncating(cubes.Row(r)[0]), slope = double.CreateTruncating(cubes.Row(r)[1]);
                for (int q = 1; q < cubes.Count; q++)
                {
                    double weight = double.CreateTruncating(cubes.Row(r)[q]);
                    value += weight * double.CreateTruncating(values[(q - 1) * Samples + n]);
                    slope += q == 1 ? 0 : weight * double.CreateTruncating(slopes[(q - 2) * Samples + n]);
                }
                Assert.Equal(BSpline(x[n], r), value, tolerance);
                // Central differences are off by the third derivative, and by a jump of it where a knot is near.
                double difference = (BSpline(x[n] + step, r) - BSpline(x[n] - step, r)) / (2 * double.CreateTruncating(step));
                if (typeof(T) == typeof(double))
                    Assert.Equal(difference, slope, 1e-3);
            }
        }

        double BSpline(T at, int r)
        {
            int tap = r - TapKernel.Evaluate(table, at, taps);
            return tap is >= 0 and <= 3 ? double.CreateTruncating(taps[tap]) : 0;
        }
    }

    private static OneSidedCubes<T> Cubes<T>(KnotGrid grid)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OneSidedCubes<T>? cubes = new CellTable<T>(grid, RangePolicy.Linear).Cubes;
        Assert.NotNull(cubes);
        return cubes;
    }

    private static KnotGrid Uneven(int intervals)
    {
        double[] inner = new double[intervals + 1];
        for (int i = 1; i <= intervals; i++)
            inner[i] = inner[i - 1] + (i % 2 == 0 ? 0.9 : 1.1);
        return KnotGrid.FromInner(inner, 3);
    }

    private static double[] Numbers(SeededRandom random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble(-1, 1))];
}
