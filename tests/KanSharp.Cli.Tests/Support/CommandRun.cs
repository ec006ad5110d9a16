using System.Text.Json;

namespace KanSharp.Cli.Tests.Support;

/// <summary>One run of the command inside the test's process: what it wrote and how it ended.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    /// <summary>The JSON object that standard output must be, on its own.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static CommandRun Of(params string[] arguments) => Of(null, default, arguments);

    public static CommandRun Of(IReadOnlyList<Verb>? verbs, CancellationToken cancellation, params string[] arguments)
    {
        StringWriter output = new(), error = new();
        var session = new Session(output, error, onTerminal: false, cancellation);
        int code = verbs is null ? KanApp.Run(arguments, session) : KanApp.Run(arguments, session, verbs);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
