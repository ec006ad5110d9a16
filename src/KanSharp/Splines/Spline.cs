namespace KanSharp.Splines;

/// <summary>A spline curve: sum over r of coefficient r times B-spline r of a grid. Evaluation only; the coefficients belong to the caller.</summary>
public static class Spline
{
    /// <summary>The curve, or one of its derivatives, at a point.</summary>
    /// <param name="grid">The knots.</param>
    /// <param name="coefficients">G + k coefficients.</param>
    /// <param name="x">Where; NaN gives NaN.</param>
    /// <param name="range">What happens outside the grid's range, see <see cref="SplineBasis"/>.</param>
    /// <param name="derivative">Order of the derivative; 0 is the value.</param>
    public static double Evaluate(KnotGrid grid, ReadOnlySpan<double> coefficients, double x, RangePolicy range, int derivative = 0)
    {
        CheckCoefficients(grid, coefficients);
        Span<double> basis = stackalloc double[KnotGrid.MaxOrder + 1];
        return Sum(grid, coefficients, x, range, derivative, basis);
    }

    /// <summary>The curve, or one of its derivatives, at many points.</summary>
    /// <param name="grid">The knots.</param>
    /// <param name="coefficients">G + k coefficients.</param>
    /// <param name="x">Where.</param>
    /// <param name="range">What happens outside the grid's range, see <see cref="SplineBasis"/>.</param>
    /// <param name="y">Receives one value for each point.</param>
    /// <param name="derivative">Order of the derivative; 0 is the value.</param>
    public static void Evaluate(
        KnotGrid grid, ReadOnlySpan<double> coefficients, ReadOnlySpan<double> x, RangePolicy range, Span<double> y, int derivative = 0)
    {
        CheckCoefficients(grid, coefficients);
        if (y.Length != x.Length)
            throw new KanSharpException($"There are {x.Length} points and room for {y.Length} values; both must be the same number.");
        Span<double> basis = stackalloc double[KnotGrid.MaxOrder + 1];
        for (int i = 0; i < x.Length; i++)
            y[i] = Sum(grid, coefficients, x[i], range, derivative, basis);
    }

    private static double Sum(
        KnotGrid grid, ReadOnlySpan<double> coefficients, double x, RangePolicy range, int derivative, Span<double> basis)
    {
        int first = SplineBasis.Evaluate(grid, x, range, derivative, basis);
        double sum = 0;
        for (int r = 0; r <= grid.Order; r++)
            sum += coefficients[first + r] * basis[r];
        return sum;
    }

    private static void CheckCoefficients(KnotGrid grid, ReadOnlySpan<double> coefficients)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (coefficients.Length != grid.BasisCount)
            throw new KanSharpException(
                $"There are {coefficients.Length} coefficients; a grid of {grid.Intervals} intervals and order {grid.Order} has {grid.BasisCount}.");
    }
}
