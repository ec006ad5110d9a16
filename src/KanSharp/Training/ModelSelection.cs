using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Objectives;

namespace KanSharp.Training;

/// <summary>What a model selection may choose from; a list of one leaves no choice.</summary>
public sealed record ModelCandidates
{
    /// <summary>Shapes, with spline order, range policy and all else but the grid.</summary>
    public required ImmutableArray<KanSpec> Shapes { get; init; }

    /// <summary>Numbers of grid intervals.</summary>
    public required ImmutableArray<int> Grids { get; init; }

    /// <summary>Weights of the sparsity penalty.</summary>
    public required ImmutableArray<double> Penalties { get; init; }

    /// <summary>
    /// Shapes worth a try where nothing is known but the number of columns: no hidden level, one of 1, 2, 5 or 2 n + 1 nodes (at most 10; the
    /// number of the Kolmogorov-Arnold theorem), and two of 5 and 3 nodes; of multilayer perceptrons one of 5, 10, 20 or 50 nodes, two of 20 and two of 50.
    /// </summary>
    public static ImmutableArray<KanSpec> ShapesFor(int inputs, int outputs, bool perceptron = false)
    {
        int theorem = Math.Min(2 * inputs + 1, 10);
        int[][] hidden = perceptron ? [[], [5], [10], [20], [50], [20, 20], [50, 50]] : [[], [1], [2], [5], [theorem], [5, 3]];
        return [.. hidden.DistinctBy(levels => string.Join(',', levels)).Select(levels => new KanSpec([.. levels.Prepend(inputs).Append(outputs).Select(width => new LayerWidth(width))]) { Perceptron = perceptron })];
    }

    /// <summary>1, 3, 5, 10 and 20 intervals; of one, a curve is a polynomial.</summary>
    public static ImmutableArray<int> UsualGrids { get; } = [1, 3, 5, 10, 20];

    /// <summary>None, 1e-4, 1e-3, 1e-2.</summary>
    public static ImmutableArray<double> UsualPenalties { get; } = [0, 1e-4, 1e-3, 1e-2];
}

/// <summary>One training of a candidate.</summary>
/// <param name="Spec">Shape and grid.</param>
/// <param name="Penalty">Weight of the sparsity penalty.</param>
/// <param name="Steps">Outer steps allowed.</param>
/// <param name="ValidationLoss">Loss on the validation rows afterwards, in the network's units; for Huber's loss the mean square of the smallest nine tenths of the errors. Where rows are few, its mean over the parts they are in.</param>
/// <param name="Result">The model, trained so far; where rows are few, that of the first part.</param>
public sealed record ModelTrial(KanSpec Spec, double Penalty, int Steps, double ValidationLoss, TrainingResult Result);

/// <summary>What a selection chose, and every trial it made, in order.</summary>
public sealed record ModelChoice(ModelTrial Best, ImmutableArray<ModelTrial> Trials);

/// <summary>
/// Chooses shape, grid and penalty by trainings, one after the other: first the shape (on 5 intervals, without penalty), then the grid of that shape,
/// both by trainings of 25 steps, then the penalty by trainings of 50. Each time the smallest model wins whose validation loss is within 10 % of the lowest (5 % in
/// the root mean square error); a penalty has to lower it by as much to be used at all. Models with more than twice as many parameters as training
/// values are not tried, unless all have. Where there are fewer than 500 rows, validation rows included, every candidate is trained five times, each time on four fifths of the rows
/// (cross-validation), the first grid has 3 intervals, a penalty is used if it lowers the mean by 1 %, and the shape of the fewest levels on the coarsest grid is tried at the end. Deterministic: the same data, candidates and seed give the same choice, whatever the number of threads.
/// </summary>
public sealed class ModelSelection
{
    /// <summary>Outer steps of a trial of a shape or grid, at most.</summary>
    public const int TrialSteps = 25;

    /// <summary>Outer steps of a trial of a penalty, at most: what it is good for shows late.</summary>
    public const int PenaltySteps = 50;

    /// <summary>Training rows of a trial, at most; validation takes a quarter of that.</summary>
    public const int TrialRows = 4000;

    /// <summary>With fewer rows, one set of validation rows says little.</summary>
    public const int FewRows = 500;

    private const int Parts = 5;

    private const double NearlyAsGood = 1.1;

    /// <summary>What a mean over all rows allows for penalties: they differ on the same rows and in nothing else.</summary>
    private const double SamePenalty = 1.01;

    private const int FirstGrid = 5;

    private const int FirstGridOfFewRows = 3;

    private const int ParametersPerValue = 2;

    private readonly ModelCandidates _candidates;
    private readonly ModelInfo _info;
    private readonly (Dataset Training, Dataset Validation)[] _parts;
    private readonly TrainingOptions _options;
    private readonly int _threads;
    private readonly List<ModelTrial> _trials = [];
    private readonly IProgress<ModelTrial>? _progress;
    private readonly CancellationToken _cancellation;

    private ModelSelection(ModelCandidates candidates, ModelInfo info, Dataset training, Dataset validation, TrainingOptions options,
        IProgress<ModelTrial>? progress, CancellationToken cancellation)
    {
        _candidates = candidates;
        _info = info;
        _parts = IsCrossValidated(training, validation) ? CrossValidation(training, validation, options.Seed)
            : [(Part(training, TrialRows, options.Seed), Part(validation, TrialRows / 4, options.Seed))];
        _options = options with
        {
            Optimizer = Optimizer.Lbfgs,
            LearningRate = null,
            BatchSize = null,
            Threads = 1,
        };
        _threads = options.Threads;
        _progress = progress;
        _cancellation = cancellation;
    }

    /// <summary>Chooses; the model of the choice is trained only briefly.</summary>
    /// <param name="candidates">What there is to choose from.</param>
    /// <param name="info">Names and scaling of the models.</param>
    /// <param name="training">Rows to train on, in the user's units.</param>
    /// <param name="validation">Other rows, to choose by.</param>
    /// <param name="options">Loss, penalty but for its weight, seed (of the models too), threads; trials always use full-batch L-BFGS.</param>
    /// <param name="progress">Hears of every trial.</param>
    /// <param name="cancellation">Ends the selection with the best so far.</param>
    /// <exception cref="OperationCanceledException">It was cancelled before there was anything to choose.</exception>
    public static ModelChoice Choose(ModelCandidates candidates, ModelInfo info, Dataset training, Dataset validation, TrainingOptions? options = null,
        IProgress<ModelTrial>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        if (candidates.Shapes.IsDefaultOrEmpty || candidates.Grids.IsDefaultOrEmpty || candidates.Penalties.IsDefaultOrEmpty)
            throw new KanSharpException("A selection needs at least one shape, one grid and one penalty to choose from.");
        return new ModelSelection(candidates, info, training, validation, options ?? new TrainingOptions(), progress, cancellation).Choose();
    }

    /// <summary>Whether the rows are too few for one set of them to validate, but enough to be parted.</summary>
    internal static bool IsCrossValidated(Dataset training, Dataset validation) => training.Count + validation.Count is >= Parts and < FewRows;

    /// <summary>The rows of both sets in five parts, each of which validates once.</summary>
    internal static (Dataset Training, Dataset Validation)[] CrossValidation(Dataset training, Dataset validation, ulong seed)
    {
        Dataset all = training.With(validation);
        int[] order = new SeededRandom(seed).NextPermutation(all.Count);
        return [.. Enumerable.Range(0, Parts).Select(part =>
            (all.Select([.. order.Where((_, place) => place % Parts != part)]), all.Select([.. order.Where((_, place) => place % Parts == part)])))];
    }

    private ModelChoice Choose()
    {
        int first = _parts.Length > 1 ? FirstGridOfFewRows : FirstGrid, grid = _candidates.Grids.Contains(first) ? first : _candidates.Grids[0];
        double penalty = _candidates.Penalties.Min();
        int steps = Math.Min(_options.Steps, TrialSteps);
        ModelTrial best = Best([.. _candidates.Shapes.Select(shape => (shape with { GridIntervals = [grid] }, penalty))], steps, null);
        best = Best([.. _candidates.Grids.Select(intervals => (best.Spec with { GridIntervals = [intervals] }, penalty))], steps, best);
        if (_candidates.Penalties.Length > 1)
            best = Unpenalised(Best([.. _candidates.Penalties.Order().Select(weight => (best.Spec, weight))], Math.Min(_options.Steps, PenaltySteps), best, _parts.Length > 1 ? SamePenalty : NearlyAsGood), penalty);
        if (_parts.Length > 1)
            best = PlainOr(best);
        return new ModelChoice(best, [.. _trials]);
    }

    /// <summary>
    /// The shape of the fewest levels on the coarsest grid, with the penalty that suits it, where it does nearly as well: of few rows with noise, one choice after the other may
    /// lead away from it, since shapes are compared on a finer grid without penalty.
    /// </summary>
    private ModelTrial PlainOr(ModelTrial best)
    {
        int steps = Math.Min(_options.Steps, PenaltySteps), coarsest = _candidates.Grids.Min();
        KanSpec plain = _candidates.Shapes.Select(shape => shape with { GridIntervals = [coarsest] })
            .MinBy(spec => (spec.Widths.Length, KanModel.Create(spec, _options.Seed, _info).Parameters.Length))!;
        ModelTrial simplest = Best([.. _candidates.Penalties.Order().Select(weight => (plain, weight))], steps, best, SamePenalty);
        return Best([(simplest.Spec, simplest.Penalty), (best.Spec, best.Penalty)], steps, best);
    }

    /// <summary>
    /// The trial with the least penalty instead of one with more where the smaller nine tenths of its validation errors are lower: a row in the gap between the two training rows around a
    /// jump, which none can predict, would otherwise choose the penalty that smears the jump.
    /// </summary>
    private ModelTrial Unpenalised(ModelTrial best, double least)
    {
        if (best.Penalty == least || _parts.Length > 1 || _options.Loss != Loss.MeanSquaredError || _options.OwnLoss is not null)
            return best;
        ModelTrial? free = _trials.Find(trial => trial.Penalty == least && trial.Steps == best.Steps && Same(trial.Spec, best.Spec));
        return free is not null && Trimmed(free) < Trimmed(best) ? free : best;

        double Trimmed(ModelTrial trial) => HuberLoss.TrimmedMeanSquare(
            trial.Result.Model.Evaluate(_info.InputScaling.Apply(_parts[0].Validation.Inputs)), _info.OutputScaling.Apply(_parts[0].Validation.Targets), _parts[0].Validation.RowWeights);
    }

    /// <summary>The smallest, or else least penalised, of those that do nearly as well as the best; cancelled before any was tried, the one before.</summary>
    private ModelTrial Best((KanSpec Spec, double Penalty)[] candidates, int steps, ModelTrial? before, double nearlyAsGood = NearlyAsGood)
    {
        int values = _parts[0].Training.Count * _parts[0].Training.Targets.Columns;
        var models = candidates.Select(candidate => (candidate.Spec, candidate.Penalty, Model: KanModel.Create(candidate.Spec, _options.Seed, _info))).ToArray();
        int smallest = models.Min(candidate => candidate.Model.Parameters.Length);
        models = [.. models.Where(candidate => candidate.Model.Parameters.Length <= Math.Max(ParametersPerValue * values, smallest))];
        ModelTrial?[] trials = new ModelTrial?[models.Length];
        Parallel.For(0, models.Length, new ParallelOptions { MaxDegreeOfParallelism = _threads }, i =>
        {
            (KanSpec spec, double penalty, KanModel model) = models[i];
            trials[i] = _trials.Find(known => known.Steps == steps && known.Penalty == penalty && Same(known.Spec, spec)) ?? Try(spec, penalty, steps, model);
        });
        ModelTrial[] done = [.. trials.OfType<ModelTrial>()];
        _trials.AddRange(done.Except(_trials));
        if (done.Length == 0)
            return before ?? throw new OperationCanceledException(_cancellation);
        double lowest = done.Min(trial => trial.ValidationLoss);
        return done.Where(trial => trial.ValidationLoss <= nearlyAsGood * lowest)
            .OrderBy(trial => trial.Result.Model.Parameters.Length).ThenBy(trial => trial.Penalty).First();
    }

    private ModelTrial? Try(KanSpec spec, double penalty, int steps, KanModel model)
    {
        TrainingOptions options = _options with { Steps = steps, Regularization = _options.Regularization with { Lambda = penalty } };
        TrainingResult? first = null;
        double sum = 0;
        foreach ((Dataset training, Dataset validation) in _parts)
        {
            if (_cancellation.IsCancellationRequested)
                return null;
            // A mean over parts that each chose their best step would flatter what overfits.
            TrainingResult result = Trainer.Fit(model, training, options, _parts.Length == 1 ? validation : null, progress: null, _cancellation);
            if (result.Report.Steps.IsEmpty && steps > 0)
                return null;
            first ??= result;
            sum += ValidationLoss(result, validation) / _parts.Length;
        }
        var trial = new ModelTrial(spec, penalty, steps, sum, first!);
        _progress?.Report(trial);
        return trial;
    }

    private double ValidationLoss(TrainingResult result, Dataset validation)
    {
        Matrix outputs = result.Model.Evaluate(_info.InputScaling.Apply(validation.Inputs));
        Matrix targets = _options.Loss == Loss.CrossEntropy || _options.OwnLoss is not null ? validation.Targets : _info.OutputScaling.Apply(validation.Targets);
        // Each trial has a scale of Huber's loss of its own.
        double loss = _options.Loss == Loss.Huber ? HuberLoss.TrimmedMeanSquare(outputs, targets, validation.RowWeights)
            : (_options.OwnLoss is { } own ? LossFunction.Own(own, _info.OutputScaling) : LossFunction.Of(_options.Loss)).Mean(outputs, targets, validation.RowWeights);
        return double.IsFinite(loss) ? loss : double.MaxValue;
    }

    private static bool Same(KanSpec first, KanSpec second) =>
        first.Widths.SequenceEqual(second.Widths) && first.GridIntervals.SequenceEqual(second.GridIntervals);

    private static Dataset Part(Dataset data, int rows, ulong seed) =>
        data.Count <= rows ? data : data.Split((double)rows / data.Count, seed).Validation;
}
