using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training;

/// <summary>One training on rows that come in blocks: Adam on mini-batches, looked at a hundred times.</summary>
internal sealed class BlockTrainingRun
{
    private const double DefaultRate = 0.01;
    private const int Looks = 100;
    private const int SampleRows = 4096;

    /// <summary>Steps over which the learning rate rises, at most.</summary>
    private const int RisingSteps = 100;

    /// <summary>When grids follow the activations, in parts of the steps: early, when curves still take shape.</summary>
    private static readonly double[] s_gridUpdates = [0.01, 0.02, 0.05, 0.1, 0.2];

    private readonly TrainingOptions _options;
    private readonly LossFunction _loss;
    private readonly IReadOnlyList<Dataset> _blocks;
    private readonly BlockBatches _batches;
    private readonly Matrix? _validationInputs;
    private readonly Matrix? _validationTargets;
    private readonly ImmutableArray<TrainingStep>.Builder _steps = ImmutableArray.CreateBuilder<TrainingStep>();
    private readonly ImmutableArray<GridUpdateReport>.Builder _gridUpdates = ImmutableArray.CreateBuilder<GridUpdateReport>();
    private readonly double[] _parameters;
    private readonly (double Low, double High)[] _ranges;
    private readonly Adam _optimizer;
    private KanModel _model;
    private NetworkObjective _objective;
    private KanModel _best;
    private double _lowest = double.PositiveInfinity;
    private long _evaluations;

    public BlockTrainingRun(KanModel model, IReadOnlyList<Dataset> blocks, Dataset? validation, TrainingOptions options)
    {
        _options = options;
        _loss = LossFunction.Of(options.Loss);
        _blocks = blocks;
        _model = _best = model;
        _parameters = model.Parameters.ToArray();
        _ranges = [.. model.Layers[0].Grids.Select(grid => (grid.Start, grid.End))];
        _batches = new BlockBatches(blocks, model, options.Loss, options.BatchSize!.Value, options.Seed, SampleRows);
        _optimizer = new Adam(new AdamState(_parameters.Length), DefaultRate);
        _objective = CreateObjective(model, _batches.Inputs, _batches.Targets);
        if (validation is not null)
        {
            _validationInputs = model.Info.InputScaling.Apply(validation.Inputs);
            _validationTargets = options.Loss == Loss.CrossEntropy ? validation.Targets : model.Info.OutputScaling.Apply(validation.Targets);
        }
    }

    public TrainingResult Run(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        int look = Math.Max(1, _options.Steps / Looks), since = 0;
        double loss = 0, penalty = 0;
        StopReason reason = StopReason.MaxSteps;
        for (int step = 0; step < _options.Steps; step++)
        {
            if (cancellation.IsCancellationRequested)
            {
                reason = StopReason.Cancelled;
                break;
            }
            _batches.Next();
            if (_options.GridSchedule.Updates > 0 && step > 0 && s_gridUpdates.Any(part => step == (int)(part * _options.Steps)))
                UpdateGrids(step);
            _optimizer.LearningRate = (_options.LearningRate ?? DefaultRate) * Share(step);
            OptimizerStep outcome = _optimizer.Step(_objective, _parameters);
            _evaluations += outcome.Evaluations;
            if (!double.IsFinite(outcome.Value) || outcome.Reason == OptimizerReason.NotFinite || !Finite.All(_parameters))
            {
                reason = StopReason.NotFinite;
                break;
            }
            loss += _objective.LastLoss;
            penalty += _objective.LastPenalty;
            if (++since < look && step + 1 < _options.Steps)
                continue;
            TrainingStep latest = Look(step + 1, loss / since, penalty / since);
            (loss, penalty, since) = (0, 0, 0);
            TrainingProgress.Report(progress, latest, _options.Steps, () => _model.With((double[])_parameters.Clone()));
            if (_options.TargetLoss is double target && latest.TrainLoss <= target)
            {
                reason = StopReason.TargetReached;
                break;
            }
            if (_options.MaxEvaluations is long most && _evaluations >= most)
            {
                reason = StopReason.MaxEvaluations;
                break;
            }
        }
        if (reason == StopReason.Cancelled && since > 0)
            Look((_steps.Count > 0 ? _steps[^1].Step : 0) + since, loss / since, penalty / since);
        KanModel result = _options.KeepBest || reason == StopReason.NotFinite ? _best : _model.With(_parameters);
        result = result.WithHistory($"trained {(_steps.Count > 0 ? _steps[^1].Step : 0)} steps with {_options.Optimizer} on {_blocks.Count} blocks, penalty {_options.Regularization.Lambda}");
        return new TrainingResult(result, new TrainingReport
        {
            StopReason = reason,
            Steps = _steps.ToImmutable(),
            GridUpdates = _gridUpdates.ToImmutable(),
            Evaluations = _evaluations,
            TrainLoss = _steps.Count > 0 ? _steps[^1].TrainLoss : double.NaN,
            ValidationLoss = _validationInputs is null ? null : LossOf(result, _validationInputs, _validationTargets!),
        });
    }

    /// <summary>The share of the learning rate: up to 1, then down to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts).</summary>
    private double Share(int step) =>
        Math.Min(1, (step + 1.0) / Math.Min(RisingSteps, Math.Max(1, _options.Steps / 10))) * 0.5 * (1 + Math.Cos(Math.PI * step / _options.Steps));

    private TrainingStep Look(int step, double loss, double penalty)
    {
        KanModel now = _model.With((double[])_parameters.Clone());
        double? validation = _validationInputs is null ? null : LossOf(now, _validationInputs, _validationTargets!);
        var record = new TrainingStep(step, loss, validation, penalty);
        _steps.Add(record);
        // The latest counts as the best where nothing tells how good it is.
        double criterion = validation is double value && _options.Regularization.Lambda == 0 ? value : -step;
        if (criterion < _lowest)
            (_best, _lowest) = (now, criterion);
        return record;
    }

    /// <summary>Grids follow a sample of the rows of all blocks so far, and are judged by it: a block may lie anywhere.</summary>
    private void UpdateGrids(int step)
    {
        (Matrix inputs, Matrix targets) = _batches.Sample();
        KanModel moved = GridUpdater.UpdateScaled(_model.With((double[])_parameters.Clone()), WithEnds(inputs), _options.GridSchedule.UniformShare);
        double[] unused = new double[_parameters.Length];
        double before = CreateObjective(_model, inputs, targets).Evaluate(_parameters, unused), after = CreateObjective(moved, inputs, targets).Evaluate(moved.Parameters, unused);
        _evaluations += 2;
        bool accepted = !_options.GridSchedule.Guarded || after <= before;
        _gridUpdates.Add(new GridUpdateReport(step, before, after, accepted));
        if (!accepted)
            return;
        _model = moved;
        moved.Parameters.CopyTo(_parameters);
        _objective = CreateObjective(moved, _batches.Inputs, _batches.Targets);
    }

    /// <summary>The sample with the ends of each input's range in it, each in a row of its own as far as there are enough: the range is that of all rows.</summary>
    private Matrix WithEnds(Matrix inputs)
    {
        Matrix result = inputs.Clone();
        for (int j = 0; j < result.Columns; j++)
        {
            result[2 * j % result.Rows, j] = _ranges[j].Low;
            result[(2 * j + 1) % result.Rows, j] = _ranges[j].High;
        }
        return result;
    }

    private NetworkObjective CreateObjective(KanModel model, Matrix inputs, Matrix targets) => new(
        model.Network, inputs, targets, _loss, _options.Regularization, TrainableParameters.Mask(model, _options.Parts), _options.Threads, _options.SingularityThreshold, model.Info.Precision);

    private double LossOf(KanModel model, Matrix inputs, Matrix targets) => _loss.Mean(model.Evaluate(inputs, _options.Threads, _options.SingularityThreshold), targets, weights: null);
}
