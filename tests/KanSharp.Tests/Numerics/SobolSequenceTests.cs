using KanSharp.Numerics;

namespace KanSharp.Tests.Numerics;

public class SobolSequenceTests
{
    [Fact]
    public void Every_dyadic_interval_of_every_dimension_gets_one_of_as_many_points()
    {
        const int count = 256;
        var sequence = new SobolSequence(SobolSequence.MaxDimensions, 5);
        double[] point = new double[SobolSequence.MaxDimensions];
        bool[,] taken = new bool[SobolSequence.MaxDimensions, count];
        for (int p = 0; p < count; p++)
        {
            sequence.Next(point);
            for (int d = 0; d < point.Length; d++)
            {
                int cell = (int)(point[d] * count);
                Assert.False(taken[d, cell], $"dimension {d}: two points in cell {cell}");
                taken[d, cell] = true;
            }
        }
    }

    [Fact]
    public void Pairs_of_dimensions_are_filled_evenly()
    {
        const int count = 1024, side = 8;
        for (int a = 0; a < SobolSequence.MaxDimensions; a++)
        {
            for (int b = a + 1; b < SobolSequence.MaxDimensions; b++)
            {
                var sequence = new SobolSequence(SobolSequence.MaxDimensions, 1);
                double[] point = new double[SobolSequence.MaxDimensions];
                int[] cells = new int[side * side];
                for (int p = 0; p < count; p++)
                {
                    sequence.Next(point);
                    cells[(int)(point[a] * side) * side + (int)(point[b] * side)]++;
                }
                // 16 points each on average; independent points stray by 4 and now and then by 12.
                Assert.True(cells.Min() >= 8 && cells.Max() <= 24, $"dimensions {a} and {b}: {cells.Min()} to {cells.Max()}");
            }
        }
    }

    [Fact]
    public void The_mean_of_a_smooth_function_converges_faster_than_with_random_points()
    {
        var sequence = new SobolSequence(4, 3);
        double[] point = new double[4];
        double sum = 0;
        const int count = 4096;
        for (int p = 0; p < count; p++)
        {
            sequence.Next(point);
            sum += point.Aggregate(1.0, (product, x) => product * (1 + (x - 0.5)));
        }
        // The standard error of random points is 0.6 / 64 = 0.01.
        Assert.Equal(1, sum / count, 5e-4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void Too_many_or_no_dimensions_are_refused(int dimensions) =>
        Assert.Contains("1 to 10 are possible", Assert.Throws<KanSharpException>(() => new SobolSequence(dimensions, 1)).Message);
}
