namespace KanSharp.Tests.Support;

/// <summary>
/// Compares texts with files in Golden/. To accept new ones, run the tests with KANSHARP_GOLDEN set to that folder of the source tree, look at
/// every difference, and commit; where CI is set, files are never written.
/// </summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        if (Environment.GetEnvironmentVariable("KANSHARP_GOLDEN") is { Length: > 0 } folder && Environment.GetEnvironmentVariable("CI") is null or "")
            File.WriteAllText(Path.Combine(folder, name), actual);
        string path = Path.Combine(AppContext.BaseDirectory, "Golden", name);
        Assert.True(File.Exists(path), $"There is no golden file {name}; see {nameof(Golden)}.");
        string expected = File.ReadAllText(path);
        if (actual == expected)
            return;
        string[] now = actual.Split('\n'), before = expected.Split('\n');
        int line = now.Zip(before).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail($"{name} differs from line {line + 1} on ({before.Length} lines before, {now.Length} now):\n- {before.ElementAtOrDefault(line)}\n+ {now.ElementAtOrDefault(line)}");
    }
}
