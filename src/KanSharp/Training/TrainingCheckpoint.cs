using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training;

/// <summary>
/// A training as it stands after a step, with all that its further steps depend on: <see cref="Trainer.Resume"/> goes on from it bit for bit as if
/// training had never stopped. <c>CheckpointFile</c> saves and loads it.
/// </summary>
public sealed class TrainingCheckpoint
{
    internal TrainingCheckpoint(TrainingOptions options, KanModel model, BestSoFar best, ImmutableArray<TrainingStep> steps,
        ImmutableArray<GridUpdateReport> gridUpdates, long evaluations, StopReason? ended, string dataFingerprint,
        OptimizerMemory optimizer, BatchPosition? batches, double? huberScale = null)
    {
        Options = options;
        Model = model;
        Best = best;
        Steps = steps;
        GridUpdates = gridUpdates;
        Evaluations = evaluations;
        Ended = ended;
        DataFingerprint = dataFingerprint;
        Optimizer = optimizer;
        Batches = batches;
        HuberScale = huberScale;
    }

    /// <summary>How it trains.</summary>
    public TrainingOptions Options { get; }

    /// <summary>The model after the last step.</summary>
    public KanModel Model { get; }

    /// <summary>The best model so far, by what <see cref="TrainingOptions.KeepBest"/> goes by.</summary>
    public KanModel BestModel => Best.Model;

    /// <summary>Every step made.</summary>
    public ImmutableArray<TrainingStep> Steps { get; }

    /// <summary>Every attempt so far to move the grids.</summary>
    public ImmutableArray<GridUpdateReport> GridUpdates { get; }

    /// <summary>Evaluations of the objective so far.</summary>
    public long Evaluations { get; }

    /// <summary>Why training ended by itself here; null where it can go on.</summary>
    public StopReason? Ended { get; }

    /// <summary>SHA-256 of the training and validation rows, 64 hexadecimal digits.</summary>
    public string DataFingerprint { get; }

    /// <summary>Whether these are the rows of this training, to the bit and in the same order.</summary>
    public bool IsOf(Dataset training, Dataset? validation = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        return Objectives.DataFingerprint.Of(training, validation) == DataFingerprint;
    }

    internal BestSoFar Best { get; }

    internal OptimizerMemory Optimizer { get; }

    /// <summary>Null where all rows are taken at once.</summary>
    internal BatchPosition? Batches { get; }

    /// <summary>The scale of Huber's loss; null for other losses.</summary>
    internal double? HuberScale { get; }
}

/// <summary>The best model of a training, the steps it was made by, and what it is the lowest in.</summary>
internal sealed record BestSoFar(KanModel Model, int Step, double Criterion);
