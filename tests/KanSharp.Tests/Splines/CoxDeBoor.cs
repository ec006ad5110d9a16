namespace KanSharp.Tests.Splines;

/// <summary>
/// The definition of B-splines as it stands in the books, by plain recursion over all basis functions: what the library's basis is checked
/// against. Half-open intervals, 0/0 = 0 on repeated knots.
/// </summary>
internal static class CoxDeBoor
{
    /// <summary>All basis functions on the knots, or their derivatives of one order, dense.</summary>
    public static double[] All(double[] knots, int order, double x, int derivative = 0)
    {
        double[] result = new double[knots.Length - 1 - order];
        if (order == 0)
        {
            for (int j = 0; j < result.Length; j++)
                result[j] = derivative == 0 && knots[j] <= x && x < knots[j + 1] ? 1 : 0;
            return result;
        }
        double[] below = All(knots, order - 1, x, Math.Max(0, derivative - 1));
        for (int j = 0; j < result.Length; j++)
        {
            double left = knots[j], right = knots[j + order + 1], leftSpan = knots[j + order] - left, rightSpan = right - knots[j + 1];
            result[j] = derivative > 0
                ? order * (Quotient(below[j], leftSpan) - Quotient(below[j + 1], rightSpan))
                : Quotient((x - left) * below[j], leftSpan) + Quotient((right - x) * below[j + 1], rightSpan);
        }
        return result;
    }

    private static double Quotient(double numerator, double denominator) => denominator == 0 ? 0 : numerator / denominator;
}
