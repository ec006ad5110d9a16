namespace KanSharp.IO.Interop;

/// <summary>Makes the error for a file of a checkpoint that cannot be used.</summary>
internal static class Damage
{
    /// <summary>An error that names the file, what was found and what to do.</summary>
    public static KanFormatException Of(string source, string what, Exception? cause = null)
    {
        string message = $"{source} is not readable as part of a pykan checkpoint: {what}. It is damaged or of another kind; save the network once more with saveckpt of pykan 0.2.";
        return cause is null ? new KanFormatException(message) : new KanFormatException(message, cause);
    }

    /// <summary>A text from the file, shortened and without control characters, for a message.</summary>
    public static string Quote(string text)
    {
        string shown = text.Length <= 60 ? text : text[..60] + "...";
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }
}
