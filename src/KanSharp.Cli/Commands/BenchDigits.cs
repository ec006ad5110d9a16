using System.Text.Json.Nodes;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>
/// <c>kan bench digits</c>: training the size of MNIST: a [784,64,10] net on rows of 784 numbers of ten classes, each a pattern under noise; Adam, batches of 64, single precision.
/// </summary>
internal sealed class BenchDigits(Session session, int rows)
{
    private const int Pixels = 784, Classes = 10, Batch = 64;

    /// <summary>Seconds of one pass over the rows, steps in it, and the cross-entropy of its last tenth of batches.</summary>
    internal sealed record Result(double Seconds, int Steps, double Loss)
    {
        public JsonObject ToJson() => new() { ["seconds_per_epoch"] = Session.Number(Seconds), ["steps"] = Steps, ["loss"] = Session.Number(Loss) };
    }

    public Result Run(IProgress<ProgressStep> progress)
    {
        Dataset data = Data();
        ModelInfo info = ModelInfo.Default(Pixels, Classes) with { Classes = [.. Enumerable.Range(0, Classes).Select(digit => $"{digit}")] };
        KanModel model = KanModel.Create(new KanSpec(Pixels, 64, Classes) { GridIntervals = [5], Precision = Precision.Single }, 1, info);
        // The first steps compile the code and are not counted.
        const int unmeasured = 20;
        int steps = rows / Batch;
        long start = 0;
        double seconds = 0;
        TrainingReport report = Trainer.Fit(model, data, new TrainingOptions { Optimizer = Optimizer.Adam, BatchSize = Batch, Steps = steps + unmeasured, Loss = Loss.CrossEntropy, GridSchedule = GridSchedule.None },
            progress: new Relay<TrainingProgress>(step =>
            {
                if (step.Latest.Step == unmeasured)
                    start = session.Clock.GetTimestamp();
                if (step.Latest.Step == steps + unmeasured)
                    seconds = session.Clock.GetElapsedTime(start).TotalSeconds;
                progress.Report(new ProgressStep((double)step.Latest.Step / step.Steps, $"loss {step.Latest.TrainLoss:G3}"));
            }), cancellation: session.Cancellation).Report;
        session.Cancellation.ThrowIfCancellationRequested();
        return new Result(seconds, steps, report.Steps.TakeLast(Math.Max(1, steps / 10)).Average(step => step.TrainLoss));
    }

    private Dataset Data()
    {
        var random = new SeededRandom(1);
        double[][] patterns = [.. Enumerable.Range(0, Classes).Select(_ => Enumerable.Range(0, Pixels).Select(_ => random.NextDouble(-0.5, 0.5)).ToArray())];
        Matrix inputs = new(rows, Pixels), targets = new(rows, Classes);
        for (int row = 0; row < rows; row++)
            targets[row, row % Classes] = 1;
        for (int j = 0; j < Pixels; j++)
        {
            Span<double> column = inputs.Column(j);
            for (int row = 0; row < rows; row++)
                column[row] = patterns[row % Classes][j] + random.NextDouble(-0.5, 0.5);
        }
        return new Dataset(inputs, targets);
    }
}
