using System.Numerics.Tensors;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Training.Optimizers;

/// <summary>
/// Levenberg-Marquardt for sums of squared residuals: solves (JᵀJ + mu D) h = -Jᵀr by Cholesky factorisation, and adapts the damping
/// mu to how well the linear model foretold the change (Madsen, Nielsen and Tingleff, Methods for Non-Linear Least Squares Problems,
/// section 3.2). Goes on to where rounding hides any further decrease. Near a minimum, linear parameters are not damped, and are solved for again at every
/// point that is tried, before it is judged: of the methods for separable least squares compared by Hong, Zach and Fitzgibbon (Revisiting the
/// Variable Projection Method, CVPR 2017) this is joint optimisation with embedded point iterations.
/// </summary>
/// <param name="state">What it remembers.</param>
/// <param name="parameterCount">Number of parameters.</param>
/// <param name="separateBelow">Linear parameters have this treatment where the sum of squares is not above. Far from a minimum it fits the errors of the others, and they stay.</param>
internal sealed class LevenbergMarquardt(LevenbergMarquardtState state, int parameterCount, double separateBelow = 0)
{
    private const double InitialDamping = 1e-3;
    private const double SmallestDamping = 1e-20;
    private const double SmallestScale = 1e-12;

    /// <summary>What is added to the diagonal for a linear parameter, relative to it: as much as rounding asks for.</summary>
    private const double LinearDamping = 1e-12;

    /// <summary>A foretold decrease smaller than this part of the value cannot be measured.</summary>
    private const double Unmeasurable = 1e-16;

    private readonly double[] _normal = new double[parameterCount * parameterCount];
    private readonly double[] _factor = new double[parameterCount * parameterCount];
    private readonly double[] _gradient = new double[parameterCount];
    private readonly double[] _scale = new double[parameterCount];
    private readonly double[] _added = new double[parameterCount];
    private readonly double[] _move = new double[parameterCount];
    private readonly double[] _trial = new double[parameterCount];
    private readonly HeldCoefficients _held = new();
    private readonly HeldCoefficients _heldLinear = new();
    private double _largest;
    private double[] _linearNormal = [];
    private double[] _linearMove = [];
    private double[] _before = [];

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

        ISeparableObjective? separable = value <= separateBelow && objective is ISeparableObjective { LinearCount: > 0 } partly ? partly : null;
        (int first, int count) = (separable?.FirstLinear ?? 0, separable?.LinearCount ?? 0);
        double linearDamping = LinearDamping;
        ChooseScale();
        _held.Find(objective.Splines, _normal, parameterCount, 0);
        if (state.Damping == 0)
            state.Damping = InitialDamping;
        bool foundFinite = false;
        while (double.IsFinite(state.Damping))
        {
            Damp(first, count, linearDamping);
            if (TrySolve())
            {
                double foretold = ForetoldDecrease();
                TensorPrimitives.Add(parameters, _move, _trial);
                if (foretold <= Unmeasurable * value || parameters.SequenceEqual(_trial))
                    break;

                double trialValue = objective.Evaluate(_trial);
                evaluations++;
                if (separable is not null && double.IsFinite(trialValue))
                {
                    trialValue = SolveLinear(separable, _trial, trialValue);
                    evaluations += 2;
                }
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
            else
            {
                linearDamping *= 100;
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
        _largest = LargestDiagonal(_normal, parameterCount);
        for (int i = 0; i < parameterCount; i++)
        {
            double root = Math.Sqrt(Math.Max(_normal[i * parameterCount + i] / _largest, SmallestScale));
            _scale[i] = _largest * root * Math.Sqrt(root);
        }
    }

    /// <summary>
    /// What is added to the diagonal: mu D, and next to nothing for <paramref name="count"/> linear parameters; but something even for those that no sample tells
    /// anything about, such as the coefficients of a cell without samples, since otherwise there is no factorisation.
    /// </summary>
    private void Damp(int first, int count, double linearDamping)
    {
        TensorPrimitives.Multiply(_scale, state.Damping, _added);
        for (int i = first; i < first + count; i++)
            _added[i] = linearDamping * Math.Max(_normal[i * parameterCount + i], SmallestScale * _largest);
    }

    private bool TrySolve()
    {
        _normal.CopyTo(_factor, 0);
        for (int i = 0; i < parameterCount; i++)
            _factor[i * parameterCount + i] += _added[i];
        _held.AddTo(_factor, parameterCount, 0);
        if (!Cholesky.TryFactor(_factor, parameterCount))
            return false;
        TensorPrimitives.Negate<double>(_gradient, _move);
        Cholesky.Solve(_factor, _move);
        return double.IsFinite(LargestMagnitude(_move));
    }

    /// <summary>By how much the sum of squares of the linearised residuals falls: h (A h - Jᵀr), where A is what was added to JᵀJ.</summary>
    private double ForetoldDecrease()
    {
        double sum = _held.Measure(_move);
        for (int i = 0; i < parameterCount; i++)
            sum += _move[i] * (_added[i] * _move[i] - _gradient[i]);
        return sum;
    }

    /// <summary>Moves the linear parameters to where the sum of squares is lowest, and returns it.</summary>
    /// <param name="objective">The sum of squares.</param>
    /// <param name="parameters">The point.</param>
    /// <param name="value">Its sum of squares.</param>
    public double SolveLinear(ISeparableObjective objective, Span<double> parameters, double value)
    {
        int count = objective.LinearCount;
        if (_linearMove.Length != count)
            (_linearNormal, _linearMove, _before) = (new double[count * count], new double[count], new double[count]);
        objective.LinearizeLinear(parameters, _linearNormal, _linearMove);
        double largest = LargestDiagonal(_linearNormal, count);
        for (int i = 0; i < count; i++)
            _linearNormal[i * count + i] += LinearDamping * Math.Max(_linearNormal[i * count + i], SmallestScale * largest);
        _heldLinear.Find(objective.Splines, _linearNormal, count, objective.FirstLinear);
        _heldLinear.AddTo(_linearNormal, count, objective.FirstLinear);
        if (!Cholesky.TryFactor(_linearNormal, count))
            return value;
        Cholesky.Solve(_linearNormal, _linearMove);
        Span<double> linear = parameters.Slice(objective.FirstLinear, count);
        linear.CopyTo(_before);
        TensorPrimitives.Subtract(linear, _linearMove, linear);
        double solved = objective.Evaluate(parameters);
        if (solved < value)
            return solved;
        _before.CopyTo(linear);
        return value;
    }

    private static double LargestDiagonal(ReadOnlySpan<double> matrix, int size)
    {
        double largest = double.Epsilon;
        for (int i = 0; i < size; i++)
            largest = Math.Max(largest, matrix[i * size + i]);
        return largest;
    }

    private static double LargestMagnitude(ReadOnlySpan<double> values) => Math.Abs(TensorPrimitives.MaxMagnitude(values));
}
