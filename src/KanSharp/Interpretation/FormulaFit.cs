using System.Numerics.Tensors;
using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.Interpretation;

/// <summary>A formula with fitted constants.</summary>
/// <param name="Formula">The formula.</param>
/// <param name="Rmse">Root mean squared error on the rows it was fitted to.</param>
/// <param name="StandardErrors">Standard error of each constant of <see cref="FreeConstants.Of"/>, in its order; infinite where the rows do not determine it.</param>
public sealed record FormulaFitResult(Expression Formula, double Rmse, IReadOnlyList<double> StandardErrors);

/// <summary>Refits the constants of a formula to data by Levenberg-Marquardt, with exact derivatives.</summary>
public static class FormulaFit
{
    /// <summary>Fits the decimal constants; whole numbers, named constants and exponents are taken for exact.</summary>
    /// <param name="formula">The formula to start from.</param>
    /// <param name="variables">The names of the input columns.</param>
    /// <param name="inputs">One row per sample, one column per variable.</param>
    /// <param name="targets">One value per sample.</param>
    /// <param name="steps">Levenberg-Marquardt steps at most.</param>
    /// <param name="weights">What each squared error is multiplied by; none for 1 each. Only their ratios count.</param>
    public static FormulaFitResult Run(Expression formula, IReadOnlyList<string> variables, Matrix inputs, ReadOnlySpan<double> targets, int steps = 100, ReadOnlySpan<double> weights = default)
    {
        ArgumentNullException.ThrowIfNull(formula);
        FreeConstants constants = FreeConstants.Of(formula);
        var problem = new Residuals(constants, variables, inputs, targets, SampleWeights.Normalise(weights));
        double[] values = [.. constants.Values];
        double sum = Fit(problem, values, steps);
        return new FormulaFitResult(constants.Bind(values), Math.ScaleB(Math.Sqrt(sum), problem.Exponent), problem.StandardErrors(values));
    }

    /// <summary>The constants as the data would have them, and their standard errors.</summary>
    internal static (double[] Values, double[] StandardErrors) Estimate(FreeConstants constants, IReadOnlyList<string> variables, Matrix inputs, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights)
    {
        var problem = new Residuals(constants, variables, inputs, targets, SampleWeights.Normalise(weights));
        double[] values = [.. constants.Values];
        Fit(problem, values, 100);
        return (values, problem.StandardErrors(values));
    }

    /// <summary>Fits the constants in place; returns the sum of squares.</summary>
    private static double Fit(Residuals problem, double[] values, int steps)
    {
        double sum = problem.Evaluate(values);
        if (values.Length == 0 || !double.IsFinite(sum))
            return sum;
        var optimizer = new LevenbergMarquardt(new LevenbergMarquardtState(), values.Length);
        for (int step = 0; step < steps; step++)
        {
            OptimizerStep outcome = optimizer.Step(problem, values);
            if (outcome.Reason != OptimizerReason.Progress)
                break;
        }
        return problem.Evaluate(values);
    }

    /// <summary>Root mean squared error of a formula, weighted where weights are given; not a number where it is undefined on some row.</summary>
    public static double Rmse(Expression formula, IReadOnlyList<string> variables, Matrix inputs, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights = default)
    {
        double[] values = new double[inputs.Rows];
        new FormulaProgram(formula, variables).Evaluate(inputs, values);
        for (int n = 0; n < values.Length; n++)
            values[n] -= targets[n];
        return Magnitude.RootMeanSquare(values, SampleWeights.Normalise(weights));
    }

    /// <summary>The residuals in units of a power of two near the largest target, so that their squares neither overflow nor vanish.</summary>
    private sealed class Residuals : ILeastSquaresObjective
    {
        private readonly FormulaProgram _program;
        private readonly Matrix _inputs;
        private readonly double[] _targets;
        private readonly double[] _values;
        private readonly Matrix _jacobian;
        private readonly double[] _weights;

        public Residuals(FreeConstants constants, IReadOnlyList<string> variables, Matrix inputs, ReadOnlySpan<double> targets, double[]? weights)
        {
            _program = new FormulaProgram(constants.Template, variables, constants.Names);
            _inputs = inputs;
            _targets = targets.ToArray();
            _values = new double[inputs.Rows];
            _jacobian = new Matrix(inputs.Rows, constants.Names.Length);
            Exponent = Magnitude.Exponent(_targets);
            _weights = new double[_targets.Length];
            double each = Math.ScaleB(1 / Math.Sqrt(_targets.Length), -Exponent);
            for (int n = 0; n < _weights.Length; n++)
                _weights[n] = weights is null ? each : each * Math.Sqrt(weights[n]);
        }

        /// <summary>The unit is two to this power.</summary>
        public int Exponent { get; }

        public int ParameterCount => _jacobian.Columns;

        public int ResidualCount => _targets.Length;

        public double Evaluate(ReadOnlySpan<double> parameters)
        {
            _program.Evaluate(_inputs, parameters, _values);
            return SumOfSquares();
        }

        public double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient)
        {
            _program.Linearize(_inputs, parameters, _values, _jacobian);
            double sum = SumOfSquares();
            for (int p = 0; p < ParameterCount; p++)
                TensorPrimitives.Multiply<double>(_jacobian.Column(p), _weights, _jacobian.Column(p));
            normal.Clear();
            gradient.Clear();
            SymmetricUpdate.AddGram(normal, ParameterCount, _jacobian.Values, _targets.Length, _targets.Length);
            SymmetricUpdate.MirrorLower(normal, ParameterCount);
            SymmetricUpdate.AddGradient(gradient, _jacobian.Values, _targets.Length, _values);
            return sum;
        }

        /// <summary>The usual estimate s² (JᵀJ)⁻¹ with n - p degrees of freedom.</summary>
        public double[] StandardErrors(double[] parameters)
        {
            int count = ParameterCount;
            double[] normal = new double[count * count], gradient = new double[count], errors = new double[count];
            double variance = Linearize(parameters, normal, gradient) / Math.Max(1, ResidualCount - count);
            Array.Fill(errors, double.PositiveInfinity);
            // What no residual changes with, as the place of a jump, says nothing of the others.
            bool[] undetermined = [.. Enumerable.Range(0, count).Select(p => normal[p * count + p] == 0)];
            for (int p = 0; p < count; p++)
                normal[p * count + p] += undetermined[p] ? 1 : 0;
            if (!Cholesky.TryFactor(normal, count))
                return errors;
            for (int p = 0; p < count; p++)
            {
                if (undetermined[p])
                    continue;
                double[] unit = new double[count];
                unit[p] = 1;
                Cholesky.Solve(normal, unit);
                errors[p] = Math.Sqrt(variance * unit[p]);
            }
            return errors;
        }

        /// <summary>Leaves the weighted residuals in the buffer of values.</summary>
        private double SumOfSquares()
        {
            double sum = 0;
            for (int n = 0; n < _values.Length; n++)
            {
                _values[n] = _weights[n] * (_values[n] - _targets[n]);
                sum += _values[n] * _values[n];
            }
            return sum;
        }
    }
}
