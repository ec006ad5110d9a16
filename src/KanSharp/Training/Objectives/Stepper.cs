using System.Numerics.Tensors;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training.Objectives;

/// <summary>One way to move parameters; the network may change its grids between steps.</summary>
internal abstract class Stepper
{
    public static Stepper Create(TrainingOptions options, Matrix inputs, Matrix targets, double[]? weights = null, HuberLoss? huber = null) => options.Optimizer switch
    {
        Optimizer.Lbfgs => new LbfgsStepper(options.LearningRate ?? 1),
        Optimizer.LevenbergMarquardt => new LeastSquaresStepper(options, inputs, targets, weights, huber),
        Optimizer.Adam => new AdamStepper(options.LearningRate ?? 1e-3),
        _ => throw new KanSharpException($"'{options.Optimizer}' is no optimiser; use Lbfgs, LevenbergMarquardt or Adam."),
    };

    /// <summary>Checks that what was learnt fits the optimiser and the number of parameters.</summary>
    /// <exception cref="KanSharpException">It does not.</exception>
    public static void CheckMemory(TrainingOptions options, OptimizerMemory memory, int parameterCount) =>
        Create(options, new Matrix(0, 0), new Matrix(0, 0)).Restore(memory, parameterCount);

    /// <summary>Makes one outer step in place.</summary>
    public abstract OptimizerStep Step(KanModel model, NetworkObjective objective, double[] parameters);

    /// <summary>The grids have moved: what was learnt about curvature no longer holds.</summary>
    public abstract void Forget();

    /// <summary>The model with moved grids, at its best for the present state of training.</summary>
    /// <param name="moved">The model.</param>
    /// <param name="loss">The loss before the move.</param>
    public virtual KanModel Settle(KanModel moved, double loss) => moved;

    /// <summary>A copy of what was learnt so far.</summary>
    public abstract OptimizerMemory Save();

    /// <summary>Goes on with what was learnt before.</summary>
    /// <exception cref="KanSharpException">It was learnt by another optimiser, or for another number of parameters.</exception>
    public abstract void Restore(OptimizerMemory memory, int parameterCount);

    private sealed class LbfgsStepper(double learningRate) : Stepper
    {
        private LbfgsState? _state;
        private Lbfgs? _optimizer;

        public override OptimizerStep Step(KanModel model, NetworkObjective objective, double[] parameters)
        {
            _state ??= new LbfgsState(parameters.Length);
            _optimizer ??= new Lbfgs(_state, learningRate);
            return _optimizer.Step(objective, parameters);
        }

        public override void Forget() => _state?.Reset();

        public override OptimizerMemory Save() => _state?.Save() ?? new OptimizerMemory([]);

        public override void Restore(OptimizerMemory memory, int parameterCount) => _state = memory.IsEmpty ? null : LbfgsState.Restore(memory, parameterCount);
    }

    private sealed class AdamStepper(double learningRate) : Stepper
    {
        private AdamState? _state;
        private Adam? _optimizer;

        public override OptimizerStep Step(KanModel model, NetworkObjective objective, double[] parameters)
        {
            _state ??= new AdamState(parameters.Length);
            _optimizer ??= new Adam(_state, learningRate);
            return _optimizer.Step(objective, parameters);
        }

        /// <summary>Running means of the gradient stay useful when knots move a little.</summary>
        public override void Forget()
        {
        }

        public override OptimizerMemory Save() => _state?.Save() ?? new OptimizerMemory([]);

        public override void Restore(OptimizerMemory memory, int parameterCount) => _state = memory.IsEmpty ? null : AdamState.Restore(memory, parameterCount);
    }

    private sealed class LeastSquaresStepper(TrainingOptions options, Matrix inputs, Matrix targets, double[]? weights, HuberLoss? huber) : Stepper
    {
        /// <summary>Shorter runs only polish.</summary>
        private const int FewestSmoothRun = 40;

        /// <summary>The first weight on what bends as a multiple of the targets' variance, with which targets in any unit take the same path.</summary>
        private const double FirstWeight = 9;

        /// <summary>The part of the targets' variance from which on down the linear parameters are solved for by themselves.</summary>
        private const double SeparateBelow = 1e-6;

        /// <summary>Hidden curves have at most so many times this weight.</summary>
        private const double LargestHidden = 1e6;

        private LevenbergMarquardtState _state = new();
        private KanNetwork? _network;
        private int[] _free = [];
        private double[] _values = [];
        private NetworkLeastSquares? _objective;
        private LevenbergMarquardt? _optimizer;
        private SmoothStart? _smooth;
        private double _smoothness = options.Steps < FewestSmoothRun ? 0 : 1;
        private double? _hidden;
        private int _steps;

        public override OptimizerStep Step(KanModel model, NetworkObjective objective, double[] parameters)
        {
            if (_network != model.Network)
            {
                _network = model.Network;
                _free = TrainableParameters.ForLeastSquares(model, TrainableParameters.Mask(model, options.Parts));
                _values = new double[_free.Length];
                _objective = new NetworkLeastSquares(_network, parameters, _free, inputs, targets, options.Threads, weights, huber);
                double spread = Spread();
                _optimizer = new LevenbergMarquardt(_state, _free.Length, SeparateBelow * spread);
                _smooth = _smoothness > 0 && model.HasSplines && options.Loss == Loss.MeanSquaredError ? new SmoothStart(_objective, model, _free, FirstWeight * spread, _smoothness, _hidden ??= Hidden(spread)) : null;
            }
            for (int i = 0; i < _free.Length; i++)
                _values[i] = parameters[_free[i]];
            OptimizerStep step = _smooth is null ? _optimizer!.Step(_objective!, _values) : SmoothStep(_smooth);
            _steps++;
            for (int i = 0; i < _free.Length; i++)
                parameters[_free[i]] = _values[i];
            return step;
        }

        public override void Forget() => _state.Reset();

        /// <summary>Near a minimum what is linear is solved for, or what moved grids lose at first would count for more than what they allow.</summary>
        public override KanModel Settle(KanModel moved, double loss)
        {
            if (_optimizer is null || !(loss <= SeparateBelow * Spread()))
                return moved;
            int[] free = TrainableParameters.ForLeastSquares(moved, TrainableParameters.Mask(moved, options.Parts));
            double[] values = [.. free.Select(parameter => moved.Parameters[parameter])];
            var objective = new NetworkLeastSquares(moved.Network, moved.Parameters, free, inputs, targets, options.Threads, weights, huber);
            if (objective.LinearCount == 0)
                return moved;
            _ = _optimizer.SolveLinear(objective, values, objective.Evaluate(values));
            return moved.With(objective.Expand(values));
        }

        /// <summary>A step of a random start in the first half of the run; what fits already is only polished.</summary>
        private OptimizerStep SmoothStep(SmoothStart smooth)
        {
            if (_steps == 0 && !(_objective!.Evaluate(_values) > 0.5 * Spread()) || 2 * _steps >= options.Steps)
                return Finish();
            smooth.Lower();
            _smoothness = smooth.Smoothness;
            OptimizerStep step = _optimizer!.Step(smooth, _values);
            return step.Reason == OptimizerReason.Progress ? step with { Value = _objective!.Evaluate(_values), Evaluations = step.Evaluations + 1 } : Finish();

            OptimizerStep Finish()
            {
                (_smooth, _smoothness) = (null, 0);
                _state.Reset();
                return _optimizer!.Step(_objective!, _values);
            }
        }

        /// <summary>
        /// How many times as much hidden curves are held straight as those of the last level. Where targets are straight for the most part, all of that part goes through the hidden curves, and a little
        /// bend of one has the effect that should be that of the last level's: the more so, the less is not straight.
        /// </summary>
        private double Hidden(double spread)
        {
            int columns = inputs.Columns;
            Matrix equations = new(inputs.Rows, columns + 1), left = new(targets.Rows, targets.Columns), straight = new(columns + 1, targets.Columns);
            for (int row = 0; row < inputs.Rows; row++)
            {
                double root = Math.Sqrt(weights?[row] ?? 1);
                equations[row, columns] = root;
                for (int i = 0; i < columns; i++)
                    equations[row, i] = root * inputs[row, i];
                for (int o = 0; o < targets.Columns; o++)
                    left[row, o] = root * targets[row, o];
            }
            _ = MinimumNormLeastSquares.Solve(equations, left, 1e-12, straight);
            var errors = new Matrix(targets.Rows, targets.Columns);
            for (int o = 0; o < targets.Columns; o++)
            {
                Span<double> fitted = errors.Column(o);
                fitted.Fill(straight[columns, o]);
                for (int i = 0; i < columns; i++)
                    TensorPrimitives.MultiplyAdd(inputs.Column(i), straight[i, o], fitted, fitted);
            }
            double bent = LossFunction.MeanSquaredError.Mean(errors, targets, weights), ratio = (spread - bent) / bent;
            // What is added has fallen away by half way.
            double fallen = Math.Pow(SmoothStart.Decay, FewestSmoothRun / 2 - options.Steps / 2);
            return ratio > 1 ? Math.Min(ratio * ratio * ratio, Math.Min(fallen, LargestHidden)) : 1;
        }

        /// <summary>The loss of the mean.</summary>
        private double Spread()
        {
            var means = new Matrix(targets.Rows, targets.Columns);
            for (int o = 0; o < targets.Columns; o++)
                means.Column(o).Fill((weights is null ? TensorPrimitives.Sum<double>(targets.Column(o)) : TensorPrimitives.Dot<double>(targets.Column(o), weights)) / targets.Rows);
            return (huber ?? LossFunction.MeanSquaredError).Mean(means, targets, weights);
        }

        public override OptimizerMemory Save() => new([.. _state.Save().Parts, ("smoothness", [_smoothness]), ("steps", [_steps])]);

        public override void Restore(OptimizerMemory memory, int parameterCount)
        {
            _state = LevenbergMarquardtState.Restore(memory);
            (double smoothness, double steps) = (memory.Part("smoothness", 1)[0], memory.Part("steps", 1)[0]);
            if (!(smoothness is >= 0 and <= 1 && steps is >= 0 and <= int.MaxValue))
                throw new KanSharpException($"Levenberg-Marquardt cannot have a smoothness of {smoothness} after {steps} steps.");
            (_smoothness, _steps) = (smoothness, (int)steps);
        }
    }
}
