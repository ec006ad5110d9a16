namespace KanSharp.Splines;

/// <summary>
/// Knots where sampled curves need them: k + 1 of them at each break, so that the curve before and the curve after know nothing of each other, and the others one by one
/// in the middle of the interval where a spline leaves the greatest error.
/// </summary>
internal static class FreeKnots
{
    /// <summary>More samples than this do not place knots better.</summary>
    private const int PlacingSamples = 10_000;

    // Where errors are rounding, as a part of the values' squares, the numbers of samples decide.
    private const double Rounding = 1e-20;

    /// <summary>How many breaks a grid has knots for.</summary>
    public static int MostBreaks(int intervals, int order) => (intervals - 1) / (order + 1);

    /// <summary>A grid of <paramref name="intervals"/> intervals over the samples.</summary>
    /// <param name="x">Sample points, ascending.</param>
    /// <param name="values">Values of the curves, curve after curve.</param>
    /// <param name="breaks">Where the curves break, ascending; no more than <see cref="MostBreaks"/>.</param>
    /// <param name="intervals">Grid intervals, empty ones between the knots of a break included.</param>
    /// <param name="order">Spline order k.</param>
    public static KnotGrid Place(ReadOnlySpan<double> x, ReadOnlySpan<double> values, ReadOnlySpan<BreakSearch.Break> breaks, int intervals, int order)
    {
        int count = x.Length, curves = values.Length / count, stride = (count + PlacingSamples - 1) / PlacingSamples, kept = (count + stride - 1) / stride;
        double[] places = new double[breaks.Length];
        for (int b = 0; b < breaks.Length; b++)
            places[b] = Place(x, values.Slice(breaks[b].Curve * count, count), breaks[b].Before, order);

        double[] points = new double[kept], curveValues = new double[curves * kept];
        for (int i = 0; i < kept; i++)
        {
            points[i] = x[i * stride];
            for (int c = 0; c < curves; c++)
                curveValues[c * kept + i] = values[c * count + i * stride];
        }
        List<double> inner = [x[0], x[^1]];
        foreach (double place in places)
            inner.InsertRange(inner.Count - 1, Enumerable.Repeat(place, order + 1));
        while (inner.Count <= intervals)
            Split(inner, points, curveValues, curves, order);
        return KnotGrid.FromInner([.. inner], order);
    }

    /// <summary>Where the curves of both sides, each continued, cross between the two samples; half way, where they do not.</summary>
    private static double Place(ReadOnlySpan<double> x, ReadOnlySpan<double> values, int before, int order)
    {
        const int window = BreakSearch.HalfWindow;
        double low = x[before], high = x[before + 1], middle = low + (high - low) / 2;
        if (order == 0 || !(middle > low))
            return high;
        // One interval is one polynomial. It is continued only across the gap.
        int from = Math.Max(0, before + 1 - window), to = Math.Min(x.Length, before + 1 + window);
        (KnotGrid leftGrid, double[] left) = Polynomial(x[from..(before + 1)], values[from..(before + 1)], x[from], high, order);
        (KnotGrid rightGrid, double[] right) = Polynomial(x[(before + 1)..to], values[(before + 1)..to], low, x[to - 1], order);
        double Difference(double at) => Spline.Evaluate(leftGrid, left, at, RangePolicy.Linear) - Spline.Evaluate(rightGrid, right, at, RangePolicy.Linear);
        bool rises = Difference(high) > 0;
        if (Difference(low) > 0 == rises)
            return middle;
        while (middle > low && middle < high)
        {
            if (Difference(middle) > 0 == rises)
                high = middle;
            else
                low = middle;
            middle = low + (high - low) / 2;
        }
        // Samples at a knot belong to the interval after it.
        return high;
    }

    private static (KnotGrid Grid, double[] Coefficients) Polynomial(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double start, double end, int order)
    {
        KnotGrid grid = KnotGrid.Uniform(start, end, 1, order);
        double[] coefficients = new double[grid.BasisCount];
        SplineFit.Solve(grid, RangePolicy.Linear, x, y, [], coefficients);
        return (grid, coefficients);
    }

    /// <summary>Adds a knot in the middle of the samples of the interval that has the greatest sum of squared errors, and samples enough for two.</summary>
    private static void Split(List<double> inner, ReadOnlySpan<double> x, ReadOnlySpan<double> values, int curves, int order)
    {
        int count = x.Length, enough = 2 * (order + 1);
        KnotGrid grid = KnotGrid.FromInner([.. inner], order);
        double[] coefficients = new double[curves * grid.BasisCount], fitted = new double[count], scores = new double[grid.Intervals];
        int[] first = new int[grid.Intervals + 1];
        for (int i = 0; i < count; i++)
            first[grid.FindInterval(x[i]) - order + 1]++;
        for (int i = 0; i < grid.Intervals; i++)
            first[i + 1] += first[i];
        SplineFit.Solve(grid, RangePolicy.Linear, x, values, [], coefficients);
        for (int c = 0; c < curves; c++)
        {
            ReadOnlySpan<double> curve = values.Slice(c * count, count);
            Spline.Evaluate(grid, coefficients.AsSpan(c * grid.BasisCount, grid.BasisCount), x, RangePolicy.Linear, fitted);
            double size = 0;
            foreach (double value in curve)
                size += value * value;
            for (int i = 0; i < grid.Intervals; i++)
            {
                for (int n = first[i]; n < first[i + 1]; n++)
                    scores[i] += (curve[n] - fitted[n]) * (curve[n] - fitted[n]) + Rounding * size;
            }
        }
        int widest = 0, best = -1;
        for (int i = 0; i < grid.Intervals; i++)
        {
            if (inner[i + 1] - inner[i] > inner[widest + 1] - inner[widest])
                widest = i;
            if (first[i + 1] - first[i] >= enough && x[first[i]] < x[first[i + 1] - 1] && (best < 0 || scores[i] > scores[best]))
                best = i;
        }
        double knot = inner[widest] + (inner[widest + 1] - inner[widest]) / 2;
        if (best >= 0)
        {
            int middle = (first[best] + first[best + 1]) / 2;
            double between = x[middle - 1] + (x[middle] - x[middle - 1]) / 2;
            if (between > inner[best] && between < inner[best + 1])
                (knot, widest) = (between, best);
        }
        inner.Insert(widest + 1, knot);
    }
}
