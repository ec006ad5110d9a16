using KanSharp.Datasets;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Tests.Training;

public class BlockTrainingTests
{
    private static readonly TrainingOptions s_options = new() { Optimizer = Optimizer.Adam, BatchSize = 100, Steps = 300, LearningRate = 0.02 };

    private static Dataset Data(int rows, ulong seed) => SampleBox.Cube(2).Sample(rows, seed, (x, y) => Math.Sin(3 * x) + y * y);

    private static Dataset[] Blocks() => [Data(700, 1), Data(530, 2), Data(90, 3)];

    private static KanModel Start() => KanModel.Create(new KanSpec(2, 3, 1) { GridIntervals = [5] }, 4);

    [Fact]
    public void Rows_in_blocks_are_learnt()
    {
        Dataset validation = Data(400, 9);
        TrainingResult result = Trainer.Fit(Start(), Blocks(), s_options, validation);
        Assert.Equal(StopReason.MaxSteps, result.Report.StopReason);
        Assert.Equal(300, result.Report.Steps[^1].Step);
        Assert.True(result.Report.ValidationLoss < 1e-3, $"{result.Report.ValidationLoss}");
        Assert.Equal(result.Report.ValidationLoss!.Value, Math.Pow(Metrics.Measure(result.Model, validation).Rmse, 2), 1e-12);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        KanModel one = Trainer.Fit(Start(), Blocks(), s_options with { Threads = 1, BatchSize = 1000 }, Data(400, 9)).Model;
        KanModel two = Trainer.Fit(Start(), Blocks(), s_options with { Threads = 2, BatchSize = 1000 }, Data(400, 9)).Model;
        KanModel other = Trainer.Fit(Start(), Blocks(), s_options with { Seed = 2 }, Data(400, 9)).Model;
        Assert.Equal(one.Parameters.ToArray(), two.Parameters.ToArray());
        Assert.NotEqual(one.Parameters.ToArray(), other.Parameters.ToArray());
    }

    [Theory]
    [InlineData(7)]
    [InlineData(90)]
    [InlineData(1500)]
    public void A_pass_takes_every_row_once_whatever_the_batch(int size)
    {
        Dataset[] blocks = [.. Blocks().Select((block, b) => new Dataset(Matrix.FromColumns([[.. Enumerable.Range(0, block.Count).Select(row => 1000.0 * b + row)]]), new Matrix(block.Count, 1)))];
        var batches = new BlockBatches(blocks, KanModel.Create(new KanSpec(1, 1)), Loss.MeanSquaredError, size, 5, 100);
        double[] expected = [.. blocks.SelectMany(block => block.Inputs.Column(0).ToArray())], drawn = new double[2 * expected.Length / size * size];
        for (int i = 0; i + size <= drawn.Length; i += size)
        {
            batches.Next();
            batches.Inputs.Column(0).CopyTo(drawn.AsSpan(i));
        }
        int pass = Math.Min(expected.Length, drawn.Length);
        Assert.Equal(pass, drawn.Take(pass).Distinct().Count());
        Assert.Empty(drawn.Except(expected));
        Assert.NotEqual(drawn.Take(50), drawn.Take(50).Order());
    }

    [Fact]
    public void Grids_follow_a_sample_but_keep_the_range_of_all_rows()
    {
        TrainingResult result = Trainer.Fit(Start(), Blocks(), s_options);
        Assert.Contains(result.Report.GridUpdates, update => update.Accepted);
        foreach (var grid in result.Model.Layers[0].Grids)
            Assert.Equal((-1, 1), (grid.Start, grid.End));
    }

    [Fact]
    public void Stopped_early_it_keeps_the_best_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new StopAfter(5, cancellation);
        TrainingResult result = Trainer.Fit(Start(), Blocks(), s_options, Data(400, 9), progress, cancellation.Token);
        Assert.Equal(StopReason.Cancelled, result.Report.StopReason);
        Assert.Equal(result.Report.Steps.Min(step => step.ValidationLoss), result.Report.ValidationLoss);
    }

    [Fact]
    public void What_blocks_cannot_be_trained_with_is_named()
    {
        Assert.Contains("Adam", Assert.Throws<KanSharpException>(() => Trainer.Fit(Start(), Blocks(), new TrainingOptions())).Message);
        Assert.Contains("no rows", Assert.Throws<KanDataException>(() => Trainer.Fit(Start(), Array.Empty<Dataset>(), s_options)).Message);
        Dataset odd = new(new Matrix(3, 3), new Matrix(3, 1));
        Assert.Contains("3 input columns", Assert.Throws<KanDataException>(() => Trainer.Fit(Start(), [Data(200, 1), odd], s_options)).Message);
    }

    private sealed class StopAfter(int reports, CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        private int _seen;

        public void Report(TrainingProgress value)
        {
            if (++_seen == reports)
                cancellation.Cancel();
        }
    }
}
