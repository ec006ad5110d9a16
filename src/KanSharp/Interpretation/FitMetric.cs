using System.Numerics.Tensors;

namespace KanSharp.Interpretation;

/// <summary>
/// How values v at the places of a fit count: as the sum of squares of R v, with an upper triangular R, and with a constant projected out.
/// </summary>
internal sealed class FitMetric
{
    private readonly double[] _rows;
    private readonly double[] _constant;
    private readonly double[] _values;

    /// <param name="rows">R, row-major.</param>
    /// <param name="order">Number of places.</param>
    public FitMetric(double[] rows, int order)
    {
        _rows = rows;
        _values = new double[order];
        _constant = new double[order];
        for (int i = 0; i < order; i++)
            _constant[i] = TensorPrimitives.Sum(rows.AsSpan(i * order + i, order - i));
        Constant = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(_constant));
        if (Constant > 0)
            TensorPrimitives.Divide(_constant, Constant, _constant);
    }

    /// <summary>The norm of a constant 1.</summary>
    public double Constant { get; }

    /// <summary>From values to those whose squares count, without the constant part, in place. Returns the constant part.</summary>
    public double Apply(double[] values)
    {
        int order = values.Length;
        values.CopyTo(_values, 0);
        for (int i = 0; i < order; i++)
            values[i] = TensorPrimitives.Dot(_rows.AsSpan(i * order + i, order - i), _values.AsSpan(i));
        return Center(values);
    }

    /// <summary>Takes the constant part off values to which R has been applied, and returns it.</summary>
    public double Center(double[] values)
    {
        double along = TensorPrimitives.Dot<double>(values, _constant);
        TensorPrimitives.MultiplyAdd(_constant, -along, values, values);
        return along;
    }
}
