using KanSharp.Datasets;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// A loss of one's own: absolute instead of squared errors do not follow outliers. Prints
/// <code>
/// squared error: off by more than 0.5: True
/// absolute error: off by less than 0.02: True
/// </code>
/// </summary>
public static class Outliers
{
    /// <summary>Every tenth target is wrong by 10.</summary>
    public static void Run(TextWriter output)
    {
        Dataset truth = SampleBox.Cube(2).Sample(1000, seed: 1, (x1, x2) => Math.Exp(Math.Sin(Math.PI * x1) + x2 * x2));
        Matrix targets = truth.Targets.Clone();
        for (int row = 0; row < truth.Count; row += 10)
            targets[row, 0] += 10;
        var measured = new Dataset(truth.Inputs, targets);

        KanModel model = KanModel.Create(new KanSpec(2, 5, 1), seed: 1);
        double squared = Metrics.Measure(Trainer.Fit(model, measured).Model, truth).Rmse;
        double absolute = Metrics.Measure(Trainer.Fit(model, measured, new TrainingOptions { OwnLoss = AbsoluteError }).Model, truth).Rmse;
        output.WriteLine($"squared error: off by more than 0.5: {squared > 0.5}");
        output.WriteLine($"absolute error: off by less than 0.02: {absolute < 0.02}");
    }

    /// <summary>√(e² + 10⁻⁴), which has a derivative at 0, too.</summary>
    private static double AbsoluteError(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, Span<double> derivative)
    {
        double error = outputs[0] - targets[0], size = Math.Sqrt(error * error + 1e-4);
        derivative[0] = error / size;
        return size;
    }
}
