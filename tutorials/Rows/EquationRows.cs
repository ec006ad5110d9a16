using System.Collections.Immutable;
using System.Diagnostics;
using KanSharp.Equations;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Samples;

namespace KanSharp.Tutorials.Rows;

/// <summary>Losses on derivatives and differential equations: the samples of docs/derivatives.md.</summary>
public static class EquationRows
{
    public static ImmutableArray<TutorialRow> All { get; } =
    [
        new("E6", "differential equation to formula", "largest error against the exact solution ≤ 1e-5", "mean square 3.8e-3; formula of another run", PoissonFormula) { Seeds = 1, Needed = 1 },

        new("E7", "accuracy of a differential equation", "mean squared error ≤ 3.1e-3, 1.0e-3, 1.7e-4 for grids 5, 10, 20; ≤ .70 s a step", "as asked for; 1.1 s", PoissonGrids),

        new("P1", "Lagrangian", "mean squared error ≤ 5.0e-5; edge of q linear, R² ≥ .999999; edge of v on 1, v, √(1 − v²), R² ≥ .99995", "5.0e-5; .99995", MovingMass),

        new("P2A", "conserved quantity", "root mean square of the cosine ≤ 1.1e-4; coefficients of x1², x2² equal to .1 %", "1.1e-4", Energy) { IsQuick = true },

        new("P2B", "several of them", "cosine ≤ .039; both energies and the angular momentum within 12 seeds; gradients of rank 3", "3 of 3, .04",
            TwoOscillators) { Seeds = 12, Needed = 3, Together = AllThree },

        new("P3", "black-hole coordinate", "loss ≤ 1.05e-4; the closed form up to a constant to 1 % of its range", "1.05e-4", FlatSpace) { IsQuick = true },

        new("C1", "Navier-Stokes", "Kovasznay flow: relative L2 error of u ≤ 1 %", "loss .011 of a channel, 2 h 53", Kovasznay),
    ];

    private static void PoissonFormula(Trial trial)
    {
        (EquationSolution solution, FormulaSolution? formula) = Poisson.Run(TextWriter.Null);
        trial.AtMost("network, mean square", solution.Error!.MeanSquared, 1e-5);
        trial.Holds("sin(pi*x)*sin(pi*y)", formula?.Formulas[0].ToText() == "sin(pi*x)*sin(pi*y)", formula?.Formulas[0].ToText() ?? "none");
        trial.AtMost("formula, largest error", formula?.Error?.Largest ?? double.PositiveInfinity, 1e-5);
    }

    private static void PoissonGrids(Trial trial)
    {
        EquationProblem problem = Read("poisson.yaml");
        problem = problem with { Network = problem.Network with { Grids = [5, 10, 20], Seed = trial.Seed } };
        var watch = Stopwatch.StartNew();
        EquationSolution solution = EquationSolver.Solve(problem);
        double[] limits = [3.1e-3, 1.0e-3, 1.7e-4];
        foreach ((EquationStage stage, double limit) in solution.Stages.Zip(limits))
            trial.AtMost($"G {stage.GridIntervals}", stage.Error!.MeanSquared, limit);
        trial.AtMost("s a step", watch.Elapsed.TotalSeconds / solution.Stages.Sum(stage => stage.Training.Steps.Length), 0.70);
    }

    private static EquationProblem Read(string name) => EquationFile.Read(Path.Combine(AppContext.BaseDirectory, name));

    private static void MovingMass(Trial trial)
    {
        (KanModel model, double error) = Lagrangian.Run(trial.Seed, TextWriter.Null);
        trial.AtMost("mean squared error", error, 5.0e-5);
        double[] q = Even(-2, 2), v = Even(-0.99, 0.99);
        trial.AtLeast("R² of q", Regression.Fit(Values(model, q, x => [x, 0]), q, x => [1, x]).R2, 0.999999);
        trial.AtLeast("R² of v", Regression.Fit(Values(model, v, x => [0, x]), v, x => [1, x, Math.Sqrt(1 - x * x)]).R2, 0.99995);
    }

    private static void Energy(Trial trial)
    {
        (KanModel model, double cosine) = ConservedQuantities.Oscillator(trial.Seed, TextWriter.Null);
        trial.AtMost("cosine", cosine, 1.1e-4);
        double[] x = Even(-1, 1);
        double first = Regression.Fit(Values(model, x, value => [value, 0.2]), x, value => [1, value, value * value]).Coefficients[2],
            second = Regression.Fit(Values(model, x, value => [0.2, value]), x, value => [1, value, value * value]).Coefficients[2];
        trial.AtMost("ratio of the squares − 1", Math.Abs(first / second - 1), 1e-3);
    }

    private static readonly (string Name, Func<double[], double> Of)[] s_quantities =
    [
        ("H1", s => s[0] * s[0] + s[1] * s[1]), ("H2", s => s[2] * s[2] + s[3] * s[3]), ("L", s => s[0] * s[3] - s[1] * s[2]),
    ];

    private static void TwoOscillators(Trial trial)
    {
        (KanModel model, double cosine) = ConservedQuantities.TwoOscillators(trial.Seed, TextWriter.Null);
        trial.Model = model;
        trial.AtMost("cosine", cosine, 0.039);
        double[][] states = States(400);
        double[] f = Stages.Outputs(model, Matrix.FromRows(states)), rows = [.. Enumerable.Range(0, 400).Select(i => (double)i)];
        trial.Group = Array.FindIndex(s_quantities, quantity => Regression.Fit(f, rows, row => [1, quantity.Of(states[(int)row])]).R2 > 0.99);
        trial.Holds("one of the three", trial.Group >= 0, "a mixture");
    }

    private static void AllThree(ImmutableArray<Trial> trials, List<Check> checks)
    {
        Trial?[] found = [.. Enumerable.Range(0, 3).Select(group => trials.FirstOrDefault(trial => trial.Group == group))];
        string names = string.Join(", ", s_quantities.Where((_, i) => found[i] is not null).Select(quantity => quantity.Name));
        checks.Add(new Check($"found {names}", found.All(trial => trial is not null), null, $"found {names}"));
        if (found.Any(trial => trial is null))
            return;
        // The gradients of the three at one state are independent: the determinant of their Gram matrix is not zero.
        Matrix state = Matrix.FromRows(States(1));
        double[][] gradients = [.. found.Select(trial =>
        {
            Derivatives at = trial!.Model.Differentiate(state, DerivativeRequest.Gradient(4));
            double[] gradient = [.. Enumerable.Range(0, 4).Select(i => at.First(i)[0, 0])];
            double length = Math.Sqrt(gradient.Sum(g => g * g));
            return gradient.Select(g => g / length).ToArray();
        })];
        double Dot(int a, int b) => gradients[a].Zip(gradients[b], (x, y) => x * y).Sum();
        double determinant = 1 + 2 * Dot(0, 1) * Dot(1, 2) * Dot(0, 2) - Dot(0, 1) * Dot(0, 1) - Dot(1, 2) * Dot(1, 2) - Dot(0, 2) * Dot(0, 2);
        checks.Add(new Check("gradients of rank 3", determinant > 1e-3, null, $"Gram determinant {determinant:G2}"));
    }

    private static double[][] States(int count)
    {
        var random = new SeededRandom(7);
        return [.. Enumerable.Range(0, count).Select(_ => (double[])[.. Enumerable.Range(0, 4).Select(_ => random.NextDouble(-1, 1))])];
    }

    private static void FlatSpace(Trial trial)
    {
        (KanModel model, double loss) = BlackHole.Run(trial.Seed, TextWriter.Null);
        trial.AtMost("loss", loss, 1.05e-4);
        double[] r = Even(1.2, 3), f = Values(model, r, x => [x]);
        double[] difference = [.. r.Zip(f, (x, value) => value - 2 * Math.Sqrt(x) - Math.Log((Math.Sqrt(x) - 1) / (Math.Sqrt(x) + 1)))];
        trial.AtMost("not constant, share of the range", (difference.Max() - difference.Min()) / (f.Max() - f.Min()), 0.01);
    }

    private static void Kovasznay(Trial trial)
    {
        EquationProblem problem = Read("kovasznay.yaml");
        EquationSolution solution = EquationSolver.Solve(problem with { Network = problem.Network with { Seed = trial.Seed } });
        Matrix points = new Datasets.SampleBox((-0.5, 1), (-0.5, 0.5)).Draw(2000, trial.Seed);
        double[] exact = EquationSolver.ExactValues(problem, "u", points)!, u = Stages.Outputs(solution.Model, points);
        trial.AtMost("relative L2 error of u", Math.Sqrt(exact.Zip(u, (a, b) => (a - b) * (a - b)).Sum() / exact.Sum(value => value * value)), 0.01);
    }

    private static double[] Even(double start, double end) => [.. Enumerable.Range(0, 201).Select(k => start + (end - start) * k / 200)];

    private static double[] Values(KanModel model, double[] at, Func<double, double[]> row) => Stages.Outputs(model, Matrix.FromRows([.. at.Select(row)]));
}
