using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KanSharp.IO.Checkpoints;

/// <summary>
/// Reads a safetensors file with the checks of the reference implementation: tensors lie one after the other, without gap or overlap, and fill
/// the file to its end. Nothing is allocated before its length is known to fit the file.
/// </summary>
internal sealed class SafetensorsReader
{
    private readonly Stream _stream;
    private readonly string _kind;
    private readonly List<Entry> _entries = [];

    private sealed record Entry(string Name, string Type, ImmutableArray<long> Shape, long Begin, long End);

    /// <summary>Reads and checks the header; the stream must be able to seek. <paramref name="kind"/> is what messages call such a file.</summary>
    public SafetensorsReader(Stream stream, string source, string kind)
    {
        _stream = stream;
        _kind = kind;
        Source = source;
        long length = stream.Length - stream.Position;
        if (length < 8)
            throw Defect($"it has {length} bytes, too few for a {kind}");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > Safetensors.MaxHeaderLength)
            throw Defect("it does not start like a safetensors file");
        if (headerLength > (ulong)(length - 8))
            throw Defect($"its header should have {headerLength} bytes, but only {length - 8} are there");
        byte[] header = new byte[headerLength];
        stream.ReadExactly(header);
        ReadHeader(header);
        CheckPlaces(length - 8 - (long)headerLength);
    }

    /// <summary>What messages call the file.</summary>
    public string Source { get; }

    /// <summary>The header's texts.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the metadata names this format, in a version up to this one.</summary>
    public void CheckFormat(string format, int newest)
    {
        if (!Metadata.TryGetValue("format", out string? found) || found != format)
            throw new KanFormatException($"{Source} is a safetensors file, but not a KanSharp {_kind}: its metadata says format {(found is null ? "nothing" : Quote(found))}, expected '{format}'. Give a {_kind} that KanSharp saved.");
        string text = Text("version");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version < 1)
            throw Defect($"its format version is {Quote(text)}; a number from 1 is expected");
        if (version > newest)
            throw new KanFormatException($"{Source} has format version {version}, and this version of KanSharp reads versions up to {newest}. Update KanSharp, or save the {_kind} with this version.");
    }

    /// <summary>A text of the header that must be there.</summary>
    public string Text(string key) => Metadata.TryGetValue(key, out string? text) ? text : throw Defect($"its metadata has no '{key}'");

    /// <summary>The values of every tensor, in the file's order.</summary>
    public List<(TensorShape Shape, double[] Values)> ReadTensors()
    {
        var tensors = new List<(TensorShape, double[])>(_entries.Count);
        foreach (Entry entry in _entries)
        {
            if (entry.Type != Safetensors.DoubleType)
                throw Defect($"tensor {Quote(entry.Name)} has type {Quote(entry.Type)}; {Safetensors.DoubleType} is expected");
            if ((entry.End - entry.Begin) / sizeof(double) > Array.MaxLength)
                throw Defect($"tensor {Quote(entry.Name)} has {(entry.End - entry.Begin) / sizeof(double)} values; at most {Array.MaxLength} are possible");
            double[] values = new double[(entry.End - entry.Begin) / sizeof(double)];
            Safetensors.ReadLittleEndian(_stream, values);
            tensors.Add((new TensorShape(entry.Name, entry.Shape), values));
        }
        return tensors;
    }

    /// <summary>An error that names the file and what to do.</summary>
    public KanFormatException Defect(string what, Exception? cause = null)
    {
        string message = $"{Source} is not a readable {_kind} file: {what}. It is damaged or of another kind; take a copy of the file that was saved, or train and save {(_kind == "model" ? "the model " : "")}again.";
        return cause is null ? new KanFormatException(message) : new KanFormatException(message, cause);
    }

    /// <summary>A name from the file, shortened and without control characters, for a message.</summary>
    public static string Quote(string name)
    {
        string shown = name.Length <= 60 ? name : name[..60] + "...";
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c))}'";
    }

    private void ReadHeader(byte[] header)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(header);
            using JsonDocument document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == Safetensors.MetadataKey)
                {
                    foreach (JsonProperty text in property.Value.EnumerateObject())
                        Metadata.Add(text.Name, text.Value.ValueKind == JsonValueKind.String ? text.Value.GetString()! : throw new FormatException($"{text.Name} is no text"));
                    continue;
                }
                JsonElement[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray()];
                if (offsets.Length != 2 || property.Value.GetProperty("dtype").ValueKind != JsonValueKind.String)
                    throw new FormatException($"tensor {Quote(property.Name)} has no type and place");
                _entries.Add(new Entry(property.Name, property.Value.GetProperty("dtype").GetString()!,
                    [.. property.Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())],
                    offsets[0].GetInt64(), offsets[1].GetInt64()));
            }
        }
        // Not text, not JSON, of the wrong kind, or a required member is missing.
        catch (Exception failure) when (failure is ArgumentException or JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Defect($"its header cannot be read ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    private void CheckPlaces(long available)
    {
        _entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long end = 0;
        foreach (Entry entry in _entries)
        {
            if (entry.Begin != end || entry.End < entry.Begin)
                throw Defect($"tensor {Quote(entry.Name)} is said to take bytes {entry.Begin} to {entry.End}; it should start at {end}, where the one before it ends");
            end = entry.End;
            if (end > available)
                throw Defect($"tensor {Quote(entry.Name)} should end at byte {end} of the data, but only {available} are there");
            if (entry.Type == Safetensors.DoubleType && ByteCount(entry.Shape) != entry.End - entry.Begin)
                throw Defect($"tensor {Quote(entry.Name)} of shape {TensorShape.Format(entry.Shape)} takes {entry.End - entry.Begin} bytes; its place and shape contradict each other");
        }
        if (end != available)
            throw Defect($"its tensors take {end} bytes, but {available} are there");
    }

    /// <summary>-1 where the shape is not possible.</summary>
    private static long ByteCount(ImmutableArray<long> shape)
    {
        long count = sizeof(double);
        foreach (long dimension in shape)
        {
            if (dimension < 0 || (dimension > 0 && count > long.MaxValue / dimension))
                return -1;
            count *= dimension;
        }
        return count;
    }
}
