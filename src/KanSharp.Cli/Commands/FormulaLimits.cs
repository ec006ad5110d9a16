using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using KanSharp.Discovery;
using KanSharp.Formulas;

namespace KanSharp.Cli.Commands;

/// <summary>The options of <c>kan discover</c> that say which formulas are wanted.</summary>
internal sealed class FormulaLimits
{
    private readonly Option<string?> _library = LibraryOption.Create();
    private readonly Option<int?> _maxComplexity = OptionOf.OptionalWhole("--max-complexity", "The largest complexity of a formula: its number of operators, functions, variables and constants", 1, int.MaxValue);
    private readonly Option<string?> _complexity = OptionOf.Text("--complexity", "sin=3,exp=2", "What functions count for in the complexity [default: 1 each]");
    private readonly Option<string?> _forbidden = OptionOf.Text("--forbid", "sin(sin),exp(log)", "Functions that may not stand inside others, at any depth; sin and cos are one here, and so are arcsin and arccos");

    public Option[] Options => [_library, _maxComplexity, _complexity, _forbidden];

    public DiscoveryOptions Apply(ParseResult parsed, DiscoveryOptions options) => options with
    {
        Library = parsed.Library(_library),
        MaxComplexity = parsed.GetValue(_maxComplexity),
        FunctionComplexity = Weights(Parts(parsed, _complexity)),
        ForbiddenNestings = [.. Parts(parsed, _forbidden).Select(Nesting)],
    };

    /// <summary>What was asked for, by name, in words.</summary>
    public IEnumerable<(string Name, string Value)> Describe(ParseResult parsed)
    {
        yield return ("functions", parsed.GetValue(_library) ?? "the whole library");
        yield return ("complexity at most", parsed.GetValue(_maxComplexity)?.ToString(CultureInfo.InvariantCulture) ?? "no limit");
        if (parsed.GetValue(_complexity) is string weights)
            yield return ("complexity of functions", weights);
        if (parsed.GetValue(_forbidden) is string nestings)
            yield return ("forbidden", nestings);
    }

    private static string[] Parts(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not string list ? []
        : list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } parts ? parts
        : throw new KanSharpException($"{option.Name} '{list}' says nothing; write it like {option.Name} {option.HelpName}, or leave it out.");

    private static ImmutableDictionary<ElementaryFunction, int> Weights(string[] parts)
    {
        var weights = ImmutableDictionary.CreateBuilder<ElementaryFunction, int>();
        foreach ((ElementaryFunction function, int complexity) in parts.Select(Weight))
        {
            if (!weights.TryAdd(function, complexity))
                throw new KanSharpException($"--complexity gives two numbers for '{function.ToString().ToLowerInvariant()}'; give one.");
        }
        return weights.ToImmutable();
    }

    private static KeyValuePair<ElementaryFunction, int> Weight(string part) =>
        part.Split('=', StringSplitOptions.TrimEntries) is [string name, string number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int complexity) && complexity is >= 1 and <= 1000
            ? KeyValuePair.Create(Function(name, "--complexity"), complexity)
            : throw new KanSharpException($"'{part}' is no complexity of a function; write its name and a whole number from 1 to 1000, such as --complexity sin=3,exp=2.");

    private static (ElementaryFunction, ElementaryFunction) Nesting(string part) =>
        part.EndsWith(')') && part[..^1].Split('(', StringSplitOptions.TrimEntries) is [string outer, string inner]
            ? (Function(outer, "--forbid"), Function(inner, "--forbid"))
            : throw new KanSharpException($"'{part}' is no nesting of functions; write the outer one and the inner one in parentheses, such as --forbid sin(sin),exp(log).");

    private static ElementaryFunction Function(string name, string option)
    {
        string[] known = [.. Enum.GetNames<ElementaryFunction>().Select(function => function.ToLowerInvariant())];
        return known.Contains(name) ? Enum.Parse<ElementaryFunction>(name, ignoreCase: true)
            : throw new KanSharpException($"{option}: '{name}' is no function that formulas call.{NearestName.Hint(name, known)} These are {string.Join(", ", known)}.");
    }
}
