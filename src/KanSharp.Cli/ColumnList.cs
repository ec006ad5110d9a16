using KanSharp.IO;

namespace KanSharp.Cli;

/// <summary>Names of columns as a user types them: y,y2 or "a name, with comma",y.</summary>
internal static class ColumnList
{
    /// <summary>Splits at commas outside quotes; a text that is the name of one column as a whole stays whole.</summary>
    public static string[] Split(string? text, DataTable? table)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        if (table?.IndexOf(text) >= 0)
            return [text];
        List<string> names = [""];
        bool quoted = false;
        foreach (char letter in text)
        {
            if (letter == '"')
                quoted = !quoted;
            else if (letter == ',' && !quoted)
                names.Add("");
            else
                names[^1] += letter;
        }
        return [.. names.Select(name => name.Trim())];
    }
}
