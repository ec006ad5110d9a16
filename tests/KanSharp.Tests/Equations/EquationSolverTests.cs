using System.Collections.Immutable;
using KanSharp.Discovery;
using KanSharp.Equations;
using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Equations;

public class EquationSolverTests
{
    /// <summary>u'' = -u, u(0) = 0, u'(0) = 1: a sine.</summary>
    private static readonly EquationProblem s_oscillator = new()
    {
        Inputs = [new EquationInput("t", 0, 3)],
        Unknowns = ["u"],
        Equations = [new Equation("u_tt = -u")],
        Conditions = [new Condition("t = 0", "u = 0"), new Condition("initial", "u_t = 1")],
        Exact = ImmutableDictionary<string, string>.Empty.Add("u", "sin(t)"),
        Sampling = new EquationSampling { Interior = 100 },
        Network = new EquationNetwork { Hidden = "", Grids = [5, 10], Steps = 20 },
    };

    private static readonly EquationProblem s_poisson = new()
    {
        Inputs = [new EquationInput("x", 0, 2), new EquationInput("y", -1, 1)],
        Unknowns = ["u"],
        Equations = [new Equation("u_xx + u_yy = 4")],
        Conditions = [new Condition("boundary", "u = x^2 + y^2")],
        Exact = ImmutableDictionary<string, string>.Empty.Add("u", "x^2 + y^2"),
        Sampling = new EquationSampling { Interior = 100, Boundary = 20 },
        Network = new EquationNetwork { Hidden = "", Grids = [3], SplineOrder = 3, Steps = 10 },
    };

    [Fact]
    public void An_ordinary_equation_is_solved_to_many_digits()
    {
        EquationSolution solution = EquationSolver.Solve(s_oscillator);
        Assert.True(solution.Error!.Largest < 1e-6, $"error {solution.Error}");
        Assert.True(solution.Residual < 1e-5 && solution.ConditionResidual < 1e-8, $"residuals {solution.Residual}, {solution.ConditionResidual}");
        Assert.Equal([5, 10], solution.Stages.Select(stage => stage.GridIntervals));
        Assert.True(solution.Stages[1].Error!.Largest < solution.Stages[0].Error!.Largest);
        Assert.Equal(120, solution.Stages[1].Points);
    }

    [Theory]
    [InlineData(SamplingKind.Grid)]
    [InlineData(SamplingKind.Random)]
    [InlineData(SamplingKind.Sobol)]
    public void A_solution_that_the_network_contains_is_found_to_rounding(SamplingKind kind)
    {
        EquationSolution solution = EquationSolver.Solve(s_poisson with { Sampling = s_poisson.Sampling with { Kind = kind } });
        Assert.True(solution.Error!.Largest < 1e-9, $"error {solution.Error}");
        Assert.All(EquationSolver.Residuals(s_poisson, solution, Matrix.FromRows([[0, 0], [2, 1], [0.3, 0.2]])), residual => Assert.Equal(0, residual, 1e-8));
    }

    [Fact]
    public void A_constant_is_found_from_measurements()
    {
        double[] t = [.. Enumerable.Range(0, 20).Select(k => 3.0 * k / 19)];
        EquationProblem problem = s_oscillator with
        {
            Equations = [new Equation("u_tt = -w^2*u")],
            Conditions = [],
            Sought = [new UnknownConstant("w", 1)],
            Data = new Measurements(Matrix.FromColumns([t]), ImmutableDictionary<string, double[]>.Empty.Add("u", [.. t.Select(x => Math.Sin(1.4 * x))])),
            Exact = ImmutableDictionary<string, string>.Empty,
        };
        EquationSolution solution = EquationSolver.Solve(problem);
        Assert.Equal(1.4, solution.Constants[0].Value, 1e-5);
        Assert.Null(solution.Error);
    }

    [Fact]
    public void Many_inputs_are_sampled_at_random()
    {
        // The sum of twelve inputs: u_i = 1 along the first one, given where that is zero.
        ImmutableArray<EquationInput> inputs = [.. Enumerable.Range(1, 12).Select(i => new EquationInput($"x{i}", 0, 1))];
        string rest = string.Join(" + ", inputs.Skip(1).Select(input => input.Name));
        var problem = new EquationProblem
        {
            Inputs = inputs,
            Unknowns = ["u"],
            Equations = [new Equation("u_x1 = 1")],
            Conditions = [new Condition("x1 = 0", $"u = {rest}")],
            Exact = ImmutableDictionary<string, string>.Empty.Add("u", $"x1 + {rest}"),
            Sampling = new EquationSampling { Kind = SamplingKind.Random, Interior = 200, Boundary = 200 },
            Network = new EquationNetwork { Hidden = "", Grids = [2], SplineOrder = 2, Steps = 10, Starts = 1 },
        };
        Assert.True(EquationSolver.Solve(problem).Error!.Largest < 1e-6);
        problem = problem with { Sampling = problem.Sampling with { Kind = SamplingKind.Grid } };
        Assert.Contains("A mesh over 12 inputs has at least 4096 points, and 200 were asked for", Assert.Throws<KanSharpException>(() => EquationSolver.Solve(problem)).Message);
    }

    [Fact]
    public void A_formula_is_found_that_solves_the_equations()
    {
        EquationSolution solution = EquationSolver.Solve(s_oscillator);
        FormulaSolution? formula = EquationFormula.Find(s_oscillator, solution, new DiscoveryOptions { Library = SymbolicLibrary.Default.Select(["x", "x^2", "sin", "exp"]) });
        Assert.Equal("sin(t)", formula!.Formulas[0].ToText());
        Assert.True(formula.Error!.Largest < 1e-15);
        Assert.True(formula.Loss < 1e-25);
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        EquationProblem problem = s_poisson with { Sampling = s_poisson.Sampling with { Interior = 3000 }, Network = s_poisson.Network with { Hidden = "3", Grids = [3, 5], Steps = 3 } };
        Assert.Equal(EquationSolver.Solve(problem, threads: 1).Model.Parameters, EquationSolver.Solve(problem, threads: 4).Model.Parameters);
    }

    [Fact]
    public void A_cancelled_solver_returns_what_it_has()
    {
        using var stop = new CancellationTokenSource();
        EquationSolution solution = EquationSolver.Solve(s_oscillator, progress: new StopAfter(3, stop), cancellation: stop.Token);
        Assert.Equal(StopReason.Cancelled, solution.StopReason);
        Assert.Equal(3, solution.Stages.Single().Training.Steps.Length);
    }

    public static TheoryData<string, EquationProblem, string> Faults => new()
    {
        { "name", s_poisson with { Equations = [new Equation("u_xx + v_yy = 0") { Line = 7 }] }, "Line 7: 'v_yy' in 'u_xx + v_yy = 0' is unknown." },
        { "derivative", s_poisson with { Equations = [new Equation("u_xz = 0")] }, "'u_xz' in 'u_xz = 0' is no derivative of u: 'xz' is not made of the inputs x, y." },
        { "outside", s_poisson with { Conditions = [new Condition("x = 3", "u = 0") { Line = 9 }] }, "Line 9: The place 'x = 3' lies outside the domain: x runs from 0 to 2." },
        { "place", s_poisson with { Conditions = [new Condition("z = 3", "u = 0")] }, "'z' in the place 'z = 3' is no input; inputs are x, y." },
        { "side", s_oscillator with { Conditions = [new Condition("top", "u = 0")] }, "'top' is a side of the second input, and there is only t; use left or right." },
        { "no condition", s_poisson with { Conditions = [] }, "There is no condition for the unknown u" },
        { "too few", s_oscillator with { Conditions = [new Condition("t = 0", "u = 0")] }, "The equations are of order 2 in all and need as many conditions, each at one value of t; there is 1." },
        { "too many", s_oscillator with { Conditions = [.. s_oscillator.Conditions, new Condition("t = 3", "u = 0")] }, "there are 3." },
        { "equations", s_poisson with { Unknowns = ["u", "v"] }, "2 unknowns (u, v) and 1 equation; as many equations as unknowns are needed." },
        { "unused", s_poisson with { Unknowns = ["u", "v"], Equations = [new Equation("u_xx = 0"), new Equation("u_yy = 0")] }, "The unknown v occurs in no equation." },
        { "twice", s_poisson with { Unknowns = ["x"] }, "The name 'x' is given twice" },
        { "empty", s_poisson with { Equations = [new Equation("x = y")] }, "'x = y' says nothing about the unknown u." },
        { "syntax", s_poisson with { Equations = [new Equation("u_xx + = 0") { Line = 3 }] }, "Line 3: 'u_xx + = 0' cannot be read" },
        { "signs", s_poisson with { Equations = [new Equation("u_xx = u_yy = 0")] }, "has 2 equals signs" },
        { "range", s_poisson with { Inputs = [new EquationInput("x", 2, 0), new EquationInput("y", 0, 1)] }, "The input x runs from 2 to 0" },
        { "exact", s_poisson with { Exact = ImmutableDictionary<string, string>.Empty.Add("w", "1") }, "An exact solution is given for 'w', which is no unknown" },
        { "exact formula", s_poisson with { Exact = ImmutableDictionary<string, string>.Empty.Add("u", "q") }, "The exact solution of u cannot be used" },
        { "constant", s_poisson with { Constants = ImmutableDictionary<string, string>.Empty.Add("nu", "x") }, "The constant nu has the value 'x', which is no number." },
        { "weight", s_poisson with { Equations = [new Equation("u_xx = 0", -1)] }, "The weight -1 of 'u_xx = 0' is not possible" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Faults_of_a_problem_are_named(string what, EquationProblem problem, string message)
    {
        Assert.NotEmpty(what);
        Assert.Contains(message, Assert.Throws<KanSharpException>(() => EquationSolver.Solve(problem)).Message);
    }

    private sealed class StopAfter(int steps, CancellationTokenSource stop) : IProgress<EquationProgress>
    {
        private int _seen;

        public void Report(EquationProgress value)
        {
            if (++_seen == steps)
                stop.Cancel();
        }
    }
}
