using System.Numerics;
using KanSharp.Layers;
using KanSharp.Layers.Kernels;

namespace KanSharp.Tests.Layers;

/// <summary>SiLU in vectors against the library's exponential.</summary>
public class BaseFunctionTests
{
    [Fact]
    public void Silu_and_its_slope_are_right_to_a_few_roundings_in_double_precision() => Check(double.BitIncrement(1) - 1, 700);

    [Fact]
    public void Silu_and_its_slope_are_right_to_a_few_roundings_in_single_precision() => Check<float>(float.BitIncrement(1) - 1, 80);

    private static void Check<T>(T rounding, double range)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int count = 64 * 1024;
        T[] x = new T[count], values = new T[count], alone = new T[count], slopes = new T[count];
        for (int n = 0; n < count; n++)
        {
            // Close around zero as well as out to where the exponential has almost ended.
            double u = 2.0 * n / (count - 1) - 1;
            x[n] = T.CreateTruncating(n % 2 == 0 ? range * u : 10 * u * u * u);
        }
        x[1] = T.Zero;
        BaseFunctionKernel.Evaluate(BaseFunction.Silu, x, values, slopes);
        BaseFunctionKernel.Evaluate(BaseFunction.Silu, x, alone, []);
        double tolerance = 4 * double.CreateTruncating(rounding);
        for (int n = 0; n < count; n++)
        {
            double at = double.CreateTruncating(x[n]), sigmoid = 1 / (1 + Math.Exp(-at)), silu = at * sigmoid;
            double scale = Math.Abs(silu);
            Assert.True(Math.Abs(double.CreateTruncating(values[n]) - silu) <= tolerance * scale, $"silu({at:R}) = {values[n]:R}, expected {silu:R}");
            Assert.True(Math.Abs(double.CreateTruncating(alone[n]) - silu) <= tolerance * scale, $"silu({at:R}) = {alone[n]:R} alone, expected {silu:R}");
            double slope = sigmoid * (1 + at * (1 - sigmoid));
            Assert.True(Math.Abs(double.CreateTruncating(slopes[n]) - slope) <= tolerance * (sigmoid + Math.Abs(silu)), $"silu'({at:R}) = {slopes[n]:R}, expected {slope:R}");
        }
    }
}
