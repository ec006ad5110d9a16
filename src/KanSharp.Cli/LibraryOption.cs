using System.CommandLine;
using KanSharp.Formulas;

namespace KanSharp.Cli;

/// <summary>The option --lib: which functions may be used.</summary>
internal static class LibraryOption
{
    public static Option<string?> Create() => OptionOf.Text("--lib", "x,x^2,exp,sin", "The functions that may be used, beside sums and products [default: all that are known]");

    public static SymbolicLibrary Library(this ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not string names ? SymbolicLibrary.Default
            : names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } given ? SymbolicLibrary.Default.Select(given)
            : throw new KanSharpException($"{option.Name} '{names}' names no function; name those that may be used, such as {option.Name} x,x^2,exp,sin, or leave it out for all that are known.");
}
