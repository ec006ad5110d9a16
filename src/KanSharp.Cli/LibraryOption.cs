using System.CommandLine;
using KanSharp.Formulas;

namespace KanSharp.Cli;

/// <summary>The option --lib: which functions may be used.</summary>
internal static class LibraryOption
{
    public static Option<string?> Create() => OptionOf.Text("--lib", "x,x^2,exp,sin", "The functions that may be used [default: all that are known]");

    public static SymbolicLibrary Library(this ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is string names ? SymbolicLibrary.Default.Select(names.Split(',', StringSplitOptions.RemoveEmptyEntries)) : SymbolicLibrary.Default;
}
