using System.Text.Json;

namespace KanSharp.Tests.Support;

/// <summary>Reads the reference numbers: the project's own copy, or the folder that KANSHARP_REFERENCE names.</summary>
internal static class ReferenceData
{
    private static readonly string s_own = Path.Combine(AppContext.BaseDirectory, "Reference");

    private static readonly string? s_other = Environment.GetEnvironmentVariable("KANSHARP_REFERENCE") is { Length: > 0 } folder ? folder : null;

    /// <summary>Parses NAME.json; its cases stand under "cases". A file that the other folder lacks comes from the project's own copy.</summary>
    public static JsonElement Load(string name) => JsonDocument.Parse(File.ReadAllBytes(FileOf(name + ".json"))).RootElement;

    /// <summary>The path of a file beside the JSON files, in the folder where its like is taken from.</summary>
    public static string FileOf(string file) => s_other is not null && File.Exists(Path.Combine(s_other, file)) ? Path.Combine(s_other, file) : Path.Combine(s_own, file);

    /// <summary>The cases of a file with their index, for a theory's failure message to name.</summary>
    public static IEnumerable<(int Index, JsonElement Case)> Cases(string name) =>
        Load(name).GetProperty("cases").EnumerateArray().Select((element, index) => (index, element));

    /// <summary>A number; "NaN", "Infinity" and "-Infinity" are written as strings.</summary>
    public static double Number(this JsonElement element) => element.ValueKind == JsonValueKind.String
        ? element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => throw new FormatException($"not a number: {text}"),
        }
        : element.GetDouble();

    public static double[] Vector(this JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    public static double[][] Rows(this JsonElement element) => [.. element.EnumerateArray().Select(Vector)];

    public static double[][][] Cube(this JsonElement element) => [.. element.EnumerateArray().Select(Rows)];
}
