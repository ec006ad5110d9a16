using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Tests.Splines;

/// <summary>Grids of every form, and functions on them, for the property tests.</summary>
internal static class TestGrids
{
    /// <summary>Even, uneven, all knots free, and repeated knots, of the given order.</summary>
    public static IEnumerable<(string Name, KnotGrid Grid)> OfOrder(int order)
    {
        yield return ("even", KnotGrid.Uniform(-1, 1, 5, order));
        yield return ("one interval", KnotGrid.Uniform(2, 2.5, 1, order));
        yield return ("uneven", KnotGrid.FromInner([-1, -0.3, -0.25, 0.1, 0.9, 1.2], order));
        yield return ("free", Free(order, 6));
        yield return ("repeated inside", KnotGrid.FromInner([-1, -0.5, 0, 0, 0.5, 0.5, 0.5, 1], order));
        yield return ("repeated at the ends", KnotGrid.FromInner([-1, -1, 0, 0.25, 1, 1], order));
        double[] clamped = [.. Enumerable.Repeat(0.0, order), 0, 1, 2, 4, .. Enumerable.Repeat(4.0, order)];
        yield return ("clamped", KnotGrid.FromExtended(clamped, order));
    }

    /// <summary>Random steps between 0.1 and 1.1 everywhere, the extension included.</summary>
    public static KnotGrid Free(int order, int intervals, ulong seed = 11)
    {
        var random = new SeededRandom(seed);
        double[] knots = new double[intervals + 1 + 2 * order];
        knots[0] = -2;
        for (int i = 1; i < knots.Length; i++)
            knots[i] = knots[i - 1] + random.NextDouble(0.1, 1.1);
        return KnotGrid.FromExtended(knots, order);
    }

    /// <summary>Knots, points between them, and points outside.</summary>
    public static List<double> Points(KnotGrid grid)
    {
        List<double> points = [.. grid.Knots];
        for (int i = 0; i + 1 < grid.Knots.Length; i++)
            points.Add(grid.Knots[i] + (grid.Knots[i + 1] - grid.Knots[i]) * 0.37);
        points.Add(grid.Knots[0] - 0.8);
        points.Add(grid.Knots[^1] + 0.8);
        return points;
    }

    public static double[] Coefficients(KnotGrid grid, ulong seed = 5, int curves = 1)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, grid.BasisCount * curves).Select(_ => random.NextDouble(-1, 1))];
    }

    /// <summary>Evenly spaced points, both ends included.</summary>
    public static double[] Even(double start, double end, int count) =>
        [.. Enumerable.Range(0, count).Select(i => i == count - 1 ? end : start + (end - start) * i / (count - 1))];
}
