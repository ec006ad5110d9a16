using System.Globalization;
using System.Text;
using CsvHelper;

namespace KanSharp.IO;

/// <summary>Reads the records of one CSV stream into tables of some rows each; the cells of a long one on all processors.</summary>
internal sealed class CsvBlockReader
{
    /// <summary>Below so many bytes threads cost more than they save.</summary>
    private const int ParallelBytes = 1 << 20;

    // What programs write for a cell without a value; like an empty cell it says nothing on whether the column holds numbers.
    private static readonly HashSet<string> s_missingMarks =
        new(["", "na", "n/a", "#n/a", "nan", "null", "inf", "+inf", "-inf"], StringComparer.OrdinalIgnoreCase);

    private readonly string _source;
    private readonly string[] _header;
    private readonly ColumnBuilder[] _columns;
    private readonly List<int> _lines = [];
    private int _firstRow;

    private CsvBlockReader(string source, string[] header)
    {
        _source = source;
        _header = header;
        _columns = [.. header.Select(_ => new ColumnBuilder())];
    }

    /// <summary>The rows in tables of at most <paramref name="blockCells"/> cells, but at least one row; there is at least one table.</summary>
    public static IEnumerable<DataTable> Read(Stream stream, string source, int blockCells)
    {
        var options = new CsvReaderOptions
        {
            SkipEmptyLines = false,
            TrimWhitespace = true,
            TrimInsideQuotes = true,
            TrackLineNumbers = true,
            PoolStrings = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        };
        using CsvReader reader = CsvReader.Create(stream, options, leaveOpen: true);
        string[] header = ReadHeader(reader, source);
        bool parallel = stream.CanSeek && stream.Length > ParallelBytes;
        foreach (DataTable block in new CsvBlockReader(source, header).Blocks(reader, parallel, Math.Max(1, blockCells / header.Length)))
            yield return block;
    }

    private static string[] ReadHeader(CsvReader reader, string source)
    {
        reader.ReadHeader();
        while (reader.Headers is [""] && reader.Read())
            reader.ReadHeader();
        string[] header = [.. reader.Headers];
        if (header.All(name => name.Length == 0))
            throw new KanDataException($"{source} is empty; a header line with the names of the columns and rows below it are expected.");
        if (header.Any(name => name.Contains('\0') || name.Contains('\uFFFD')))
            throw new KanDataException($"{source} does not seem to be a CSV file in UTF-8: its first line holds bytes that are no text. Save it as CSV in UTF-8.");
        return header;
    }

    private IEnumerable<DataTable> Blocks(CsvReader reader, bool parallel, int blockRows)
    {
        List<int> emptyLines = [];
        char separator = reader.Separator;
        foreach (Row row in parallel ? reader.ParallelEnumerate(Parse) : Sequence(reader))
        {
            if (row.Cells == 0)
            {
                emptyLines.Add(row.Line);
                continue;
            }
            // An empty line is a row with an empty cell where there is but one column; behind the last row it is nothing.
            if (_header.Length == 1)
            {
                foreach (int empty in emptyLines)
                    Add(new Row(empty, 1, [double.NaN], [""]));
            }
            emptyLines.Clear();
            if (row.Cells != _header.Length)
            {
                throw new KanDataException($"{_source}: row {_firstRow + _lines.Count + 1} (line {row.Line}) has {Cells(row.Cells)}, the header has {_header.Length}: " +
                    $"'{Shorten(row.Texts![0]!)}'. Every row needs one cell per column{(separator == ',' ? "; a decimal comma needs another separator or a decimal point" : "")}.");
            }
            Add(row);
            if (_lines.Count >= blockRows)
                yield return Build();
        }
        if (_firstRow + _lines.Count == 0)
            throw new KanDataException($"{_source} has a header ({Shorten(string.Join(", ", _header))}) and no data rows below it; at least one is needed.");
        if (_lines.Count > 0)
            yield return Build();
    }

    private IEnumerable<Row> Sequence(CsvReader reader)
    {
        while (reader.Read())
            yield return Parse(reader);
    }

    private Row Parse(CsvReader reader)
    {
        int line = (int)reader.LineNumber, cells = reader.FieldCount;
        if (cells == 1 && reader.RawRecord.Trim(" \t"u8).IsEmpty)
            return new Row(line, 0, [], null);
        if (cells != _header.Length)
            return new Row(line, cells, [], [Encoding.UTF8.GetString(reader.RawRecord)]);
        double[] values = new double[cells];
        string?[]? texts = null;
        for (int j = 0; j < values.Length; j++)
        {
            if (double.TryParse(reader.GetSpan(j), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
            {
                values[j] = value;
                continue;
            }
            values[j] = double.NaN;
            (texts ??= new string?[cells])[j] = reader.GetString(j);
        }
        return new Row(line, cells, values, texts);
    }

    private void Add(Row row)
    {
        _lines.Add(row.Line);
        for (int j = 0; j < _columns.Length; j++)
            _columns[j].Add(row.Values[j], row.Texts?[j]);
    }

    private DataTable Build()
    {
        List<string> warnings = [];
        var kept = new List<DataColumn>();
        for (int j = 0; j < _columns.Length; j++)
        {
            if (_header[j].Length > 0)
                kept.Add(_columns[j].Build(_header[j]));
            else
                warnings.Add($"{_source}: column {j + 1} has no name in the header and is left out.");
            _columns[j] = new ColumnBuilder();
        }
        if (kept.Count == 0)
            throw new KanDataException($"{_source}: no column has a name; the first line must hold the names of the columns.");
        var block = new DataTable(kept, _source, _firstRow, [.. _lines], warnings);
        _firstRow += _lines.Count;
        _lines.Clear();
        return block;
    }

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{count} cells";

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..77] + "...";

    /// <summary>One record: no cells for an empty line. Cells that hold no finite number are NaN and stand in the texts; of a record of the wrong length the only text is the whole.</summary>
    private readonly record struct Row(int Line, int Cells, double[] Values, string?[]? Texts);

    private sealed class ColumnBuilder
    {
        private readonly List<double> _values = [];
        private List<string?>? _texts;
        private int _numbers, _labels;

        public void Add(double value, string? text)
        {
            if (text is null)
            {
                _numbers++;
            }
            else
            {
                // NaN and numbers beyond the range of a double parse, to something that is no finite number.
                if (!s_missingMarks.Contains(text) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                    _labels++;
                _texts ??= [.. Enumerable.Repeat<string?>(null, _values.Count)];
            }
            _texts?.Add(text);
            _values.Add(value);
        }

        public DataColumn Build(string name)
        {
            bool isText = _labels > _numbers;
            double[] values = [.. _values];
            string?[]? texts = _texts?.ToArray();
            if (isText)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    texts![i] ??= values[i].ToString("R", CultureInfo.InvariantCulture);
                    values[i] = double.NaN;
                }
            }
            return new DataColumn(name, values, texts, isText);
        }
    }
}
