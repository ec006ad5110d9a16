using System.Collections.Immutable;
using KanSharp.Model;

namespace KanSharp.Training;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All steps were made.</summary>
    MaxSteps,

    /// <summary>No lower loss can be found.</summary>
    Converged,

    /// <summary>The training loss reached its target.</summary>
    TargetReached,

    /// <summary>The validation loss did not improve for the given number of steps.</summary>
    EarlyStopping,

    /// <summary>The evaluations allowed are used up.</summary>
    MaxEvaluations,

    /// <summary>The caller asked to stop.</summary>
    Cancelled,

    /// <summary>Loss or gradient is not finite and no step out of there was found; the model is the last good one.</summary>
    NotFinite,
}

/// <summary>One outer step. Losses are in the network's units: mean squared error or cross-entropy.</summary>
/// <param name="Step">Steps made so far, from 1.</param>
/// <param name="TrainLoss">Loss on the batch of this step, without penalty: where the step ended; with Adam, where it began.</param>
/// <param name="ValidationLoss">Loss on the validation set; null without one.</param>
/// <param name="Penalty">The weighted sparsity penalty.</param>
public sealed record TrainingStep(int Step, double TrainLoss, double? ValidationLoss, double Penalty);

/// <summary>One attempt to move the grids.</summary>
/// <param name="Step">Steps made before it.</param>
/// <param name="Before">Objective on all rows before.</param>
/// <param name="After">Objective with the moved grids.</param>
/// <param name="Accepted">Whether the moved grids were kept.</param>
public sealed record GridUpdateReport(int Step, double Before, double After, bool Accepted);

/// <summary>Where training stands.</summary>
/// <param name="Latest">The step just made.</param>
/// <param name="Steps">Steps asked for.</param>
public sealed record TrainingProgress(TrainingStep Latest, int Steps)
{
    /// <summary>
    /// The model after this step, for metrics and pictures of one's own. To be asked for while the step is reported, on the thread that reports it; so not from a
    /// <see cref="Progress{T}"/>, which reports later.
    /// </summary>
    /// <exception cref="KanSharpException">Training has gone on.</exception>
    public KanModel Model => Snapshot?.Invoke()
        ?? throw new KanSharpException($"The model of step {Latest.Step} is gone, as training has gone on; take it within IProgress<TrainingProgress>.Report, on the thread that reports.");

    /// <summary>Makes the model; null once training goes on.</summary>
    private Func<KanModel>? Snapshot { get; set; }

    /// <summary>Reports a step; <paramref name="snapshot"/> makes the model after it, if that is asked for.</summary>
    internal static void Report(IProgress<TrainingProgress>? progress, TrainingStep latest, int steps, Func<KanModel> snapshot)
    {
        if (progress is null)
            return;
        var report = new TrainingProgress(latest, steps) { Snapshot = snapshot };
        progress.Report(report);
        report.Snapshot = null;
    }
}

/// <summary>What training did.</summary>
public sealed record TrainingReport
{
    /// <summary>Why it ended.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>Every outer step.</summary>
    public required ImmutableArray<TrainingStep> Steps { get; init; }

    /// <summary>Every attempt to move the grids.</summary>
    public required ImmutableArray<GridUpdateReport> GridUpdates { get; init; }

    /// <summary>Evaluations of the objective, gradients included.</summary>
    public required long Evaluations { get; init; }

    /// <summary>The scale δ of Huber's loss in the end, in the network's units; null for other losses.</summary>
    public double? HuberScale { get; init; }

    /// <summary>Loss on all training rows of the model returned.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Loss on the validation set of the model returned; null without one.</summary>
    public required double? ValidationLoss { get; init; }
}

/// <summary>The trained model and how it came about.</summary>
public sealed record TrainingResult(KanModel Model, TrainingReport Report);
