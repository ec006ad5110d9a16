using System.IO.Compression;
using KanSharp.IO.Checkpoints;

namespace KanSharp.IO.Interop;

/// <summary>Writes files that torch.load reads; the same content gives the same bytes.</summary>
internal static class TorchWriter
{
    private static readonly DateTimeOffset s_time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A state dictionary.</summary>
    public static void Write(Stream stream, string name, IReadOnlyList<(string Name, int[] Shape, double[] Values)> tensors) =>
        Write(stream, name, new PickleWriter().Dictionary(tensors.Select((tensor, i) => (tensor.Name, i, tensor.Shape))).Finish(), [.. tensors.Select(tensor => tensor.Values)]);

    /// <summary>Python's None.</summary>
    public static void WriteNone(Stream stream, string name) => Write(stream, name, new PickleWriter().None().Finish(), []);

    private static void Write(Stream stream, string name, byte[] pickle, double[][] storages)
    {
        // The archive wants to know its position, which a device has not.
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            Entry(zip, $"{name}/data.pkl", pickle);
            for (int i = 0; i < storages.Length; i++)
            {
                using var bytes = new MemoryStream();
                Safetensors.WriteLittleEndian(storages[i], bytes.Write);
                Entry(zip, $"{name}/data/{i}", bytes.ToArray());
            }
            Entry(zip, $"{name}/version", "3\n"u8);
        }
        buffer.WriteTo(stream);
    }

    private static void Entry(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = s_time;
        using Stream stream = entry.Open();
        stream.Write(content);
    }
}
