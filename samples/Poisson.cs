using System.Collections.Immutable;
using KanSharp.Equations;

namespace KanSharp.Samples;

/// <summary>
/// Poisson's equation in C#: the problem of samples/poisson.yaml, and the formula that solves it. Prints
/// <code>
/// mean squared error below 1e-7: True
/// formula u = sin(pi*x)*sin(pi*y)
/// </code>
/// </summary>
public static class Poisson
{
    /// <summary>Solves it and writes error and formula.</summary>
    public static (EquationSolution Solution, FormulaSolution? Formula) Run(TextWriter output)
    {
        var problem = new EquationProblem
        {
            Inputs = [new EquationInput("x", -1, 1), new EquationInput("y", -1, 1)],
            Unknowns = ["u"],
            Equations = [new Equation("u_xx + u_yy = -2*pi^2*sin(pi*x)*sin(pi*y)")],
            Conditions = [new Condition("boundary", "u = 0", Weight: 1000)],
            Exact = ImmutableDictionary<string, string>.Empty.Add("u", "sin(pi*x)*sin(pi*y)"),
            Sampling = new EquationSampling { Interior = 900 },
            Network = new EquationNetwork { Hidden = "6", Grids = [5], Steps = 40 },
        };
        EquationSolution solution = EquationSolver.Solve(problem);
        FormulaSolution? formula = EquationFormula.Find(problem, solution);
        output.WriteLine($"mean squared error below 1e-7: {solution.Error!.MeanSquared < 1e-7}");
        output.WriteLine($"formula u = {formula?.Formulas[0]}");
        return (solution, formula);
    }
}
