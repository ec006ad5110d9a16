using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training;

/// <summary>One call of <see cref="Trainer.Fit(KanModel, DerivativeLoss, TrainingOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>.</summary>
internal sealed class DerivativeTrainingRun
{
    private readonly TrainingOptions _options;
    private readonly DerivativeLoss _loss;
    private readonly ImmutableArray<TrainingStep>.Builder _steps = ImmutableArray.CreateBuilder<TrainingStep>();
    private readonly ImmutableArray<GridUpdateReport>.Builder _gridUpdates = ImmutableArray.CreateBuilder<GridUpdateReport>();
    private readonly LbfgsState _lbfgs;
    private readonly AdamState _adam;
    private readonly LevenbergMarquardtState _marquardt = new();
    private readonly double[] _parameters;
    private readonly double[] _unused;
    private KanModel _model;
    private DerivativeObjective _objective;
    private Func<OptimizerStep> _step;
    private long _evaluations;

    public DerivativeTrainingRun(KanModel model, DerivativeLoss loss, TrainingOptions options)
    {
        _options = options;
        _loss = loss;
        _model = model;
        _parameters = [.. model.Parameters, .. loss.Unknowns.Select(unknown => unknown.Value)];
        _unused = new double[_parameters.Length];
        _lbfgs = new LbfgsState(_parameters.Length);
        _adam = new AdamState(_parameters.Length);
        (_objective, _step) = Prepare();
    }

    private ReadOnlySpan<double> ModelParameters => _parameters.AsSpan(0, _model.Parameters.Length);

    public DerivativeTrainingResult Run(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        (KanModel Model, double[] Parameters, double Value) best = (_model, (double[])_parameters.Clone(), double.PositiveInfinity);
        StopReason reason = StopReason.MaxSteps;
        for (int step = 0; step < _options.Steps; step++)
        {
            if (cancellation.IsCancellationRequested)
            {
                reason = StopReason.Cancelled;
                break;
            }
            if (_model.HasSplines && _options.GridSchedule.IsDue(step))
                UpdateGrids(step);
            OptimizerStep outcome = _step();
            _evaluations += outcome.Evaluations;
            if (!double.IsFinite(outcome.Value) || !Finite.All(_parameters))
            {
                reason = StopReason.NotFinite;
                break;
            }
            TrainingStep latest = Record(step + 1, outcome.Value);
            TrainingProgress.Report(progress, latest, _options.Steps, () => _model.With(_parameters[.._model.Parameters.Length]));
            if (outcome.Value < best.Value)
                best = (_model, (double[])_parameters.Clone(), outcome.Value);
            if (Stop(outcome.Reason, latest) is StopReason stop)
            {
                reason = stop;
                break;
            }
        }
        return Result(_options.KeepBest ? best.Model : _model, _options.KeepBest ? best.Parameters : _parameters, reason);
    }

    private DerivativeTrainingResult Result(KanModel model, double[] parameters, StopReason reason)
    {
        var objective = new DerivativeObjective(model, _loss, threads: _options.Threads);
        double value = objective.Evaluate(parameters, _unused);
        KanModel result = model.With(parameters[..model.Parameters.Length]).WithHistory($"trained {_steps.Count} steps on derivatives with {_options.Optimizer}");
        return new DerivativeTrainingResult(result,
            [.. _loss.Unknowns.Select((unknown, k) => unknown with { Value = parameters[model.Parameters.Length + k] })],
            [.. objective.LastTerms],
            new TrainingReport
            {
                StopReason = reason,
                Steps = _steps.ToImmutable(),
                GridUpdates = _gridUpdates.ToImmutable(),
                Evaluations = _evaluations,
                TrainLoss = value,
                ValidationLoss = null,
            });
    }

    private StopReason? Stop(OptimizerReason outcome, TrainingStep latest) => outcome switch
    {
        OptimizerReason.NotFinite => StopReason.NotFinite,
        _ when latest.TrainLoss <= _options.TargetLoss => StopReason.TargetReached,
        OptimizerReason.GradientZero or OptimizerReason.NoFurtherChange => StopReason.Converged,
        _ when _evaluations >= _options.MaxEvaluations => StopReason.MaxEvaluations,
        _ => null,
    };

    private TrainingStep Record(int step, double value)
    {
        double penalty = 0;
        if (_options.Regularization.Lambda > 0)
        {
            // Adam evaluates once, where its step begins; L-BFGS may have tried points that it did not take.
            if (_options.Optimizer != Optimizer.Adam)
                _objective.Evaluate(_parameters, _unused);
            penalty = _objective.LastPenalty;
        }
        var record = new TrainingStep(step, value - penalty, null, penalty);
        _steps.Add(record);
        return record;
    }

    private void UpdateGrids(int step)
    {
        (KanModel model, DerivativeObjective objective, Func<OptimizerStep> next) = (_model, _objective, _step);
        KanModel before = _model.With(ModelParameters.ToArray());
        double valueBefore = _objective.Evaluate(_parameters, _unused);
        _model = GridUpdater.UpdateScaled(before, before.Info.InputScaling.Apply(_loss.Terms[0].Inputs), _options.GridSchedule.UniformShare);
        double[] moved = [.. _model.Parameters, .. _parameters.AsSpan(_model.Parameters.Length)];
        (_objective, _step) = Prepare();
        double valueAfter = _objective.Evaluate(moved, _unused);
        _evaluations += 2;
        bool accepted = !_options.GridSchedule.Guarded || valueAfter <= valueBefore;
        _gridUpdates.Add(new GridUpdateReport(step, valueBefore, valueAfter, accepted));
        if (!accepted)
        {
            (_model, _objective, _step) = (model, objective, next);
            return;
        }
        moved.CopyTo(_parameters, 0);
        if (_options.GridSchedule.Guarded)
        {
            _lbfgs.Reset();
            _marquardt.Reset();
        }
    }

    /// <summary>The objective on the present grids, and one step of the optimiser on it.</summary>
    private (DerivativeObjective, Func<OptimizerStep>) Prepare()
    {
        bool[] mask = TrainableParameters.Mask(_model, _options.Parts);
        var objective = new DerivativeObjective(_model, _loss, mask, _options.Regularization, _options.Threads);
        switch (_options.Optimizer)
        {
            case Optimizer.Lbfgs:
                var lbfgs = new Lbfgs(_lbfgs, _options.LearningRate ?? 1);
                return (objective, () => lbfgs.Step(objective, _parameters));
            case Optimizer.Adam:
                var adam = new Adam(_adam, _options.LearningRate ?? 1e-3);
                return (objective, () => adam.Step(objective, _parameters));
            case Optimizer.LevenbergMarquardt:
                return (objective, LeastSquaresStep(TrainableParameters.ForLeastSquares(_model, mask)));
            default:
                throw new KanSharpException($"'{_options.Optimizer}' is no optimiser; use Lbfgs, LevenbergMarquardt or Adam.");
        }
    }

    private Func<OptimizerStep> LeastSquaresStep(int[] free)
    {
        int count = _model.Parameters.Length, unknowns = _loss.Unknowns.Length;
        double[] values = new double[free.Length + unknowns];
        DerivativeLeastSquares? squares = null;
        var optimizer = new LevenbergMarquardt(_marquardt, values.Length);
        return () =>
        {
            squares ??= new DerivativeLeastSquares(_model.With(ModelParameters.ToArray()), _loss, free, _options.Threads);
            for (int i = 0; i < free.Length; i++)
                values[i] = _parameters[free[i]];
            _parameters.AsSpan(count, unknowns).CopyTo(values.AsSpan(free.Length));
            OptimizerStep step = optimizer.Step(squares, values);
            for (int i = 0; i < free.Length; i++)
                _parameters[free[i]] = values[i];
            values.AsSpan(free.Length).CopyTo(_parameters.AsSpan(count));
            return step;
        };
    }
}
