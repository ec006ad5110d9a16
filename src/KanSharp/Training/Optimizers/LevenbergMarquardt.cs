using System.Numerics.Tensors;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Training.Optimizers;

/// <summary>
/// Levenberg-Marquardt for sums of squared residuals: solves (JᵀJ + mu D) h = -Jᵀr by Cholesky factorisation, and adapts the damping
/// mu to how well the linear model foretold the change (Madsen, Nielsen and Tingleff, Methods for Non-Linear Least Squares Problems,
/// section 3.2). Goes on to where rounding hides any further decrease.
/// </summary>
internal sealed class LevenbergMarquardt(LevenbergMarquardtState state, int parameterCount)
{
    private const double InitialDamping = 1e-3;
    private const double SmallestDamping = 1e-20;
    private const double SmallestScale = 1e-12;

    /// <summary>A foretold decrease smaller than this part of the value cannot be measured.</summary>
    private const double Unmeasurable = 1e-16;

    private readonly double[] _normal = new double[parameterCount * parameterCount];
    private readonly double[] _factor = new double[parameterCount * parameterCount];
    private readonly double[] _gradient = new double[parameterCount];
    private readonly double[] _scale = new double[parameterCount];
    private readonly double[] _move = new double[parameterCount];
    private readonly double[] _trial = new double[parameterCount];

    /// <summary>
    /// Moves <paramref name="parameters"/> once, to a point with a lower sum of squares, raising the damping until there is one. The
    /// gradient reported is that of half the sum of squares where the step began.
    /// </summary>
    public OptimizerStep Step(ILeastSquaresObjective objective, Span<double> parameters)
    {
        double value = objective.Linearize(parameters, _normal, _gradient);
        int evaluations = 1;
        double maxGradient = LargestMagnitude(_gradient);
        if (!double.IsFinite(value) || !double.IsFinite(maxGradient) || !double.IsFinite(LargestMagnitude(_normal)))
            return new OptimizerStep(value, evaluations, maxGradient, OptimizerReason.NotFinite);
        if (maxGradient == 0)
            return new OptimizerStep(value, evaluations, maxGradient, OptimizerReason.GradientZero);

        ChooseScale();
        if (state.Damping == 0)
            state.Damping = InitialDamping;
        bool foundFinite = false;
        while (double.IsFinite(state.Damping))
        {
            if (TrySolve(state.Damping))
            {
                double foretold = ForetoldDecrease(state.Damping);
                TensorPrimitives.Add(parameters, _move, _trial);
                if (foretold <= Unmeasurable * value || parameters.SequenceEqual(_trial))
                    break;

                double trialValue = objective.Evaluate(_trial);
                evaluations++;
                foundFinite |= double.IsFinite(trialValue);
                if (trialValue < value && trialValue >= 0)
                {
                    double gain = 2 * (value - trialValue) / foretold - 1;
                    state.Damping = Math.Max(SmallestDamping, state.Damping * Math.Max(0.2, 1 - gain * gain * gain));
                    state.Growth = 2;
                    _trial.CopyTo(parameters);
                    return new OptimizerStep(trialValue, evaluations, maxGradient, OptimizerReason.Progress);
                }
            }
            state.Damping *= state.Growth;
            state.Growth *= 2;
        }

        state.Reset();
        OptimizerReason reason = evaluations > 1 && !foundFinite ? OptimizerReason.NotFinite : OptimizerReason.NoFurtherChange;
        return new OptimizerStep(value, evaluations, maxGradient, reason);
    }

    /// <summary>
    /// Chooses the diagonal D between Levenberg's, the same for all, which measured worse on parameters of different scale, and
    /// Marquardt's, that of JᵀJ, which measured worse on the near rank-deficient networks that are trained here: d^(3/4) of the latter.
    /// </summary>
    private void ChooseScale()
    {
        double largest = 0;
        for (int i = 0; i < parameterCount; i++)
            largest = Math.Max(largest, _normal[i * parameterCount + i]);
        for (int i = 0; i < parameterCount; i++)
        {
            double root = Math.Sqrt(Math.Max(_normal[i * parameterCount + i] / largest, SmallestScale));
            _scale[i] = largest * root * Math.Sqrt(root);
        }
    }

    private bool TrySolve(double damping)
    {
        _normal.CopyTo(_factor, 0);
        for (int i = 0; i < parameterCount; i++)
            _factor[i * parameterCount + i] += damping * _scale[i];
        if (!Cholesky.TryFactor(_factor, parameterCount))
            return false;
        TensorPrimitives.Negate<double>(_gradient, _move);
        Cholesky.Solve(_factor, _move);
        return double.IsFinite(LargestMagnitude(_move));
    }

    /// <summary>By how much the sum of squares of the linearised residuals falls: h (mu D h - Jᵀr).</summary>
    private double ForetoldDecrease(double damping)
    {
        double sum = 0;
        for (int i = 0; i < parameterCount; i++)
            sum += _move[i] * (damping * _scale[i] * _move[i] - _gradient[i]);
        return sum;
    }

    private static double LargestMagnitude(ReadOnlySpan<double> values) => Math.Abs(TensorPrimitives.MaxMagnitude(values));
}
