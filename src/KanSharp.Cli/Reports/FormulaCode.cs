using KanSharp.Formulas;
using KanSharp.IO;

namespace KanSharp.Cli.Reports;

/// <summary>A formula as a function in a source file of its own.</summary>
internal static class FormulaCode
{
    /// <summary>A Python module with the function <c>evaluate</c>; the rounded formula tells a reader what it is.</summary>
    public static string Python(Expression formula, Expression shown, PreparedTable table, string target) => $"""
        # {OneLine(target)} = {OneLine(shown.ToText())}
        {string.Concat(Labels(formula, table, sum => sum.ToPython()).Select(line => $"# {line}\n"))}import math


        def evaluate({string.Join(", ", Arguments(formula, table.InputNames, sum => sum.ToPython()))}):
            return {formula.ToPython()}

        """;

    /// <summary>A C# class with the method <c>Evaluate</c>.</summary>
    public static string CSharp(Expression formula, Expression shown, PreparedTable table, string target) => $$"""
        using System;

        public static class DiscoveredFormula
        {
            /// <summary>{{Escape(OneLine(target))}} = {{Escape(OneLine(shown.ToText()))}}</summary>
        {{string.Concat(Labels(formula, table, sum => sum.ToCSharp()).Select(line => $"    // {line}\n"))}}    public static double Evaluate({{string.Join(", ", Arguments(formula, table.InputNames, sum => sum.ToCSharp()).Select(name => $"double {name}"))}}) =>
                {{formula.ToCSharp()}};
        }

        """;

    /// <summary>What an argument is that stands for a label of a text column.</summary>
    private static IEnumerable<string> Labels(Expression formula, PreparedTable table, Func<Expression, string> print) =>
        from pair in Variables(formula, table.InputNames).Zip(Arguments(formula, table.InputNames, print))
        from column in table.Categories
        from label in column.EncodedLabels.ToArray()
        where column.InputName(label) == pair.First
        select OneLine($"{pair.Second} is 1 where {column.Name} is {label}, else 0");

    /// <summary>The columns that the formula needs, in the order of the data.</summary>
    public static string[] Variables(Expression formula, IReadOnlyList<string> inputNames) => [.. inputNames.Where(formula.Variables.Contains)];

    /// <summary>Their names as the printed formula spells them: a sum of the same variables is printed with the same names.</summary>
    public static string[] Arguments(Expression formula, IReadOnlyList<string> inputNames, Func<Expression, string> print)
    {
        Expression[] variables = [.. Variables(formula, inputNames).Select(name => new Variable(name))];
        return variables.Length == 0 ? [] : print(Sum.Of(variables)).Split(" + ");
    }

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
