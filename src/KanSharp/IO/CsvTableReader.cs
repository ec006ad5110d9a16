using System.Globalization;
using System.Text;
using CsvHelper;

namespace KanSharp.IO;

/// <summary>Reads the records of one CSV stream into columns.</summary>
internal static class CsvTableReader
{
    // What programs write for a cell without a value; like an empty cell it says nothing on whether the column holds numbers.
    private static readonly HashSet<string> s_missingMarks =
        new(["", "na", "n/a", "#n/a", "nan", "null", "inf", "+inf", "-inf"], StringComparer.OrdinalIgnoreCase);

    public static DataTable Read(Stream stream, string source)
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
        var columns = new ColumnBuilder[header.Length];
        for (int j = 0; j < columns.Length; j++)
            columns[j] = new ColumnBuilder();
        var lines = new List<int>();
        List<int> emptyLines = [];
        while (reader.Read())
        {
            int line = (int)reader.LineNumber;
            if (reader.FieldCount == 1 && reader.RawRecord.Trim(" \t"u8).IsEmpty)
            {
                emptyLines.Add(line);
                continue;
            }
            // An empty line is a row with an empty cell where there is but one column; behind the last row it is nothing.
            if (header.Length == 1)
            {
                foreach (int empty in emptyLines)
                {
                    columns[0].AddEmpty();
                    lines.Add(empty);
                }
            }
            emptyLines.Clear();
            if (reader.FieldCount != header.Length)
            {
                throw new KanDataException($"{source}: row {lines.Count + 1} (line {line}) has {Cells(reader.FieldCount)}, the header has {header.Length}: " +
                    $"'{Shorten(Encoding.UTF8.GetString(reader.RawRecord))}'. Every row needs one cell per column{(reader.Separator == ',' ? "; a decimal comma needs another separator or a decimal point" : "")}.");
            }
            for (int j = 0; j < columns.Length; j++)
                columns[j].Add(reader, j);
            lines.Add(line);
        }
        if (lines.Count == 0)
            throw new KanDataException($"{source} has a header ({Shorten(string.Join(", ", header))}) and no data rows below it; at least one is needed.");

        List<string> warnings = [];
        var kept = new List<DataColumn>();
        for (int j = 0; j < columns.Length; j++)
        {
            if (header[j].Length > 0)
                kept.Add(columns[j].Build(header[j]));
            else
                warnings.Add($"{source}: column {j + 1} has no name in the header and is left out.");
        }
        if (kept.Count == 0)
            throw new KanDataException($"{source}: no column has a name; the first line must hold the names of the columns.");
        return new DataTable(kept, source, [.. lines], warnings);
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

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{count} cells";

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..77] + "...";

    private sealed class ColumnBuilder
    {
        private readonly List<double> _values = [];
        private List<string?>? _texts;
        private int _numbers, _labels;

        public void Add(CsvReader reader, int index)
        {
            if (double.TryParse(reader.GetSpan(index), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
            {
                _values.Add(value);
                _texts?.Add(null);
                _numbers++;
                return;
            }
            string text = reader.GetString(index);
            // NaN and numbers beyond the range of a double parse, to something that is no finite number.
            if (!s_missingMarks.Contains(text) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                _labels++;
            AddText(text);
        }

        public void AddEmpty() => AddText("");

        private void AddText(string text)
        {
            _texts ??= [.. Enumerable.Repeat<string?>(null, _values.Count)];
            _texts.Add(text);
            _values.Add(double.NaN);
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
