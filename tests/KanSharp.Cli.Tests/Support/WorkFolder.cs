using System.Globalization;

namespace KanSharp.Cli.Tests.Support;

/// <summary>A folder for one test, with tables to fit, that is gone afterwards.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("kan-cli-").FullName;

    /// <summary>The full path of a file here.</summary>
    public string this[string name] => Path.Combine(_path, name);

    public string[] Names => [.. Directory.EnumerateFileSystemEntries(_path, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_path, path)).Order(StringComparer.Ordinal)];

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>y = sin(3 a) + b^2 in some rows, with a and b spread over [-1, 1].</summary>
    public string WriteWaves(string name = "data.csv", int rows = 60, string separator = ",", string header = "a,b,y", string newLine = "\n") =>
        Write(name, header.Replace(",", separator) + newLine + string.Concat(Rows(rows).Select(row => string.Join(separator, row.Select(Text)) + newLine)));

    /// <summary>Points labelled by whether a + b is positive.</summary>
    public string WriteClasses(string name = "classes.csv", int rows = 80) =>
        Write(name, "a,b,sign\n" + string.Concat(Rows(rows).Select(row => $"{Text(row[0])},{Text(row[1])},{(row[0] + row[1] > 0 ? "plus" : "minus")}\n")));

    public static IEnumerable<double[]> Rows(int count) => Enumerable.Range(0, count).Select(i =>
    {
        // The additive recurrence with the plastic number, which fills the square evenly.
        double a = 2 * (0.7548776662466927 * (i + 1) % 1) - 1, b = 2 * (0.5698402909980532 * (i + 1) % 1) - 1;
        return new[] { a, b, Math.Sin(3 * a) + b * b };
    });

    public void Dispose() => Directory.Delete(_path, recursive: true);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
