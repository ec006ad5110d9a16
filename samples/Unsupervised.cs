using KanSharp.Datasets;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// Which columns depend on each other, learnt without a target: a network tells rows from rows whose columns were shuffled, through a Gaussian of a sum
/// of one function of each column. Where the sum is 0 for all rows, it is a relation. Prints
/// <code>
/// the last edge is a Gaussian with its top in the middle of its range: 20 of 20 seeds
/// related: x1 x2 x3, by 10 seeds
/// related: x4 x5, by 10 seeds
/// </code>
/// </summary>
public static class Unsupervised
{
    private const int Columns = 6, Rows = 500, Seeds = 20;

    private static readonly EdgeIndex s_last = new(1, 0, 0);

    /// <summary>Trains [6,1,1] from 20 seeds on columns with x3 = exp(sin(pi x1) + x2²) and x4 = x5³; each finds one group or the other.</summary>
    public static void Run(TextWriter output)
    {
        var found = new (bool IsBell, string Group)[Seeds];
        Parallel.For(0, Seeds, i => found[i] = Find((ulong)i + 1));
        output.WriteLine($"the last edge is a Gaussian with its top in the middle of its range: {found.Count(seed => seed.IsBell)} of {Seeds} seeds");
        foreach (IGrouping<string, string> group in found.Select(seed => seed.Group).GroupBy(group => group).OrderBy(group => group.Key))
            output.WriteLine($"related: {group.Key}, by {group.Count()} seeds");
    }

    private static (bool IsBell, string Group) Find(ulong seed)
    {
        Dataset data = RealAndShuffled(seed);
        KanModel model = KanModel.Create(new KanSpec(Columns, 1, 1), seed).FixEdge(s_last, SymbolicLibrary.Default["gaussian"], 1, 0, 1, 0).HoldEdge(s_last);
        model = Trainer.Fit(model, data, new TrainingOptions { Steps = 20, Threads = 1 }).Model;
        var sparse = new Regularization { Lambda = 0.002, LambdaEntropy = 10, LambdaCoefficients = 1 };
        model = Trainer.Fit(model, data, new TrainingOptions { Regularization = sparse, Threads = 1 }).Model;

        Attribution scores = Attribution.Measure(model, data.Inputs);
        double[] edges = [.. Enumerable.Range(0, Columns).Select(i => scores.EdgeScore(new EdgeIndex(0, i, 0)))];
        return (IsBell(model, data.Inputs), string.Join(' ', model.Info.InputNames.Where((_, i) => edges[i] > 0.1 * edges.Max())));
    }

    /// <summary>Whether the last edge is exp(-x²), 0 is in the middle half of the values that it gets, and at both ends of these it is below half of its height.</summary>
    private static bool IsBell(KanModel model, Matrix inputs)
    {
        double[] x = model.Activate(inputs).Nodes(1).Column(0).ToArray();
        double low = x.Min(), high = x.Max(), quarter = (high - low) / 4;
        return model.Affine(s_last) is [1, 0, 1, 0] && low + quarter < 0 && high - quarter > 0 && model.EvaluateEdge(s_last, [low, high]).Max() < 0.5;
    }

    /// <summary>
    /// Rows with the target 1, and rows whose columns are each shuffled on their own with the target 0. The real ones count nine times: where they have half of the
    /// weight, a sum that is the same for all rows is a local minimum of this Gaussian; from exp(-1/4) = 0.78 on it no longer is one.
    /// </summary>
    private static Dataset RealAndShuffled(ulong seed)
    {
        var random = new SeededRandom(seed);
        Matrix real = SampleBox.Cube(Columns).Draw(Rows, seed), inputs = new(2 * Rows, Columns), targets = new(2 * Rows, 1);
        for (int row = 0; row < Rows; row++)
        {
            real[row, 2] = Math.Exp(Math.Sin(Math.PI * real[row, 0]) + real[row, 1] * real[row, 1]);
            real[row, 3] = Math.Pow(real[row, 4], 3);
        }
        for (int j = 0; j < Columns; j++)
        {
            int[] order = random.NextPermutation(Rows);
            for (int row = 0; row < Rows; row++)
                (inputs[row, j], inputs[Rows + row, j]) = (real[row, j], real[order[row], j]);
        }
        targets.Column(0)[..Rows].Fill(1);
        return new Dataset(inputs, targets, [.. Enumerable.Range(0, 2 * Rows).Select(row => row < Rows ? 9.0 : 1.0)]);
    }
}
