using System.Collections.Immutable;

namespace KanSharp.Plotting.Drawing;

/// <summary>Turns the values of a function into lines inside a rectangle: scaled, cut off where they leave it, broken where they are not finite.</summary>
internal static class CurvePath
{
    /// <param name="x">Ascending.</param>
    /// <param name="y">The values.</param>
    /// <param name="place">Where a point of the function stands in the scene.</param>
    /// <param name="low">Lowest value to show.</param>
    /// <param name="high">Highest value to show.</param>
    public static IEnumerable<ImmutableArray<Point>> Trace(ReadOnlyMemory<double> x, ReadOnlyMemory<double> y, Func<double, double, Point> place, double low, double high)
    {
        ImmutableArray<Point>.Builder run = ImmutableArray.CreateBuilder<Point>();
        for (int n = 0; n < x.Length; n++)
        {
            double value = y.Span[n];
            bool inside = value >= low && value <= high;
            if (n > 0 && double.IsFinite(value) && double.IsFinite(y.Span[n - 1]))
            {
                double before = y.Span[n - 1];
                bool wasInside = before >= low && before <= high;
                if (inside != wasInside)
                {
                    // The crossing of the border between the two samples.
                    double border = (inside ? before : value) > high ? high : low;
                    double part = (border - before) / (value - before);
                    run.Add(place(x.Span[n - 1] + part * (x.Span[n] - x.Span[n - 1]), border));
                }
            }
            if (inside)
                run.Add(place(x.Span[n], value));
            else if (run.Count > 0)
                yield return Take(run);
        }
        if (run.Count > 0)
            yield return Take(run);
    }

    /// <summary>
    /// The range of values that is worth showing: all finite ones, or, where a pole makes nearly all of that empty, the middle nine tenths.
    /// </summary>
    public static (double Low, double High) Range(ReadOnlySpan<double> values)
    {
        double[] sorted = [.. values.ToArray().Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
            return (-1, 1);
        (double low, double high) = (sorted[0], sorted[^1]);
        double from = sorted[sorted.Length / 20], to = sorted[^(sorted.Length / 20 + 1)];
        if (to > from && high - low > 20 * (to - from))
            (low, high) = (from - (to - from) / 2, to + (to - from) / 2);
        return (low, high);
    }

    private static ImmutableArray<Point> Take(ImmutableArray<Point>.Builder run)
    {
        ImmutableArray<Point> points = run.ToImmutable();
        run.Clear();
        return points;
    }
}
