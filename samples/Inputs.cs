using KanSharp.Datasets;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// Which inputs matter: scores of a network on ten columns, of which three are used. Prints
/// <code>
/// scores near 0.86, 0.50, 0.11, the rest below 0.01: True
/// kept x1 x2 x3
/// </code>
/// </summary>
public static class Inputs
{
    /// <summary>Trains on x1² + 0.3 x2 + 0.1 x3³ with seven columns of noise, and drops those.</summary>
    public static void Run(TextWriter output)
    {
        Dataset data = SampleBox.Cube(10).SampleRows(2000, seed: 1, x => x[0] * x[0] + 0.3 * x[1] + 0.1 * x[2] * x[2] * x[2]);
        KanModel model = KanModel.Create(new KanSpec(10, 1, 1), seed: 1);
        model = Trainer.Fit(model, data, new TrainingOptions { Regularization = new Regularization { Lambda = 1e-4 } }).Model;

        double[] scores = Attribution.Measure(model, data.Inputs).FeatureScores.ToArray();
        bool near = scores.Zip([0.86, 0.50, 0.11], (score, share) => Math.Abs(score / share - 1)).Max() < 0.1;            // the shares of the deviation of y
        output.WriteLine($"scores near 0.86, 0.50, 0.11, the rest below 0.01: {near && scores.Skip(3).All(score => score < 0.01)}");
        KanModel small = model.PruneInputs(data.Inputs).Model;
        output.WriteLine($"kept {string.Join(' ', small.Info.InputNames)}");
    }
}
