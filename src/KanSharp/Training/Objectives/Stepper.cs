using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training.Objectives;

/// <summary>One way to move parameters; the network may change its grids between steps.</summary>
internal abstract class Stepper
{
    public static Stepper Create(TrainingOptions options, Matrix inputs, Matrix targets) => options.Optimizer switch
    {
        Optimizer.Lbfgs => new LbfgsStepper(options.LearningRate ?? 1),
        Optimizer.LevenbergMarquardt => new LeastSquaresStepper(options, inputs, targets),
        Optimizer.Adam => new AdamStepper(options.LearningRate ?? 1e-3),
        _ => throw new KanSharpException($"'{options.Optimizer}' is no optimiser; use Lbfgs, LevenbergMarquardt or Adam."),
    };

    /// <summary>Makes one outer step in place.</summary>
    public abstract OptimizerStep Step(KanModel model, NetworkObjective objective, double[] parameters);

    /// <summary>The grids have moved: what was learnt about curvature no longer holds.</summary>
    public abstract void Forget();

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
    }

    private sealed class LeastSquaresStepper(TrainingOptions options, Matrix inputs, Matrix targets) : Stepper
    {
        private readonly LevenbergMarquardtState _state = new();
        private KanNetwork? _network;
        private int[] _free = [];
        private double[] _values = [];
        private NetworkLeastSquares? _objective;
        private LevenbergMarquardt? _optimizer;

        public override OptimizerStep Step(KanModel model, NetworkObjective objective, double[] parameters)
        {
            if (_network != model.Network)
            {
                _network = model.Network;
                _free = TrainableParameters.ForLeastSquares(model, TrainableParameters.Mask(model, options.Parts));
                _values = new double[_free.Length];
                _objective = new NetworkLeastSquares(_network, parameters, _free, inputs, targets, options.Threads);
                _optimizer = new LevenbergMarquardt(_state, _free.Length);
            }
            for (int i = 0; i < _free.Length; i++)
                _values[i] = parameters[_free[i]];
            OptimizerStep step = _optimizer!.Step(_objective!, _values);
            for (int i = 0; i < _free.Length; i++)
                parameters[_free[i]] = _values[i];
            return step;
        }

        public override void Forget() => _state.Reset();
    }
}
