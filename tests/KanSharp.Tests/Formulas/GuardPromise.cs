using KanSharp.Formulas;

namespace KanSharp.Tests.Formulas;

/// <summary>States what a singularity-avoiding variant promises, and lists where one breaks it.</summary>
internal static class GuardPromise
{
    private static readonly string[] s_poles = ["1/x", "1/x^2", "1/x^3", "1/x^4", "1/x^5", "1/sqrt", "exp", "tan", "arctanh", "sinh", "cosh"];

    public static IEnumerable<string> Violations(SymbolicFunction function, double threshold, IReadOnlyList<double> points)
    {
        double[] probes = [.. points, .. Grid()];
        Array.Sort(probes);
        foreach (double x in probes)
        {
            double guarded = function.Guarded(x, threshold), plain = function.Value(x);
            if (!double.IsFinite(guarded))
                yield return $"{function} guarded by {threshold} is {guarded} at {x:R}";
            if (Bounded(function) && Math.Abs(guarded) > threshold || function.Name == "log" && guarded < -threshold)
                yield return $"{function} guarded by {threshold} is {guarded:R} at {x:R}: beyond the threshold";
            if (Away(function, x, plain, threshold) && Math.Abs(guarded - plain) > 1e-15 * Math.Abs(plain))
                yield return $"{function} guarded by {threshold} is {guarded:R} at {x:R}, where the function is {plain:R}";
        }
        for (int i = 1; i < probes.Length; i++)
        {
            if (Jumps(function, threshold, probes[i - 1], probes[i]))
                yield return $"{function} guarded by {threshold} jumps between {probes[i - 1]:R} and {probes[i]:R}";
        }
    }

    /// <summary>The functions that grow without bound at a finite point or exponentially; polynomials are left as they are.</summary>
    private static bool Bounded(SymbolicFunction function) => s_poles.Contains(function.Name);

    private static bool Away(SymbolicFunction function, double x, double plain, double threshold) =>
        function.Domain.Contains(x) && double.IsFinite(plain) && function.Name switch
        {
            "sqrt" => x >= 1 / (threshold * threshold),
            "sgn" => Math.Abs(x) >= 1 / threshold,
            "log" => plain >= -threshold,
            _ => !Bounded(function) || Math.Abs(plain) <= threshold,
        };

    private static IEnumerable<double> Grid()
    {
        for (double magnitude = 1e-12; magnitude < 5; magnitude *= 1.1)
        {
            yield return magnitude;
            yield return -magnitude;
        }
        foreach (double extreme in (double[])[0, -0.0, 1, -1, double.Epsilon, -double.Epsilon, 1e300, -1e300, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity])
            yield return extreme;
    }

    /// <summary>
    /// Halves the interval, towards the larger difference, down to two neighbouring doubles. A continuous function differs there by
    /// its slope times their distance; the least tolerance allows for rounding, the largest (next to the ends of arctanh and of log's
    /// range, where the function itself takes large steps from double to double) still finds a guard that leaps to its threshold.
    /// </summary>
    private static bool Jumps(SymbolicFunction function, double threshold, double lower, double upper)
    {
        if (!(Math.Abs(lower) < 10 && Math.Abs(upper) < 10))
            return false;
        double atLower = function.Guarded(lower, threshold), atUpper = function.Guarded(upper, threshold);
        while (true)
        {
            double middle = 0.5 * (lower + upper);
            if (middle <= lower || middle >= upper)
                break;
            double atMiddle = function.Guarded(middle, threshold);
            if (Math.Abs(atMiddle - atLower) > Math.Abs(atUpper - atMiddle))
                (upper, atUpper) = (middle, atMiddle);
            else
                (lower, atLower) = (middle, atMiddle);
        }
        double slope = Math.Max(Math.Abs(function.GuardedDerivative(lower, threshold)), Math.Abs(function.GuardedDerivative(upper, threshold)));
        double natural = Math.Clamp(4 * slope * (upper - lower), 1e-9, 1);
        return !(Math.Abs(atUpper - atLower) <= natural * Math.Max(1, Math.Min(Math.Abs(atLower), Math.Abs(atUpper))));
    }
}
