using KanSharp.Formulas;
using KanSharp.Formulas.Printing;
using KanSharp.Splines;

namespace KanSharp.IO.Interop;

/// <summary>A module of Python 3 that needs nothing but <c>math</c>.</summary>
internal sealed class PythonSource : SourceSyntax
{
    private const string Indent = "    ";

    protected override string[] Helpers => ["predict", "probabilities", "CLASSES", "_scores", "_spline", "_silu", "math", "max", "sum", "ValueError"];

    public override string Identifier(string name) => Names.ToPython(name);

    public override string Formula(Expression formula) => new PythonWriter().Write(formula);

    public override string Declare(string name, string value) => $"{name} = {value}";

    public override string Assign(string name, string value) => $"{name} = {value}";

    public override string Add(string name, string value) => $"{name} += {value}";

    public override string Comment(string text) => "# " + OneLine(text);

    protected override string SplineName => "_spline";

    public override string Silu(string x) => $"_silu({x})";

    public override string RequireRange(string value, double start, double end, string column, bool isSingle, int outputs) =>
        $"if not {Number(start)} <= {value} <= {Number(end)}:\n    raise ValueError({Quoted(column + ": the value lies outside the range that the model was trained on")})";

    public override string Array(string name, ReadOnlySpan<double> values) => Numbers($"{name} = (\n    ", values, ",\n)", Indent);

    public override string File(SourceContent content)
    {
        string parameters = string.Join(", ", content.Parameters.Select(parameter => parameter.Name)), results = string.Join(", ", content.Results);
        return $"{Comment(content.Title)}\n" + Indented(
        [
            .. content.Parameters.Where(parameter => parameter.Name != parameter.Description).Select(parameter => Comment($"{parameter.Name} is the column {parameter.Description}")),
            "import math",
            "",
            "",
            .. content.IsClassifier ? Classifier(content, parameters) : [],
            content.IsClassifier ? $"def _scores({parameters}):" : $"def predict({parameters}):",
            .. content.IsClassifier ? [] : (string[])[Indent + Comment(content.IsSingle ? content.OutputNames[0] : $"In this order: {string.Join(", ", content.OutputNames)}")],
            .. content.Body.SelectMany(line => line.Split('\n')).Select(line => line.Length == 0 ? "" : Indent + line),
            Indent + (content.IsSingle ? $"return {results}" : $"return ({results}{(content.Results.Count == 1 ? "," : "")})"),
            .. content.UsesSilu ? ["", "", SiluCode] : (string[])[],
            .. content.SplinePolicy is { } policy ? ["", "", SplineCode(policy), "", "", .. content.Arrays] : (string[])[],
        ], "");
    }

    private string[] Classifier(SourceContent content, string parameters) =>
    [
        $$"""
        # The labels, in the order of the probabilities.
        CLASSES = ({{string.Join(", ", content.Classes.Select(Quoted))}},)


        def predict({{parameters}}):
            # The most probable label.
            p = probabilities({{parameters}})
            return CLASSES[p.index(max(p))]


        def probabilities({{parameters}}):
            # The probability of each label.
            scores = _scores({{parameters}})
            powers = [math.exp(score - max(scores)) for score in scores]
            return [power / sum(powers) for power in powers]


        """,
    ];

    private const string SiluCode = """
        def _silu(x):
            return x / (1.0 + math.exp(-x)) if x > -700.0 else 0.0
        """;

    private static string SplineCode(RangePolicy policy) => $$"""
        def _spline(x, knots, coefficients, count, order):
            # A B-spline by de Boor's algorithm. Outside the range of its knots it {{OutsideText(policy)}}.
            start, end = knots[order], knots[count]
        {{(policy == RangePolicy.Zero ? "    if not start <= x < end:\n        return 0.0\n    t = x" : "    t = min(max(x, start), end)")}}
            interval = order
            for i in range(order + 1, count):
                if knots[i] <= t and knots[i] < knots[i + 1]:
                    interval = i
            d = list(coefficients[interval - order:interval + 1])
        {{(GoesOn(policy) ? "    slope = 0.0\n" : "")}}    for r in range(1, order + 1):
        {{(GoesOn(policy) ? "        if r == order:\n            slope = order * (d[order] - d[order - 1]) / (knots[interval + 1] - knots[interval])\n" : "")}}        for j in range(order, r - 1, -1):
                    left, right = knots[interval - order + j], knots[interval + 1 + j - r]
                    weight = (t - left) / (right - left)
                    d[j] = (1.0 - weight) * d[j - 1] + weight * d[j]
            return {{(GoesOn(policy) ? "d[order] + slope * (x - t)" : "d[order]")}}
        """;
}
