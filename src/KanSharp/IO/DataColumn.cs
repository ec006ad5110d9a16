using System.Globalization;

namespace KanSharp.IO;

/// <summary>
/// One named column of a table. It is a number column, whose defective cells (text, nothing, NaN, infinity) are kept as they were
/// written so that a message can show them, or a text column when most of its cells hold labels.
/// </summary>
public sealed class DataColumn
{
    // NaN where the cell holds no finite number; the cell as it was written stands in _texts there.
    private readonly double[] _values;
    private readonly string?[]? _texts;

    /// <summary>Takes numbers; those that are not finite count as defective cells.</summary>
    public DataColumn(string name, ReadOnlySpan<double> values)
    {
        Name = name;
        _values = values.ToArray();
        for (int i = 0; i < _values.Length; i++)
        {
            if (double.IsFinite(_values[i]))
                continue;
            _texts ??= new string?[_values.Length];
            _texts[i] = _values[i].ToString(CultureInfo.InvariantCulture);
            _values[i] = double.NaN;
        }
    }

    /// <summary>Takes labels.</summary>
    public DataColumn(string name, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Name = name;
        IsText = true;
        _texts = [.. labels];
        _values = new double[_texts.Length];
        Array.Fill(_values, double.NaN);
    }

    internal DataColumn(string name, double[] values, string?[]? texts, bool isText)
    {
        Name = name;
        _values = values;
        _texts = texts;
        IsText = isText;
    }

    /// <summary>The name in the header.</summary>
    public string Name { get; }

    /// <summary>Whether the column holds labels instead of numbers.</summary>
    public bool IsText { get; }

    /// <summary>Number of rows.</summary>
    public int RowCount => _values.Length;

    /// <summary>The numbers, one per row; NaN where a cell holds no finite number.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Whether the cell serves its column: a finite number, or in a text column a label that is not empty.</summary>
    public bool IsPresent(int row) => IsText ? Text(row).Length > 0 : !double.IsNaN(_values[row]);

    /// <summary>The cell as text: the label, the defective cell as it was written, or the number at full precision.</summary>
    public string Text(int row) => _texts?[row] ?? _values[row].ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The same cells as labels, whatever they look like.</summary>
    internal DataColumn AsText() => IsText ? this : new DataColumn(Name, [.. Enumerable.Range(0, RowCount).Select(Text)]);

    /// <summary>The first row whose cell is defective, or -1.</summary>
    public int FirstDefect()
    {
        if (_texts is not null)
        {
            for (int row = 0; row < RowCount; row++)
            {
                if (!IsPresent(row))
                    return row;
            }
        }
        return -1;
    }
}
