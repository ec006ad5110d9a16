using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KanSharp.IO.Checkpoints;

/// <summary>
/// The safetensors container (github.com/huggingface/safetensors, "Format"): the header's length as 8 bytes little-endian, a JSON header with the
/// place of each tensor, then the tensors' bytes one after the other. Only tensors of doubles are read and written.
/// </summary>
internal static class Safetensors
{
    /// <summary>The longest header that the reference implementation accepts.</summary>
    public const int MaxHeaderLength = 100_000_000;

    public const string MetadataKey = "__metadata__";

    public const string DoubleType = "F64";

    /// <summary>Writes the header, padded so that the tensors start at a multiple of 8, and the tensors in the given order.</summary>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, string>> metadata, IReadOnlyList<(TensorShape Shape, ReadOnlyMemory<double> Values)> tensors)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataKey);
            foreach ((string key, string value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach ((TensorShape shape, ReadOnlyMemory<double> values) in tensors)
            {
                json.WriteStartObject(shape.Name);
                json.WriteString("dtype", DoubleType);
                json.WriteStartArray("shape");
                foreach (long dimension in shape.Dimensions)
                    json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += (long)values.Length * sizeof(double));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        if (header.Length > MaxHeaderLength)
            throw new KanSharpException($"The model's names and history take {header.Length} bytes; a model file has room for {MaxHeaderLength}. Shorten the names or the history.");
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach ((_, ReadOnlyMemory<double> values) in tensors)
            WriteLittleEndian(values.Span, stream.Write);
    }

    /// <summary>SHA-256 over a text and the tensors' bytes, as hexadecimal digits.</summary>
    public static string Digest(string text, IEnumerable<ReadOnlyMemory<double>> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(text));
        foreach (ReadOnlyMemory<double> values in tensors)
            WriteLittleEndian(values.Span, hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Fills <paramref name="values"/> from little-endian bytes.</summary>
    public static void ReadLittleEndian(Stream stream, Span<double> values)
    {
        stream.ReadExactly(MemoryMarshal.AsBytes(values));
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<double, long>(values), MemoryMarshal.Cast<double, long>(values));
    }

    public delegate void TakeBytes(ReadOnlySpan<byte> bytes);

    /// <summary>Hands the values over as little-endian bytes.</summary>
    public static void WriteLittleEndian(ReadOnlySpan<double> values, TakeBytes take)
    {
        if (BitConverter.IsLittleEndian)
        {
            take(MemoryMarshal.AsBytes(values));
            return;
        }
        long[] reversed = new long[values.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<double, long>(values), reversed);
        take(MemoryMarshal.AsBytes<long>(reversed));
    }
}
