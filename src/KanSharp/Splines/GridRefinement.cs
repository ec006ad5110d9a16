namespace KanSharp.Splines;

/// <summary>
/// Grids made from a grid: finer ones on the same range, and wider ones that keep the old knots. <see cref="SplineTransfer.ToGrid"/> carries the curves
/// over, exactly wherever the old knots are among the new.
/// </summary>
public static class GridRefinement
{
    /// <summary>
    /// A grid of another number of intervals on the same range: the inner knots, taken as a function of their index, are interpolated linearly at
    /// evenly spaced indices; the extension follows <see cref="KnotGrid.FromInner"/>. A multiple of the old number keeps every old knot as it is.
    /// </summary>
    public static KnotGrid Refine(KnotGrid grid, int intervals)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (intervals < 1)
            throw new KanSharpException($"A grid of {intervals} intervals is not possible; use at least 1, and more than {grid.Intervals} to refine this one.");
        ReadOnlySpan<double> old = grid.InnerKnots;
        double[] inner = new double[intervals + 1];
        for (int i = 0; i <= intervals; i++)
        {
            (long index, long rest) = Math.DivRem((long)i * grid.Intervals, intervals);
            inner[i] = old[(int)index];
            if (rest > 0)
                inner[i] += (old[(int)index + 1] - old[(int)index]) * rest / intervals;
        }
        return KnotGrid.FromInner(inner, grid.Order);
    }

    /// <summary>
    /// A wider grid: <paramref name="below"/> intervals before the old ones and <paramref name="above"/> after them, each as long as the mean of the old ones,
    /// and all old inner knots. On a grid made by <see cref="KnotGrid.FromInner"/> the added knots are its extension knots.
    /// </summary>
    public static KnotGrid Widen(KnotGrid grid, int below, int above)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (below < 0 || above < 0)
            throw new KanSharpException($"Cannot add {below} intervals below and {above} above; use 0 or more on each side.");
        ReadOnlySpan<double> old = grid.InnerKnots;
        double step = (grid.End - grid.Start) / grid.Intervals;
        double[] inner = new double[old.Length + below + above];
        old.CopyTo(inner.AsSpan(below));
        for (int i = below - 1; i >= 0; i--)
            inner[i] = inner[i + 1] - step;
        for (int i = below + old.Length; i < inner.Length; i++)
            inner[i] = inner[i - 1] + step;
        return KnotGrid.FromInner(inner, grid.Order);
    }
}
