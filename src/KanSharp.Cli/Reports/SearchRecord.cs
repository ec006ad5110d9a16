using System.Text.Json;
using System.Text.Json.Nodes;
using KanSharp.Formulas;

namespace KanSharp.Cli.Reports;

/// <summary>What a search leaves for one that goes on from it: its file in the folder of the results.</summary>
/// <param name="Target">The target.</param>
/// <param name="Seed">The seed, by which rows are parted too.</param>
/// <param name="Searches">How many searches were made, one after the other.</param>
/// <param name="Formulas">The table of formulas, as full text.</param>
/// <param name="Options">The options that were given, by name: which rows and inputs count, and which formulas are wanted.</param>
internal sealed record SearchRecord(string Target, ulong Seed, int Searches, string[] Formulas, IReadOnlyDictionary<string, string> Options)
{
    public const string FileName = "search.json";

    private const string Format = "kansharp-search";

    public string ToJson() => new JsonObject
    {
        ["format"] = Format,
        ["target"] = Target,
        ["seed"] = Seed,
        ["searches"] = Searches,
        ["options"] = new JsonObject(Options.Select(option => KeyValuePair.Create(option.Key, (JsonNode?)option.Value))),
        ["formulas"] = new JsonArray([.. Formulas.Select(formula => JsonValue.Create(formula))]),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";

    /// <summary>Reads the record of a folder.</summary>
    /// <exception cref="KanSharpException">The folder is no search's, or its record is damaged.</exception>
    public static SearchRecord Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new KanSharpException($"There is no search to go on with in {folder}: it has no {FileName}. Give the folder that an earlier discover wrote.");
        try
        {
            JsonNode root = JsonNode.Parse(File.ReadAllText(path)) ?? throw new JsonException("it is empty");
            if ((string?)root["format"] != Format)
                throw new JsonException($"its format is not {Format}");
            var record = new SearchRecord((string)root["target"]!, (ulong)root["seed"]!, (int)root["searches"]!, [.. root["formulas"]!.AsArray().Select(formula => (string)formula!)],
                root["options"]?.AsObject().ToDictionary(option => option.Key, option => (string)option.Value!) ?? []);
            _ = record.Expressions();
            return record;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException or NullReferenceException or ArgumentNullException or KanFormatException or IOException or UnauthorizedAccessException)
        {
            throw new KanSharpException($"{path} cannot be read as the record of a search: {failure.Message.TrimEnd('.')}. Search anew without --resume.", failure);
        }
    }

    public Expression[] Expressions() => [.. Formulas.Select(formula => Expression.Parse(formula))];
}
