using KanSharp.IO;

namespace KanSharp.Cli;

/// <summary>Checks before long work that its result can be written, and that this would not destroy the data it comes from.</summary>
internal static class OutputFile
{
    public static void Check(string path, params ReadOnlySpan<string?> data)
    {
        foreach (string? source in data)
        {
            if (source is not null && path.Length > 0 && source.Length > 0 && Path.GetFullPath(path) == Path.GetFullPath(source))
                throw new KanSharpException($"{path} is the data itself and would be overwritten; give --out another name.");
        }
        AtomicFile.EnsureWritable(path);
    }
}
