using System.Text;
using KanSharp.Formulas;
using KanSharp.Formulas.Printing;
using KanSharp.Splines;

namespace KanSharp.IO.Interop;

/// <summary>A file of C99 that needs nothing but <c>math.h</c>.</summary>
internal sealed class CSource : SourceSyntax
{
    private const string Indent = "    ";

    protected override string[] Helpers => ["predict", "probabilities", "classes", "values", "scores", "spline", "silu", "sgn", "main", "i", "max", "sum", "best"];

    public override string Identifier(string name) => Names.ToC(name);

    public override string Formula(Expression formula) => new CWriter().Write(formula);

    public override string Ignore(string parameter) => $"(void){parameter};";

    protected override string SplineName => "spline";

    public override string Silu(string x) => $"silu({x})";

    public override string RequireRange(string value, double start, double end, string column, bool isSingle, int outputs)
    {
        string condition = $"if (!({value} >= {Number(start)} && {value} <= {Number(end)})) /* {OneLine(column).Replace("*/", "* /", StringComparison.Ordinal)} lies outside the range that the model was trained on */";
        return isSingle
            ? $"{condition}\n    return NAN;"
            : $"{condition}\n{{\n    for (int i = 0; i < {outputs}; i++)\n        values[i] = NAN;\n    return;\n}}";
    }

    public override string Array(string name, ReadOnlySpan<double> values) => Numbers($"static const double {name}[] = {{\n    ", values, "\n};", Indent);

    protected override string Escape(Rune rune)
    {
        // Octal digits of the UTF-8 bytes: three always end the escape, whatever follows.
        Span<byte> bytes = stackalloc byte[4];
        var text = new StringBuilder();
        foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
            text.Append('\\').Append(Convert.ToString(value, 8).PadLeft(3, '0'));
        return text.ToString();
    }

    public override string File(SourceContent content)
    {
        string parameters = string.Join(", ", content.Parameters.Select(parameter => $"double {parameter.Name}"));
        string arguments = string.Join(", ", content.Parameters.Select(parameter => parameter.Name));
        int count = content.Results.Count;
        string head = content.IsSingle ? $"double predict({parameters})" : $"{(content.IsClassifier ? "static void scores" : "void predict")}({parameters}, double values[{count}])";
        bool usesSign = content.Body.Concat(content.Results).Any(line => line.Contains("sgn(", StringComparison.Ordinal));
        return $"{Comment(content.Title)}\n" + Indented(
        [
            .. content.Parameters.Where(parameter => parameter.Name != parameter.Description).Select(parameter => Comment($"{parameter.Name} is the column {parameter.Description}")),
            "#include <math.h>",
            "",
            .. content.SplinePolicy is { } policy ? [.. content.Arrays, "", SplineCode(policy), ""] : (string[])[],
            .. content.UsesSilu ? [SiluCode, ""] : (string[])[],
            .. usesSign ? [SignCode, ""] : (string[])[],
            .. content.IsClassifier ? [] : (string[])[Comment(content.IsSingle ? content.OutputNames[0] : $"The values are, in this order: {string.Join(", ", content.OutputNames)}")],
            head,
            "{",
            .. content.Body.SelectMany(line => line.Split('\n')).Select(line => line.Length == 0 ? "" : Indent + line),
            .. content.IsSingle ? [$"{Indent}return {content.Results[0]};"] : content.Results.Select((result, i) => $"{Indent}values[{i}] = {result};"),
            "}",
            .. content.IsClassifier ? Classifier(content, parameters, arguments) : [],
        ], "");
    }

    private string[] Classifier(SourceContent content, string parameters, string arguments) =>
    [
        $$"""

        // The probability of each label, in the order of the classes.
        void probabilities({{parameters}}, double values[{{content.Classes.Count}}])
        {
            scores({{arguments}}, values);
            double max = values[0], sum = 0.0;
            for (int i = 1; i < {{content.Classes.Count}}; i++)
                max = values[i] > max ? values[i] : max;
            for (int i = 0; i < {{content.Classes.Count}}; i++)
                sum += values[i] = exp(values[i] - max);
            for (int i = 0; i < {{content.Classes.Count}}; i++)
                values[i] /= sum;
        }

        const char *const classes[{{content.Classes.Count}}] = { {{string.Join(", ", content.Classes.Select(label => Quoted(label).Replace("?", "\\?", StringComparison.Ordinal)))}} };

        // The most probable label.
        const char *predict({{parameters}})
        {
            double values[{{content.Classes.Count}}];
            int best = 0;
            probabilities({{arguments}}, values);
            for (int i = 1; i < {{content.Classes.Count}}; i++)
                best = values[i] > values[best] ? i : best;
            return isnan(values[best]) ? 0 : classes[best];
        }
        """,
    ];

    private const string SiluCode = """
        static double silu(double x)
        {
            return x / (1.0 + exp(-x));
        }
        """;

    private const string SignCode = """
        static double sgn(double x)
        {
            return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x;
        }
        """;

    private static string SplineCode(RangePolicy policy) => $$"""
        // A B-spline by de Boor's algorithm. Outside the range of its knots it {{OutsideText(policy)}}.
        static double spline(double x, const double *knots, const double *coefficients, int count, int order)
        {
            double start = knots[order], end = knots[count], d[{{KnotGrid.MaxOrder + 1}}];
        {{(policy == RangePolicy.Zero ? "    if (!(x >= start && x < end))\n        return 0.0;\n    double t = x;" : "    double t = x < start ? start : x > end ? end : x;")}}
            int interval = order;
            for (int i = order + 1; i < count; i++) {
                if (knots[i] <= t && knots[i] < knots[i + 1])
                    interval = i;
            }
            for (int j = 0; j <= order; j++)
                d[j] = coefficients[interval - order + j];
        {{(GoesOn(policy) ? "    double slope = 0.0;\n" : "")}}    for (int r = 1; r <= order; r++) {
        {{(GoesOn(policy) ? "        if (r == order)\n            slope = order * (d[order] - d[order - 1]) / (knots[interval + 1] - knots[interval]);\n" : "")}}        for (int j = order; j >= r; j--) {
                    double left = knots[interval - order + j], right = knots[interval + 1 + j - r];
                    double weight = (t - left) / (right - left);
                    d[j] = (1.0 - weight) * d[j - 1] + weight * d[j];
                }
            }
            return {{(GoesOn(policy) ? "d[order] + slope * (x - t)" : "d[order]")}};
        }
        """;
}
