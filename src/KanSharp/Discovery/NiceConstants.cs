using KanSharp.Formulas;

namespace KanSharp.Discovery;

/// <summary>Numbers that people write: whole numbers, small fractions, multiples of pi, small square roots, e.</summary>
internal static class NiceConstants
{
    private const int LargestDenominator = 12;

    /// <summary>Those within <paramref name="tolerance"/> of a number, the simplest first.</summary>
    public static IEnumerable<Expression> Near(double value, double tolerance)
    {
        if (Math.Abs(value) <= tolerance)
            yield return new Constant(0);
        double whole = Math.Round(value);
        if (whole != 0 && Math.Abs(whole - value) <= tolerance && Math.Abs(whole) < 1e9)
            yield return new Constant(whole);
        foreach (Expression multiple in Multiples(value, tolerance, Expression.Pi, Math.PI, 6))
            yield return multiple;
        for (int q = 2; q <= LargestDenominator; q++)
        {
            double p = Math.Round(value * q);
            if (p != 0 && Math.Abs(p) <= 10 * q && Math.Abs(p / q - value) <= tolerance && Gcd((long)Math.Abs(p), q) == 1)
                yield return new Constant(p) / new Constant(q);
        }
        foreach (int root in (int[])[2, 3, 5])
        {
            foreach (Expression multiple in Multiples(value, tolerance, Expression.Sqrt(new Constant(root)), Math.Sqrt(root), 4))
                yield return multiple;
        }
        foreach (Expression multiple in Multiples(value, tolerance, Expression.E, Math.E, 2))
            yield return multiple;
        foreach (Expression multiple in Multiples(value, tolerance, 1 / Expression.Pi, 1 / Math.PI, 4))
            yield return multiple;
        foreach (Expression multiple in Multiples(value, tolerance, 1 / Expression.Sqrt(2 * Expression.Pi), 1 / Math.Sqrt(2 * Math.PI), 2))
            yield return multiple;
    }

    /// <summary>p/q times a unit.</summary>
    private static IEnumerable<Expression> Multiples(double value, double tolerance, Expression unit, double size, int largestDenominator)
    {
        for (int q = 1; q <= largestDenominator; q++)
        {
            double p = Math.Round(value / size * q);
            if (p != 0 && Math.Abs(p) <= 12 && Math.Abs(p / q * size - value) <= tolerance && Gcd((long)Math.Abs(p), q) == 1)
                yield return (new Constant(p) * unit / new Constant(q)).Simplify();
        }
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
