using System.Numerics.Tensors;
using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>
/// The affine map between a user's units and those a network works in, one per column: internal = (raw - offset) / scale. Immutable.
/// </summary>
public sealed class Scaling
{
    private readonly double[] _offsets;
    private readonly double[] _scales;

    /// <summary>Takes one offset and one scale per column; scales are finite and positive.</summary>
    public Scaling(ReadOnlySpan<double> offsets, ReadOnlySpan<double> scales)
    {
        if (offsets.Length != scales.Length)
            throw new KanSharpException($"{offsets.Length} offsets and {scales.Length} scales were given; each column needs one of both.");
        for (int i = 0; i < scales.Length; i++)
        {
            if (!double.IsFinite(offsets[i]) || !(scales[i] > 0 && double.IsFinite(scales[i])))
                throw new KanSharpException($"Column {i} has offset {offsets[i]} and scale {scales[i]}; both must be finite and the scale positive.");
        }
        _offsets = offsets.ToArray();
        _scales = scales.ToArray();
    }

    /// <summary>Number of columns.</summary>
    public int Columns => _offsets.Length;

    /// <summary>What is subtracted from each column, in raw units.</summary>
    public ReadOnlySpan<double> Offsets => _offsets;

    /// <summary>What each column is divided by, in raw units.</summary>
    public ReadOnlySpan<double> Scales => _scales;

    /// <summary>Whether raw and internal values are the same.</summary>
    public bool IsIdentity => !_offsets.AsSpan().ContainsAnyExcept(0.0) && !_scales.AsSpan().ContainsAnyExcept(1.0);

    /// <summary>The map that changes nothing.</summary>
    public static Scaling Identity(int columns)
    {
        double[] scales = new double[columns];
        Array.Fill(scales, 1.0);
        return new Scaling(new double[columns], scales);
    }

    /// <summary>
    /// Maps the range of each column to [-1, 1], rounding included: no value that was in the range leaves it. A constant column maps to 0 with
    /// scale 1.
    /// </summary>
    public static Scaling FromRange(Matrix values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return FromColumns(values, static column =>
        {
            (double low, double high) = Range(column);
            double middle = low / 2 + high / 2;
            // Apply computes the same two differences, and rounding is monotonic: every quotient is at most 1.
            return (middle, Math.Max(high - middle, middle - low));
        });
    }

    /// <summary>Maps each column to mean 0 and sample standard deviation 1. A constant column maps to 0 with scale 1.</summary>
    public static Scaling FromMoments(Matrix values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return FromColumns(values, static column =>
        {
            (double low, double high) = Range(column);
            double middle = low / 2 + high / 2, half = Math.Max(high - middle, middle - low);
            if (half == 0)
                return (middle, 0);
            // In units of half the range about its middle, so that neither sum overflows or vanishes.
            double sum = 0, squares = 0;
            foreach (double value in column)
                sum += (value - middle) / half;
            double mean = sum / column.Length;
            foreach (double value in column)
                squares += Math.Pow((value - middle) / half - mean, 2);
            return (middle + half * mean, half * Math.Sqrt(squares / (column.Length - 1)));
        });
    }

    /// <summary>
    /// Maps the median of each column to 0 and its robust standard deviation, 1.4826 times the median distance from the median, to 1: what <see cref="FromMoments"/> does,
    /// untouched by outliers. Where half of a column is one value, its moments are taken.
    /// </summary>
    public static Scaling FromMedians(Matrix values)
    {
        Scaling moments = FromMoments(values);
        double[] offsets = moments.Offsets.ToArray(), scales = moments.Scales.ToArray();
        for (int j = 0; j < values.Columns && values.Rows > 0; j++)
        {
            double middle = Median(values.Column(j).ToArray());
            double deviation = 1.482602218505602 * Median([.. values.Column(j).ToArray().Select(value => Math.Abs(value - middle))]);
            if (deviation > 0 && double.IsFinite(deviation))
                (offsets[j], scales[j]) = (middle, deviation);
        }
        return new Scaling(offsets, scales);
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[(values.Length - 1) / 2] / 2 + values[values.Length / 2] / 2;
    }

    /// <summary>Raw to internal units; a new matrix.</summary>
    public Matrix Apply(Matrix raw)
    {
        Matrix result = CheckedCopy(raw);
        for (int j = 0; j < Columns; j++)
            Apply(j, result.Column(j), result.Column(j));
        return result;
    }

    /// <summary>Internal to raw units; a new matrix.</summary>
    public Matrix Invert(Matrix internalValues)
    {
        Matrix result = CheckedCopy(internalValues);
        for (int j = 0; j < Columns; j++)
            Invert(j, result.Column(j));
        return result;
    }

    /// <summary>The map of the given columns, in the given order.</summary>
    public Scaling Select(ReadOnlySpan<int> columns)
    {
        double[] offsets = new double[columns.Length], scales = new double[columns.Length];
        for (int i = 0; i < columns.Length; i++)
            (offsets[i], scales[i]) = (_offsets[columns[i]], _scales[columns[i]]);
        return new Scaling(offsets, scales);
    }

    /// <summary>One value of a column, raw to internal.</summary>
    internal double Apply(int column, double raw) => (raw - _offsets[column]) / _scales[column];

    /// <summary>One value of a column, internal to raw.</summary>
    internal double Invert(int column, double value) => _offsets[column] + _scales[column] * value;

    /// <summary>Values of a column, raw to internal; the result may take the place of the raw values.</summary>
    internal void Apply(int column, ReadOnlySpan<double> raw, Span<double> result)
    {
        if (_offsets[column] == 0 && _scales[column] == 1)
        {
            raw.CopyTo(result);
            return;
        }
        TensorPrimitives.Subtract(raw, _offsets[column], result);
        TensorPrimitives.Divide(result[..raw.Length], _scales[column], result);
    }

    /// <summary>Values of a column, internal to raw, in place.</summary>
    internal void Invert(int column, Span<double> values)
    {
        if (_offsets[column] == 0 && _scales[column] == 1)
            return;
        TensorPrimitives.Multiply(values, _scales[column], values);
        TensorPrimitives.Add(values, _offsets[column], values);
    }

    private delegate (double Offset, double Scale) ColumnMap(ReadOnlySpan<double> column);

    private static Scaling FromColumns(Matrix values, ColumnMap map)
    {
        double[] offsets = new double[values.Columns], scales = new double[values.Columns];
        for (int j = 0; j < values.Columns; j++)
        {
            (offsets[j], scales[j]) = map(values.Column(j));
            if (scales[j] == 0)
                scales[j] = 1;
        }
        return new Scaling(offsets, scales);
    }

    private static (double Low, double High) Range(ReadOnlySpan<double> column)
    {
        if (column.IsEmpty)
            return (0, 0);
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in column)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }
        return (low, high);
    }

    private Matrix CheckedCopy(Matrix values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Columns != Columns)
            throw new KanDataException($"The data has {values.Columns} columns, the scaling {Columns}; they must agree.");
        return values.Clone();
    }
}
