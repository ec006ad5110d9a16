using KanSharp.Datasets;
using KanSharp.Training;

namespace KanSharp.Tests.Datasets;

public class TwoMoonsTests
{
    [Fact]
    public void Without_noise_every_row_lies_on_its_half_circle()
    {
        Dataset moons = TwoMoons.Create(201, 0, 3);
        Assert.Equal((100.0, 101.0), (moons.Targets.Column(0).ToArray().Sum(), moons.Targets.Column(1).ToArray().Sum()));
        for (int row = 0; row < 201; row++)
        {
            double x = moons.Inputs[row, 0], y = moons.Inputs[row, 1];
            bool upper = moons.Targets[row, 0] == 1;
            Assert.Equal(1, upper ? x * x + y * y : (x - 1) * (x - 1) + (y - 0.5) * (y - 0.5), 1e-14);
            Assert.True(upper ? y >= 0 : y <= 0.5);
        }
        // Both ends of both arcs are there.
        Assert.Equal([-1, 0, 1, 2], moons.Inputs.Column(0).ToArray().Where(x => Math.Abs(x - Math.Round(x)) < 1e-15).Select(x => Math.Round(x)).Distinct().Order());
    }

    [Fact]
    public void Noise_has_its_deviation_and_the_seed_decides()
    {
        double[] clean = TwoMoons.Create(4000, 0, 9).Inputs.Values.ToArray(), noisy = TwoMoons.Create(4000, 0.2, 9).Inputs.Values.ToArray();
        Assert.Equal(0.2, Math.Sqrt(clean.Zip(noisy, (a, b) => (a - b) * (a - b)).Average()), 0.01);
        Assert.Equal(noisy, TwoMoons.Create(4000, 0.2, 9).Inputs.Values.ToArray());
        Assert.NotEqual(noisy, TwoMoons.Create(4000, 0.2, 8).Inputs.Values.ToArray());
    }

    [Fact]
    public void Misuse_is_named()
    {
        Assert.Contains("1 rows", Assert.Throws<KanSharpException>(() => TwoMoons.Create(1, 0, 1)).Message);
        Assert.Contains("noise of -1", Assert.Throws<KanSharpException>(() => TwoMoons.Create(10, -1, 1)).Message);
    }
}
