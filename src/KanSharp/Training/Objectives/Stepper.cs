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
        _ => throw new KanSharpException($"The optimiser {options.Optimizer} is not available yet; use L-BFGS."),
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
}
