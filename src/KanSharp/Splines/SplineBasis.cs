namespace KanSharp.Splines;

/// <summary>
/// The B-splines of a knot grid at a point, and their derivatives of any order.
/// <para>
/// At any x at most k + 1 basis functions differ from zero, and they stand next to each other: every method fills k + 1 values and returns
/// the index of the basis function that the first of them belongs to. Intervals are half open, [t_i, t_i+1); the range itself is closed:
/// at <see cref="KnotGrid.End"/> the values are those of the last interval (with <see cref="RangePolicy.Zero"/>, of the extension interval
/// that begins there; the two agree where the end is not a knot of multiplicity above k). Repeated knots follow the convention 0/0 = 0.
/// </para>
/// <para>
/// Outside the range: <see cref="RangePolicy.Linear"/> (and <see cref="RangePolicy.Error"/>, whose refusal is the model's) continues every
/// basis function along its tangent at the end, <see cref="RangePolicy.Clamp"/> keeps its value, <see cref="RangePolicy.Zero"/> follows the
/// extension knots and is zero beyond them. NaN gives NaN. Nothing is allocated.
/// </para>
/// Source: C. de Boor, A Practical Guide to Splines, chapters IX and X (recurrence and derivative of B-splines).
/// </summary>
public static class SplineBasis
{
    /// <summary>Values of the basis functions at <paramref name="x"/>.</summary>
    /// <param name="grid">The knots.</param>
    /// <param name="x">Where.</param>
    /// <param name="range">What happens outside the grid's range.</param>
    /// <param name="values">Receives k + 1 values; it may be longer.</param>
    /// <returns>Index of the basis function that <c>values[0]</c> belongs to, in 0 .. G - 1.</returns>
    public static int Evaluate(KnotGrid grid, double x, RangePolicy range, Span<double> values) => Evaluate(grid, x, range, 0, values);

    /// <summary>Derivatives of the basis functions at <paramref name="x"/>, of one order.</summary>
    /// <param name="grid">The knots.</param>
    /// <param name="x">Where.</param>
    /// <param name="range">What happens outside the grid's range.</param>
    /// <param name="derivative">Order of the derivative; 0 is the value. Above k inside the range all are zero.</param>
    /// <param name="values">Receives k + 1 values; it may be longer.</param>
    /// <returns>Index of the basis function that <c>values[0]</c> belongs to, in 0 .. G - 1.</returns>
    public static int Evaluate(KnotGrid grid, double x, RangePolicy range, int derivative, Span<double> values)
    {
        ArgumentNullException.ThrowIfNull(grid);
        int order = grid.Order;
        if (derivative < 0)
            throw new KanSharpException($"A derivative of order {derivative} does not exist; use 0 (the value) or more.");
        if (values.Length <= order)
            throw new KanSharpException($"The buffer holds {values.Length} values, a spline of order {order} fills {order + 1}; make it longer.");

        values = values[..(order + 1)];
        if (double.IsNaN(x))
        {
            values.Fill(double.NaN);
            return 0;
        }
        if (range == RangePolicy.Zero)
            return OnExtendedKnots(grid, x, derivative, values);

        int interval = grid.FindInterval(x);
        double end = Math.Clamp(x, grid.Start, grid.End);
        if (x == end)
            OnInterval(grid.Knots.Slice(interval - order + 1, 2 * order), order, x, derivative, values);
        else
            Outside(grid.Knots.Slice(interval - order + 1, 2 * order), order, end, x - end, range, derivative, values);
        return interval - order;
    }

    /// <summary>Values of the basis functions and all their derivatives up to an order.</summary>
    /// <param name="grid">The knots.</param>
    /// <param name="x">Where.</param>
    /// <param name="range">What happens outside the grid's range.</param>
    /// <param name="highest">Order of the highest derivative wanted.</param>
    /// <param name="values">Receives (<paramref name="highest"/> + 1)(k + 1) values: first the k + 1 values, then the first derivatives, and so on.</param>
    /// <returns>Index of the basis function that <c>values[0]</c> belongs to, in 0 .. G - 1.</returns>
    public static int EvaluateUpTo(KnotGrid grid, double x, RangePolicy range, int highest, Span<double> values)
    {
        ArgumentNullException.ThrowIfNull(grid);
        int width = grid.Order + 1;
        if (highest < 0)
            throw new KanSharpException($"A derivative of order {highest} does not exist; use 0 (the value) or more.");
        if (values.Length / width <= highest)
            throw new KanSharpException(
                $"The buffer holds {values.Length} values; derivatives up to order {highest} of a spline of order {grid.Order} fill {(highest + 1L) * width}; make it longer.");
        int first = 0;
        for (int derivative = 0; derivative <= highest; derivative++)
            first = Evaluate(grid, x, range, derivative, values.Slice(derivative * width, width));
        return first;
    }

    /// <summary>
    /// The k + 1 basis functions on one interval [t_i, t_i+1) that is not empty. <paramref name="knots"/> are t_i-k+1 .. t_i+k. Going up one order,
    /// D B_j,d-1 either keeps its order of derivation (the recurrence of values) or gains one (the recurrence of derivatives); as the
    /// lowest orders go up by value and the last <paramref name="derivative"/> ones by derivative, the vector ends as that derivative of order k.
    /// Every denominator spans the interval, so none is zero.
    /// </summary>
    internal static void OnInterval(ReadOnlySpan<double> knots, int order, double x, int derivative, Span<double> values)
    {
        if (derivative > order)
        {
            values.Clear();
            return;
        }
        values[0] = 1;
        for (int d = 1; d <= order; d++)
        {
            bool differentiate = d > order - derivative;
            double carried = 0;
            for (int r = 0; r < d; r++)
            {
                double left = knots[order - d + r], right = knots[order + r];
                double quotient = values[r] / (right - left);
                if (differentiate)
                {
                    values[r] = carried - d * quotient;
                    carried = d * quotient;
                }
                else
                {
                    values[r] = carried + (right - x) * quotient;
                    carried = (x - left) * quotient;
                }
            }
            values[d] = carried;
        }
    }

    private static void Outside(
        ReadOnlySpan<double> knots, int order, double end, double distance, RangePolicy range, int derivative, Span<double> values)
    {
        bool linear = range != RangePolicy.Clamp;
        if (derivative > (linear ? 1 : 0))
        {
            values.Clear();
            return;
        }
        OnInterval(knots, order, end, derivative, values);
        if (derivative > 0 || !linear)
            return;
        Span<double> slopes = stackalloc double[KnotGrid.MaxOrder + 1];
        OnInterval(knots, order, end, 1, slopes[..(order + 1)]);
        for (int r = 0; r <= order; r++)
            values[r] += slopes[r] * distance;
    }

    private static int OnExtendedKnots(KnotGrid grid, double x, int derivative, Span<double> values)
    {
        ReadOnlySpan<double> knots = grid.Knots;
        int order = grid.Order, last = knots.Length - 1, lastFirst = grid.BasisCount - 1 - order;
        if (x < knots[0] || x >= knots[last])
        {
            values.Clear();
            return x < knots[0] ? 0 : lastFirst;
        }
        int interval = grid.FindInterval(x, 0, last - 1);
        int first = interval - order;
        if (first >= 0 && first <= lastFirst)
        {
            OnInterval(knots.Slice(interval - order + 1, 2 * order), order, x, derivative, values);
            return first;
        }

        // In an extension interval some of the k + 1 functions would need knots that the grid does not have: those functions are not part of
        // the basis. Any knots stand in for the missing ones, as the functions that are part of it do not depend on them.
        Span<double> local = stackalloc double[2 * KnotGrid.MaxOrder];
        for (int i = 0; i < 2 * order; i++)
            local[i] = knots[Math.Clamp(first + 1 + i, 0, last)];
        OnInterval(local[..(2 * order)], order, x, derivative, values);
        if (first < 0)
        {
            values[-first..].CopyTo(values);
            values[^-first..].Clear();
            return 0;
        }
        int surplus = first - lastFirst;
        values[..^surplus].CopyTo(values[surplus..]);
        values[..surplus].Clear();
        return lastFirst;
    }
}
