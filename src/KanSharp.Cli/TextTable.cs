namespace KanSharp.Cli;

/// <summary>Writes rows of text in columns as wide as their widest cell.</summary>
internal static class TextTable
{
    public static void Write(TextWriter output, params IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
