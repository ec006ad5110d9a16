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

    /// <summary>Reads a file. Defective cells are no error here: they are one where their column is used.</summary>
    /// <exception cref="KanDataException">There is no such file, it cannot be read, or it is no table with a header, rows and one cell per column.</exception>
    public static DataTable Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new KanDataException($"{path} is a folder; a CSV file is expected.");
        if (!File.Exists(path))
            throw new KanDataException($"There is no file {path}; give the path of an existing CSV file.");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            return Read(stream, Path.GetFileName(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KanDataException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Reads a stream; <paramref name="source"/> names it in messages.</summary>
    public static DataTable Read(Stream stream, string source)
    {
        try
        {
            return CsvTableReader.Read(stream, source);
        }
        catch (CsvFormatException failure)
        {
            throw new KanDataException($"{source} cannot be read as CSV: {failure.Message} Check the quotes there.", failure);
        }
    }

    /// <summary>Writes a file as a whole or not at all; numbers at full precision.</summary>
    /// <exception cref="KanSharpException">The file cannot be written; one that was there before is untouched.</exception>
    public static void Write(string path, DataTable table) => AtomicFile.Write(path, stream => Write(stream, table));

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
        foreach (DataColumn column in table.Columns)
            writer.WriteField(column.Name);
        writer.EndRecord();
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
