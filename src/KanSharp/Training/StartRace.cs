using System.Collections.Immutable;
using KanSharp.Model;

namespace KanSharp.Training;

/// <summary>How far a race is.</summary>
/// <param name="Start">Index of the start that is being trained.</param>
/// <param name="Step">Its latest step.</param>
public readonly record struct StartProgress(int Start, TrainingProgress Step);

/// <summary>
/// Several random starts, of which the best half way is worth training to the end; one that is exact by then ends the race. Some may be kept in reserve, for where the best is nearly exact:
/// there one of the next is. Deterministic.
/// </summary>
public static class StartRace
{
    /// <summary>A squared error is nearly exact up to this many times that which is rounding: a root mean square error of a millionth.</summary>
    private const double NearlyExact = 1e16;

    /// <summary>Trains every start for half of the steps asked for and returns the index of the one with the lowest training loss, and its training so far.</summary>
    /// <param name="starts">The models to start from, at least one.</param>
    /// <param name="training">Inputs and targets in the user's units.</param>
    /// <param name="options">How to train.</param>
    /// <param name="validation">Rows that are not trained on, for the report; what starts differ in shows in the training rows, which are more and within the grids.</param>
    /// <param name="progress">Hears of every step, on the calling thread.</param>
    /// <param name="reserve">So many of the starts, the last ones, are trained only where the best before is nearly exact, but not to rounding.</param>
    /// <param name="cancellation">Ends the race with the best so far, whose stop reason is then <see cref="StopReason.Cancelled"/>.</param>
    /// <exception cref="KanSharpException">There is no start that is not in reserve; options, data and models do not fit each other.</exception>
    public static (int Winner, TrainingResult Result) Run(ImmutableArray<KanModel> starts, Dataset training, TrainingOptions options, Dataset? validation = null,
        IProgress<StartProgress>? progress = null, int reserve = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (starts.IsDefaultOrEmpty)
            throw new KanSharpException("A race needs at least one start.");
        if (reserve < 0 || reserve >= starts.Length)
            throw new KanSharpException($"{reserve} of {starts.Length} starts are to be kept in reserve; at least one is not.");
        (int winner, TrainingResult? best) = (0, null);
        for (int start = 0; start < starts.Length; start++)
        {
            // The steps are the first of all those asked for: a smooth start is as long as it will be.
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            TrainingResult result = Trainer.Fit(starts[start], training, options, validation, new Watch(start, options.Steps / 2, progress, pause), pause.Token);
            bool cancelled = cancellation.IsCancellationRequested && result.Report.StopReason == StopReason.Cancelled;
            if (best is null || (!cancelled || !result.Report.Steps.IsEmpty) && Loss(result) < Loss(best))
                (winner, best) = (start, result.Report.StopReason == StopReason.Cancelled ? Stopped(result, StopReason.MaxSteps) : result);
            if (cancelled)
                return (winner, Stopped(best, StopReason.Cancelled));
            double exact = ExactFit.LargestLoss(training.Targets, starts[start].Info.OutputScaling);
            if (best.Report.StopReason == StopReason.Converged && best.Report.TrainLoss <= exact || start + 1 >= starts.Length - reserve && best.Report.TrainLoss > NearlyExact * exact)
                break;
        }
        return (winner, best!);
    }

    private static TrainingResult Stopped(TrainingResult result, StopReason reason) => result with { Report = result.Report with { StopReason = reason } };

    // Under Huber's loss each start has a scale of its own, which says how large its errors are.
    private static double Loss(TrainingResult result) => result.Report.HuberScale ?? result.Report.TrainLoss;

    private sealed class Watch(int start, int steps, IProgress<StartProgress>? progress, CancellationTokenSource pause) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            progress?.Report(new StartProgress(start, value));
            if (value.Latest.Step >= steps)
                pause.Cancel();
        }
    }
}
