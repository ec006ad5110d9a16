using System.Numerics.Tensors;

namespace KanSharp.Training.Optimizers;

/// <summary>
/// Limited-memory BFGS with a strong Wolfe line search: history 10, up to 20 moves and about 25 evaluations a step, as pykan trains
/// its networks, so that from the same start it tries the same points. Unlike there, a point that is not finite is backed off from, a
/// step never ends higher than it began, and a history that leads nowhere is dropped.
/// </summary>
internal sealed class Lbfgs(LbfgsState state, double learningRate = 1)
{
    private const int MaxMoves = 20;
    private const int MaxEvaluations = 25;
    private const double Tolerance = 1e-32;

    private readonly double[] _gradient = new double[state.Direction.Length];
    private readonly StrongWolfeLineSearch _search = new(state.Direction.Length);

    /// <summary>Lowers <paramref name="objective"/> by up to 20 moves, in place. A line search under way may exceed the 25 evaluations.</summary>
    public OptimizerStep Step(IObjective objective, Span<double> parameters)
    {
        double initial = objective.Evaluate(parameters, _gradient);
        double value = initial;
        int evaluations = 1;
        double maxGradient = LargestMagnitude(_gradient);
        if (!double.IsFinite(value) || !double.IsFinite(maxGradient))
            return new OptimizerStep(value, evaluations, maxGradient, OptimizerReason.NotFinite);

        bool foundFinite = true, stalled = false;
        for (int move = 0; move < MaxMoves && evaluations < MaxEvaluations && maxGradient > Tolerance; move++)
        {
            double slope = ChooseDirection(out double firstStep);
            if (!(slope <= -Tolerance))
                break;

            double previous = value;
            _search.Search(objective, parameters, state.Direction, firstStep, value, _gradient, slope, Tolerance);
            evaluations += _search.Evaluations;
            foundFinite = _search.FoundFinite;
            stalled = _search.Step == 0;
            if (stalled)
                break;

            TensorPrimitives.MultiplyAdd(state.Direction, _search.Step, parameters, parameters);
            state.StepLength = _search.Step;
            value = _search.Value;
            maxGradient = LargestMagnitude(_gradient);
            if (LargestMagnitude(state.Direction) * _search.Step <= Tolerance || Math.Abs(value - previous) < Tolerance)
                break;
        }

        OptimizerReason reason = maxGradient <= Tolerance ? OptimizerReason.GradientZero
            : value < initial ? OptimizerReason.Progress
            : !foundFinite ? OptimizerReason.NotFinite
            : state.PairCount > 0 ? OptimizerReason.LineSearchFailed
            : OptimizerReason.NoFurtherChange;
        if (stalled || reason == OptimizerReason.LineSearchFailed)
            state.Reset();
        return new OptimizerStep(value, evaluations, maxGradient, reason);
    }

    /// <summary>Chooses the direction and the first step to try along it; returns the slope of the objective along it.</summary>
    private double ChooseDirection(out double firstStep)
    {
        bool isSteepestDescent = state.IsFresh;
        state.ChooseDirection(_gradient);
        double slope = TensorPrimitives.Dot<double>(_gradient, state.Direction);
        if (!isSteepestDescent && !(slope <= -Tolerance && double.IsFinite(slope)))
        {
            isSteepestDescent = true;
            state.Reset();
            state.ChooseDirection(_gradient);
            slope = TensorPrimitives.Dot<double>(_gradient, state.Direction);
        }
        firstStep = learningRate;
        if (isSteepestDescent)
            firstStep *= Math.Min(1, 1 / TensorPrimitives.SumOfMagnitudes<double>(_gradient));
        return slope;
    }

    private static double LargestMagnitude(ReadOnlySpan<double> values) => Math.Abs(TensorPrimitives.MaxMagnitude(values));
}
