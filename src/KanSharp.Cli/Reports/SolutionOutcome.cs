using KanSharp.Equations;

namespace KanSharp.Cli.Reports;

/// <summary>All that is known once equations are solved.</summary>
/// <param name="Path">The file of the problem.</param>
/// <param name="Problem">The problem.</param>
/// <param name="Solution">The numerical solution.</param>
/// <param name="Formula">A solution in closed form, if one was found.</param>
/// <param name="Seconds">Time for the numerical solution.</param>
/// <param name="GridSeconds">Time when the last step on each grid was made.</param>
internal sealed record SolutionOutcome(string Path, EquationProblem Problem, EquationSolution Solution, FormulaSolution? Formula, double Seconds, IReadOnlyDictionary<int, double> GridSeconds);
