namespace KanSharp.IO;

/// <summary>
/// Writes files as a whole or not at all: into a new file in the same folder that then takes the place of the old one. Whatever goes wrong,
/// an existing file keeps its content and nothing is left behind.
/// </summary>
public static class AtomicFile
{
    private static int s_count;

    /// <summary>Writes what <paramref name="write"/> puts into the stream.</summary>
    /// <exception cref="KanSharpException">The file cannot be written: no such folder, no permission, no space.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(write);
        if (IsDevice(path))
        {
            Guard(path, () =>
            {
                using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
                write(device);
            });
            return;
        }
        string target = Check(path), temporary = TemporaryFor(target);
        Guard(path, () =>
        {
            try
            {
                using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }
                File.Move(temporary, target, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        });
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <exception cref="KanSharpException">The file cannot be written.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Finds out before long work whether its result could be written to <paramref name="path"/>; leaves no trace.</summary>
    /// <exception cref="KanSharpException">It could not.</exception>
    public static void EnsureWritable(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (IsDevice(path))
            return;
        string temporary = TemporaryFor(Check(path));
        Guard(path, () =>
        {
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        });
    }

    // A device such as /dev/stdout takes bytes but must not be replaced; /dev/shm is a folder like any other.
    private static bool IsDevice(string path) =>
        path.Length > 0 && !OperatingSystem.IsWindows() && Path.GetFullPath(path) is var full &&
        full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);

    // The file to replace: where the path is a link, the one it leads to.
    private static string Check(string path)
    {
        if (path.Length == 0)
            throw new KanSharpException("The path of an output file is empty; give it a name.");
        string target = Path.GetFullPath(path);
        if (Directory.Exists(target))
            throw new KanSharpException($"{path} cannot be written: it is a folder. Give the name of a file.");
        string folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
            throw new KanSharpException($"{path} cannot be written: there is no folder {folder}. Create it or choose another.");
        if (!File.Exists(target))
            return target;
        if (File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
            throw new KanSharpException($"{path} cannot be written: the existing file is read-only. Make it writable or choose another name.");
        return File.ResolveLinkTarget(target, returnFinalTarget: true)?.FullName ?? target;
    }

    private static string TemporaryFor(string target) => TemporaryIn(Path.GetDirectoryName(target)!);

    /// <summary>A path in a folder that nothing else takes.</summary>
    internal static string TemporaryIn(string folder) =>
        Path.Combine(folder, $".{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}.kan-tmp");

    private static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KanSharpException($"{path} cannot be written: {failure.Message.TrimEnd('.')}. Free some space or choose another place; nothing was changed.", failure);
        }
    }
}
