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

    private readonly double[] _u;
    private readonly double[] _f;
    private readonly double[] _slope;
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
        _u = new double[s.Length];
        _f = new double[s.Length];
        _slope = new double[s.Length];
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
        Place(u0, u1);
        function.Evaluate(_u, _f, []);
        double sum = TensorPrimitives.Sum<double>(_f);
        if (!double.IsFinite(sum))
            return double.PositiveInfinity;
        if (Center(sum / S.Length) is not double slope)
            return double.PositiveInfinity;
        TensorPrimitives.MultiplyAdd<double>(_f, -slope, Y, _residual);
        double squares = TensorPrimitives.SumOfSquares<double>(_residual);
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
        Place(u0, u1);
        function.Evaluate(_u, _byStart, _slope);
        for (int n = 0; n < S.Length; n++)
        {
            double d = slope * _slope[n];
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

    /// <summary>u at every sample.</summary>
    private void Place(double u0, double u1)
    {
        TensorPrimitives.Multiply(S, u1 - u0, _u);
        TensorPrimitives.Add(_u, u0, _u);
    }

    /// <summary>Takes the mean off f; returns the best c, or null where f hardly varies.</summary>
    private double? Center(double mean)
    {
        double largest = TensorPrimitives.MaxMagnitude<double>(_f);
        TensorPrimitives.Subtract(_f, mean, _f);
        double squares = TensorPrimitives.SumOfSquares<double>(_f), products = TensorPrimitives.Dot<double>(_f, Y);
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
