using KanSharp.Numerics;

namespace KanSharp.Tests.Numerics;

public class FiniteTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void One_number_that_is_not_finite_is_seen_wherever_it_stands(double bad)
    {
        for (int length = 1; length <= 40; length++)
        {
            double[] values = [.. Enumerable.Range(0, length).Select(n => n % 2 == 0 ? double.MaxValue : -0.0)];
            Assert.True(Finite.All(values));
            for (int at = 0; at < length; at++)
            {
                double kept = values[at];
                values[at] = bad;
                Assert.False(Finite.All(values));
                values[at] = kept;
            }
        }
        Assert.True(Finite.All([]));
    }
}
