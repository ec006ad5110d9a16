using KanSharp.Numerics;

namespace KanSharp.Tests.Numerics;

public class SeededRandomTests
{
    [Fact]
    public void The_same_seed_gives_the_same_numbers_for_ever()
    {
        var random = new SeededRandom(1);
        // The published reference code of xoshiro256** and SplitMix64, seeded with 1.
        Assert.Equal([0xB3F2AF6D0FC710C5UL, 0x853B559647364CEAUL, 0x92F89756082A4514UL], [random.NextBits(), random.NextBits(), random.NextBits()]);
    }

    [Fact]
    public void Uniform_and_normal_numbers_have_the_right_moments()
    {
        var random = new SeededRandom(7);
        double[] uniform = [.. Enumerable.Range(0, 200_000).Select(_ => random.NextDouble())];
        double[] normal = [.. Enumerable.Range(0, 200_000).Select(_ => random.NextGaussian())];
        Assert.InRange(uniform.Average(), 0.498, 0.502);
        Assert.InRange(normal.Average(), -0.01, 0.01);
        Assert.InRange(normal.Average(v => v * v), 0.985, 1.015);
    }

    [Fact]
    public void A_permutation_holds_every_index_once() =>
        Assert.Equal(Enumerable.Range(0, 1000), new SeededRandom(3).NextPermutation(1000).Order());
}
