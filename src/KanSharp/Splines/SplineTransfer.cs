namespace KanSharp.Splines;

/// <summary>Carries curves from one grid to another: exactly where the new grid allows it, by least squares where it does not.</summary>
public static class SplineTransfer
{
    /// <summary>
    /// Writes curves on another grid. If that grid keeps all knots inside the old range and is at least as wide (see <see cref="GridRefinement"/>), the
    /// curves on the old range stay the same to rounding, and beyond it they go on as the range policy says (with <see cref="RangePolicy.Zero"/> they
    /// fall to zero over whatever knots the new grid has there). Otherwise they are fitted by least squares to the old curves at points spread
    /// over the whole new range.
    /// </summary>
    /// <param name="from">The grid of the given curves.</param>
    /// <param name="coefficients">Their coefficients, curve after curve.</param>
    /// <param name="range">What the curves do outside their grid's range.</param>
    /// <param name="to">The new grid.</param>
    /// <param name="result">Receives the coefficients on the new grid, curve after curve.</param>
    /// <returns>Whether the transfer is exact on the old range.</returns>
    public static bool ToGrid(KnotGrid from, ReadOnlySpan<double> coefficients, RangePolicy range, KnotGrid to, Span<double> result)
    {
        int curves = CountCurves(from, coefficients, to, result);
        if (HaveSameKnots(from, to))
        {
            coefficients.CopyTo(result);
            return true;
        }
        if (KnotInsertion.IsExact(from, to))
        {
            for (int c = 0; c < curves; c++)
                KnotInsertion.Insert(from, Curve(from, coefficients, c), range, to, result.Slice(c * to.BasisCount, to.BasisCount));
            return true;
        }
        double[] points = PointsOver(from, to);
        SplineFit.Solve(to, range, points, CurveValues(from, coefficients, range, points), [], result);
        return false;
    }

    /// <summary>
    /// Fits curves on another grid to the old curves at given points (pykan's refit to samples). In directions that the points leave undetermined the
    /// curves are near those of <see cref="ToGrid"/>: they stay what they were where there are no points. On the same grid nothing changes.
    /// </summary>
    /// <param name="from">The grid of the given curves.</param>
    /// <param name="coefficients">Their coefficients, curve after curve.</param>
    /// <param name="range">What the curves do outside their grid's range.</param>
    /// <param name="to">The new grid.</param>
    /// <param name="points">Where to compare the curves: finite, in any order.</param>
    /// <param name="result">Receives the coefficients on the new grid, curve after curve.</param>
    public static void AtPoints(
        KnotGrid from, ReadOnlySpan<double> coefficients, RangePolicy range, KnotGrid to, ReadOnlySpan<double> points, Span<double> result)
    {
        CountCurves(from, coefficients, to, result);
        if (HaveSameKnots(from, to))
        {
            coefficients.CopyTo(result);
            return;
        }
        double[] values = CurveValues(from, coefficients, range, points);
        if (SplineFit.Solve(to, range, points, values, [], result) == to.BasisCount)
            return;
        double[] previous = new double[result.Length];
        ToGrid(from, coefficients, range, to, previous);
        SplineFit.Solve(to, range, points, values, previous, result);
    }

    private static bool HaveSameKnots(KnotGrid a, KnotGrid b) => a.Order == b.Order && a.Knots.SequenceEqual(b.Knots);

    private static int CountCurves(KnotGrid from, ReadOnlySpan<double> coefficients, KnotGrid to, ReadOnlySpan<double> result)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        int curves = coefficients.Length / from.BasisCount;
        if (coefficients.Length != curves * from.BasisCount || result.Length != curves * to.BasisCount)
            throw new KanSharpException(
                $"There are {coefficients.Length} coefficients and room for {result.Length}; the old grid has {from.BasisCount} a curve, the new one {to.BasisCount}.");
        return curves;
    }

    private static ReadOnlySpan<double> Curve(KnotGrid grid, ReadOnlySpan<double> coefficients, int curve) =>
        coefficients.Slice(curve * grid.BasisCount, grid.BasisCount);

    private static double[] CurveValues(KnotGrid grid, ReadOnlySpan<double> coefficients, RangePolicy range, ReadOnlySpan<double> points)
    {
        int curves = coefficients.Length / grid.BasisCount;
        double[] values = new double[curves * points.Length];
        for (int c = 0; c < curves; c++)
            Spline.Evaluate(grid, Curve(grid, coefficients, c), points, range, values.AsSpan(c * points.Length, points.Length));
        return values;
    }

    /// <summary>Chebyshev points in each piece between neighbouring knots of either grid, enough to determine every coefficient, and the ends of the new range.</summary>
    private static double[] PointsOver(KnotGrid from, KnotGrid to)
    {
        double[] breaks = [.. from.InnerKnots, .. to.InnerKnots];
        Array.Sort(breaks);
        int perPiece = 2 * (to.Order + 1);
        List<double> points = [to.Start, to.End];
        for (int i = 0; i + 1 < breaks.Length; i++)
        {
            double start = Math.Max(breaks[i], to.Start), end = Math.Min(breaks[i + 1], to.End);
            for (int p = 0; p < perPiece && start < end; p++)
                points.Add(start + (end - start) * (1 - Math.Cos(Math.PI * (p + 0.5) / perPiece)) / 2);
        }
        return [.. points];
    }
}
