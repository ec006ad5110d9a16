using KanSharp.Discovery;
using KanSharp.Numerics;

namespace KanSharp.Tests.Discovery;

public class PartiallyLinearFitTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Multiples_are_found_beside_any_smooth_function_and_what_is_left_is_the_noise(double noise)
    {
        (double[] t, double[][] z, double[] y) = Data(500, noise, (t, a, b) => Math.Exp(Math.Sin(t)) + 2 * a - 0.5 * b);
        (double[] multiples, double left) = PartiallyLinearFit.Run(t, y, z);
        Assert.Equal(2, multiples[0], noise == 0 ? 1e-5 : 0.05);
        Assert.Equal(-0.5, multiples[1], noise == 0 ? 1e-5 : 0.05);
        Assert.InRange(left, 0.85 * noise, noise == 0 ? 1e-4 : 1.15 * noise);
    }

    [Fact]
    public void What_is_no_such_sum_is_left()
    {
        (double[] t, double[][] z, double[] y) = Data(500, 0, (_, a, b) => a * b);
        Assert.InRange(PartiallyLinearFit.Run(t, y, z).Left, 0.2, 0.5);
    }

    [Fact]
    public void Places_that_repeat_and_columns_that_say_the_same_do_no_harm()
    {
        (double[] t, double[][] z, double[] y) = Data(100, 0, (t, a, _) => Math.Round(t) + a);
        t = [.. t.Select(value => Math.Round(value))];
        (double[] multiples, double left) = PartiallyLinearFit.Run(t, y, [z[0], z[0], t]);
        Assert.Equal(1, multiples[0] + multiples[1], 1e-6);
        Assert.InRange(left, 0, 1e-6);
    }

    private static (double[] T, double[][] Z, double[] Y) Data(int rows, double noise, Func<double, double, double, double> law)
    {
        var random = new SeededRandom(3);
        double[] Draw() => [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble(-1, 1))];
        double[] t = [.. Draw().Select(value => 3 * value)];
        double[][] z = [Draw(), Draw()];
        return (t, z, [.. t.Select((value, i) => law(value, z[0][i], z[1][i]) + noise * random.NextGaussian())]);
    }
}
