using System.Globalization;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.IO;

/// <summary>Named columns of numbers or labels with the same number of rows, as a CSV file holds them. Immutable.</summary>
public sealed class DataTable
{
    private readonly DataColumn[] _columns;
    private readonly int[]? _lines;
    private readonly int _firstRow;

    /// <summary>Takes columns with different names and the same number of rows; <paramref name="source"/> names the table in messages.</summary>
    public DataTable(IReadOnlyList<DataColumn> columns, string source = "the table") : this(columns, source, 0, null, []) { }

    internal DataTable(IReadOnlyList<DataColumn> columns, string source, int firstRow, int[]? lines, IReadOnlyList<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns];
        _firstRow = firstRow;
        _lines = lines;
        Source = source;
        Warnings = warnings;
        for (int j = 0; j < _columns.Length; j++)
        {
            if (_columns[j].RowCount != RowCount)
                throw new KanDataException($"{Source}: column '{_columns[j].Name}' has {_columns[j].RowCount} rows, column '{_columns[0].Name}' has {RowCount}; all need the same number.");
            int first = IndexOf(_columns[j].Name);
            if (first < j)
                throw new KanDataException($"{Source}: column '{_columns[j].Name}' appears twice, as column {first + 1} and as column {j + 1}; every column needs a name of its own. Rename one of them.");
        }
    }

    /// <summary>What the table is called in messages: the name of its file.</summary>
    public string Source { get; }

    /// <summary>What was noticed while reading and does not stand in the way.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The columns in the order of the file.</summary>
    public IReadOnlyList<DataColumn> Columns => _columns;

    /// <summary>Number of data rows.</summary>
    public int RowCount => _columns.Length == 0 ? 0 : _columns[0].RowCount;

    /// <summary>A table of the columns of a matrix.</summary>
    public static DataTable FromMatrix(IReadOnlyList<string> names, Matrix values)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(values);
        if (names.Count != values.Columns)
            throw new KanDataException($"{names.Count} names were given for {values.Columns} columns; each column needs one.");
        var columns = new DataColumn[names.Count];
        for (int j = 0; j < columns.Length; j++)
            columns[j] = new DataColumn(names[j], values.Column(j));
        return new DataTable(columns);
    }

    /// <summary>
    /// The table with a column more for each of these inputs, computed row by row. Where a cell that it needs is defective, or the formula has no finite value, so is
    /// the new cell.
    /// </summary>
    /// <exception cref="KanDataException">A formula uses a column that is not there or holds text, or the name of an input is taken.</exception>
    public DataTable With(IReadOnlyList<DerivedInput> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.Count == 0 ? this : new DataTable([.. _columns, .. inputs.Select(Compute)], Source, _firstRow, _lines, Warnings);
    }

    /// <summary>The index of the column called <paramref name="name"/> (case counts), or -1.</summary>
    public int IndexOf(string name) => Array.FindIndex(_columns, column => column.Name == name);

    /// <summary>The column called <paramref name="name"/>; where there is none, the error names the nearest.</summary>
    public DataColumn Column(string name)
    {
        int index = IndexOf(name);
        if (index >= 0)
            return _columns[index];
        string[] names = [.. _columns.Select(column => column.Name)];
        string listed = string.Join(", ", names.Take(30)) + (names.Length > 30 ? ", ..." : "");
        string headless = names.All(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) ? " The first line seems to hold data; it must hold the names of the columns." : "";
        throw new KanDataException($"{Source} has no column '{name}'.{NearestName.Hint(name, names)} Its columns are: {listed}.{headless}");
    }

    private DataColumn Compute(DerivedInput input)
    {
        var program = new FormulaProgram(input.Formula, input.Formula.Variables);
        DataColumn[] sources = [.. program.Variables.Select(Column)];
        if (sources.FirstOrDefault(column => column.IsText) is { } labels)
            throw new KanDataException($"{Source}: {input} needs numbers, but column '{labels.Name}' holds text.");
        double[] values = new double[RowCount], point = new double[sources.Length];
        var texts = new string?[RowCount];
        for (int row = 0; row < RowCount; row++)
        {
            for (int i = 0; i < point.Length; i++)
                point[i] = sources[i].Values[row];
            double value = program.Evaluate(point);
            values[row] = double.IsFinite(value) ? value : double.NaN;
            if (!double.IsFinite(value))
                texts[row] = $"{input.Formula.ToText()} at {string.Join(", ", sources.Select(column => $"{column.Name} = {column.Text(row)}"))}";
        }
        return new DataColumn(input.Name, values, texts, isText: false);
    }

    /// <summary>A row as a user finds it: its number among the data rows and, in a file, its line.</summary>
    internal string Place(int row) => _lines is null ? $"row {_firstRow + row + 1}" : $"row {_firstRow + row + 1} (line {_lines[row]})";
}
