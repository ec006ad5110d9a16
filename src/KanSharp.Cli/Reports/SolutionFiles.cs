using System.Text;
using KanSharp.Equations;
using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Plotting;

namespace KanSharp.Cli.Reports;

/// <summary>The files that solving equations leaves: a page and its pictures, of the first two inputs with the others in the middle of their ranges.</summary>
internal static class SolutionFiles
{
    public const string Report = "report.html", Residual = "residual.svg";

    private const int MapSide = 81, CurvePoints = 401;

    public static string[] Names(EquationProblem problem) =>
    [
        Report, Residual, .. problem.Unknowns.Select(Solution),
        .. problem.Unknowns.Where(problem.Exact.ContainsKey).Select(Error),
    ];

    public static string Solution(string unknown) => $"solution-{unknown}.svg";

    public static string Error(string unknown) => $"error-{unknown}.svg";

    public static Dictionary<string, byte[]> Of(SolutionOutcome outcome)
    {
        EquationProblem problem = outcome.Problem;
        Matrix points = Points(problem);
        Matrix values = outcome.Solution.Model.Predict(points).Values;
        var pictures = new Dictionary<string, Scene>();
        foreach ((int o, string unknown) in problem.Unknowns.Index())
        {
            double[]? exact = EquationSolver.ExactValues(problem, unknown, points);
            pictures[Solution(unknown)] = Draw(problem, points, values.Column(o), unknown, unknown, exact);
            if (exact is not null)
                pictures[Error(unknown)] = Draw(problem, points, [.. exact.Select((value, row) => values[row, o] - value)], $"Error of {unknown}", $"error of {unknown}", null, logarithmic: true);
        }
        pictures[Residual] = Draw(problem, points, EquationSolver.Residuals(problem, outcome.Solution, points), "Residual of the equations", "residual", null, logarithmic: true);
        var files = pictures.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(pair.Value.ToSvg()));
        files[Report] = Encoding.UTF8.GetBytes(SolutionPage.Write(outcome, pictures));
        return files;
    }

    private static Matrix Points(EquationProblem problem)
    {
        int inputs = problem.Inputs.Length, rows = inputs == 1 ? CurvePoints : MapSide * MapSide;
        var points = new Matrix(rows, inputs);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < inputs; i++)
            {
                double place = inputs == 1 ? (double)row / (CurvePoints - 1) : i == 0 ? (double)(row / MapSide) / (MapSide - 1) : i == 1 ? (double)(row % MapSide) / (MapSide - 1) : 0.5;
                EquationInput input = problem.Inputs[i];
                points[row, i] = place == 1 ? input.End : input.Start + place * (input.End - input.Start);
            }
        }
        return points;
    }

    private static Scene Draw(EquationProblem problem, Matrix points, ReadOnlySpan<double> values, string title, string name, double[]? exact, bool logarithmic = false)
    {
        EquationInput first = problem.Inputs[0];
        if (problem.Inputs.Length == 1)
            return FieldPlot.Curve(points.Column(0).ToArray(), values.ToArray(), title, first.Name, name, exact, logarithmic);
        EquationInput second = problem.Inputs[1];
        var map = new Matrix(MapSide, MapSide);
        values.CopyTo(map.Values);
        return FieldPlot.Map(map, title, (first.Name, first.Start, first.End), (second.Name, second.Start, second.End), logarithmic);
    }
}
