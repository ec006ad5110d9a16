using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KanSharp.Formulas;
using KanSharp.Splines;

namespace KanSharp.IO.Interop;

/// <summary>What a source file says, language aside: statements and expressions are in its syntax already.</summary>
internal sealed record SourceContent
{
    /// <summary>One line that says what the file computes.</summary>
    public required string Title { get; init; }

    /// <summary>An identifier and a description for each input.</summary>
    public required IReadOnlyList<(string Name, string Description)> Parameters { get; init; }

    public required IReadOnlyList<string> OutputNames { get; init; }

    /// <summary>Labels of a classifier; the results are its scores then.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Declarations of arrays.</summary>
    public required IReadOnlyList<string> Arrays { get; init; }

    public required IReadOnlyList<string> Body { get; init; }

    /// <summary>The value of each output.</summary>
    public required IReadOnlyList<string> Results { get; init; }

    /// <summary>How splines go on outside their range; null if there are no splines.</summary>
    public RangePolicy? SplinePolicy { get; init; }

    public bool UsesSilu { get; init; }

    public bool IsClassifier => Classes.Count > 0;

    /// <summary>Whether the function gives one number; otherwise it gives as many as there are results.</summary>
    public bool IsSingle => Results.Count == 1 && !IsClassifier;
}

/// <summary>How a language writes what a model consists of.</summary>
internal abstract partial class SourceSyntax
{
    private const int LineLength = 120;

    /// <summary>The identifier for a column.</summary>
    public abstract string Identifier(string name);

    /// <summary>Whether the file uses an identifier itself.</summary>
    public bool IsTaken(string identifier) => Generated().IsMatch(identifier) || Helpers.Contains(identifier);

    /// <summary>Names of the functions and constants that every file may have.</summary>
    protected abstract string[] Helpers { get; }

    /// <summary>A formula over variables that are identifiers.</summary>
    public abstract string Formula(Expression formula);

    /// <summary>Declares a local number.</summary>
    public virtual string Declare(string name, string value) => $"double {name} = {value};";

    public virtual string Assign(string name, string value) => $"{name} = {value};";

    public virtual string Add(string name, string value) => $"{name} += {value};";

    /// <summary>Says that a parameter is not used; empty where a language does not mind.</summary>
    public virtual string Ignore(string parameter) => "";

    /// <summary>A line of comment.</summary>
    public virtual string Comment(string text) => "// " + OneLine(text);

    /// <summary>Leaves the function where a value is not in a range.</summary>
    public abstract string RequireRange(string value, double start, double end, string column, bool isSingle, int outputs);

    public abstract string Array(string name, ReadOnlySpan<double> values);

    /// <summary>The value of a spline.</summary>
    public virtual string Spline(string x, string knots, string coefficients, int count, int order) => $"{SplineName}({x}, {knots}, {coefficients}, {count}, {order})";

    protected abstract string SplineName { get; }

    public abstract string Silu(string x);

    /// <summary>The whole file.</summary>
    public abstract string File(SourceContent content);

    /// <summary>The shortest text that reads back as the same double, and as no whole number.</summary>
    public static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    /// <summary>Text without what would end a line of comment.</summary>
    protected static string OneLine(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
        // A line of C that ends in a backslash goes on in the next.
        return line.TrimEnd('\\', '/', ' ');
    }

    /// <summary>The numbers between braces or brackets, broken into lines.</summary>
    protected static string Numbers(string opening, ReadOnlySpan<double> values, string closing, string indent)
    {
        var text = new StringBuilder(opening);
        int lineStart = opening.LastIndexOf('\n') + 1;
        for (int i = 0; i < values.Length; i++)
        {
            string number = Number(values[i]);
            bool breaks = text.Length - lineStart + number.Length + 2 > LineLength;
            text.Append(i == 0 ? "" : ",").Append(breaks ? "\n" + indent : i == 0 ? "" : " ");
            if (breaks)
                lineStart = text.Length;
            text.Append(number);
        }
        return text.Append(closing).ToString();
    }

    /// <summary>A text in quotes, with escapes for all but plain ASCII.</summary>
    protected string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
                quoted.Append('\\').Append((char)rune.Value);
            else if (rune.Value is >= ' ' and < 127)
                quoted.Append((char)rune.Value);
            else
                quoted.Append(Escape(rune));
        }
        return quoted.Append('"').ToString();
    }

    protected virtual string Escape(Rune rune) => $"\\U{rune.Value:X8}";

    /// <summary>The lines, each indented, empty ones left empty.</summary>
    protected static string Indented(IEnumerable<string> lines, string indent) =>
        string.Concat(lines.SelectMany(line => line.Split('\n')).Select(line => line.Length == 0 ? "\n" : $"{indent}{line}\n"));

    /// <summary>Whether splines go on along their tangents.</summary>
    protected static bool GoesOn(RangePolicy policy) => policy is RangePolicy.Linear or RangePolicy.Error;

    protected static string OutsideText(RangePolicy policy) => policy switch
    {
        RangePolicy.Zero => "is zero",
        RangePolicy.Clamp => "keeps its end values",
        _ => "goes on along its tangents",
    };

    [GeneratedRegex(@"^(h|s|silu|KNOTS_|COEFFICIENTS_)\d+(_\d+)*$")]
    private static partial Regex Generated();
}
