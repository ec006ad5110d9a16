using KanSharp.Numerics;

namespace KanSharp.Tests.Numerics;

public class MagnitudeTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    [InlineData(1.7e308)]
    [InlineData(3e-308)]
    public void A_root_mean_square_neither_overflows_nor_vanishes(double size) =>
        Assert.Equal(0.5 * Math.Sqrt(0.5) * size, Magnitude.RootMeanSquare([0.5 * size, 0, -0.5 * size, 0]), 1e-15 * size);

    [Fact]
    public void The_exponent_is_that_of_the_largest_value()
    {
        Assert.Equal(3, Magnitude.Exponent([1, -9, 0.5]));
        Assert.Equal(996, Magnitude.Exponent([1e300]));
        Assert.Equal(0, Magnitude.Exponent([0, 0]));
        Assert.Equal(0, Magnitude.Exponent([1, double.PositiveInfinity]));
        Assert.Equal(-1022, Magnitude.Exponent([double.Epsilon]));
    }
}
