using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Plotting;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>How a user wants a net to be made and trained.</summary>
internal sealed record FittingOptions
{
    /// <summary>A shape, or null to choose one.</summary>
    public string? Width { get; init; }

    /// <summary>Whether it is a multilayer perceptron, without grids.</summary>
    public bool Perceptron { get; init; }

    public OrAuto<int> Grid { get; init; }

    public int Order { get; init; }

    public RangePolicy Range { get; init; }

    public Precision Precision { get; init; }

    public OrAuto<double> Lambda { get; init; }

    public int Restarts { get; init; }

    /// <summary>Further starts, where the best is nearly exact.</summary>
    public int Reserve { get; init; }

    public double TestFraction { get; init; }

    /// <summary>All about training but the penalty's weight.</summary>
    public required TrainingOptions Training { get; init; }
}

/// <summary>Makes nets, chooses what was left to choice, trains, and keeps the best start.</summary>
/// <param name="options">What the user wants.</param>
/// <param name="data">The rows; where they come in blocks, a sample of them to choose by.</param>
/// <param name="session">Where progress goes.</param>
/// <param name="checkpoints">When the state of the training is kept.</param>
/// <param name="films">Whether a film of the training is wanted.</param>
/// <param name="blocks">The rows to train on, where they come in blocks.</param>
internal sealed class Fitting(FittingOptions options, FitData data, Session session, CheckpointSchedule? checkpoints = null, bool films = false, IReadOnlyList<Dataset>? blocks = null)
{
    /// <summary>The number of grid intervals, where there is nothing to choose; where there is no grid, any.</summary>
    private readonly int? _grid = options.Perceptron ? 1 : options.Grid.Given;

    /// <summary>The film of the training, if one was asked for.</summary>
    public TrainingAnimation? Film { get; private set; }

    /// <summary>The shape and grid that were trained; null where a given model was.</summary>
    public KanSpec? Spec { get; private set; }

    /// <summary>The best trained model; cancelled, the best so far.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before a single step was made.</exception>
    public TrainingResult Run(KanModel? init)
    {
        if (init is not null)
            return Train([init], Weighted(options.Lambda.Given ?? 0));
        KanSpec spec;
        double lambda;
        if (options.Width is string width && _grid is int grid && options.Lambda.Given is double given)
        {
            (spec, lambda) = (Shape(width) with { GridIntervals = [grid] }, given);
        }
        else
        {
            ModelTrial choice = Choose();
            if (session.Cancellation.IsCancellationRequested)
                return Unfinished(choice);
            (spec, lambda) = (choice.Spec, choice.Penalty);
        }
        Spec = spec;
        return Train([.. Enumerable.Range(0, options.Restarts + options.Reserve).Select(r => KanModel.Create(spec, options.Training.Seed + (ulong)r, data.Info))], Weighted(lambda));
    }

    private ModelTrial Choose()
    {
        ImmutableArray<KanSpec> shapes = options.Width is string width
            ? [Shape(width)]
            : [.. ModelCandidates.ShapesFor(data.Training.Inputs.Columns, data.Training.Targets.Columns, options.Perceptron).Select(WithOptions)];
        var candidates = new ModelCandidates
        {
            Shapes = shapes,
            Grids = _grid is int grid ? [grid] : ModelCandidates.UsualGrids,
            Penalties = options.Lambda.Given is double lambda ? [lambda]
                : options.Training.Optimizer == Optimizer.LevenbergMarquardt ? [0] : ModelCandidates.UsualPenalties,
        };
        int expected = candidates.Shapes.Length + candidates.Grids.Length + candidates.Penalties.Length - 2, done = 0;
        (Dataset training, Dataset validation) = data.ForChoice(options.TestFraction, options.Training.Seed);
        return ProgressDisplay.Run(session, "Choosing", progress => ModelSelection.Choose(candidates, data.Info, training, validation, options.Training,
            new Relay<ModelTrial>(trial => progress.Report(new ProgressStep(Math.Min(1, (double)Interlocked.Increment(ref done) / expected),
                $"{KanSpec.Format(trial.Spec.Widths)}{(options.Perceptron ? "" : $", grid {trial.Spec.GridIntervals[0]}")}, loss {trial.ValidationLoss:G3}"))),
            session.Cancellation)).Best;
    }

    private KanSpec Shape(string width)
    {
        KanSpec spec = KanSpec.Parse(width);
        int inputs = data.Training.Inputs.Columns, outputs = data.Training.Targets.Columns;
        if (spec.Widths[0].Nodes != inputs)
            throw new KanSharpException($"--width {width} begins with {spec.Widths[0].Nodes}, but the data has {inputs} input columns ({string.Join(", ", data.Info.InputNames)}); begin with {inputs}, or use --exclude.");
        if (spec.Widths[^1].Nodes != outputs)
            throw new KanSharpException($"--width {width} ends with {spec.Widths[^1].Nodes}, but there are {outputs} {(data.Info.Classes.IsEmpty ? "targets" : "classes")} ({string.Join(", ", data.Info.OutputNames)}); end with {outputs}.");
        return WithOptions(spec);
    }

    private KanSpec WithOptions(KanSpec spec) => spec with { Perceptron = options.Perceptron, SplineOrders = [options.Order], RangePolicy = options.Range, Precision = options.Precision };

    private TrainingOptions Weighted(double lambda) =>
        options.Training with { Regularization = options.Training.Regularization with { Lambda = lambda } };

    /// <summary>Of several starts the one that is best half way is trained as far as was asked for.</summary>
    private TrainingResult Train(ImmutableArray<KanModel> starts, TrainingOptions training) =>
        ProgressDisplay.Run(session, "Fitting", progress =>
        {
            (int winner, TrainingResult? best) = (0, null);
            if (starts.Length > 1)
            {
                (winner, best) = StartRace.Run(starts, data.Training, training, data.Validation, new Relay<StartProgress>(race => progress.Report(new ProgressStep(
                    (race.Start + 2.0 * race.Step.Latest.Step / race.Step.Steps) / starts.Length, $"start {race.Start + 1} of {starts.Length}, {Status(race.Step)}"))), Math.Min(options.Reserve, starts.Length - 1), session.Cancellation);
                if (best.Report.StopReason == StopReason.Cancelled)
                    return best.Report.Steps.IsEmpty ? throw new OperationCanceledException(session.Cancellation) : best;
                if (!films && blocks is null && best.Report.StopReason != StopReason.MaxSteps)
                    return best;
            }
            Film = films ? new TrainingAnimation(starts[winner], data.Training.Inputs) : null;
            var relay = new Relay<TrainingProgress>(step =>
            {
                Film?.Report(step);
                progress.Report(new ProgressStep((double)step.Latest.Step / step.Steps, Status(step)));
            });
            TrainingResult trained = blocks is null
                ? Trainer.Fit(starts[winner], data.Training, training, data.Validation, relay, session.Cancellation, checkpoints)
                : Trainer.Fit(starts[winner], blocks, training, data.Validation, relay, session.Cancellation);
            return trained.Report.StopReason != StopReason.Cancelled || !trained.Report.Steps.IsEmpty ? trained
                : best is null ? throw new OperationCanceledException(session.Cancellation) : Cancelled(best);
        });

    /// <summary>Goes on with a training; null takes as many steps as were asked for at first.</summary>
    public TrainingResult Resume(TrainingCheckpoint checkpoint, int? steps) =>
        ProgressDisplay.Run(session, "Fitting", progress =>
        {
            Film = films ? new TrainingAnimation(checkpoint.Model, data.Training.Inputs) : null;
            return Trainer.Resume(checkpoint, data.Training, data.Validation, steps, new Relay<TrainingProgress>(step =>
            {
                Film?.Report(step);
                progress.Report(new ProgressStep((double)step.Latest.Step / step.Steps, Status(step)));
            }), session.Cancellation, checkpoints);
        });

    private static string Status(TrainingProgress step) =>
        $"step {step.Latest.Step} of {step.Steps}, loss {step.Latest.TrainLoss:G3}{(step.Latest.ValidationLoss is double loss ? $", val {loss:G3}" : "")}";

    private static TrainingResult Cancelled(TrainingResult result) =>
        result with { Report = result.Report with { StopReason = StopReason.Cancelled } };

    /// <summary>The choice was cut short: its best trial, trained only briefly, is the best there is.</summary>
    private static TrainingResult Unfinished(ModelTrial trial) => Cancelled(trial.Result);
}
