using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KanSharp.Cli;

/// <summary>One run of the command: where results, messages and progress go, and whether the user wants to stop.</summary>
internal sealed class Session(TextWriter output, TextWriter error, bool onTerminal, CancellationToken cancellation, TimeProvider? clock = null)
{
    private readonly List<string> _warnings = [];

    /// <summary>Standard output: results only, and with <see cref="Json"/> nothing but one JSON object.</summary>
    public TextWriter Output => output;

    /// <summary>Standard error: messages, warnings, progress.</summary>
    public TextWriter Error => error;

    /// <summary>Whether a person watches standard error on a terminal.</summary>
    public bool OnTerminal => onTerminal;

    /// <summary>Cancelled when the user presses Ctrl-C.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Measures durations.</summary>
    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    /// <summary>Whether the result is to be one JSON object.</summary>
    public bool Json { get; set; }

    /// <summary>What was told by <see cref="Warn(string)"/> so far.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Tells what was noticed and does not stop the work; part of the JSON result too.</summary>
    public void Warn(string message)
    {
        _warnings.Add(message);
        error.WriteLine($"Warning: {message}");
    }

    /// <inheritdoc cref="Warn(string)"/>
    public void Warn(IEnumerable<string> messages)
    {
        foreach (string message in messages)
            Warn(message);
    }

    /// <summary>Writes the result of the run, for a program or for a reader.</summary>
    public void Finish(JsonObject json, Action<TextWriter> text)
    {
        if (!Json)
        {
            text(output);
            return;
        }
        if (_warnings.Count > 0)
            json["warnings"] = new JsonArray([.. _warnings.Select(warning => (JsonNode)warning)]);
        WriteJson(json);
    }

    /// <summary>Writes an error where it belongs.</summary>
    public void Fail(string message)
    {
        if (Json)
            WriteJson(new JsonObject { ["error"] = message });
        else
            error.WriteLine($"Error: {message}");
    }

    /// <summary>A number as JSON; null where JSON has no such number.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private void WriteJson(JsonObject json)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            json.WriteTo(writer);
        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
