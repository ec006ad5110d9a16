using System.Collections.Immutable;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.Equations;

/// <summary>A solution in closed form.</summary>
/// <param name="Formulas">One for each unknown.</param>
/// <param name="Loss">The weighted loss of the problem, as <see cref="EquationSolution.Loss"/>, with the derivatives of the formulas.</param>
/// <param name="Constants">The constants that were to be found.</param>
/// <param name="Error">Error against the exact solution; null where none is given.</param>
public sealed record FormulaSolution(ImmutableArray<Expression> Formulas, double Loss, ImmutableArray<UnknownConstant> Constants, SolutionError? Error);

/// <summary>
/// Looks for a solution in closed form: formulas are searched that follow a numerical solution, then their constants are fitted to the equations and conditions
/// themselves, whose residual decides.
/// </summary>
public static class EquationFormula
{
    private const int SearchPoints = 700;

    /// <summary>Residuals below this are rounding.</summary>
    private const double Floor = 1e-11;

    /// <summary>How well a formula must follow the numerical solution before the equations are asked; each is tried in turn.</summary>
    private static readonly double[] s_targets = [1e-3, 1e-5];

    /// <summary>Searches; null where no formula meets the equations better than the numerical solution.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="solution">A numerical solution of it.</param>
    /// <param name="options">How to search; its target error has no meaning here.</param>
    /// <param name="progress">Hears what the search does.</param>
    /// <param name="cancellation">Ends the search with what is there.</param>
    public static FormulaSolution? Find(EquationProblem problem, EquationSolution solution, DiscoveryOptions? options = null,
        IProgress<DiscoveryProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(solution);
        var prepared = new PreparedProblem(problem);
        options ??= new DiscoveryOptions();
        Matrix points = new DomainPoints(problem.Inputs, SamplingKind.Random, problem.Network.Seed).Choose(SearchPoints);
        Matrix values = solution.Model.Predict(points).Values;
        foreach (double target in s_targets)
        {
            var formulas = ImmutableArray.CreateBuilder<Expression>();
            for (int o = 0; o < problem.Unknowns.Length; o++)
            {
                (Dataset training, Dataset validation) = new Dataset(points, Matrix.FromColumns([values.Column(o).ToArray()])).Split(0.3, options.Seed);
                formulas.Add(FormulaSearch.Run(training, validation, prepared.InputNames, problem.Unknowns[o], options with { TargetError = target }, progress, cancellation).Recommended.Formula);
            }
            if (Judge(prepared, formulas.ToImmutable(), solution) is FormulaSolution found)
                return found;
            if (cancellation.IsCancellationRequested || options.Deadline.IsCancellationRequested)
                return null;
        }
        return null;
    }

    private static FormulaSolution? Judge(PreparedProblem prepared, ImmutableArray<Expression> formulas, EquationSolution solution)
    {
        Matrix interior = new DomainPoints(prepared.Problem.Inputs, prepared.Problem.Sampling.Kind, prepared.Problem.Network.Seed).Choose(Math.Min(1000, prepared.Problem.Sampling.Interior));
        DerivativeLoss loss = prepared.Loss(interior) with { Unknowns = solution.Constants };
        Fitted best = Fit(prepared, formulas, loss);
        if (!(best.Loss <= solution.Loss))
            return null;
        for (int o = 0; o < formulas.Length; o++)
        {
            int output = o;
            FittedFormula recognised = ConstantRecognition.Recognise(best.Formulas[o], trial =>
            {
                Fitted fitted = Fit(prepared, best.Formulas.SetItem(output, trial), loss);
                return new FittedFormula(fitted.Formulas[output], Math.Sqrt(fitted.Loss));
            }, errorFloor: Floor * 100);
            best = Fit(prepared, best.Formulas.SetItem(o, recognised.Formula), loss);
        }
        ImmutableArray<FormulaProgram> programs = [.. best.Formulas.Select(formula => new FormulaProgram(formula, prepared.InputNames))];
        SolutionError? error = prepared.Error(points =>
        {
            var values = new Matrix(points.Rows, programs.Length);
            for (int o = 0; o < programs.Length; o++)
                programs[o].Evaluate(points, values.Column(o));
            return values;
        }, prepared.Mesh());
        return new FormulaSolution(best.Formulas, best.Loss, [.. solution.Constants.Select((constant, k) => constant with { Value = best.Constants[k] })], error);
    }

    private sealed record Fitted(ImmutableArray<Expression> Formulas, double[] Constants, double Loss);

    /// <summary>Fits the decimal constants of the formulas, and those sought, to the equations and conditions.</summary>
    private static Fitted Fit(PreparedProblem prepared, ImmutableArray<Expression> formulas, DerivativeLoss loss)
    {
        FreeConstants[] free = [.. formulas.Select(formula => FreeConstants.Of(formula))];
        var problem = new Residuals(prepared, free, loss);
        double[] values = [.. free.SelectMany(constants => constants.Values), .. loss.Unknowns.Select(unknown => unknown.Value)];
        double sum = problem.Evaluate(values);
        if (values.Length > 0 && double.IsFinite(sum))
        {
            var optimizer = new LevenbergMarquardt(new LevenbergMarquardtState(), values.Length);
            for (int step = 0; step < 100 && sum > Floor * Floor; step++)
            {
                OptimizerStep outcome = optimizer.Step(problem, values);
                if (outcome.Reason != OptimizerReason.Progress)
                    break;
                sum = outcome.Value;
            }
        }
        int first = 0;
        var bound = ImmutableArray.CreateBuilder<Expression>();
        foreach (FreeConstants constants in free)
        {
            bound.Add(constants.Bind(values.AsSpan(first, constants.Names.Length)));
            first += constants.Names.Length;
        }
        return new Fitted(bound.ToImmutable(), values[first..], sum);
    }

    /// <summary>The problem's residuals with formulas in the place of its unknowns.</summary>
    private sealed class Residuals : ILeastSquaresObjective
    {
        private readonly List<(FormulaProgram Program, Matrix Data, double Weight)> _parts = [];

        public Residuals(PreparedProblem prepared, FreeConstants[] free, DerivativeLoss loss)
        {
            KanModel probe = KanModel.Create(new KanSpec(prepared.Problem.Inputs.Length, prepared.Problem.Unknowns.Length), 1, prepared.Info);
            // Constants of different formulas have the same names.
            Expression[] templates = [.. free.Select((constants, o) => constants.Template.Substitute(constants.Names.ToDictionary(name => name, name => (Expression)new Variable($"{name} {o}"))))];
            string[] parameters = [.. free.SelectMany((constants, o) => constants.Names.Select(name => $"{name} {o}")), .. loss.Unknowns.Select(unknown => unknown.Name)];
            ParameterCount = parameters.Length;
            foreach (LossTerm term in loss.Terms)
            {
                var function = (FormulaResiduals)term.Bind(probe, loss);
                foreach (Expression residual in function.Formulas)
                {
                    Dictionary<string, Expression> replacements = function.Names.Derivatives.ToDictionary(derivative => derivative.Name,
                        derivative => derivative.By.Aggregate(templates[derivative.Output], (formula, input) => formula.Differentiate(prepared.InputNames[input])));
                    Matrix data = Matrix.FromColumns([.. Enumerable.Range(0, function.Names.Fixed.Count).Select(k => function.Names.FixedColumn(k, term.Inputs).ToArray()), .. Missing(function, prepared, term)]);
                    string[] columns = [.. function.Names.Fixed, .. prepared.InputNames.Where(name => !function.Names.Fixed.Contains(name))];
                    _parts.Add((new FormulaProgram(residual.Substitute(replacements), columns, parameters), data, Math.Sqrt(term.Weight / term.Inputs.Rows)));
                }
            }
        }

        public int ParameterCount { get; }

        public int ResidualCount => _parts.Sum(part => part.Data.Rows);

        public double Evaluate(ReadOnlySpan<double> parameters)
        {
            double sum = 0;
            foreach ((FormulaProgram program, Matrix data, double weight) in _parts)
            {
                double[] values = new double[data.Rows];
                program.Evaluate(data, parameters, values);
                foreach (double value in values)
                    sum += weight * weight * value * value;
            }
            return sum;
        }

        public double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient)
        {
            normal.Clear();
            gradient.Clear();
            double sum = 0;
            foreach ((FormulaProgram program, Matrix data, double weight) in _parts)
            {
                double[] values = new double[data.Rows];
                var jacobian = new Matrix(data.Rows, ParameterCount);
                program.Linearize(data, parameters, values, jacobian);
                foreach (ref double derivative in jacobian.Values)
                    derivative *= weight;
                foreach (ref double value in values.AsSpan())
                {
                    value *= weight;
                    sum += value * value;
                }
                SymmetricUpdate.AddGram(normal, ParameterCount, jacobian.Values, data.Rows, data.Rows);
                SymmetricUpdate.AddGradient(gradient, jacobian.Values, data.Rows, values);
            }
            SymmetricUpdate.MirrorLower(normal, ParameterCount);
            return sum;
        }

        /// <summary>Inputs that a formula may use though the equation does not.</summary>
        private static IEnumerable<double[]> Missing(FormulaResiduals function, PreparedProblem prepared, LossTerm term) =>
            prepared.InputNames.Index().Where(pair => !function.Names.Fixed.Contains(pair.Item)).Select(pair => term.Inputs.Column(pair.Index).ToArray());
    }
}
