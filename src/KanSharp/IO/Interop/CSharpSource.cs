using KanSharp.Formulas;
using KanSharp.Formulas.Printing;
using KanSharp.Splines;

namespace KanSharp.IO.Interop;

/// <summary>A static class of C#, in syntax that every version since 7 reads.</summary>
internal sealed class CSharpSource(string className) : SourceSyntax
{
    private const string ClassIndent = "    ", BodyIndent = "        ";

    private readonly string _className = ClassName(className);

    protected override string[] Helpers => ["Predict", "Probabilities", "Classes", "Scores", "Softmax", "Spline", "Silu", "System", "ArgumentOutOfRangeException", "values", "value", "max", "sum", "i", "best", "probabilities", _className];

    public override string Identifier(string name) => Names.ToCSharp(name);

    public override string Formula(Expression formula) => new CSharpWriter().Write(formula);

    protected override string SplineName => "Spline";

    public override string Silu(string x) => $"Silu({x})";

    public override string RequireRange(string value, double start, double end, string column, bool isSingle, int outputs) =>
        $"if (!({value} >= {Number(start)} && {value} <= {Number(end)}))\n    throw new ArgumentOutOfRangeException({Quoted(column)}, \"The value lies outside the range that the model was trained on.\");";

    public override string Array(string name, ReadOnlySpan<double> values) => Numbers($"private static readonly double[] {name} =\n{{\n    ", values, "\n};", ClassIndent);

    public override string File(SourceContent content)
    {
        string parameters = string.Join(", ", content.Parameters.Select(parameter => $"double {parameter.Name}"));
        string arguments = string.Join(", ", content.Parameters.Select(parameter => parameter.Name));
        string results = string.Join(", ", content.Results), name = content.IsClassifier ? "Scores" : "Predict";
        string[] signature = content.IsSingle
            ? [$"public static double {name}({parameters})"]
            : [$"{(content.IsClassifier ? "private" : "public")} static double[] {name}({parameters})"];
        string[] method =
        [
            .. content.IsClassifier ? [] : (string[])[Comment(content.IsSingle ? content.OutputNames[0] : $"In this order: {string.Join(", ", content.OutputNames)}")],
            .. signature, "{",
            .. content.Body.SelectMany(line => line.Split('\n')).Select(line => line.Length == 0 ? "" : ClassIndent + line),
            ClassIndent + (content.IsSingle ? $"return {results};" : $"return new double[] {{ {results} }};"),
            "}",
        ];
        return $$"""
            {{Comment(content.Title)}}
            using System;

            public static class {{_className}}
            {

            """ + Indented(
        [
            .. content.Parameters.Where(parameter => parameter.Name != parameter.Description).Select(parameter => Comment($"{parameter.Name} is the column {parameter.Description}")),
            .. content.IsClassifier ? Classifier(content, parameters, arguments) : [],
            .. method,
            .. content.UsesSilu ? ["", SiluCode] : (string[])[],
            .. content.SplinePolicy is { } policy ? ["", SplineCode(policy), "", .. content.Arrays] : (string[])[],
        ], ClassIndent) + "}\n";
    }

    private string[] Classifier(SourceContent content, string parameters, string arguments) =>
    [
        $$"""
        // The labels, in the order of the probabilities.
        public static readonly string[] Classes = { {{string.Join(", ", content.Classes.Select(Quoted))}} };

        // The most probable label.
        public static string Predict({{parameters}})
        {
            double[] probabilities = Probabilities({{arguments}});
            int best = 0;
            for (int i = 1; i < probabilities.Length; i++)
            {
                if (probabilities[i] > probabilities[best])
                    best = i;
            }
            return Classes[best];
        }

        // The probability of each label.
        public static double[] Probabilities({{parameters}})
        {
            double[] values = Scores({{arguments}});
            double max = values[0], sum = 0.0;
            foreach (double value in values)
                max = Math.Max(max, value);
            for (int i = 0; i < values.Length; i++)
                sum += values[i] = Math.Exp(values[i] - max);
            for (int i = 0; i < values.Length; i++)
                values[i] /= sum;
            return values;
        }

        """,
    ];

    private const string SiluCode = """
        private static double Silu(double x)
        {
            return x / (1.0 + Math.Exp(-x));
        }
        """;

    /// <summary>de Boor's algorithm, whose last step gives the slope too (de Boor, A Practical Guide to Splines, ch. X).</summary>
    private static string SplineCode(RangePolicy policy) => $$"""
        // A B-spline by de Boor's algorithm. Outside the range of its knots it {{OutsideText(policy)}}.
        private static double Spline(double x, double[] knots, double[] coefficients, int count, int order)
        {
            double start = knots[order], end = knots[count];
        {{(policy == RangePolicy.Zero ? "    if (!(x >= start && x < end))\n        return 0.0;\n    double t = x;" : "    double t = x < start ? start : x > end ? end : x;")}}
            int interval = order;
            for (int i = order + 1; i < count; i++)
            {
                if (knots[i] <= t && knots[i] < knots[i + 1])
                    interval = i;
            }
            double[] d = new double[order + 1];
            Array.Copy(coefficients, interval - order, d, 0, order + 1);
        {{(GoesOn(policy) ? "    double slope = 0.0;\n" : "")}}    for (int r = 1; r <= order; r++)
            {
        {{(GoesOn(policy) ? "        if (r == order)\n            slope = order * (d[order] - d[order - 1]) / (knots[interval + 1] - knots[interval]);\n" : "")}}        for (int j = order; j >= r; j--)
                {
                    double left = knots[interval - order + j], right = knots[interval + 1 + j - r];
                    double weight = (t - left) / (right - left);
                    d[j] = (1.0 - weight) * d[j - 1] + weight * d[j];
                }
            }
            return {{(GoesOn(policy) ? "d[order] + slope * (x - t)" : "d[order]")}};
        }
        """;

    private static string ClassName(string name)
    {
        string identifier = Names.ToCSharp(name.Length == 0 ? "Model" : char.ToUpperInvariant(name[0]) + name[1..]);
        return identifier is "Predict" or "Probabilities" or "Classes" or "Scores" or "Spline" or "Silu" or "Math" or "Array" or "System" ? identifier + "Model" : identifier;
    }
}
