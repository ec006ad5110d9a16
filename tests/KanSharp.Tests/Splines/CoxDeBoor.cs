namespace KanSharp.Tests.Splines;

/// <summary>
/// The definition of B-splines as it stands in the books, by plain recursion: what the library's basis is checked against. Half-open intervals,
/// 0/0 = 0 on repeated knots.
/// </summary>
internal static class CoxDeBoor
{
    public static double Basis(ReadOnlySpan<double> knots, int order, int index, double x, int derivative = 0)
    {
        if (order == 0)
            return derivative == 0 && knots[index] <= x && x < knots[index + 1] ? 1 : 0;
        double left = knots[index], right = knots[index + order + 1];
        if (x < left || x >= right)
            return 0;
        double leftSpan = knots[index + order] - left, rightSpan = right - knots[index + 1];
        if (derivative > 0)
        {
            return order * (Quotient(Basis(knots, order - 1, index, x, derivative - 1), leftSpan)
                - Quotient(Basis(knots, order - 1, index + 1, x, derivative - 1), rightSpan));
        }
        return Quotient((x - left) * Basis(knots, order - 1, index, x), leftSpan)
            + Quotient((right - x) * Basis(knots, order - 1, index + 1, x), rightSpan);
    }

    /// <summary>All basis functions on the knots, dense.</summary>
    public static double[] All(double[] knots, int order, double x, int derivative = 0) =>
        [.. Enumerable.Range(0, knots.Length - 1 - order).Select(j => Basis(knots, order, j, x, derivative))];

    private static double Quotient(double numerator, double denominator) => denominator == 0 ? 0 : numerator / denominator;
}
