using System.CommandLine;
using KanSharp.IO;

namespace KanSharp.Cli;

/// <summary>The options --weight and --sigma of verbs that fit or measure.</summary>
internal sealed class WeightOptions
{
    private readonly Option<string?> _weight = OptionOf.Text("--weight", "col", "A column of weights, 0 or above, that squared errors are multiplied by; rows of weight 0 are left out");
    private readonly Option<string?> _sigma = OptionOf.Text("--sigma", "col", "Instead of --weight, a column of standard errors of the target, s: rows get the weight 1/s^2");

    public Option[] Options => [_weight, _sigma];

    /// <summary>The column, or null where neither is given.</summary>
    public WeightColumn? Column(ParseResult parsed) => (parsed.GetValue(_weight), parsed.GetValue(_sigma)) switch
    {
        (string weight, string sigma) => throw new KanSharpException($"--weight {weight} and --sigma {sigma} both say how much a row counts; leave one of them out."),
        (string weight, null) => new WeightColumn(weight),
        (null, string sigma) => new WeightColumn(sigma, IsStandardError: true),
        _ => null,
    };

    /// <summary>The column if this table has it: rows that only tell how good a result is need no weights.</summary>
    public static WeightColumn? In(DataTable table, WeightColumn? weight) => weight is not null && table.IndexOf(weight.Name) >= 0 ? weight : null;
}
