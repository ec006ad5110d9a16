using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.Tests.IO;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_checkpoint_with_any_byte_changed_gives_the_same_or_an_error()
    {
        string path = Save(Trained(Optimizer.Lbfgs));
        byte[] file = File.ReadAllBytes(path);
        int loaded = 0;
        for (int i = 0; i < file.Length; i++)
        {
            byte original = file[i];
            foreach (byte value in new[] { (byte)(original ^ 1), (byte)'9', (byte)0xFF })
            {
                file[i] = value;
                if (value == original)
                    continue;
                File.WriteAllBytes(path, file);
                try
                {
                    string again = _folder.File("again");
                    CheckpointFile.Save(CheckpointFile.Load(path), again);
                    file[i] = original;
                    Assert.Equal(file, File.ReadAllBytes(again));
                    loaded++;
                }
                catch (KanFormatException)
                {
                }
            }
            file[i] = original;
        }
        // Spaces around the header's end and the dimensions' notation leave the same content.
        Assert.InRange(loaded, 0, 50);
    }

    [Fact]
    public void A_checkpoint_that_was_cut_off_anywhere_is_an_error()
    {
        string path = Save(Trained(Optimizer.Adam));
        byte[] file = File.ReadAllBytes(path);
        for (int length = 0; length < file.Length; length += 5)
        {
            File.WriteAllBytes(path, file[..length]);
            Assert.Throws<KanFormatException>(() => CheckpointFile.Load(path));
        }
    }

    [Fact]
    public void Models_and_checkpoints_are_not_taken_for_each_other()
    {
        TrainingCheckpoint checkpoint = Trained(Optimizer.LevenbergMarquardt);
        string path = Save(checkpoint), model = _folder.File("m.kan");
        ModelFile.Save(checkpoint.Model, model);
        Assert.Contains("not a KanSharp model", Assert.Throws<KanFormatException>(() => ModelFile.Load(path)).Message);
        Assert.Contains("not a KanSharp checkpoint", Assert.Throws<KanFormatException>(() => CheckpointFile.Load(model)).Message);
        Assert.Contains("existing checkpoint file", Assert.Throws<KanSharpException>(() => CheckpointFile.Load(_folder.File("none"))).Message);
    }

    [Fact]
    public void Everything_in_a_checkpoint_is_found_again()
    {
        TrainingOptions options = new()
        {
            Optimizer = Optimizer.Adam,
            Steps = 7,
            LearningRate = 0.125,
            BatchSize = 8,
            Regularization = new Regularization
            {
                Lambda = 0.1,
                LambdaL1 = 0.2,
                LambdaEntropy = 0.3,
                LambdaCoefficients = 0.4,
                LambdaCoefficientDifferences = 0.5,
                Metric = RegularizationMetric.NodeScore,
            },
            GridSchedule = new GridSchedule { Updates = 3, LastStep = 6, UniformShare = 0.7, Guarded = false },
            Parts = new TrainableParts { Splines = false, BaseScales = true, SplineScales = false, SymbolicConstants = false, NodeAffine = true },
            Patience = 4,
            TargetLoss = double.NegativeInfinity,
            MaxEvaluations = 1_000_000_000_000,
            Seed = ulong.MaxValue,
            SingularityThreshold = 3,
            KeepBest = false,
        };
        TrainingCheckpoint saved = Trained(options);
        TrainingCheckpoint loaded = CheckpointFile.Load(Save(saved));
        Assert.Equal(options with { Parts = TrainableParts.Default }, loaded.Options with { Parts = TrainableParts.Default, Threads = options.Threads });
        Assert.Equal(options.Parts with { FrozenEdges = default }, loaded.Options.Parts with { FrozenEdges = default });
        Assert.Equal(saved.Steps.AsEnumerable(), loaded.Steps.AsEnumerable());
        Assert.Equal(saved.GridUpdates.AsEnumerable(), loaded.GridUpdates.AsEnumerable());
        Assert.Equal((saved.Evaluations, saved.Ended, saved.DataFingerprint, saved.Best.Step), (loaded.Evaluations, loaded.Ended, loaded.DataFingerprint, loaded.Best.Step));
        Assert.Equal(saved.BestModel.Parameters, loaded.BestModel.Parameters);
        Assert.Equal(saved.Batches!.Order.AsEnumerable(), loaded.Batches!.Order.AsEnumerable());
    }

    [Fact]
    public void Parts_that_contradict_each_other_are_refused()
    {
        TrainingCheckpoint lbfgs = Trained(Optimizer.Lbfgs), adam = Trained(new TrainingOptions { Optimizer = Optimizer.Adam, Steps = 3, BatchSize = 6 });
        Refused(With(lbfgs, optimizer: adam.Optimizer), "has no 'curvatures'");
        Refused(With(adam, optimizer: new OptimizerMemory([("steps", [2]), ("mean", [1]), ("square_mean", [1])])), "'mean' has 1 numbers");
        Refused(With(adam, optimizer: new OptimizerMemory([("steps", [-2])])), "cannot have made -2 steps");
        Refused(With(lbfgs, best: lbfgs.Best with { Step = 9 }), "best model was made by 9 of 3 steps");

        // What only the rows can tell.
        BatchPosition position = adam.Batches!;
        foreach (BatchPosition wrong in new[]
        {
            position with { Order = position.Order.SetItem(0, position.Order[1]) }, position with { Order = [0, 1] }, position with { Next = 21 },
            position with { Generator = [0, 0, 0, 0] }, position with { Generator = [1, 2] },
        })
        {
            TrainingCheckpoint checkpoint = CheckpointFile.Load(Save(With(adam, batches: wrong)));
            Assert.Throws<KanSharpException>(() => Trainer.Resume(checkpoint, s_data));
        }
        Assert.Throws<KanSharpException>(() => Trainer.Resume(With(lbfgs, batches: position), s_data));
    }

    private static readonly Dataset s_data = Rows();

    private static Dataset Rows()
    {
        var random = new SeededRandom(4);
        Matrix inputs = new(20, 1), targets = new(20, 1);
        for (int row = 0; row < 20; row++)
            targets[row, 0] = Math.Exp(inputs[row, 0] = random.NextDouble(-1, 1));
        return new Dataset(inputs, targets);
    }

    private static TrainingCheckpoint Trained(Optimizer optimizer) => Trained(new TrainingOptions { Optimizer = optimizer, Steps = 3 });

    private static TrainingCheckpoint Trained(TrainingOptions options)
    {
        TrainingCheckpoint? last = null;
        KanModel start = KanModel.Create(new KanSpec(1, 1) { GridIntervals = [2], SplineOrders = [1] });
        Trainer.Fit(start, s_data, options, checkpoints: new CheckpointSchedule(checkpoint => last = checkpoint));
        return last!;
    }

    private static TrainingCheckpoint With(TrainingCheckpoint from, BestSoFar? best = null, OptimizerMemory? optimizer = null, BatchPosition? batches = null) => new(
        from.Options, from.Model, best ?? from.Best, from.Steps, from.GridUpdates, from.Evaluations, from.Ended, from.DataFingerprint, optimizer ?? from.Optimizer, batches ?? from.Batches);

    private string Save(TrainingCheckpoint checkpoint)
    {
        string path = _folder.File("c.kan-checkpoint");
        CheckpointFile.Save(checkpoint, path);
        return path;
    }

    private void Refused(TrainingCheckpoint checkpoint, string message)
    {
        string path = Save(checkpoint);
        Assert.Contains(message, Assert.Throws<KanFormatException>(() => CheckpointFile.Load(path)).Message);
    }
}
