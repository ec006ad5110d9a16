using System.Numerics.Tensors;
using KanSharp.Formulas;

namespace KanSharp.Interpretation;

/// <summary>
/// Samples (s, y), s ascending from 0 to 1, and how well c f(u) + d fits them for u = u0 + (u1 - u0) s. The best c and d follow from linear
/// regression, so only u0 and u1 (the arguments at both ends) are searched for: variable projection, Golub and Pereyra 1973.
/// </summary>
internal sealed class FitSamples
{
    /// <summary>Least standard deviation of f, relative to its largest value.</summary>
    private const double SmallestVariation = 3e-4;

    private readonly double[] _f;
    private readonly double[] _residual;
    private readonly double[] _byStart;
    private readonly double[] _byEnd;

    /// <param name="s">Places, ascending, from 0 to 1.</param>
    /// <param name="y">Values; their mean is taken off.</param>
    public FitSamples(double[] s, double[] y)
    {
        S = s;
        double mean = TensorPrimitives.Sum<double>(y) / y.Length;
        Y = [.. y.Select(value => value - mean)];
        TotalSquares = TensorPrimitives.SumOfSquares<double>(Y);
        _f = new double[s.Length];
        _residual = new double[s.Length];
        _byStart = new double[s.Length];
        _byEnd = new double[s.Length];
    }

    public int Count => S.Length;

    public double[] S { get; }

    /// <summary>Values with mean 0.</summary>
    public double[] Y { get; }

    /// <summary>Sum of the squared <see cref="Y"/>.</summary>
    public double TotalSquares { get; }

    /// <summary>About <paramref name="count"/> of the samples, evenly by rank, both ends among them.</summary>
    public FitSamples Thin(int count)
    {
        if (Count <= count)
            return this;
        int[] picked = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * (Count - 1) / (count - 1)))];
        return new FitSamples([.. picked.Select(i => S[i])], [.. picked.Select(i => Y[i])]);
    }

    /// <summary>
    /// Sum of squared residuals; infinite where f is not finite at some sample, or varies so little that c would have to blow up what is left
    /// after cancellation (there every smooth function is a straight line or a parabola).
    /// </summary>
    public double Residual(SymbolicFunction function, double u0, double u1)
    {
        Func<double, double> value = function.Value;
        double width = u1 - u0, sum = 0;
        for (int n = 0; n < S.Length; n++)
            sum += _f[n] = value(u0 + width * S[n]);
        if (!double.IsFinite(sum))
            return double.PositiveInfinity;
        if (Center(sum / S.Length) is not double slope)
            return double.PositiveInfinity;
        double squares = 0;
        for (int n = 0; n < S.Length; n++)
        {
            double residual = _residual[n] = Y[n] - slope * _f[n];
            squares += residual * residual;
        }
        return double.IsFinite(squares) ? squares : double.PositiveInfinity;
    }

    /// <summary>
    /// At the place of the last <see cref="Residual"/>: the normal equations of a Gauss-Newton step for (u0, u1), with c and d projected out
    /// (Kaufman 1975).
    /// </summary>
    public (double StartStart, double StartEnd, double EndEnd, double Start, double End) NormalEquations(SymbolicFunction function, double u0, double u1)
    {
        double squares = TensorPrimitives.SumOfSquares<double>(_f);
        double slope = squares > 0 ? TensorPrimitives.Dot<double>(_f, Y) / squares : 0;
        Func<double, double> derivative = function.FirstDerivative;
        double width = u1 - u0;
        for (int n = 0; n < S.Length; n++)
        {
            double d = slope * derivative(u0 + width * S[n]);
            // The slope of a root at the end of its domain: that one sample does not steer the step.
            if (!double.IsFinite(d))
                d = 0;
            _byStart[n] = (1 - S[n]) * d;
            _byEnd[n] = S[n] * d;
        }
        Project(_byStart, squares);
        Project(_byEnd, squares);
        return (TensorPrimitives.SumOfSquares<double>(_byStart), TensorPrimitives.Dot<double>(_byStart, _byEnd), TensorPrimitives.SumOfSquares<double>(_byEnd),
            TensorPrimitives.Dot<double>(_byStart, _residual), TensorPrimitives.Dot<double>(_byEnd, _residual));
    }

    /// <summary>Takes the mean off f; returns the best c, or null where f hardly varies.</summary>
    private double? Center(double mean)
    {
        double squares = 0, products = 0, largest = 0;
        for (int n = 0; n < _f.Length; n++)
        {
            largest = Math.Max(largest, Math.Abs(_f[n]));
            double f = _f[n] -= mean;
            squares += f * f;
            products += f * Y[n];
        }
        return squares > SmallestVariation * SmallestVariation * largest * largest * _f.Length ? products / squares : null;
    }

    private void Project(double[] column, double squares)
    {
        double mean = TensorPrimitives.Sum<double>(column) / column.Length;
        double along = squares > 0 ? TensorPrimitives.Dot<double>(column, _f) / squares : 0;
        for (int n = 0; n < column.Length; n++)
            column[n] -= mean + along * _f[n];
    }
}
