using System.CommandLine;

namespace KanSharp.Cli;

/// <summary>One verb of the command, such as <c>kan fit</c>, with its arguments, options and example.</summary>
internal abstract class Verb(string name, string description, string example) : Command(name, description)
{
    /// <summary>A command line that works, for the help text.</summary>
    public string Example { get; } = example;

    /// <summary>Does the work and returns the exit code; throws <see cref="KanSharpException"/> for what the user has to change.</summary>
    public abstract int Run(ParseResult parsed, Session session);
}
