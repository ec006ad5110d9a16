namespace KanSharp.IO.Checkpoints;

/// <summary>Opens files for reading, with errors that say what was expected.</summary>
internal static class StoredFile
{
    /// <summary>Hands the file's content to <paramref name="read"/>.</summary>
    /// <exception cref="KanSharpException">There is no such file or it cannot be read.</exception>
    public static T Read<T>(string path, string kind, Func<Stream, T> read)
    {
        if (Directory.Exists(path))
            throw new KanSharpException($"{path} is a folder; a {kind} is expected.");
        if (!File.Exists(path))
            throw new KanSharpException($"There is no file {path}; give the path of an existing {kind}.");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.CanSeek)
                return read(stream);
            // Lengths are checked against what is there before anything of their size is allocated, so what is there has to be known.
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return read(copy);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KanSharpException($"{path} cannot be read: {failure.Message}", failure);
        }
    }
}
