using KanSharp.Datasets;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// A classifier, and a metric of one's own while it trains: the share of rows that are named rightly with a probability above 0.9. Prints
/// <code>
/// after 1 step sure of 9 rows in 10: True
/// in the end of more: True
/// accuracy on new rows above 0.99: True
/// </code>
/// </summary>
public static class Moons
{
    /// <summary>Trains [2,2] on two moons with cross-entropy.</summary>
    public static void Run(TextWriter output)
    {
        Dataset training = TwoMoons.Create(1000, noise: 0.1, seed: 1), test = TwoMoons.Create(1000, noise: 0.1, seed: 2);
        ModelInfo info = ModelInfo.Default(2, 2) with { InputScaling = Scaling.FromRange(training.Inputs), OutputNames = TwoMoons.Classes, Classes = TwoMoons.Classes };
        KanModel model = KanModel.Create(new KanSpec(2, 2), seed: 1, info);

        var sure = new List<double>();
        var watch = new EachStep(progress => sure.Add(ShareSure(progress.Model, test)));
        model = Trainer.Fit(model, training, new TrainingOptions { Loss = Loss.CrossEntropy, Steps = 20 }, progress: watch).Model;
        output.WriteLine($"after 1 step sure of 9 rows in 10: {sure[0] > 0.9}");
        output.WriteLine($"in the end of more: {sure[^1] > sure[0]}");
        output.WriteLine($"accuracy on new rows above 0.99: {Metrics.Measure(model, test).Accuracy > 0.99}");
    }

    private static double ShareSure(KanModel model, Dataset data)
    {
        var probabilities = model.Predict(data.Inputs).Values;
        return Enumerable.Range(0, data.Count).Average(row => probabilities[row, Metrics.MostProbable(data.Targets, row)] > 0.9 ? 1.0 : 0);
    }

    /// <summary>Hears of a step on the thread that trains; Progress&lt;T&gt; of .NET would hear later.</summary>
    private sealed class EachStep(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
