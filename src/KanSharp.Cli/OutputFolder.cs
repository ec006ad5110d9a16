using KanSharp.IO;

namespace KanSharp.Cli;

/// <summary>A folder that gets several files at once, all or none; what else is in it stays untouched.</summary>
internal sealed class OutputFolder(string path, IReadOnlyList<string> fileNames)
{
    /// <summary>The path as the user gave it.</summary>
    public string Path => path;

    /// <summary>The path of one of the files.</summary>
    public string this[string fileName] => System.IO.Path.Combine(path, fileName);

    /// <summary>Finds out before long work whether the files could be written, and would not destroy the data they come from; leaves no trace.</summary>
    public void Check(params ReadOnlySpan<string?> data)
    {
        if (path.Length == 0)
            throw new KanSharpException("--out-dir is empty; give it the name of a folder.");
        foreach (string? source in data)
        {
            if (source is { Length: > 0 } && fileNames.Any(name => System.IO.Path.GetFullPath(this[name]) == System.IO.Path.GetFullPath(source)))
                throw new KanSharpException($"{source} is the data itself and would be overwritten; give --out-dir another folder.");
        }
        List<string> made = Make();
        try
        {
            foreach (string name in fileNames)
                AtomicFile.EnsureWritable(this[name]);
        }
        finally
        {
            Remove(made);
        }
    }

    /// <summary>Writes the files: first all of them aside, then each to its place.</summary>
    public void Write(IReadOnlyDictionary<string, byte[]> contents)
    {
        List<string> made = Make();
        string aside = System.IO.Path.Combine(path, $".{Environment.ProcessId}.kan-tmp");
        bool done = false;
        try
        {
            Directory.CreateDirectory(aside);
            foreach ((string name, byte[] content) in contents)
                AtomicFile.Write(System.IO.Path.Combine(aside, name), stream => stream.Write(content));
            foreach (string name in contents.Keys)
                File.Move(System.IO.Path.Combine(aside, name), this[name], overwrite: true);
            done = true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failure(failure);
        }
        finally
        {
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
            if (!done)
                Remove(made);
        }
    }

    /// <summary>Creates the folder and those above it; returns the new ones, innermost first.</summary>
    private List<string> Make()
    {
        List<string> missing = [];
        for (string? level = System.IO.Path.GetFullPath(path); level is not null && !Directory.Exists(level); level = System.IO.Path.GetDirectoryName(level))
        {
            if (File.Exists(level))
                throw new KanSharpException($"{path} cannot be made: {level} is a file. Give --out-dir another name.");
            missing.Add(System.IO.Path.TrimEndingDirectorySeparator(level));
        }
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Remove(missing);
            throw Failure(failure);
        }
        return missing;
    }

    private static void Remove(List<string> folders)
    {
        foreach (string folder in folders.Where(Directory.Exists))
            Directory.Delete(folder, recursive: false);
    }

    private KanSharpException Failure(Exception failure) =>
        new($"The results cannot be written to {path}: {failure.Message.TrimEnd('.')}. Free some space or choose another place with --out-dir.", failure);
}
