using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace KanSharp.IO.Interop;

/// <summary>
/// Reads the zip archives that torch.save writes: entries stored without compression, no comment at the end. Everything else is refused, so that
/// an entry has as many bytes as it says and all of them lie in the file. (PKWARE, APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16.)
/// </summary>
internal sealed class StoredZip
{
    private const int EndLength = 22, EntryLength = 46, LocalLength = 30;

    /// <summary>Room for the names of more tensors than a network has; keeps a hostile file from filling memory.</summary>
    private const int MaxEntries = 20_000, MaxDirectoryLength = 4_000_000;

    private readonly Stream _stream;
    private readonly string _source;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly long _directory;

    private readonly record struct Entry(long Offset, uint Length, uint Crc);

    public StoredZip(Stream stream, string source)
    {
        _stream = stream;
        _source = source;
        Span<byte> end = stackalloc byte[EndLength];
        if (stream.Length < EndLength)
            throw Damage.Of(source, $"it has {stream.Length} bytes, too few for a zip archive of torch.save");
        ReadAt(stream.Length - EndLength, end);
        if (!end.StartsWith("PK\u0005\u0006"u8) || BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) != 0)
            throw Damage.Of(source, "it does not end like a zip archive of torch.save, so it was cut off, or saved by a torch older than 1.6 or with _use_new_zipfile_serialization=False");
        int count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        _directory = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (count > MaxEntries || length > MaxDirectoryLength || _directory + length > stream.Length - EndLength)
            throw Damage.Of(source, $"its directory is said to have {count} entries in {length} bytes from byte {_directory} on; at most {MaxEntries} entries in {MaxDirectoryLength} bytes are expected, within the file's {stream.Length}");
        byte[] directory = new byte[length];
        ReadAt(_directory, directory);
        ReadDirectory(directory, count);
    }

    /// <summary>The length of the whole file.</summary>
    public long Length => _stream.Length;

    public IEnumerable<string> Names => _entries.Keys;

    public bool Has(string name) => _entries.ContainsKey(name);

    /// <summary>Bytes of an entry; 0 where there is none.</summary>
    public long LengthOf(string name) => _entries.GetValueOrDefault(name).Length;

    /// <summary>The content of an entry, checked against its checksum.</summary>
    public byte[] Read(string name)
    {
        if (!_entries.TryGetValue(name, out Entry entry))
            throw Damage.Of(_source, $"the entry {Damage.Quote(name)} is missing");
        Span<byte> local = stackalloc byte[LocalLength];
        if (entry.Offset + LocalLength > _directory)
            throw Misplaced(name);
        ReadAt(entry.Offset, local);
        long start = entry.Offset + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        if (!local.StartsWith("PK\u0003\u0004"u8) || start + entry.Length > _directory)
            throw Misplaced(name);
        byte[] content = new byte[entry.Length];
        ReadAt(start, content);
        if (Crc32.HashToUInt32(content) != entry.Crc)
            throw Damage.Of(_source, $"the entry {Damage.Quote(name)} does not match its checksum");
        return content;
    }

    private KanFormatException Misplaced(string name) => Damage.Of(_source, $"the entry {Damage.Quote(name)} does not lie where the directory says");

    private void ReadDirectory(ReadOnlySpan<byte> directory, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (directory.Length < EntryLength || !directory.StartsWith("PK\u0001\u0002"u8))
                throw Damage.Of(_source, $"its directory ends after {i} entries; {count} are expected");
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
            int next = EntryLength + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
            if (next > directory.Length)
                throw Damage.Of(_source, $"its directory ends within entry {i}");
            string name = Encoding.UTF8.GetString(directory.Slice(EntryLength, nameLength));
            bool encrypted = (directory[8] & 1) != 0;
            uint stored = BinaryPrimitives.ReadUInt32LittleEndian(directory[20..]), length = BinaryPrimitives.ReadUInt32LittleEndian(directory[24..]);
            if (encrypted || BinaryPrimitives.ReadUInt16LittleEndian(directory[10..]) != 0 || stored != length)
                throw Damage.Of(_source, $"the entry {Damage.Quote(name)} is compressed or encrypted; torch.save stores entries as they are");
            if (length > _directory)
                throw Damage.Of(_source, $"the entry {Damage.Quote(name)} should have {length} bytes, more than lie before the directory");
            if (!_entries.TryAdd(name, new Entry(BinaryPrimitives.ReadUInt32LittleEndian(directory[42..]), length, BinaryPrimitives.ReadUInt32LittleEndian(directory[16..]))))
                throw Damage.Of(_source, $"the entry {Damage.Quote(name)} is there twice");
            directory = directory[next..];
        }
    }

    private void ReadAt(long position, Span<byte> buffer)
    {
        _stream.Position = position;
        _stream.ReadExactly(buffer);
    }
}
