using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training;

/// <summary>One training on a dataset: the loop, and all that changes in it.</summary>
internal sealed class TrainingRun
{
    private const double WorstGridUpdate = 1;

    /// <summary>Validation losses up to this many times the lowest say the same, more or less.</summary>
    private const double SameValidation = 1.01;

    /// <summary>Knots at breaks have to lower the objective to this part.</summary>
    private const double NotableGain = 0.5;

    /// <summary>Steps of Adam between two looks at the scale of Huber's loss.</summary>
    private const int AdamScaleSteps = 100;

    private readonly TrainingOptions _options;
    private readonly LossFunction _loss;
    private readonly double[]? _weights;
    private readonly double[]? _validationWeights;
    private readonly Matrix _inputs;
    private readonly Matrix _targets;
    private readonly Matrix? _validationInputs;
    private readonly Matrix? _validationTargets;
    private readonly MiniBatches? _batches;
    private readonly ImmutableArray<TrainingStep>.Builder _steps = ImmutableArray.CreateBuilder<TrainingStep>();
    private readonly ImmutableArray<GridUpdateReport>.Builder _gridUpdates = ImmutableArray.CreateBuilder<GridUpdateReport>();
    private KanModel _model;
    private readonly double[] _parameters;
    private readonly double[] _unused;
    private NetworkObjective _objective;
    private readonly Stepper _stepper;
    private readonly Func<string> _fingerprint;
    private readonly double _exactLoss;
    private readonly double[] _bestParameters;
    private KanModel _best;
    private int _bestStep;
    private double _lowest;
    private int _lowestStep;
    private StopReason? _ended;
    private long _evaluations;

    public TrainingRun(KanModel model, Dataset training, Dataset? validation, TrainingOptions options)
    {
        _options = options;
        _loss = options.OwnLoss is { } own ? LossFunction.Own(own, model.Info.OutputScaling) : LossFunction.Of(options.Loss);
        _model = model;
        _parameters = model.Parameters.ToArray();
        _best = model;
        _bestParameters = model.Parameters.ToArray();
        _lowest = double.PositiveInfinity;
        // Only where there are more rows than parameters does an exact fit say that there is no other.
        _exactLoss = options.Loss == Loss.MeanSquaredError && options.OwnLoss is null && options.Regularization.Lambda == 0 && options.BatchSize is null
            && training.Targets.Values.Length > _parameters.Length ? ExactFit.LargestLoss(training.Targets, model.Info.OutputScaling) : -1;
        _fingerprint = () => DataFingerprint.Of(training, validation);
        _unused = new double[_parameters.Length];
        _inputs = model.Info.InputScaling.Apply(training.Inputs);
        _targets = Scaled(training.Targets);
        _weights = training.RowWeights;
        if (validation is not null)
        {
            _validationInputs = model.Info.InputScaling.Apply(validation.Inputs);
            _validationTargets = Scaled(validation.Targets);
            _validationWeights = validation.RowWeights;
            // What was given stays the best until a step is better; Huber's loss has no scale yet to compare by.
            if (options.Regularization.Lambda == 0 && _loss is not HuberLoss && LossOf(model, _validationInputs, _validationTargets, _validationWeights) is double start && double.IsFinite(start))
                _lowest = start;
        }
        if (options.BatchSize is int size && size < _inputs.Rows)
            _batches = new MiniBatches(_inputs, _targets, _weights, size, options.Seed);
        _objective = CreateObjective();
        _stepper = Stepper.Create(options, _inputs, _targets, _weights, _loss as HuberLoss);
    }

    /// <summary>Goes on from where a training stood.</summary>
    public TrainingRun(TrainingCheckpoint checkpoint, Dataset training, Dataset? validation, TrainingOptions options)
        : this(checkpoint.Model, training, validation, options)
    {
        _steps.AddRange(checkpoint.Steps);
        _gridUpdates.AddRange(checkpoint.GridUpdates);
        _evaluations = checkpoint.Evaluations;
        Keep(checkpoint.Best.Model, checkpoint.Best.Model.Parameters, checkpoint.Best.Step, checkpoint.Best.Criterion);
        _lowestStep = checkpoint.Steps.FirstOrDefault(step => Criterion(step) == _lowest)?.Step ?? 0;
        _ended = checkpoint.Ended;
        if (_loss is HuberLoss huber)
            huber.Scale = checkpoint.HuberScale!.Value;
        _stepper.Restore(checkpoint.Optimizer, _parameters.Length);
        if (_batches is null != checkpoint.Batches is null)
            throw new KanSharpException($"The checkpoint {(_batches is null ? "has" : "lacks")} a position in mini-batches, which does not fit its batch size.");
        _batches?.Restore(checkpoint.Batches!);
    }

    /// <summary>Probabilities of classes are no quantity with a unit, and a loss of the user's takes the user's; everything else is brought to the network's.</summary>
    private Matrix Scaled(Matrix targets) =>
        _options.Loss == Loss.CrossEntropy || _options.OwnLoss is not null ? targets : _model.Info.OutputScaling.Apply(targets);

    public TrainingResult Run(IProgress<TrainingProgress>? progress, CheckpointSchedule? checkpoints, CancellationToken cancellation)
    {
        StopReason reason = _ended ?? StopReason.MaxSteps;
        string fingerprint = checkpoints is null ? "" : _fingerprint();
        int saved = _steps.Count;
        for (int step = _steps.Count; _ended is null && step < _options.Steps; step++)
        {
            if (cancellation.IsCancellationRequested)
            {
                reason = StopReason.Cancelled;
                break;
            }
            _batches?.Next();
            if (_model.HasSplines && _options.GridSchedule.IsDue(step) && !FollowBreaks(step))
                UpdateGrids(step);
            else if (_model.HasSplines && _batches is null && _options.GridSchedule.IsWideningDue(step))
                WidenGrids(step);
            if (step % (_options.Optimizer == Optimizer.Adam ? AdamScaleSteps : 1) == 0)
                LowerScale();
            OptimizerStep outcome = _stepper.Step(_model, _objective, _parameters);
            _evaluations += outcome.Evaluations;
            bool good = double.IsFinite(outcome.Value) && Finite.All(_parameters);
            if (!good)
            {
                reason = StopReason.NotFinite;
                break;
            }
            TrainingStep latest = Record(step + 1, outcome.Value);
            TrainingProgress.Report(progress, latest, _options.Steps, () => _model.With((double[])_parameters.Clone()));
            KeepBest(latest);
            if (Stop(outcome.Reason, latest) is StopReason stop)
            {
                _ended = reason = stop;
                break;
            }
            if (checkpoints is not null && (step + 1) % checkpoints.Every == 0)
            {
                checkpoints.Save(Checkpoint(fingerprint));
                saved = step + 1;
            }
        }
        // Where a step led to no finite loss, the state before it is lost.
        if (checkpoints is not null && saved != _steps.Count && (reason != StopReason.NotFinite || _ended is not null))
            checkpoints.Save(Checkpoint(fingerprint));
        KanModel result = _options.KeepBest ? Best.Model : _model.With(_parameters);
        if (_steps.Count > 0)
            result = NoWorseThanConstants(result);
        result = result.WithHistory($"trained {_steps.Count} steps with {_options.Optimizer}, penalty {_options.Regularization.Lambda}");
        return new TrainingResult(result, new TrainingReport
        {
            StopReason = reason,
            Steps = _steps.ToImmutable(),
            GridUpdates = _gridUpdates.ToImmutable(),
            Evaluations = _evaluations,
            TrainLoss = LossOf(result, _inputs, _targets, _weights),
            ValidationLoss = _validationInputs is null ? null : LossOf(result, _validationInputs, _validationTargets!, _validationWeights),
            HuberScale = (_loss as HuberLoss)?.Scale,
        });
    }

    /// <summary>
    /// Where the squared error on the training rows is above that of each target's mean, outputs are scaled and shifted to the least squared error; a training of a few steps may end there.
    /// Not where that would stretch an edge that is held.
    /// </summary>
    private KanModel NoWorseThanConstants(KanModel model)
    {
        if (_options.Loss != Loss.MeanSquaredError || _options.OwnLoss is not null || _options.Parts is not { Splines: true, BaseScales: true, SplineScales: true, SymbolicConstants: true, FrozenEdges.IsEmpty: true }
            || model.Layers[^1].SymbolicEdges.Any(edge => edge.IsHeld))
            return model;
        Matrix outputs = model.Evaluate(_inputs, _options.Threads, _options.SingularityThreshold);
        Matrix constants = new(_targets.Rows, _targets.Columns);
        for (int j = 0; j < _targets.Columns; j++)
            constants.Column(j).Fill(Mean(_targets.Column(j)));
        if (_loss.Mean(outputs, _targets, _weights) <= _loss.Mean(constants, _targets, _weights))
            return model;
        double[] parameters = model.Parameters.ToArray();
        LayerParameters last = model.Network.View(model.Layers.Length - 1, parameters);
        for (int j = 0; j < _targets.Columns; j++)
        {
            ReadOnlySpan<double> output = outputs.Column(j), target = _targets.Column(j);
            double centre = Mean(output), squares = 0, products = 0;
            for (int n = 0; n < output.Length; n++)
            {
                double weight = _weights?[n] ?? 1, part = output[n] - centre;
                squares += weight * part * part;
                products += weight * part * (target[n] - constants[n, j]);
            }
            double slope = squares > 0 && double.IsFinite(products / squares) ? products / squares : 0;
            last.NodeScales[j] *= slope;
            last.NodeBiases[j] = slope * (last.NodeBiases[j] - centre) + constants[0, j];
        }
        KanModel moved = model.With(parameters);
        return _loss.Mean(moved.Evaluate(_inputs, _options.Threads, _options.SingularityThreshold), _targets, _weights) is double loss && double.IsFinite(loss) ? moved : model;
    }

    private double Mean(ReadOnlySpan<double> column)
    {
        double sum = 0, count = 0;
        for (int n = 0; n < column.Length; n++)
        {
            double weight = _weights?[n] ?? 1;
            sum += weight * column[n];
            count += weight;
        }
        return sum / count;
    }

    private TrainingCheckpoint Checkpoint(string fingerprint) => new(
        _options, _model.With((double[])_parameters.Clone()), Best, _steps.ToImmutable(), _gridUpdates.ToImmutable(), _evaluations, _ended, fingerprint,
        _stepper.Save(), _batches?.Position, (_loss as HuberLoss)?.Scale);

    private BestSoFar Best => new(_best.With((double[])_bestParameters.Clone()), _bestStep, _lowest);

    /// <summary>Into memory that is there already: in mini-batches the latest is the best, step for step.</summary>
    private void Keep(KanModel model, ReadOnlySpan<double> parameters, int step, double criterion)
    {
        parameters.CopyTo(_bestParameters);
        (_best, _bestStep, _lowest) = (model, step, criterion);
    }

    /// <summary>
    /// Where validation has no more to say, as where all the error it has left is outside the range of the training rows, their loss decides; and where it is down to rounding, since then the
    /// function is found, and what validation may say is about its continuation.
    /// </summary>
    private void KeepBest(TrainingStep latest)
    {
        double criterion = Criterion(latest);
        bool lower = criterion < _lowest, exact = latest.TrainLoss <= _exactLoss;
        if (lower)
            _lowestStep = latest.Step;
        else if (!exact && (latest.ValidationLoss is null || _options.Regularization.Lambda > 0 || _batches is not null || _bestStep == 0 || criterion > SameValidation * _lowest)
            || _bestStep > 0 && latest.TrainLoss >= _steps[_bestStep - 1].TrainLoss)
            return;
        Keep(_model, _parameters, latest.Step, Math.Min(criterion, _lowest));
    }

    private StopReason? Stop(OptimizerReason outcome, TrainingStep latest)
    {
        if (outcome == OptimizerReason.NotFinite)
            return StopReason.NotFinite;
        if (_options.TargetLoss is double target && latest.TrainLoss <= target)
            return StopReason.TargetReached;
        if (_batches is null && outcome is OptimizerReason.GradientZero or OptimizerReason.NoFurtherChange && !LowerScale())
            return StopReason.Converged;
        if (_options.Patience is int patience && latest.ValidationLoss is not null && latest.Step - _lowestStep >= patience)
            return StopReason.EarlyStopping;
        if (_options.MaxEvaluations is long max && _evaluations >= max)
            return StopReason.MaxEvaluations;
        return null;
    }

    /// <summary>What the best model is the lowest in. The loss of one mini-batch says little: there the latest counts as the best.</summary>
    private double Criterion(TrainingStep step) =>
        step.ValidationLoss is double validation && _options.Regularization.Lambda == 0 ? validation
        : _batches is not null ? -step.Step
        : step.TrainLoss + step.Penalty;

    private TrainingStep Record(int step, double value)
    {
        double penalty = 0;
        if (_options.Regularization.Lambda > 0)
        {
            // Adam evaluates once, where its step begins; the others may have tried points that they did not take.
            if (_options.Optimizer != Optimizer.Adam)
                value = _objective.Evaluate(_parameters, _unused);
            penalty = _objective.LastPenalty;
        }
        double? validation = _validationInputs is null ? null : LossOf(_model.With(_parameters), _validationInputs, _validationTargets!, _validationWeights);
        var record = new TrainingStep(step, value - penalty, validation, penalty);
        _steps.Add(record);
        return record;
    }

    /// <summary>
    /// Grids follow all rows, and are judged by all: a mini-batch may lie anywhere. Guarded, with L-BFGS and no penalty, those of each layer are judged by themselves, and where they would raise the objective,
    /// knots halfway to even ones are tried. Under a penalty that would leave more nodes, and each update that is taken costs Levenberg-Marquardt its damping.
    /// </summary>
    private void UpdateGrids(int step)
    {
        double share = _options.GridSchedule.UniformShare;
        if (!_options.GridSchedule.Guarded || _options.Optimizer != Optimizer.Lbfgs || _options.Regularization.Lambda > 0)
        {
            MoveGrids(step, GridUpdater.UpdateScaled(_model.With(_parameters), _inputs, share));
            return;
        }
        for (int l = 0; l < _model.Layers.Length; l++)
        {
            foreach (double even in (ReadOnlySpan<double>)[share, (1 + share) / 2])
            {
                KanModel now = _model.With(_parameters), moved = GridUpdater.UpdateLayer(now, l, _inputs, even) ?? now;
                if (moved == now || MoveGrids(step, moved))
                    break;
            }
        }
    }

    /// <summary>
    /// Puts knots at jumps and kinks of the data; whether there were any. Rows in the gap between the two training rows around a jump tell nothing about it, so that validation rows
    /// judge by the smaller errors, and what was best before, with the jump smeared over an interval, is compared no more.
    /// </summary>
    private bool FollowBreaks(int step)
    {
        if (!_options.GridSchedule.Guarded || _options.Loss != Loss.MeanSquaredError || _options.OwnLoss is not null || _weights is not null)
            return false;
        bool any = false;
        while (true)
        {
            KanModel now = _model.With((double[])_parameters.Clone());
            if (BreakPlacement.Place(now, _inputs, _targets, _options.Parts) is not KanModel placed || TrimmedLoss(placed) > TrimmedLoss(now) || !MoveGrids(step, placed, NotableGain))
                return any;
            Keep(placed, placed.Parameters, step, double.PositiveInfinity);
            any = true;
        }
    }

    /// <summary>Of the smaller errors of validation rows; 0 without any.</summary>
    private double TrimmedLoss(KanModel model) => _validationInputs is null ? 0
        : HuberLoss.TrimmedMeanSquare(model.Evaluate(_validationInputs, _options.Threads, _options.SingularityThreshold), _validationTargets!, _validationWeights);

    private void WidenGrids(int step)
    {
        KanModel now = _model.With(_parameters), widened = GridUpdater.WidenScaled(now, _inputs);
        if (widened != now)
            MoveGrids(step, widened);
    }

    private bool MoveGrids(int step, KanModel moved, double worst = WorstGridUpdate)
    {
        double before = ObjectiveOf(_model, _parameters);
        moved = _stepper.Settle(moved, before);
        double after = ObjectiveOf(moved, moved.Parameters);
        _evaluations += 2;
        bool accepted = !_options.GridSchedule.Guarded || after <= worst * before;
        _gridUpdates.Add(new GridUpdateReport(step, before, after, accepted));
        if (!accepted)
            return false;
        _model = moved;
        _objective = CreateObjective();
        moved.Parameters.CopyTo(_parameters);
        if (_options.GridSchedule.Guarded)
            _stepper.Forget();
        return true;
    }

    /// <summary>The objective on all rows.</summary>
    private double ObjectiveOf(KanModel model, ReadOnlySpan<double> parameters) =>
        (model == _model && _batches is null ? _objective : CreateObjective(model, _inputs, _targets, _weights)).Evaluate(parameters, _unused);

    private NetworkObjective CreateObjective() => CreateObjective(_model, _batches?.Inputs ?? _inputs, _batches?.Targets ?? _targets, _batches is null ? _weights : _batches.Weights);

    private NetworkObjective CreateObjective(KanModel model, Matrix inputs, Matrix targets, double[]? weights) => new(
        model.Network, inputs, targets, _loss, _options.Regularization,
        TrainableParameters.Mask(model, _options.Parts), _options.Threads, _options.SingularityThreshold, _model.Info.Precision, weights);

    private double LossOf(KanModel model, Matrix inputs, Matrix targets, double[]? weights) =>
        _loss.Mean(model.Evaluate(inputs, _options.Threads, _options.SingularityThreshold), targets, weights);

    /// <summary>Huber's scale follows the errors down; since the loss falls with it everywhere, the best so far stays the best.</summary>
    private bool LowerScale()
    {
        if (_loss is not HuberLoss huber || !huber.Lower(_model.With(_parameters).Evaluate(_inputs, _options.Threads, _options.SingularityThreshold), _targets, _weights))
            return false;
        _stepper.Forget();
        return true;
    }
}
