using Microsoft.Win32.SafeHandles;
using System.Runtime.InteropServices;
using KanSharp.Numerics;

namespace KanSharp.IO;

/// <summary>
/// Rows of numbers in a file that is gone when it is closed, dealt out to numbered parts. Of each part a segment is gathered in memory and then written as a whole, so that
/// writing is sequential and a part can be read on its own.
/// </summary>
internal sealed class RowScratch : IDisposable
{
    /// <summary>Bytes gathered in memory, over all parts.</summary>
    private const int BufferBytes = 64 << 20;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly int _width;
    private readonly Part[] _parts;
    private long _end;

    /// <summary>Opens a file of rows of <paramref name="width"/> numbers each in a folder.</summary>
    /// <exception cref="KanSharpException">It cannot be made there.</exception>
    public RowScratch(string folder, int width, int parts)
    {
        _width = width;
        int segment = Math.Clamp(BufferBytes / (width * sizeof(double) * parts), 1, 65_536);
        _parts = [.. Enumerable.Range(0, parts).Select(_ => new Part(segment * width))];
        _path = AtomicFile.TemporaryIn(folder);
        _file = Guard(() => File.OpenHandle(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose));
    }

    /// <summary>Rows in a part.</summary>
    public long Count(int part) => _parts[part].Values / _width;

    /// <summary>Adds a row to a part.</summary>
    public void Add(int part, ReadOnlySpan<double> row)
    {
        Part target = _parts[part];
        row.CopyTo(target.Buffer.AsSpan(target.Filled));
        target.Filled += _width;
        target.Values += _width;
        if (target.Filled == target.Buffer.Length)
            Write(target);
    }

    /// <summary>Writes what is still in memory. Nothing can be added any more.</summary>
    public void Complete()
    {
        foreach (Part part in _parts)
        {
            Write(part);
            part.Buffer = [];
        }
    }

    /// <summary>All rows of a part, in the order they came; possibly from several threads.</summary>
    public Matrix Read(int part)
    {
        Part source = _parts[part];
        var result = new Matrix(checked((int)Count(part)), _width);
        double[] rows = [];
        int first = 0;
        foreach ((long offset, int length) in source.Segments)
        {
            if (rows.Length < length)
                rows = new double[length];
            Guard(() =>
            {
                Span<byte> bytes = MemoryMarshal.AsBytes(rows.AsSpan(0, length));
                for (int read = 0; read < bytes.Length;)
                {
                    int more = RandomAccess.Read(_file, bytes[read..], offset + read);
                    read += more > 0 ? more : throw new IOException("it ends early");
                }
                return 0;
            });
            int count = length / _width;
            for (int j = 0; j < _width; j++)
            {
                Span<double> column = result.Column(j).Slice(first, count);
                for (int i = 0; i < count; i++)
                    column[i] = rows[i * _width + j];
            }
            first += count;
        }
        return result;
    }

    public void Dispose() => _file.Dispose();

    private void Write(Part part)
    {
        if (part.Filled == 0)
            return;
        ReadOnlyMemory<double> rows = part.Buffer.AsMemory(0, part.Filled);
        Guard(() =>
        {
            RandomAccess.Write(_file, MemoryMarshal.AsBytes(rows.Span), _end);
            return 0;
        });
        part.Segments.Add((_end, part.Filled));
        _end += (long)part.Filled * sizeof(double);
        part.Filled = 0;
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KanSharpException($"The rows cannot be kept in {_path}, which needs 8 bytes for each number: {failure.Message.TrimEnd('.')}. Free some space there.", failure);
        }
    }

    private sealed class Part(int length)
    {
        public double[] Buffer { get; set; } = new double[length];

        public int Filled { get; set; }

        public long Values { get; set; }

        public List<(long Offset, int Length)> Segments { get; } = [];
    }
}
