using System.Globalization;
using CsvHelper;

namespace KanSharp.IO;

/// <summary>
/// Reads and writes tables as CSV files: a header with the names, then one row per sample. Reading finds out the separator (comma, semicolon or
/// tab), takes a byte order mark, any line ends and quoted cells; numbers have a decimal point.
/// </summary>
public static class Csv
{
    private static readonly CsvWriterOptions s_format = new() { NewLine = "\n", FormatProvider = CultureInfo.InvariantCulture };

    /// <summary>Cells of a block, unless told otherwise: 8 MB of numbers.</summary>
    public const int BlockCells = 1 << 20;

    /// <summary>Reads a file. Defective cells are no error here: they are one where their column is used.</summary>
    /// <exception cref="KanDataException">There is no such file, it cannot be read, or it is no table with a header, rows and one cell per column.</exception>
    public static DataTable Read(string path) => ReadBlocks(path, int.MaxValue).Single();

    /// <summary>Reads a stream; <paramref name="source"/> names it in messages.</summary>
    public static DataTable Read(Stream stream, string source) => ReadBlocks(stream, source, int.MaxValue).Single();

    /// <summary>
    /// Reads a file of any length in blocks of rows, each a table that knows where in the file it stands. Whoever goes through them needs memory for a few blocks only; going
    /// through them again reads the file again.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="blockCells">Cells of a block at most; a block has at least one row.</param>
    /// <param name="progress">Hears how much of the file is read, from 0 to 1, before each block.</param>
    /// <exception cref="KanDataException">As for <see cref="Read(string)"/>; what is wrong in a later block is found when it is reached.</exception>
    public static IEnumerable<DataTable> ReadBlocks(string path, int blockCells = BlockCells, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new KanDataException($"{path} is a folder; a CSV file is expected.");
        if (!File.Exists(path))
            throw new KanDataException($"There is no file {path}; give the path of an existing CSV file.");
        return OpenBlocks(path, blockCells, progress);
    }

    /// <summary>Reads a stream in blocks of rows; <paramref name="source"/> names it in messages. They can be gone through once.</summary>
    public static IEnumerable<DataTable> ReadBlocks(Stream stream, string source, int blockCells = BlockCells)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        return Guarded(() => CsvBlockReader.Read(stream, source, blockCells).GetEnumerator(), source, source);
    }

    private static IEnumerable<DataTable> OpenBlocks(string path, int blockCells, IProgress<double>? progress)
    {
        FileStream? stream = null;
        try
        {
            IEnumerator<DataTable> Open()
            {
                stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
                return CsvBlockReader.Read(stream, Path.GetFileName(path), blockCells).GetEnumerator();
            }
            foreach (DataTable block in Guarded(Open, path, Path.GetFileName(path)))
            {
                if (stream!.CanSeek && stream.Length > 0)
                    progress?.Report((double)stream.Position / stream.Length);
                yield return block;
            }
        }
        finally
        {
            stream?.Dispose();
        }
    }

    private static IEnumerable<DataTable> Guarded(Func<IEnumerator<DataTable>> open, string path, string source)
    {
        IEnumerator<DataTable>? blocks = null;
        try
        {
            while (Guard(() => (blocks ??= open()).MoveNext()))
                yield return blocks!.Current;
        }
        finally
        {
            blocks?.Dispose();
        }

        bool Guard(Func<bool> advance)
        {
            try
            {
                return advance();
            }
            catch (CsvFormatException failure)
            {
                throw new KanDataException($"{source} cannot be read as CSV: {failure.Message} Check the quotes there.", failure);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new KanDataException($"{path} cannot be read: {failure.Message}", failure);
            }
        }
    }

    /// <summary>Writes a file as a whole or not at all; numbers at full precision.</summary>
    /// <exception cref="KanSharpException">The file cannot be written; one that was there before is untouched.</exception>
    public static void Write(string path, DataTable table) => AtomicFile.Write(path, stream => Write(stream, table));

    /// <summary>Writes the rows of tables with the same columns one after the other, as a whole or not at all; a table is asked for when the one before is written.</summary>
    /// <exception cref="KanSharpException">The file cannot be written; one that was there before is untouched.</exception>
    public static void Write(string path, IEnumerable<DataTable> blocks) => AtomicFile.Write(path, stream =>
    {
        using CsvWriter writer = CsvWriter.Create(stream, s_format, leaveOpen: true);
        Write(writer, blocks);
    });

    /// <inheritdoc cref="Write(string, IEnumerable{DataTable})"/>
    public static void Write(TextWriter text, IEnumerable<DataTable> blocks)
    {
        using CsvWriter writer = CsvWriter.Create(text, s_format, leaveOpen: true);
        Write(writer, blocks);
    }

    /// <summary>Writes to a stream and leaves it open; numbers at full precision.</summary>
    public static void Write(Stream stream, DataTable table)
    {
        using CsvWriter writer = CsvWriter.Create(stream, s_format, leaveOpen: true);
        Write(writer, table);
    }

    /// <summary>Writes to a text writer and leaves it open; numbers at full precision.</summary>
    public static void Write(TextWriter text, DataTable table)
    {
        using CsvWriter writer = CsvWriter.Create(text, s_format, leaveOpen: true);
        Write(writer, table);
    }

    private static void Write(CsvWriter writer, DataTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Write(writer, [table]);
    }

    private static void Write(CsvWriter writer, IEnumerable<DataTable> blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        bool first = true;
        foreach (DataTable table in blocks)
        {
            if (first)
                WriteHeader(writer, table);
            first = false;
            WriteRows(writer, table);
        }
    }

    private static void WriteHeader(CsvWriter writer, DataTable table)
    {
        foreach (DataColumn column in table.Columns)
            writer.WriteField(column.Name);
        writer.EndRecord();
    }

    private static void WriteRows(CsvWriter writer, DataTable table)
    {
        for (int row = 0; row < table.RowCount; row++)
        {
            foreach (DataColumn column in table.Columns)
            {
                if (column.IsText || !column.IsPresent(row))
                    writer.WriteField(column.Text(row));
                else
                    writer.WriteField(column.Values[row]);
            }
            writer.EndRecord();
        }
    }
}
