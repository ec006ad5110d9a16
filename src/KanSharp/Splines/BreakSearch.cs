using System.Numerics.Tensors;

namespace KanSharp.Splines;

/// <summary>
/// Finds where samples of a curve have a jump or a kink: between two neighbouring samples where cubic polynomials on both sides that share value and slope fail, but free
/// ones do not.
/// </summary>
internal static class BreakSearch
{
    /// <summary>Samples on each side of a break that are looked at.</summary>
    public const int HalfWindow = 16;

    private const int Degree = 3;

    /// <summary>
    /// Where free polynomials leave this many times less, there is a break. Of smooth curves they leave 5 to 20 times less, rarely up to 100, and of noise hardly less: of 32
    /// samples of normal noise more than 4 times less has a probability of 6e-8.
    /// </summary>
    private const double Evidence = 120;

    /// <summary>Only windows that hold this many times their share of the errors so far are looked at, and those that hold half of them.</summary>
    private const double Concentration = 4;

    // Squares of this part of the values are rounding.
    private const double Rounding = 1e-24;

    /// <summary>A break between the samples <paramref name="Before"/> and <paramref name="Before"/> + 1 of a curve.</summary>
    public readonly record struct Break(int Before, int Curve);

    /// <summary>The breaks, in the order of the samples, those that are known among them.</summary>
    /// <param name="x">Sample points, ascending.</param>
    /// <param name="values">The curves: their values at the points, curve after curve.</param>
    /// <param name="errors">What a spline leaves of these values so far, curve after curve.</param>
    /// <param name="known">Breaks found before.</param>
    /// <param name="most">At most as many in all.</param>
    public static Break[] Find(ReadOnlySpan<double> x, ReadOnlySpan<double> values, ReadOnlySpan<double> errors, IEnumerable<Break> known, int most)
    {
        int count = x.Length;
        List<(double Ratio, Break Break)> found = [];
        double[] work = new double[(2 * Degree + 3) * 2 * HalfWindow], before = new double[count + 1];
        for (int c = 0; c * count < values.Length; c++)
        {
            ReadOnlySpan<double> curve = values.Slice(c * count, count), error = errors.Slice(c * count, count);
            for (int i = 0; i < count; i++)
                before[i + 1] = before[i] + error[i] * error[i];
            double usual = Math.Min(Concentration * 2 * HalfWindow / count, 0.5) * before[count];
            for (int start = 0; start + 2 * HalfWindow <= count; start++)
            {
                if (!(before[start + 2 * HalfWindow] - before[start] > usual))
                    continue;
                ReadOnlySpan<double> points = x.Slice(start, 2 * HalfWindow), window = curve.Slice(start, 2 * HalfWindow);
                if (points[HalfWindow] == points[HalfWindow - 1] || Distinct(points[..HalfWindow]) <= HalfWindow / 2 || Distinct(points[HalfWindow..]) <= HalfWindow / 2)
                    continue;
                double free = Remainder(points, window, joined: false, work) + Rounding * TensorPrimitives.SumOfSquares(window);
                double ratio = Remainder(points, window, joined: true, work) / free;
                if (ratio > Evidence)
                    found.Add((ratio, new Break(start + HalfWindow - 1, c)));
            }
        }
        List<Break> breaks = [.. known];
        foreach ((_, Break candidate) in found.OrderByDescending(candidate => candidate.Ratio).ThenBy(candidate => candidate.Break.Before))
        {
            if (breaks.Count < most && breaks.All(other => Math.Abs(other.Before - candidate.Before) >= HalfWindow))
                breaks.Add(candidate);
        }
        return [.. breaks.OrderBy(found => found.Before)];
    }

    private static int Distinct(ReadOnlySpan<double> sorted)
    {
        int count = 1;
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] != sorted[i - 1])
                count++;
        }
        return count;
    }

    /// <summary>The sum of squares that two cubic polynomials leave, one on each half of the window: free of each other, or of the same value and slope where they meet.</summary>
    private static double Remainder(ReadOnlySpan<double> x, ReadOnlySpan<double> y, bool joined, Span<double> work)
    {
        double join = x[HalfWindow - 1] + (x[HalfWindow] - x[HalfWindow - 1]) / 2, reach = Math.Max(x[^1] - join, join - x[0]);
        int columns = 0;
        for (int power = 0; power <= Degree; power++)
        {
            for (int side = 0; side < 2; side++)
            {
                if (joined && side == 1 && power < 2)
                    continue;
                // Of the joined ones, the columns of side 0 are powers on the whole window.
                Span<double> column = work.Slice(columns++ * 2 * HalfWindow, 2 * HalfWindow);
                for (int n = 0; n < column.Length; n++)
                    column[n] = joined && side == 0 || n >= HalfWindow == (side == 1) ? Math.Pow((x[n] - join) / reach, power) : 0;
            }
        }
        // Gram-Schmidt, twice, which is as good as orthogonal to rounding.
        Span<double> rest = work.Slice(columns * 2 * HalfWindow, 2 * HalfWindow);
        y.CopyTo(rest);
        for (int c = 0; c <= columns; c++)
        {
            Span<double> column = work.Slice(c * 2 * HalfWindow, 2 * HalfWindow);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int e = 0; e < c; e++)
                {
                    ReadOnlySpan<double> earlier = work.Slice(e * 2 * HalfWindow, 2 * HalfWindow);
                    TensorPrimitives.MultiplyAdd(earlier, -TensorPrimitives.Dot(earlier, column), column, column);
                }
            }
            if (c < columns && TensorPrimitives.Norm(column) is > 0 and double norm)
                TensorPrimitives.Divide(column, norm, column);
        }
        return TensorPrimitives.Dot(rest, rest);
    }
}
