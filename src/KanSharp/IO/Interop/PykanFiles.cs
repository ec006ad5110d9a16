namespace KanSharp.IO.Interop;

/// <summary>The paths of a checkpoint's three files.</summary>
internal sealed class PykanFiles(string prefix)
{
    private const string ConfigSuffix = "_config.yml", StateSuffix = "_state", CacheSuffix = "_cache_data";

    public string Config { get; } = prefix + ConfigSuffix;

    public string State { get; } = prefix + StateSuffix;

    public string Cache { get; } = prefix + CacheSuffix;

    /// <summary>Opens one of the files to read.</summary>
    public FileStream Open(string path)
    {
        if (!File.Exists(path))
            throw Missing(path);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KanSharpException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    private KanSharpException Missing(string path)
    {
        string[] suffixes = [ConfigSuffix, StateSuffix, CacheSuffix];
        string hint = suffixes.FirstOrDefault(prefix.EndsWith) is { } suffix
            ? $"Give what the names of the three have in common, {prefix[..^suffix.Length]}."
            : $"A checkpoint of pykan is three files that saveckpt writes, {string.Join(", ", suffixes.Select(name => Path.GetFileName(prefix) + name))}; give their common prefix, and keep them together.";
        return new KanSharpException($"There is no file {path}. {hint}");
    }
}
