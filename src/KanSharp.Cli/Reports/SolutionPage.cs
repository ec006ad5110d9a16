using System.Globalization;
using System.Text;
using KanSharp.Equations;
using KanSharp.Formulas;
using KanSharp.Plotting;
using KanSharp.Training;

namespace KanSharp.Cli.Reports;

/// <summary>The report about solved equations: one page of HTML that needs nothing else, in light and dark.</summary>
internal static class SolutionPage
{
    public static string Write(SolutionOutcome outcome, IReadOnlyDictionary<string, Scene> pictures)
    {
        string source = Path.GetFileName(outcome.Path);
        var body = new StringBuilder();
        Header(body, outcome, source);
        Pictures(body, outcome, pictures);
        Problem(body, outcome.Problem);
        Course(body, outcome.Solution);
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>The solution of {DiscoveryPage.Text(source)}</title>
            <style>
            {DiscoveryPage.Style}
            .maps{"{"}display:flex;flex-wrap:wrap;gap:1rem{"}"}.maps figure{"{"}margin:0;flex:0 1 27rem{"}"}
            </style>
            </head>
            <body>
            <main>
            {body}</main>
            </body>
            </html>

            """;
    }

    private static void Header(StringBuilder body, SolutionOutcome outcome, string source)
    {
        EquationSolution solution = outcome.Solution;
        body.Append($"<header><p class=\"eyebrow\">The solution of {DiscoveryPage.Text(source)}</p>\n");
        if (outcome.Formula is { } closed)
        {
            foreach ((string name, Expression formula) in outcome.Problem.Unknowns.Zip(closed.Formulas))
                body.Append($"<h1 class=\"formula\">{DiscoveryPage.Math($"{new Variable(name).ToMathML()}<mo>=</mo>{formula.ToMathML(6)}")}</h1>\n");
        }
        else
        {
            body.Append($"<h1>{DiscoveryPage.Text(string.Join(", ", outcome.Problem.Unknowns))} as a network {DiscoveryPage.Text(solution.Model.Shape)}</h1>\n");
        }
        body.Append("<dl class=\"numbers\">");
        if (solution.Error is { } error)
        {
            Number(body, "Mean squared error", DiscoveryPage.Short(error.MeanSquared));
            Number(body, "Relative L2 error", DiscoveryPage.Short(error.RelativeL2));
            Number(body, "Largest error", DiscoveryPage.Short(error.Largest));
        }
        Number(body, "Residual of the equations", DiscoveryPage.Short(solution.Residual));
        if (outcome.Problem.Conditions.Length > 0)
            Number(body, "Residual of the conditions", DiscoveryPage.Short(solution.ConditionResidual));
        foreach (UnknownConstant constant in outcome.Formula?.Constants ?? solution.Constants)
            Number(body, $"Found: {DiscoveryPage.Text(constant.Name)}", DiscoveryPage.Short(constant.Value));
        Number(body, "Time", $"{outcome.Seconds.ToString("F1", CultureInfo.InvariantCulture)} s");
        body.Append("</dl></header>\n");
    }

    private static void Pictures(StringBuilder body, SolutionOutcome outcome, IReadOnlyDictionary<string, Scene> pictures)
    {
        body.Append("<section><h2>Solution, error and residual</h2>\n");
        if (outcome.Problem.Inputs.Length > 2)
        {
            body.Append($"<p class=\"note\">A section: {DiscoveryPage.Text(string.Join(", ", outcome.Problem.Inputs.Skip(2).Select(input =>
                $"{input.Name} = {((input.Start + input.End) / 2).ToString("G4", CultureInfo.InvariantCulture)}")))}.</p>\n");
        }
        body.Append("<div class=\"maps\">");
        foreach (string unknown in outcome.Problem.Unknowns)
        {
            foreach (string file in (string[])[SolutionFiles.Solution(unknown), SolutionFiles.Error(unknown)])
            {
                if (pictures.TryGetValue(file, out Scene? picture))
                    body.Append($"<figure>{picture.ToSvg()}</figure>\n");
            }
        }
        body.Append($"<figure>{pictures[SolutionFiles.Residual].ToSvg()}</figure></div></section>\n");
    }

    private static void Problem(StringBuilder body, EquationProblem problem)
    {
        body.Append("<section><h2>The problem</h2><table><thead><tr><th>where</th><th>what holds</th><th class=\"n\">weight</th></tr></thead><tbody>\n");
        string domain = string.Join(", ", problem.Inputs.Select(input => string.Create(CultureInfo.InvariantCulture, $"{input.Name} from {input.Start:G4} to {input.End:G4}")));
        foreach (Equation equation in problem.Equations)
            Row(body, domain, equation.Text, equation.Weight);
        foreach (Condition condition in problem.Conditions)
            Row(body, condition.On, condition.Text, condition.Weight);
        if (problem.Data is { } data)
            Row(body, $"{data.Inputs.Rows} measured points", string.Join(", ", data.Values.Keys.Order(StringComparer.Ordinal)), data.Weight);
        body.Append("</tbody></table></section>\n");
    }

    private static void Course(StringBuilder body, EquationSolution solution)
    {
        body.Append("<section><h2>How it was found</h2><table><thead><tr><th class=\"n\">grid</th><th class=\"n\">points</th><th class=\"n\">steps</th><th class=\"n\">residual</th><th class=\"n\">mean squared error</th></tr></thead><tbody>\n");
        foreach (EquationStage stage in solution.Stages)
        {
            body.Append($"<tr><td class=\"n\">{stage.GridIntervals}</td><td class=\"n\">{stage.Points}</td><td class=\"n\">{stage.Training.Steps.Length}</td>")
                .Append($"<td class=\"n\">{DiscoveryPage.Short(stage.Residual)}</td><td class=\"n\">{(stage.Error is null ? "" : DiscoveryPage.Short(stage.Error.MeanSquared))}</td></tr>\n");
        }
        body.Append("</tbody></table>\n");
        TrainingStep[] steps = [.. solution.Stages.SelectMany(stage => stage.Training.Steps)];
        if (steps.Length > 0)
            body.Append($"<figure>{LossPlot.Draw(steps, "Weighted loss").ToSvg()}</figure>\n");
        body.Append("</section>\n");
    }

    private static void Row(StringBuilder body, string where, string what, double weight) =>
        body.Append($"<tr><td>{DiscoveryPage.Text(where)}</td><td><code>{DiscoveryPage.Text(what)}</code></td><td class=\"n\">{DiscoveryPage.Short(weight)}</td></tr>\n");

    private static void Number(StringBuilder body, string name, string value) => body.Append($"<div><dt>{name}</dt><dd>{value}</dd></div>");
}
