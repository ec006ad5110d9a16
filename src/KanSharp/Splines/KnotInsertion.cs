namespace KanSharp.Splines;

/// <summary>
/// Writes a spline on a finer grid without changing it. On the coarse grid's range both are the same function up to rounding: what
/// counts are the polynomial pieces there, so the extension knots of the two grids may differ freely.
/// <para>
/// A coefficient of a spline is the blossom (polar form) of any polynomial piece under its basis function, taken at the k inner knots of that
/// basis function. Source: L. Ramshaw, Blossoms are polar forms, CAGD 6 (1989); R. Goldman, T. Lyche (eds.), Knot Insertion and
/// Deletion Algorithms, SIAM 1993.
/// </para>
/// </summary>
internal static class KnotInsertion
{
    /// <summary>
    /// Whether every spline on <paramref name="coarse"/>, seen on that grid's range, is a spline on <paramref name="fine"/>: the same order, a range at
    /// least as wide, and all knots inside the coarse range kept.
    /// </summary>
    public static bool IsExact(KnotGrid coarse, KnotGrid fine)
    {
        if (coarse.Order != fine.Order || fine.Start > coarse.Start || fine.End < coarse.End)
            return false;
        ReadOnlySpan<double> kept = fine.InnerKnots;
        int next = 0;
        foreach (double knot in coarse.InnerKnots)
        {
            if (knot <= coarse.Start || knot >= coarse.End)
                continue;
            while (next < kept.Length && kept[next] < knot)
                next++;
            if (next == kept.Length || kept[next] != knot)
                return false;
            next++;
        }
        return true;
    }

    /// <summary>
    /// Coefficients on the fine grid. Basis functions that lie outside the coarse range altogether continue the curve by its range policy: as they were or zero, the
    /// value at the end, or the tangent there (taken at the mean of the basis function's knots, which reproduces a straight line).
    /// </summary>
    public static void Insert(KnotGrid coarse, ReadOnlySpan<double> coefficients, RangePolicy range, KnotGrid fine, Span<double> result)
    {
        for (int j = 0; j < fine.BasisCount; j++)
        {
            int interval = PieceUnder(coarse, fine, j);
            if (interval >= 0)
                result[j] = Blossom(coarse, coefficients, interval, fine.Knots.Slice(j + 1, fine.Order));
            else
                result[j] = range == RangePolicy.Zero ? SameFunction(coarse, coefficients, fine, j) : Spline.Evaluate(coarse, coefficients, Mean(fine, j), range);
        }
    }

    /// <summary>The coefficient of the coarse basis function on the same knots; 0 without one. Only where an end of the range is a repeated knot has it one outside of that range.</summary>
    private static double SameFunction(KnotGrid coarse, ReadOnlySpan<double> coefficients, KnotGrid fine, int basis)
    {
        int width = fine.Order + 2;
        for (int j = 0; j < coarse.BasisCount; j++)
        {
            if (coarse.Knots.Slice(j, width).SequenceEqual(fine.Knots.Slice(basis, width)))
                return coefficients[j];
        }
        return 0;
    }

    /// <summary>
    /// The coarse interval whose polynomial gives coefficient <paramref name="basis"/>: of those under the basis function the one nearest to its
    /// middle, for least extrapolation. -1 if it lies outside the coarse range.
    /// </summary>
    private static int PieceUnder(KnotGrid coarse, KnotGrid fine, int basis)
    {
        ReadOnlySpan<double> knots = fine.Knots;
        double middle = Mean(fine, basis), nearest = double.PositiveInfinity;
        int best = -1;
        for (int i = Math.Max(basis, fine.Order); i <= Math.Min(basis + fine.Order, fine.Order + fine.Intervals - 1); i++)
        {
            double start = Math.Max(knots[i], coarse.Start), end = Math.Min(knots[i + 1], coarse.End);
            if (!(start < end))
                continue;
            double distance = Math.Max(start - middle, middle - end);
            if (distance < nearest)
            {
                nearest = distance;
                best = coarse.FindInterval(start);
            }
        }
        return best;
    }

    /// <summary>De Boor's algorithm with an argument of its own at each level. The widest denominators come first: they take the arguments farthest outside.</summary>
    private static double Blossom(KnotGrid grid, ReadOnlySpan<double> coefficients, int interval, ReadOnlySpan<double> arguments)
    {
        int order = grid.Order;
        ReadOnlySpan<double> knots = grid.Knots;
        double low = knots[interval], high = knots[interval + 1];
        Span<double> points = stackalloc double[KnotGrid.MaxOrder + 1];
        coefficients.Slice(interval - order, order + 1).CopyTo(points);

        // The arguments ascend, so the farthest is always one of the two ends of what is left.
        int first = 0, last = order - 1;
        for (int level = 1; level <= order; level++)
        {
            double argument = low - arguments[first] > arguments[last] - high ? arguments[first++] : arguments[last--];
            for (int r = order; r >= level; r--)
            {
                double left = knots[interval - order + r], right = knots[interval + 1 + r - level];
                points[r] = points[r - 1] + (argument - left) / (right - left) * (points[r] - points[r - 1]);
            }
        }
        return points[order];
    }

    private static double Mean(KnotGrid grid, int basis)
    {
        if (grid.Order == 0)
            return (grid.Knots[basis] + grid.Knots[basis + 1]) / 2;
        double sum = 0;
        foreach (double knot in grid.Knots.Slice(basis + 1, grid.Order))
            sum += knot;
        return sum / grid.Order;
    }
}
