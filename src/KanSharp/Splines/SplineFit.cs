using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Splines;

/// <summary>
/// Least squares for the coefficients of splines through samples. It never fails for lack of samples: directions that the samples determine
/// are fitted as least squares fits them; in those they do not, the coefficients change least (in the sum of squares) from what was there before.
/// </summary>
public static class SplineFit
{
    // What numpy's lstsq and LAPACK's gelsd take: a direction weaker than this times the larger dimension is rounding, not information.
    private const double Epsilon = 2.220446049250313e-16;

    // Beyond this the squares of basis values would overflow: far outside the range a linear continuation grows without bound.
    private const double LargestRow = 1e100;

    /// <summary>Fits several curves that share grid and sample points; the points are factored once.</summary>
    /// <param name="grid">The knots.</param>
    /// <param name="range">What the basis functions do outside the grid's range: samples there count by it.</param>
    /// <param name="x">N sample points, in any order, finite.</param>
    /// <param name="y">N values for the first curve, then N for the second, and so on; finite.</param>
    /// <param name="previous">
    /// G + k coefficients for each curve, curve after curve: what there was before. Empty stands for zeros. It matters only where the samples leave
    /// a direction undetermined.
    /// </param>
    /// <param name="coefficients">Receives G + k coefficients for each curve, curve after curve. It may be the memory of <paramref name="previous"/>.</param>
    /// <returns>The number of determined directions; below G + k where the samples leave some open.</returns>
    /// <exception cref="KanSharpException">The lengths do not fit each other, or a sample is NaN or infinite.</exception>
    public static int Solve(
        KnotGrid grid, RangePolicy range, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> previous, Span<double> coefficients)
    {
        ArgumentNullException.ThrowIfNull(grid);
        int samples = x.Length, unknowns = grid.BasisCount, width = grid.Order + 1, curves = coefficients.Length / unknowns;
        if (curves * unknowns != coefficients.Length)
            throw new KanSharpException($"There is room for {coefficients.Length} coefficients; each curve has {unknowns}, so give a multiple of that.");
        if (y.Length != (long)samples * curves)
            throw new KanSharpException($"There are {y.Length} values for {curves} curves at {samples} points; {(long)samples * curves} are needed.");
        if (!previous.IsEmpty && previous.Length != coefficients.Length)
            throw new KanSharpException($"There are {previous.Length} previous coefficients for {coefficients.Length} new ones; give as many, or none.");
        CheckFinite(x, "Sample point");
        CheckFinite(y, "Sample value");
        CheckFinite(previous, "Previous coefficient");
        if (samples == 0 || curves == 0)
        {
            if (previous.IsEmpty)
                coefficients.Clear();
            else
                previous.CopyTo(coefficients);
            return 0;
        }

        double[] basis = new double[samples * width];
        int[] first = new int[samples];
        double largest = 0;
        for (int i = 0; i < samples; i++)
        {
            Span<double> row = basis.AsSpan(i * width, width);
            first[i] = SplineBasis.Evaluate(grid, x[i], range, row);
            foreach (double value in row)
                largest = Math.Max(largest, Math.Abs(value));
        }
        if (!double.IsFinite(largest))
            throw new KanSharpException("A sample point lies so far outside the grid that the spline overflows there; bring the inputs to the scale of the grid.");
        double scale = largest > LargestRow ? 1 / largest : 1;

        var qr = new BandedQr(unknowns, width, curves);
        double[] values = new double[curves];
        foreach (int i in SortedByFirst(first, grid.Intervals))
        {
            Span<double> row = basis.AsSpan(i * width, width);
            if (scale != 1)
                foreach (ref double value in row)
                    value *= scale;
            for (int c = 0; c < curves; c++)
                values[c] = y[c * samples + i] * scale;
            qr.AddRow(first[i], row, values);
        }
        if (previous.IsEmpty)
            coefficients.Clear();
        else
            previous.CopyTo(coefficients);
        return qr.Solve(Epsilon * Math.Max(samples, unknowns), coefficients);
    }

    /// <summary>The samples' indices by the first basis function that they touch, otherwise in their own order.</summary>
    private static int[] SortedByFirst(ReadOnlySpan<int> first, int intervals)
    {
        int[] next = new int[intervals + 1];
        foreach (int f in first)
            next[f + 1]++;
        for (int i = 1; i <= intervals; i++)
            next[i] += next[i - 1];
        int[] sorted = new int[first.Length];
        for (int i = 0; i < first.Length; i++)
            sorted[next[first[i]]++] = i;
        return sorted;
    }

    private static void CheckFinite(ReadOnlySpan<double> values, string what)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                throw new KanSharpException($"{what} {i} is {values[i]}; a fit needs finite numbers. Leave such samples out.");
        }
    }
}
