using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KanSharp.IO.Checkpoints;

/// <summary>The index of a version store as JSON.</summary>
internal sealed record VersionIndex(string Format, int Version, ModelVersion[] Versions)
{
    private const string FormatName = "kansharp-versions";

    private const int NewestVersion = 1;

    public static void Write(string path, ImmutableArray<ModelVersion> versions)
    {
        var options = new JsonSerializerOptions(VersionIndexJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        AtomicFile.WriteText(path, JsonSerializer.Serialize(new VersionIndex(FormatName, NewestVersion, [.. versions]), new VersionIndexJson(options).VersionIndex) + "\n");
    }

    /// <exception cref="KanSharpException">There is no such file.</exception>
    /// <exception cref="KanFormatException">It is damaged.</exception>
    public static ImmutableArray<ModelVersion> Read(string path) => StoredFile.Read(path, "index of versions", stream =>
    {
        try
        {
            VersionIndex index = JsonSerializer.Deserialize(stream, VersionIndexJson.Default.VersionIndex) ?? throw Defect(path, "it is empty");
            if (index.Format != FormatName)
                throw Defect(path, $"its format is {SafetensorsReader.Quote(index.Format)}, expected '{FormatName}'");
            if (index.Version is < 1 or > NewestVersion)
                throw new KanFormatException($"{path} has format version {index.Version}, and this version of KanSharp reads versions up to {NewestVersion}. Update KanSharp.");
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (ModelVersion? version in index.Versions)
            {
                if (version is null)
                    throw Defect(path, "a version has no description");
                _ = ModelVersion.Numbers(version.Name);
                if (version.Parent is string parent && !known.Contains(parent))
                    throw Defect(path, $"version {version.Name} comes before its parent {SafetensorsReader.Quote(parent)}");
                if (!known.Add(version.Name))
                    throw Defect(path, $"version {version.Name} is there twice");
                // A file's name is made of it.
                if (version.Sha256.Length != 64 || version.Sha256.Any(c => !char.IsAsciiHexDigitLower(c)))
                    throw Defect(path, $"the checksum of version {version.Name} is {SafetensorsReader.Quote(version.Sha256)}, expected 64 hexadecimal digits");
            }
            return ImmutableArray.Create(index.Versions);
        }
        catch (JsonException failure)
        {
            throw Defect(path, failure.Message.TrimEnd('.'), failure);
        }
    });

    private static KanFormatException Defect(string path, string what, Exception? cause = null)
    {
        string message = $"{path} is no readable index of versions: {what}. Take a copy of it; the models beside it are whole files of their own.";
        return cause is null ? new KanFormatException(message) : new KanFormatException(message, cause);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(VersionIndex))]
internal sealed partial class VersionIndexJson : JsonSerializerContext;
