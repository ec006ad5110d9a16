using System.Numerics.Tensors;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Splines;

namespace KanSharp.Discovery;

/// <summary>
/// Jumps and kinks in a sum of curves of several inputs, each with a break under the curves of the others. All curves are fitted at once by splines on even knots, and with |x - t| and sgn(x - t) in
/// addition; where these are what the splines lack, next to nothing is left.
/// </summary>
internal static class AdditiveBreaks
{
    private const int MostIntervals = 16, FewestIntervals = 5, Order = 3;

    /// <summary>Places in each input that are looked at first: a kink is seen from afar, a jump only where it is.</summary>
    private const int Kinks = 60, Jumps = 500;

    /// <summary>More inputs, or rows, take too long for a first look.</summary>
    private const int MostInputs = 5, MostRows = 1000;

    private const int MostBreaks = 3;

    /// <summary>Each break has to leave this many times less of the squared error, in the mean over the breaks. Smooth curves that the knots do not resolve leave a few times less.</summary>
    private const double Evidence = 120;

    /// <summary>A break that leaves more than this of the squared error is none of a few.</summary>
    private const double Notable = 0.75;

    /// <summary>Times that the place of each kink is found anew, the others as they are.</summary>
    private const int Rounds = 20;

    /// <summary>Places are found to this part of an input's range; more the errors of the splines do not allow.</summary>
    private const double Precision = 1e-9;

    /// <summary>Rows for each coefficient.</summary>
    private const int RowsEach = 3;

    /// <summary>A place in an input, in the units of the inputs given, where the curve jumps or has a kink.</summary>
    public readonly record struct Break(int Input, double Place, bool Jumps);

    /// <summary>The breaks, in the order in which they explain most; none where the targets are no such sum, or the rows are too few to tell.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="targets">One target for each row.</param>
    /// <param name="cancellation">Ends the search, without breaks.</param>
    public static Break[] Find(Matrix inputs, ReadOnlySpan<double> targets, CancellationToken cancellation)
    {
        int rows = Math.Min(inputs.Rows, MostRows), intervals = Math.Min(MostIntervals, rows / RowsEach / inputs.Columns - Order - MostBreaks);
        if (inputs.Columns > MostInputs || intervals < FewestIntervals)
            return [];
        inputs = inputs.SelectRows([.. Enumerable.Range(0, rows)]);
        double[][] sorted = [.. Enumerable.Range(0, inputs.Columns).Select(j => inputs.Column(j).ToArray().Distinct().Order().ToArray())];
        List<double[]> splines = [];
        for (int j = 0; j < inputs.Columns; j++)
        {
            if (sorted[j].Length > intervals)
                splines.AddRange(GramSchmidt.Directions(splines, Columns(inputs.Column(j), KnotGrid.Uniform(sorted[j][0], sorted[j][^1], intervals, Order))));
        }
        double[] smooth = targets[..rows].ToArray();
        splines.ForEach(direction => Subtract(direction, smooth));
        double before = TensorPrimitives.SumOfSquares<double>(smooth), remaining = before, needed = 1;
        List<Break> breaks = [];
        while (breaks.Count < MostBreaks && remaining > 0)
        {
            Remainder rest = Without(breaks);
            if (rest.Best(sorted, cancellation) is not Break best)
                return [];
            breaks.Add(best);
            for (int round = 0; round < Rounds && breaks.Count > 1; round++)
            {
                for (int b = 0; b < breaks.Count; b++)
                {
                    if (!breaks[b].Jumps)
                        breaks[b] = Without([.. breaks.Where((_, other) => other != b)]).Refined(breaks[b], sorted[breaks[b].Input]);
                }
            }
            double now = TensorPrimitives.SumOfSquares<double>(Without(breaks).Left);
            needed *= Evidence;
            if (needed * now < before)
                return [.. breaks];
            if (now > Notable * remaining)
                return [];
            remaining = now;
        }
        return [];

        Remainder Without(List<Break> fitted)
        {
            List<double[]> basis = [.. splines];
            double[] left = [.. smooth];
            foreach (double[] direction in GramSchmidt.Directions(splines, fitted.Select(at => Column(inputs, at))))
            {
                Subtract(direction, left);
                basis.Add(direction);
            }
            return new Remainder(inputs, basis, left);
        }
    }

    /// <summary>What splines and some breaks leave.</summary>
    private sealed record Remainder(Matrix Inputs, List<double[]> Basis, double[] Left)
    {
        /// <summary>The break that explains most of it.</summary>
        public Break? Best(double[][] sorted, CancellationToken cancellation)
        {
            double most = 0;
            Break? best = null;
            for (int j = 0; j < sorted.Length; j++)
            {
                foreach (bool jumps in (ReadOnlySpan<bool>)[false, true])
                {
                    foreach (int gap in Gaps(sorted[j].Length, jumps ? Jumps : Kinks))
                    {
                        if (cancellation.IsCancellationRequested)
                            return null;
                        var candidate = new Break(j, sorted[j][gap] + (sorted[j][gap + 1] - sorted[j][gap]) / 2, jumps);
                        double gain = Gain(candidate);
                        if (gain > most)
                            (most, best) = (gain, candidate);
                    }
                }
            }
            return best is Break found ? Refined(found, sorted[found.Input]) : null;
        }

        /// <summary>The break at the place near it that explains most.</summary>
        public Break Refined(Break found, double[] x)
        {
            int reach = 2 * (x.Length / ((found.Jumps ? Jumps : Kinks) + 1) + 1), at = Array.FindIndex(x, value => value > found.Place);
            int first = Math.Max(1, at - reach), last = Math.Min(x.Length - 2, at + reach);
            if (found.Jumps)
                return Enumerable.Range(first, Math.Max(0, last - first)).Select(gap => found with { Place = x[gap] + (x[gap + 1] - x[gap]) / 2 }).Append(found).MaxBy(Gain);
            // Golden section: what a kink explains has one maximum near its place.
            double low = x[first], high = x[last], part = (Math.Sqrt(5) - 1) / 2;
            double a = high - part * (high - low), b = low + part * (high - low), gainA = Gain(found with { Place = a }), gainB = Gain(found with { Place = b });
            while (high - low > Precision * (x[^1] - x[0]))
            {
                if (gainA > gainB)
                {
                    (high, b, gainB) = (b, a, gainA);
                    gainA = Gain(found with { Place = a = high - part * (high - low) });
                }
                else
                {
                    (low, a, gainA) = (a, b, gainB);
                    gainB = Gain(found with { Place = b = low + part * (high - low) });
                }
            }
            Break refined = found with { Place = low + (high - low) / 2 };
            return Gain(refined) > Gain(found) ? refined : found;
        }

        private double Gain(Break candidate) => GramSchmidt.Directions(Basis, [Column(Inputs, candidate)]).Sum(direction => Math.Pow(TensorPrimitives.Dot<double>(direction, Left), 2));
    }

    /// <summary>Gaps between ascending values, evenly spread, not the first and the last.</summary>
    private static IEnumerable<int> Gaps(int count, int places) =>
        Enumerable.Range(1, places).Select(i => (int)((long)i * (count - 1) / (places + 1))).Where(gap => gap > 0 && gap < count - 2).Distinct();

    private static double[] Column(Matrix inputs, Break at)
    {
        double[] column = inputs.Column(at.Input).ToArray();
        for (int n = 0; n < column.Length; n++)
            column[n] = at.Jumps ? Math.Sign(column[n] - at.Place) : Math.Abs(column[n] - at.Place);
        return column;
    }

    /// <summary>The basis functions of a grid at the samples.</summary>
    private static double[][] Columns(ReadOnlySpan<double> samples, KnotGrid grid)
    {
        double[][] columns = new double[grid.BasisCount][];
        for (int r = 0; r < columns.Length; r++)
            columns[r] = new double[samples.Length];
        Span<double> values = stackalloc double[Order + 1];
        for (int n = 0; n < samples.Length; n++)
        {
            int first = SplineBasis.Evaluate(grid, samples[n], RangePolicy.Linear, values);
            for (int r = 0; r <= Order; r++)
                columns[first + r][n] = values[r];
        }
        return columns;
    }

    private static void Subtract(double[] direction, double[] from) =>
        TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<double>(direction, from), from, from);
}
