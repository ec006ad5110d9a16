using System.Collections.Immutable;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Datasets;

/// <summary>
/// Two interleaved half circles, a test for classifiers: the upper (cos t, sin t), the lower (1 - cos t, 1/2 - sin t), t evenly spread over [0, π],
/// as scikit-learn's make_moons has them.
/// </summary>
public static class TwoMoons
{
    /// <summary>The classes, in the order of the target columns.</summary>
    public static ImmutableArray<string> Classes { get; } = ["upper", "lower"];

    /// <summary>Half of the rows on each moon (the lower has one more of an odd number), in random order.</summary>
    /// <param name="rows">Number of samples, 2 or more.</param>
    /// <param name="noise">Standard deviation of the Gaussian noise on both coordinates.</param>
    /// <param name="seed">The same seed gives the same rows.</param>
    /// <returns>Two inputs, and one target column per class with 1 at the row's own and 0 at the other.</returns>
    /// <exception cref="KanSharpException">Too few rows, or the noise is negative or not finite.</exception>
    public static Dataset Create(int rows, double noise, ulong seed)
    {
        if (rows < 2)
            throw new KanSharpException($"Two moons of {rows} rows are not possible; ask for 2 or more.");
        Dataset.CheckNoise(noise);
        var random = new SeededRandom(seed);
        int[] order = random.NextPermutation(rows);
        int upper = rows / 2, lower = rows - upper;
        Matrix inputs = new(rows, 2), targets = new(rows, 2);
        for (int row = 0; row < rows; row++)
        {
            int place = order[row];
            bool isUpper = place < upper;
            double t = Math.PI * (isUpper ? place / Math.Max(1.0, upper - 1) : (place - upper) / Math.Max(1.0, lower - 1));
            inputs[row, 0] = (isUpper ? Math.Cos(t) : 1 - Math.Cos(t)) + noise * random.NextGaussian();
            inputs[row, 1] = (isUpper ? Math.Sin(t) : 0.5 - Math.Sin(t)) + noise * random.NextGaussian();
            targets[row, isUpper ? 0 : 1] = 1;
        }
        return new Dataset(inputs, targets);
    }
}
