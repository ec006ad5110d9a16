using System.CommandLine;
using KanSharp.IO;

namespace KanSharp.Cli;

/// <summary>The option --missing of all verbs that read data.</summary>
internal static class MissingOption
{
    public static Option<string> Create() => OptionOf.Choice("--missing",
        "What to do with cells that hold no number: refuse them, leave their rows out, or fill in the column's mean", "error", "drop", "mean");

    public static MissingPolicy Policy(this ParseResult parsed, Option<string> option) => parsed.GetValue(option) switch
    {
        "drop" => MissingPolicy.Drop,
        "mean" => MissingPolicy.Mean,
        _ => MissingPolicy.Error,
    };
}
