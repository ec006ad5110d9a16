using System.CommandLine;

namespace KanSharp.Cli;

/// <summary>
/// Names the unknown verb or option with the nearest known one. The parser itself would take a mistyped option for the value of an argument.
/// </summary>
internal static class CommandLineCheck
{
    public static void Verify(RootCommand root, IReadOnlyList<string> arguments)
    {
        Command command = root;
        int start = 0;
        if (arguments.Count > 0 && !arguments[0].StartsWith('-'))
        {
            command = root.Subcommands.FirstOrDefault(verb => verb.Name == arguments[0])
                ?? throw new KanSharpException($"Unknown verb '{arguments[0]}'.{NearestName.Hint(arguments[0], root.Subcommands.Select(verb => verb.Name))} " +
                    $"The verbs are: {string.Join(", ", root.Subcommands.Select(verb => verb.Name))}. See 'kan --help'.");
            start = 1;
        }
        Option[] options = command == root ? [.. root.Options] : [.. command.Options, .. root.Options.Where(option => option.Recursive)];
        bool valueExpected = false;
        for (int i = start; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
                break;
            string name = arguments[i].Split('=', ':')[0];
            Option? known = options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));
            // A value may look like an option where one is due: a negative number, a column called -x.
            if (known is null && LooksLikeOption(arguments[i]) && !(valueExpected && !arguments[i].StartsWith("--")))
            {
                throw new KanSharpException($"Unknown option '{name}'.{NearestName.Hint(name, options.Select(option => option.Name))} " +
                    $"See 'kan {(command == root ? "" : command.Name + " ")}--help' for all." +
                    (command.Arguments.Count > 0 ? " A value that begins with '-' goes after all options and '--'." : ""));
            }
            valueExpected = known is { Arity.MaximumNumberOfValues: > 0 } && known.ValueType != typeof(bool) && name == arguments[i];
        }
    }

    /// <summary>Whether it is spelled as an option is; -3 and -x^2 are not.</summary>
    private static bool LooksLikeOption(string argument) => argument.Length > 1 && argument[0] == '-' && !char.IsAsciiDigit(argument[1]) && argument[1] != '.'
        && argument.Split('=', ':')[0].All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_');
}
