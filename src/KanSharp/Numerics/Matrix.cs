namespace KanSharp.Numerics;

/// <summary>
/// A dense matrix of doubles, one sample per row and one feature per column, stored column by column: the forward pass works on
/// the samples of one feature at a time, so a column is one contiguous span from the CSV file to the kernels.
/// </summary>
public sealed class Matrix
{
    private readonly double[] _values;

    /// <summary>Creates a matrix of zeros.</summary>
    public Matrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Rows = rows;
        Columns = columns;
        _values = new double[checked(rows * columns)];
    }

    /// <summary>Number of samples.</summary>
    public int Rows { get; }

    /// <summary>Number of features.</summary>
    public int Columns { get; }

    /// <summary>One element.</summary>
    public double this[int row, int column]
    {
        get => Column(column)[row];
        set => Column(column)[row] = value;
    }

    /// <summary>The samples of one feature, contiguous, writable in place.</summary>
    public Span<double> Column(int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
        return _values.AsSpan(column * Rows, Rows);
    }

    /// <summary>All elements, column after column.</summary>
    public Span<double> Values => _values;

    /// <summary>Copies an array of rows, each with the same number of elements.</summary>
    public static Matrix FromRows(IReadOnlyList<IReadOnlyList<double>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int columns = rows.Count == 0 ? 0 : rows[0].Count;
        var result = new Matrix(rows.Count, columns);
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Count != columns)
                throw new KanDataException($"Row {i} has {rows[i].Count} values, row 0 has {columns}; every row needs the same number.");
            for (int j = 0; j < columns; j++)
                result[i, j] = rows[i][j];
        }
        return result;
    }

    /// <summary>Copies an array of columns, each with the same number of elements.</summary>
    public static Matrix FromColumns(IReadOnlyList<IReadOnlyList<double>> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        int rows = columns.Count == 0 ? 0 : columns[0].Count;
        var result = new Matrix(rows, columns.Count);
        for (int j = 0; j < columns.Count; j++)
        {
            if (columns[j].Count != rows)
                throw new KanDataException($"Column {j} has {columns[j].Count} values, column 0 has {rows}; every column needs the same number.");
            for (int i = 0; i < rows; i++)
                result[i, j] = columns[j][i];
        }
        return result;
    }

    /// <summary>A copy with the given rows, in the given order.</summary>
    public Matrix SelectRows(ReadOnlySpan<int> rows)
    {
        var result = new Matrix(rows.Length, Columns);
        for (int j = 0; j < Columns; j++)
        {
            Span<double> from = Column(j), to = result.Column(j);
            for (int i = 0; i < rows.Length; i++)
                to[i] = from[rows[i]];
        }
        return result;
    }

    /// <summary>A copy with the given columns, in the given order.</summary>
    public Matrix SelectColumns(ReadOnlySpan<int> columns)
    {
        var result = new Matrix(Rows, columns.Length);
        for (int j = 0; j < columns.Length; j++)
            Column(columns[j]).CopyTo(result.Column(j));
        return result;
    }

    /// <summary>A copy.</summary>
    public Matrix Clone()
    {
        var result = new Matrix(Rows, Columns);
        _values.CopyTo(result._values, 0);
        return result;
    }
}
