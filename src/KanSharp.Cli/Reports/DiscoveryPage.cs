using System.Globalization;
using System.Net;
using System.Text;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Numerics;
using KanSharp.Plotting;

namespace KanSharp.Cli.Reports;

/// <summary>The report of a search: one page of HTML that needs nothing else, in light and dark.</summary>
internal static class DiscoveryPage
{
    private const int LongestMath = 400;

    public static string Write(DiscoveryOutcome discovery, Scene diagram, string modelPath, IReadOnlyList<string> warnings)
    {
        string target = discovery.Data.Target, source = Path.GetFileName(discovery.Settings.DataPath);
        var body = new StringBuilder();
        Header(body, discovery, source);
        if (warnings.Count > 0)
            body.Append($"<section class=\"warnings\"><h2>Warnings</h2>{List(warnings)}</section>\n");
        body.Append($"<section><h2>The network behind it</h2><figure>{diagram.ToSvg()}<figcaption>Inputs are at the bottom; each frame shows what an edge does to what passes through it. Saved as {DiscoveryFiles.Model}.</figcaption></figure></section>\n");
        Fit(body, discovery, target);
        Trust(body, discovery);
        Pareto(body, discovery);
        Prediction(body, discovery, target, modelPath);
        Columns(body, discovery);
        Settings(body, discovery);
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Text(target)}: the formula behind {Text(source)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <main>
            {body}</main>
            </body>
            </html>

            """;
    }

    private static void Header(StringBuilder body, DiscoveryOutcome discovery, string source)
    {
        Expression formula = discovery.Formula;
        body.Append($"<header><p class=\"eyebrow\">The formula behind {Text(source)}</p>\n<h1 class=\"formula\">{Equation(discovery.Data.Target, discovery.Shown(formula))}</h1>\n");
        body.Append("<dl class=\"numbers\">");
        Number(body, "Test error", Short(discovery.Test.Rmse), "RMSE");
        Number(body, "R²", double.IsNaN(discovery.Test.R2) ? "–" : R2(discovery.Test.R2), "on the test rows");
        Number(body, "Complexity", $"{discovery.Best.Complexity}", "nodes");
        Number(body, "Time", $"{discovery.Seconds.ToString("F1", CultureInfo.InvariantCulture)} s", $"{discovery.Result.NetworksTrained} networks");
        body.Append("</dl></header>\n");
        string note = discovery.HasLongConstants
            ? $"<p class=\"note\">Above, constants are rounded, which changes the test error from {Short(discovery.Test.Rmse)} to {Short(discovery.RoundedTestRmse)}. Below they are in full.</p>"
            : "";
        body.Append($"<section>{note}<div class=\"forms\">{Form("Text", formula.ToText())}{Form("LaTeX", formula.ToLatex())}</div></section>\n");
    }

    private static void Fit(StringBuilder body, DiscoveryOutcome discovery, string target)
    {
        Matrix predicted = DiscoveryOutcome.Values(discovery.Formula, discovery.Data.Prepared.InputNames, discovery.Data.Test.Inputs);
        Scene plot = PredictionPlot.Draw(discovery.Data.Test.Targets.Column(0), predicted.Column(0), target);
        body.Append($"""
            <section><h2>How well it fits</h2><div class="side">
            <figure>{plot.ToSvg()}<figcaption>The {discovery.Data.Test.Count} test rows.</figcaption></figure>
            <div>
            <table><thead><tr><th>rows</th><th class="n">number</th><th class="n">RMSE</th><th>what for</th></tr></thead><tbody>
            <tr><td>training</td><td class="n">{discovery.Data.Training.Count}</td><td class="n">{Short(discovery.Best.TrainRmse)}</td><td>to fit the constants</td></tr>
            <tr><td>validation</td><td class="n">{discovery.Data.Validation.Count}</td><td class="n">{Short(discovery.Best.ValidationRmse)}</td><td>{(discovery.IsCrossValidated ? "not fitted" : "to choose the formula")}</td></tr>{CrossValidatedRow(discovery)}
            <tr class="best"><td>test</td><td class="n">{discovery.Data.Test.Count}</td><td class="n">{Short(discovery.Test.Rmse)}</td><td>{Text(discovery.Data.TestName)}</td></tr>
            </tbody></table>
            <h3>Residuals</h3>{List(ResidualRemarks.Of(discovery))}
            </div></div></section>

            """);
    }

    private static string CrossValidatedRow(DiscoveryOutcome discovery) => discovery.Best.CrossValidated is not { } error ? ""
        : $"\n<tr><td>both, cross-validated</td><td class=\"n\">{discovery.ChoosingRows}</td><td class=\"n\">{Short(error.Rmse)}</td><td>to choose the formula: each fifth with constants fitted to the others</td></tr>";

    private static void Trust(StringBuilder body, DiscoveryOutcome discovery)
    {
        body.Append("<section><h2>How far to trust it</h2>\n");
        if (discovery.Constants.Count > 0)
        {
            body.Append("<p>Constants as they stand in the formula and as the training rows alone would have them, with standard errors. These hold if the formula is the right one.</p>\n")
                .Append("<table><thead><tr><th>constant</th><th>by the data</th></tr></thead><tbody>\n");
            foreach (ConstantEstimate constant in discovery.Constants)
                body.Append($"<tr><td><code>{Text(ConstantLines.Name(constant))}</code></td><td>{Text(ConstantLines.Estimate(constant))}</td></tr>\n");
            body.Append("</tbody></table>\n");
        }
        string rows = discovery.IsCrossValidated ? "cross-validated rows" : "validation rows";
        body.Append("<h3>What else fits as well</h3>\n").Append(discovery.AsGood.Count == 0
            ? $"<p>No other formula of the table below has the same error within two standard errors of {discovery.ChoosingRows} {rows}.</p>\n"
            : $"<p>By {discovery.ChoosingRows} {rows} these cannot be told from it:</p>{List(discovery.AsGood.Select(candidate => discovery.Shown(candidate.Formula).ToText()))}\n");
        if (discovery.Limit is { } limit)
            body.Append($"<h3>What keeps the error up</h3>\n<p>{Text(limit)}</p>\n");
        body.Append($"<h3>Where it ends to hold</h3>\n{List(HoldingRange.Of(discovery))}</section>\n");
    }

    private static void Pareto(StringBuilder body, DiscoveryOutcome discovery)
    {
        IReadOnlyList<FormulaCandidate> front = discovery.Result.Pareto;
        int recommended = front.ToList().IndexOf(discovery.Best);
        body.Append("<section><h2>Simple or exact</h2>\n<p>No other formula that was found is both simpler and better on the validation rows than one of these. ")
            .Append(discovery.Settings.Selected is int row ? $"Row {row} was selected by the user; the recommended one" : "The recommended one").Append(" is the simplest that is as good as the best, as far as ")
            .Append(discovery.IsCrossValidated ? $"cross-validation can tell: all {discovery.ChoosingRows} training and validation rows, a fifth at a time, with constants fitted to the others" : "the validation rows can tell").Append(".</p>\n");
        if (front.Count > 1)
        {
            Scene plot = ParetoPlot.Draw([.. front.Select(candidate => new ParetoPoint(candidate.Complexity, candidate.ValidationRmse, discovery.Shown(candidate.Formula).ToText()))], recommended);
            body.Append($"<figure>{plot.ToSvg()}</figure>\n");
        }
        body.Append("<div class=\"wide\"><table><thead><tr><th class=\"n\">row</th><th class=\"n\">complexity</th><th class=\"n\">validation RMSE</th>").Append(discovery.IsCrossValidated ? "<th class=\"n\">cross-validated</th>" : "").Append("<th>formula</th></tr></thead><tbody>\n");
        foreach ((int index, FormulaCandidate candidate) in front.Index())
        {
            bool best = candidate == discovery.Best;
            body.Append($"<tr{(best ? " class=\"best\"" : "")}><td class=\"n\">{index + 1}</td><td class=\"n\">{candidate.Complexity}</td><td class=\"n\">{Short(candidate.ValidationRmse)}</td>")
                .Append(candidate.CrossValidated is { } error ? $"<td class=\"n\">{Short(error.Rmse)} ± {Short(error.StandardError)}</td>" : "")
                .Append($"<td><code>{Text(discovery.Shown(candidate.Formula).ToText())}</code>{(best ? $" <span class=\"tag\">{(discovery.Settings.Selected is null ? "recommended" : "selected")}</span>" : "")}</td></tr>\n");
        }
        body.Append("</tbody></table></div></section>\n");
    }

    private static void Prediction(StringBuilder body, DiscoveryOutcome discovery, string target, string modelPath)
    {
        PreparedTable table = discovery.Data.Prepared;
        body.Append($"""
            <section><h2>How to predict with it</h2>
            {Form("Command line", $"kan predict {modelPath} NEW.csv --out predictions.csv")}
            {Form($"Python ({DiscoveryFiles.Python})", FormulaCode.Python(discovery.Formula, discovery.Shown(discovery.Formula), table, target).TrimEnd())}
            {Form($"C# ({DiscoveryFiles.CSharp})", FormulaCode.CSharp(discovery.Formula, discovery.Shown(discovery.Formula), table, target).TrimEnd())}
            </section>

            """);
    }

    private static void Columns(StringBuilder body, DiscoveryOutcome discovery)
    {
        int rows = discovery.Data.Prepared.Rows.Count;
        body.Append($"<section><h2>The data</h2><p>{Text(Path.GetFileName(discovery.Settings.DataPath))}: {rows} rows used of {discovery.Data.Table.RowCount}.</p>\n")
            .Append("<div class=\"wide\"><table><thead><tr><th>column</th><th>role</th><th class=\"n\">lowest</th><th class=\"n\">mean</th><th class=\"n\">highest</th></tr></thead><tbody>\n");
        foreach (ColumnRole column in ColumnRole.Of(discovery))
        {
            body.Append($"<tr{(column.IsUsed ? "" : " class=\"unused\"")}><td>{Text(column.Name)}</td><td>{Text(column.Role)}</td>")
                .Append($"<td class=\"n\">{Short(column.Low)}</td><td class=\"n\">{Short(column.Mean)}</td><td class=\"n\">{Short(column.High)}</td></tr>\n");
        }
        body.Append("</tbody></table></div></section>\n");
    }

    private static void Settings(StringBuilder body, DiscoveryOutcome discovery)
    {
        DiscoverySettings settings = discovery.Settings;
        (string Name, string Value)[] rows =
        [
            ("why it stopped", discovery.StopDescription),
            ("seed", $"{settings.Seed}"),
            ("time limit", string.Create(CultureInfo.InvariantCulture, $"{settings.TimeLimit:G6} s")),
            .. settings.Limits,
            ("searches so far", settings.Searches.ToString(CultureInfo.InvariantCulture)),
            ("missing values", settings.Missing switch { "drop" => "rows left out", "mean" => "the column's mean filled in", _ => "not allowed" }),
            ("shape of the network", discovery.Result.Model.Shape),
        ];
        body.Append("<section><h2>The search</h2><table class=\"settings\"><tbody>\n");
        foreach ((string name, string value) in rows)
            body.Append($"<tr><th>{Text(name)}</th><td>{Text(value)}</td></tr>\n");
        body.Append("</tbody></table></section>\n");
    }

    /// <summary>Target = formula as mathematics; where it is long, a line may break before each term.</summary>
    private static string Equation(string target, Expression shown)
    {
        string left = $"{new Variable(target).ToMathML()}<mo>=</mo>";
        if (shown is not Sum sum || shown.ToText().Length < LongestMath / 8)
            return Math(left + shown.ToMathML());
        var parts = new StringBuilder(Math(left + sum.Terms[0].ToMathML()));
        foreach (Expression term in sum.Terms[1..])
        {
            string written = term.ToMathML();
            parts.Append(' ').Append(Math(written.StartsWith("<mo>&#x2212;</mo>", StringComparison.Ordinal)
                ? "<mo form=\"infix\">&#x2212;</mo>" + written["<mo>&#x2212;</mo>".Length..]
                : "<mo form=\"infix\">+</mo>" + written));
        }
        return parts.ToString();
    }

    internal static string Math(string inner) => $"<math displaystyle=\"true\"><mrow>{inner}</mrow></math>";

    private static string Form(string name, string text) => $"<figure class=\"code\"><figcaption>{Text(name)}</figcaption><pre><code>{Text(text)}</code></pre></figure>";

    private static void Number(StringBuilder body, string name, string value, string unit) =>
        body.Append($"<div><dt>{name}</dt><dd>{value}</dd><dd class=\"unit\">{Text(unit)}</dd></div>");

    private static string List(IEnumerable<string> items) => $"<ul>{string.Concat(items.Select(item => $"<li>{Text(item)}</li>"))}</ul>";

    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>With four digits; a proper power of ten where the number is very large or small.</summary>
    internal static string Short(double value)
    {
        if (double.IsNaN(value))
            return "–";
        string text = value.ToString("G4", CultureInfo.InvariantCulture).Replace('-', '−');
        int e = text.IndexOf('E', StringComparison.Ordinal);
        return e < 0 ? text : $"{text[..e]}·10<sup>{text[(e + 1)..].Replace("+", "").Replace("−0", "−").TrimStart('0')}</sup>";
    }

    /// <summary>Never rounded up to a perfect 1.</summary>
    private static string R2(double value) => value < 1 && value > 0.9999
        ? $"1 − {Short(1 - value)}"
        : value.ToString("G4", CultureInfo.InvariantCulture).Replace('-', '−');

    internal const string Style = """
        :root{--paper:#fff;--ink:#1b1f24;--muted:#5c6570;--faint:#e3e6ea;--wash:#f5f7f9;--accent:#c2410c;--data:#0868ac;--warn:#fff6e5}
        @media(prefers-color-scheme:dark){:root{--paper:#12161b;--ink:#e8ecf1;--muted:#9aa5b1;--faint:#2b323a;--wash:#1a2027;--accent:#ff9a5c;--data:#62b6f2;--warn:#2a2114}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans","DejaVu Sans",sans-serif}
        main{max-width:58rem;margin:0 auto;padding:3rem 1.5rem 4rem}
        header{border-bottom:1px solid var(--faint);padding-bottom:1.5rem;margin-bottom:1.5rem}
        .eyebrow{margin:0;color:var(--muted)}
        h1.formula{font-weight:400;font-size:1.9rem;line-height:1.7;margin:.6rem 0 1.4rem;overflow-x:auto;overflow-y:hidden;padding:.3rem 0}
        h2{font-size:1.25rem;margin:2.6rem 0 .8rem;font-weight:600}
        h3{font-size:1rem;margin:1.4rem 0 .4rem;font-weight:600}
        p{margin:.5rem 0}
        .note{color:var(--muted)}
        .numbers{display:flex;flex-wrap:wrap;gap:1rem 3rem;margin:0}
        .numbers dt{color:var(--muted);font-size:.85rem}
        .numbers dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
        .numbers dd.unit{font-size:.85rem;color:var(--muted)}
        figure{margin:1rem 0}
        figure svg{max-width:100%;height:auto;display:block}
        figcaption{color:var(--muted);font-size:.88rem;margin-top:.4rem}
        .side{display:grid;grid-template-columns:minmax(18rem,23rem) 1fr;gap:1rem 2.5rem;align-items:start}
        .side figure{margin:0}
        @media(max-width:50rem){.side{grid-template-columns:1fr}}
        table{border-collapse:collapse;width:100%;font-size:.94rem}
        th{text-align:left;color:var(--muted);font-weight:500;font-size:.85rem}
        th,td{padding:.42rem .8rem .42rem 0;border-bottom:1px solid var(--faint);vertical-align:baseline}
        .n{text-align:right;width:1%;font-variant-numeric:tabular-nums;white-space:nowrap;padding-right:1.4rem}
        tr.best td{font-weight:600}
        tr.unused td{color:var(--muted)}
        .wide{overflow-x:auto}
        .settings{width:auto}.settings th{vertical-align:top;padding-right:2.5rem;white-space:nowrap}
        .tag{color:var(--accent);font-size:.8rem;font-weight:600;white-space:nowrap;margin-left:.5rem}
        code,pre{font-family:ui-monospace,"Cascadia Code","SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86rem}
        td code{font-weight:400}
        .code figcaption{margin:0 0 .25rem}
        pre{background:var(--wash);border:1px solid var(--faint);border-radius:8px;padding:.8rem 1rem;margin:0;overflow-x:auto;line-height:1.5}
        ul{margin:.4rem 0;padding-left:1.2rem}
        li{margin:.25rem 0}
        .warnings{background:var(--warn);border-left:3px solid var(--accent);border-radius:0 8px 8px 0;padding:.6rem 1.2rem}
        .warnings h2{margin:.2rem 0;font-size:1rem}
        math{font-family:"Latin Modern Math","STIX Two Math","Cambria Math",math}
        """;
}
