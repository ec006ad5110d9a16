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

    /// <summary>
    /// A wider grid that ends at <paramref name="low"/> or <paramref name="high"/> where these lie outside, on which curves stay what they are, also outside of the old range, as
    /// <paramref name="range"/> has them there: the old end is a knot of such a multiplicity that the curve may go on as a straight line (k - 1) or a constant (k); with
    /// <see cref="RangePolicy.Zero"/> the extension knots are kept.
    /// </summary>
    internal static KnotGrid WidenTo(KnotGrid grid, double low, double high, RangePolicy range)
    {
        int order = grid.Order;
        List<double> knots = [.. grid.Knots];
        bool below = low < grid.Start, above = high > grid.End;
        if (above)
            Extend(knots, order, high, knots.Count - order);
        if (below)
        {
            Mirror(knots);
            Extend(knots, order, -low, knots.Count - order);
            Mirror(knots);
        }
        return below || above ? KnotGrid.FromExtended([.. knots], order) : grid;

        // The last inner knot is the one before innerCount.
        void Extend(List<double> all, int k, double end, int innerCount)
        {
            double[] extension = [.. all.Skip(innerCount)];
            double old = all[innerCount - 1], mean = (old - all[k]) / (innerCount - 1 - k);
            all.RemoveRange(innerCount, k);
            if (range == RangePolicy.Zero)
                all.AddRange(extension);
            else
            {
                int multiplicity = Math.Max(1, range == RangePolicy.Clamp ? k : k - 1);
                for (int have = all.Count(knot => knot == old); have < multiplicity; have++)
                    all.Add(old);
            }
            all.Add(Math.Max(end, all[^1] + (end > all[^1] ? 0 : mean)));
            for (int i = 0; i < k; i++)
                all.Add(all[^1] + mean);
        }

        static void Mirror(List<double> all)
        {
            all.Reverse();
            for (int i = 0; i < all.Count; i++)
                all[i] = -all[i];
        }
    }

    /// <summary>A grid of more intervals with all knots of the old one, the extension too: the longest intervals are halved, one by one.</summary>
    internal static KnotGrid Split(KnotGrid grid, int intervals)
    {
        List<double> knots = [.. grid.Knots];
        while (knots.Count - 1 - 2 * grid.Order < intervals)
        {
            int longest = grid.Order;
            for (int i = grid.Order; i + 1 < knots.Count - grid.Order; i++)
            {
                if (knots[i + 1] - knots[i] > knots[longest + 1] - knots[longest])
                    longest = i;
            }
            knots.Insert(longest + 1, knots[longest] + (knots[longest + 1] - knots[longest]) / 2);
        }
        return KnotGrid.FromExtended([.. knots], grid.Order);
    }
}
