using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Formulas;
using KanSharp.Training;

namespace KanSharp.Datasets;

/// <summary>
/// One of the 120 equations of the Feynman data set (Udrescu and Tegmark, arXiv 1905.11481), with the variables and ranges that pykan gives them.
/// </summary>
/// <param name="Number">From 1 to 120.</param>
/// <param name="Name">Where the equation stands: a section of the Feynman lectures, or the name of one of the 20 others.</param>
/// <param name="Formula">The equation's right side.</param>
/// <param name="Variables">The variables, in order.</param>
/// <param name="Ranges">Lower and upper end of each variable's range.</param>
/// <param name="Units">The unit of each variable, such as <c>m/s</c> or <c>1</c>.</param>
/// <param name="Unit">The unit of the equation's value.</param>
public sealed record FeynmanProblem(
    int Number, string Name, Expression Formula, ImmutableArray<string> Variables, ImmutableArray<(double Low, double High)> Ranges, ImmutableArray<string> Units, string Unit)
{
    private static readonly Lazy<ImmutableArray<FeynmanProblem>> s_all = new(() => [.. FeynmanTable.Text.Split('\n').Select(Parse)]);

    /// <summary>All of them, by number.</summary>
    public static ImmutableArray<FeynmanProblem> All => s_all.Value;

    /// <summary>The problem of this name (case does not count) or number.</summary>
    /// <exception cref="KanSharpException">There is none.</exception>
    public static FeynmanProblem Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(problem => problem.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase) || problem.Number.ToString(CultureInfo.InvariantCulture) == name.Trim())
            ?? throw new KanSharpException($"There is no Feynman problem '{name}'.{NearestName.Hint(name, [.. All.Select(problem => problem.Name)])} Use a name such as I.6.20, II.34.11 or 'Compton scattering', or a number from 1 to {All.Length}.");
    }

    /// <summary>Samples drawn uniformly from the ranges; where the formula is not defined, others are drawn.</summary>
    /// <exception cref="KanSharpException">There are no rows.</exception>
    public Dataset Sample(int rows, ulong seed) => new SampleBox(Ranges.AsSpan()).SampleFormula(rows, seed, Formula, Variables).Data;

    private static FeynmanProblem Parse(string line, int index)
    {
        string[] parts = line.Split(" | ");
        string[][] variables = [.. parts[1].Split(", ").Select(variable => variable.Split('=', ':'))];
        string[] names = [.. variables.Select(variable => variable[0])];
        string[] units = parts[3].Split(" -> ");
        return new FeynmanProblem(index + 1, parts[0], Expression.Parse(parts[2], names), [.. names], [.. variables.Select(variable => (End(variable[1]), End(variable[2])))], [.. units[0].Split(", ")], units[1]);
    }

    private static double End(string text) => Expression.Parse(text).Evaluate(ImmutableDictionary<string, double>.Empty);
}
