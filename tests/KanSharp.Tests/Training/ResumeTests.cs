using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

public class ResumeTests
{
    private const int Steps = 12;

    private static readonly GridSchedule s_moving = new() { Updates = 5, LastStep = 10 };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    /// <summary>Small enough to train a dozen times, and each with something to lose: curvature, damping, moments, orders of rows, moved grids, a best model.</summary>
    private static readonly Dictionary<string, (TrainingOptions Options, bool Validates)> s_cases = new()
    {
        ["L-BFGS on grids that move"] = (new TrainingOptions { GridSchedule = s_moving }, false),
        ["L-BFGS on grids that move as pykan's"] = (new TrainingOptions { GridSchedule = s_moving with { Guarded = false }, KeepBest = false }, false),
        ["L-BFGS with a penalty"] = (new TrainingOptions { GridSchedule = s_moving, Regularization = new Regularization { Lambda = 0.01, LambdaCoefficients = 0.1 } }, false),
        ["L-BFGS with a penalty by scores and mini-batches"] = (new TrainingOptions
        {
            BatchSize = 30,
            Seed = 5,
            Regularization = new Regularization { Lambda = 0.01, Metric = RegularizationMetric.EdgeScore },
        }, true),
        ["L-BFGS with validation"] = (new TrainingOptions { GridSchedule = s_moving }, true),
        ["L-BFGS with Huber's loss"] = (new TrainingOptions { GridSchedule = s_moving, Loss = Loss.Huber }, true),
        ["Levenberg-Marquardt with Huber's loss"] = (new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, GridSchedule = s_moving, Loss = Loss.Huber }, false),
        ["Levenberg-Marquardt on grids that move"] = (new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, GridSchedule = s_moving }, false),
        ["Levenberg-Marquardt that stops early"] = (new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, GridSchedule = GridSchedule.None, Patience = 2 }, true),
        ["Levenberg-Marquardt without some edges and parts"] = (new TrainingOptions
        {
            Optimizer = Optimizer.LevenbergMarquardt,
            Parts = new TrainableParts { FrozenEdges = [new EdgeIndex(0, 1, 2)], NodeAffine = true },
        }, false),
        ["Adam with mini-batches and a penalty"] = (new TrainingOptions
        {
            Optimizer = Optimizer.Adam,
            LearningRate = 0.02,
            BatchSize = 35,
            GridSchedule = s_moving,
            Regularization = new Regularization { Lambda = 0.01 },
        }, false),
        ["Adam with mini-batches and validation"] = (new TrainingOptions { Optimizer = Optimizer.Adam, LearningRate = 0.05, BatchSize = 20, Patience = 4 }, true),
        ["Adam that runs out of evaluations"] = (new TrainingOptions { Optimizer = Optimizer.Adam, MaxEvaluations = 20 }, false),
        ["Levenberg-Marquardt from a smoothed start"] = (new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, GridSchedule = s_moving }, true),
        ["Cross-entropy"] = (new TrainingOptions { Loss = Loss.CrossEntropy, GridSchedule = s_moving, TargetLoss = 1e-9 }, true),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_training_resumed_after_any_step_ends_bit_for_bit_as_one_that_never_stopped(string name)
    {
        (TrainingOptions options, bool validates) = s_cases[name];
        options = options with { Steps = name.Contains("smoothed", StringComparison.Ordinal) ? 24 : Steps };
        using var folder = new TemporaryFolder();
        bool classifies = options.Loss == Loss.CrossEntropy;
        (Dataset training, Dataset validationRows) = Data(classifies).Split(0.4, 3);
        Dataset? validation = validates ? validationRows : null;
        KanModel start = KanModel.Create(KanSpec.Parse(classifies ? "2,[2,1],2" : "2,[2,1],1"), 1);
        TrainingResult whole = Trainer.Fit(start, training, options, validation);

        var checkpoints = new List<TrainingCheckpoint>();
        TrainingResult watched = Trainer.Fit(start, training, options, validation, checkpoints: new CheckpointSchedule(checkpoints.Add, 1));
        AssertSame(whole, watched);
        Assert.Equal(whole.Report.Steps.Length, checkpoints.Count);
        foreach (TrainingCheckpoint checkpoint in checkpoints)
        {
            AssertSame(whole, Trainer.Resume(checkpoint, training, validation));
            string path = folder.File("c.kan-checkpoint");
            CheckpointFile.Save(checkpoint, path);
            AssertSame(whole, Trainer.Resume(CheckpointFile.Load(path), training, validation));
        }
    }

    [Theory]
    [InlineData(Optimizer.Lbfgs, 0.01)]
    [InlineData(Optimizer.LevenbergMarquardt, 0)]
    [InlineData(Optimizer.Adam, 0.01)]
    public void A_training_of_a_perceptron_goes_on_as_well(Optimizer optimizer, double lambda)
    {
        Dataset data = Data(false);
        KanModel start = KanModel.Create(new KanSpec(2, 4, 1) { Perceptron = true }, 1);
        var options = new TrainingOptions { Optimizer = optimizer, Steps = 24, Regularization = new Regularization { Lambda = lambda } };
        var checkpoints = new List<TrainingCheckpoint>();
        TrainingResult whole = Trainer.Fit(start, data, options, checkpoints: new CheckpointSchedule(checkpoints.Add, 5));
        using var folder = new TemporaryFolder();
        foreach (TrainingCheckpoint checkpoint in checkpoints)
        {
            CheckpointFile.Save(checkpoint, folder.File("c"));
            AssertSame(whole, Trainer.Resume(CheckpointFile.Load(folder.File("c")), data));
        }
    }

    [Fact]
    public void A_training_in_single_precision_goes_on_as_well()
    {
        Dataset data = Data(false);
        KanModel start = KanModel.Create(new KanSpec(2, 3, 1) { Precision = Precision.Single }, 1);
        var options = new TrainingOptions { Steps = 6, Regularization = new Regularization { Lambda = 0.01 } };
        var checkpoints = new List<TrainingCheckpoint>();
        TrainingResult whole = Trainer.Fit(start, data, options, checkpoints: new CheckpointSchedule(checkpoints.Add, 3));
        using var folder = new TemporaryFolder();
        CheckpointFile.Save(checkpoints[0], folder.File("c"));
        AssertSame(whole, Trainer.Resume(CheckpointFile.Load(folder.File("c")), data));
    }

    [Theory]
    [InlineData(Optimizer.Lbfgs)]
    [InlineData(Optimizer.LevenbergMarquardt)]
    [InlineData(Optimizer.Adam)]
    public void More_steps_than_were_asked_for_at_first_can_follow(Optimizer optimizer)
    {
        Dataset data = Data(false);
        var options = new TrainingOptions { Optimizer = optimizer, Steps = 5 };
        KanModel start = KanModel.Create(new KanSpec(2, 3, 1), 1);
        TrainingCheckpoint? last = null;
        Trainer.Fit(start, data, options, checkpoints: new CheckpointSchedule(checkpoint => last = checkpoint, 100));
        AssertSame(Trainer.Fit(start, data, options with { Steps = Steps }), Trainer.Resume(last!, data, steps: Steps));
    }

    [Fact]
    public void Cancelling_hands_out_the_state_after_the_last_step()
    {
        using var stop = new CancellationTokenSource();
        Dataset data = Data(false);
        KanModel start = KanModel.Create(new KanSpec(2, 3, 1), 1);
        var options = new TrainingOptions { Steps = Steps };
        TrainingCheckpoint? last = null;
        Trainer.Fit(start, data, options, progress: new StopAfter(7, stop), cancellation: stop.Token, checkpoints: new CheckpointSchedule(checkpoint => last = checkpoint, 5));
        Assert.Equal(7, last!.Steps.Length);
        Assert.Null(last.Ended);
        AssertSame(Trainer.Fit(start, data, options), Trainer.Resume(last, data));
    }

    [Fact]
    public void Other_rows_fewer_steps_and_impossible_schedules_are_refused()
    {
        Dataset data = Data(false);
        TrainingCheckpoint? last = null;
        var schedule = new CheckpointSchedule(checkpoint => last = checkpoint);
        Trainer.Fit(KanModel.Create(new KanSpec(2, 2, 1), 1), data, new TrainingOptions { Steps = 4 }, checkpoints: schedule);
        int[] order = [.. Enumerable.Range(0, data.Count).Reverse()];
        Assert.Contains("not those of the checkpoint", Assert.Throws<KanDataException>(() => Trainer.Resume(last!, data.Select(order))).Message);
        Assert.Contains("not those of the checkpoint", Assert.Throws<KanDataException>(() => Trainer.Resume(last!, data, data)).Message);
        Assert.Contains("4 steps already", Assert.Throws<KanSharpException>(() => Trainer.Resume(last!, data, steps: 3)).Message);
        Assert.Contains("every 0 steps", Assert.Throws<KanSharpException>(() => Trainer.Resume(last!, data, checkpoints: schedule with { Every = 0 })).Message);
    }

    private static Dataset Data(bool classifies)
    {
        var random = new SeededRandom(11);
        Matrix inputs = new(120, 2), targets = new(120, classifies ? 2 : 1);
        for (int row = 0; row < inputs.Rows; row++)
        {
            double a = inputs[row, 0] = random.NextDouble(-1, 1), b = inputs[row, 1] = random.NextDouble(-1, 1);
            double value = Math.Sin(3 * a) * b + 0.3 * random.NextGaussian();
            targets[row, 0] = classifies ? (value > 0 ? 1 : 0) : value;
            if (classifies)
                targets[row, 1] = 1 - targets[row, 0];
        }
        return new Dataset(inputs, targets);
    }

    private static void AssertSame(TrainingResult expected, TrainingResult actual)
    {
        using MemoryStream first = new(), second = new();
        ModelFile.Save(expected.Model, first);
        ModelFile.Save(actual.Model, second);
        Assert.Equal(expected.Report.Steps.AsEnumerable(), actual.Report.Steps.AsEnumerable());
        Assert.Equal(expected.Report.GridUpdates.AsEnumerable(), actual.Report.GridUpdates.AsEnumerable());
        Assert.Equal(
            (expected.Report.StopReason, expected.Report.Evaluations, expected.Report.TrainLoss, expected.Report.ValidationLoss),
            (actual.Report.StopReason, actual.Report.Evaluations, actual.Report.TrainLoss, actual.Report.ValidationLoss));
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    private sealed class StopAfter(int steps, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Latest.Step == steps)
                stop.Cancel();
        }
    }
}
