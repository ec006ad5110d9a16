namespace KanSharp.Splines;

/// <summary>
/// The knots of the splines that read one input: <see cref="Intervals"/> grid intervals between <see cref="Start"/> and
/// <see cref="End"/>, and <see cref="Order"/> extra knots on each side. Immutable.
/// </summary>
public sealed class KnotGrid
{
    /// <summary>The highest spline order supported.</summary>
    public const int MaxOrder = 15;

    private readonly double[] _knots;

    private KnotGrid(double[] knots, int order)
    {
        _knots = knots;
        Order = order;
    }

    /// <summary>No spline: a single knot, no intervals, no basis functions, and no end to the range.</summary>
    public static KnotGrid None { get; } = new([0], 0);

    /// <summary>Polynomial degree of the pieces, called k in the literature on KANs.</summary>
    public int Order { get; }

    /// <summary>Number of grid intervals inside the range, called G.</summary>
    public int Intervals => _knots.Length - 1 - 2 * Order;

    /// <summary>Number of basis functions, G + k.</summary>
    public int BasisCount => _knots.Length - 1 - Order;

    /// <summary>All G + 1 + 2k knots, never decreasing.</summary>
    public ReadOnlySpan<double> Knots => _knots;

    /// <summary>The G + 1 knots that bound the grid intervals.</summary>
    public ReadOnlySpan<double> InnerKnots => _knots.AsSpan(Order, Intervals + 1);

    /// <summary>Lower end of the range in which the spline has all its basis functions.</summary>
    public double Start => Intervals == 0 ? double.NegativeInfinity : _knots[Order];

    /// <summary>Upper end of that range.</summary>
    public double End => Intervals == 0 ? double.PositiveInfinity : _knots[Order + Intervals];

    /// <summary>An even grid of <paramref name="intervals"/> on [<paramref name="start"/>, <paramref name="end"/>].</summary>
    public static KnotGrid Uniform(double start, double end, int intervals, int order)
    {
        CheckCounts(intervals, order);
        double[] inner = new double[intervals + 1];
        for (int i = 0; i <= intervals; i++)
            inner[i] = start + (end - start) * i / intervals;
        inner[intervals] = end;
        return FromInner(inner, order);
    }

    /// <summary>Extends inner knots by <paramref name="order"/> knots on each side, spaced by their mean step.</summary>
    public static KnotGrid FromInner(ReadOnlySpan<double> inner, int order)
    {
        int intervals = inner.Length - 1;
        CheckCounts(intervals, order);
        double step = (inner[^1] - inner[0]) / intervals;
        double[] knots = new double[intervals + 1 + 2 * order];
        inner.CopyTo(knots.AsSpan(order));
        for (int i = order - 1; i >= 0; i--)
            knots[i] = knots[i + 1] - step;
        for (int i = order + intervals + 1; i < knots.Length; i++)
            knots[i] = knots[i - 1] + step;
        return FromExtended(knots, order);
    }

    /// <summary>Takes all G + 1 + 2k knots as they are: never decreasing, finite, and with a range that is not empty.</summary>
    public static KnotGrid FromExtended(ReadOnlySpan<double> knots, int order)
    {
        CheckCounts(knots.Length - 1 - 2 * order, order);
        for (int i = 0; i < knots.Length; i++)
        {
            if (!double.IsFinite(knots[i]))
                throw new KanSharpException($"Knot {i} is {knots[i]}; knots must be finite numbers.");
            if (i > 0 && knots[i] < knots[i - 1])
                throw new KanSharpException($"Knot {i} ({knots[i]:R}) lies below knot {i - 1} ({knots[i - 1]:R}); knots must not decrease.");
        }
        var grid = new KnotGrid(knots.ToArray(), order);
        if (!(grid.End > grid.Start))
            throw new KanSharpException($"The grid's range [{grid.Start:R}, {grid.End:R}] is empty; its end must lie above its start.");
        return grid;
    }

    /// <summary>
    /// The index i, in <see cref="Order"/> .. <see cref="Order"/> + <see cref="Intervals"/> - 1, of the grid interval
    /// [Knots[i], Knots[i + 1]) that holds <paramref name="x"/>, never an empty one. A value below the range (or NaN) counts to the first
    /// interval; <see cref="End"/> and a value above it to the last.
    /// </summary>
    public int FindInterval(double x)
    {
        int first = Order, last = Order + Intervals - 1;
        if (!(x < End))
        {
            if (double.IsNaN(x))
                x = Start;
            else
                while (_knots[last] == End)
                    last--;
        }
        x = Math.Max(x, Start);
        return FindInterval(x, first, last);
    }

    /// <summary>The last i in <paramref name="first"/> .. <paramref name="last"/> with Knots[i] &lt;= x; Knots[first] &lt;= x is the caller's promise.</summary>
    internal int FindInterval(double x, int first, int last)
    {
        while (first < last)
        {
            int middle = (first + last + 1) >> 1;
            if (_knots[middle] <= x)
                first = middle;
            else
                last = middle - 1;
        }
        return first;
    }

    private static void CheckCounts(int intervals, int order)
    {
        if (order is < 0 or > MaxOrder)
            throw new KanSharpException($"Spline order {order} is not supported; use 0 to {MaxOrder} (3 is usual).");
        if (intervals < 1)
            throw new KanSharpException($"A grid of {intervals} intervals is not possible; use at least 1 (5 is usual).");
    }
}
