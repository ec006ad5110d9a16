using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Equations;

/// <summary>Solves differential equations with a network: trains it until equations and conditions hold at many points of the domain.</summary>
public static class EquationSolver
{
    /// <summary>Solves a problem, grid by grid. Cancelled, it returns what it has; not converging shows in the residual.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellation">Ends training after the current step.</param>
    /// <exception cref="KanSharpException">The problem has a fault; the message names it, with the line where it was read from a file.</exception>
    public static EquationSolution Solve(EquationProblem problem, int? threads = null, IProgress<EquationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new Run(new PreparedProblem(problem), threads ?? Environment.ProcessorCount, progress, cancellation).Solve();
    }

    /// <summary>The residual of the equations at each of some points: for several equations the root of the sum of their squares.</summary>
    public static double[] Residuals(EquationProblem problem, EquationSolution solution, Matrix points)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(solution);
        solution.Model.CheckInputs(points);
        var loss = new DerivativeLoss(LossTerm.Residuals("equations", points, new PreparedProblem(problem).Equations.Select(equation => equation.Residual))) { Unknowns = solution.Constants };
        return [.. DerivativeResiduals.Squares(solution.Model, loss, 1).Select(Math.Sqrt)];
    }

    /// <summary>The exact solution of an unknown at some points; null where it is not given.</summary>
    public static double[]? ExactValues(EquationProblem problem, string unknown, Matrix points)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(points);
        if (new PreparedProblem(problem).Exact[problem.Unknowns.IndexOf(unknown)] is not { } exact)
            return null;
        double[] values = new double[points.Rows];
        exact.Evaluate(points, values);
        return values;
    }

    private sealed class Run(PreparedProblem prepared, int threads, IProgress<EquationProgress>? progress, CancellationToken cancellation)
    {
        private readonly EquationNetwork _network = prepared.Problem.Network;
        private readonly EquationSampling _sampling = prepared.Problem.Sampling;
        private readonly Matrix _mesh = prepared.Mesh();
        private int _stage;

        public EquationSolution Solve()
        {
            Matrix points = Points(SamplingSeed(0)).Choose(_sampling.Interior);
            ImmutableArray<UnknownConstant> constants = prepared.Problem.Sought;
            var stages = ImmutableArray.CreateBuilder<EquationStage>();
            DerivativeTrainingResult? best = null;
            foreach ((int g, int grid) in _network.Grids.Index())
            {
                if (best is null)
                {
                    for (int start = 0; start < _network.Starts && (best is null || !cancellation.IsCancellationRequested); start++)
                    {
                        DerivativeTrainingResult result = Train(Create(grid, _network.Seed + (ulong)start), points, constants, grid);
                        if (best is null || result.Report.TrainLoss < best.Report.TrainLoss)
                            best = result;
                    }
                }
                else
                {
                    if (_sampling.Resampled > 0)
                        points = Resample(best, g);
                    best = Train(GridUpdater.Refine(best.Model, grid), points, best.Unknowns, grid);
                }
                stages.Add(new EquationStage(grid, points.Rows, best!.Report, Residual(best, equations: true), prepared.Error(x => best.Model.Predict(x).Values, _mesh)));
                if (cancellation.IsCancellationRequested)
                    break;
            }
            return new EquationSolution
            {
                Model = best!.Model,
                Constants = best.Unknowns,
                Residual = stages[^1].Residual,
                ConditionResidual = Residual(best, equations: false),
                Loss = best.Report.TrainLoss,
                Error = stages[^1].Error,
                Stages = stages.ToImmutable(),
            };
        }

        private KanModel Create(int grid, ulong seed)
        {
            int inputs = prepared.Problem.Inputs.Length, outputs = prepared.Problem.Unknowns.Length;
            string hidden = _network.Hidden.Trim();
            KanSpec spec = KanSpec.Parse(hidden.Length == 0 ? $"{inputs},{outputs}" : $"{inputs},{hidden},{outputs}") with
            {
                GridIntervals = [grid],
                SplineOrders = [_network.SplineOrder],
                BaseFunction = _network.BaseFunction,
            };
            return KanModel.Create(spec, seed, prepared.Info);
        }

        private DerivativeTrainingResult Train(KanModel model, Matrix points, ImmutableArray<UnknownConstant> constants, int grid)
        {
            int stage = _stage++, stages = _network.Starts + _network.Grids.Length - 1;
            IProgress<TrainingProgress>? relay = progress is null ? null : new Relay(step => progress.Report(new EquationProgress(stage, stages, grid, step)));
            return Trainer.Fit(model, prepared.Loss(points) with { Unknowns = constants }, new TrainingOptions
            {
                Optimizer = _network.Optimizer,
                Steps = _network.Steps,
                GridSchedule = GridSchedule.None,
                Threads = threads,
            }, relay, cancellation);
        }

        /// <summary>The first points, and further ones drawn with a probability that grows with the squared residual.</summary>
        private Matrix Resample(DerivativeTrainingResult solution, int round)
        {
            Matrix points = Points(SamplingSeed(0)).Choose(_sampling.Interior);
            int added = (int)Math.Round(_sampling.Resampled * _sampling.Interior);
            Matrix pool = new DomainPoints(prepared.Problem.Inputs, SamplingKind.Random, SamplingSeed(round)).Choose(4 * _sampling.Interior);
            double[] squares = DerivativeResiduals.Squares(solution.Model, prepared.Loss(pool) with { Unknowns = solution.Unknowns }, prepared.Equations.Select(equation => equation.Weight).Distinct().Count());
            double mean = squares.Average();
            if (added == 0 || !(mean > 0 && double.IsFinite(mean)))
                return points;
            var random = new SeededRandom(SamplingSeed(round) + 1);
            // The smallest of exponential waiting times with these rates: a draw without replacement.
            int[] chosen = [.. Enumerable.Range(0, pool.Rows).OrderBy(row => -Math.Log(1 - random.NextDouble()) / (squares[row] / mean + 1)).Take(added).Order()];
            var all = new Matrix(points.Rows + chosen.Length, points.Columns);
            for (int i = 0; i < points.Columns; i++)
            {
                points.Column(i).CopyTo(all.Column(i));
                for (int k = 0; k < chosen.Length; k++)
                    all[points.Rows + k, i] = pool[chosen[k], i];
            }
            return all;
        }

        /// <summary>Root mean square over all equations on the mesh, or over all conditions.</summary>
        private double Residual(DerivativeTrainingResult solution, bool equations)
        {
            DerivativeLoss loss = equations
                ? new DerivativeLoss(LossTerm.Residuals("equations", _mesh, prepared.Equations.Select(equation => equation.Residual)))
                : new DerivativeLoss(prepared.Conditions.Select((condition, c) => LossTerm.Residuals(condition.Text, prepared.ConditionPoints(c), [condition.Residual])));
            loss = loss with { Unknowns = solution.Unknowns };
            int count = equations ? prepared.Equations.Length : prepared.Conditions.Length;
            return count == 0 ? 0 : Math.Sqrt(loss.Terms.Sum(term => DerivativeResiduals.Squares(solution.Model, loss with { Terms = [term] }, 1).Average()) / count);
        }

        private DomainPoints Points(ulong seed) => new(prepared.Problem.Inputs, _sampling.Kind, seed);

        private ulong SamplingSeed(int round) => _network.Seed + 10_000 * (ulong)(round + 1);
    }

    private sealed class Relay(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
