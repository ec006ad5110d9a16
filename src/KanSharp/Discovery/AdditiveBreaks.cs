using System.Numerics.Tensors;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Splines;

namespace KanSharp.Discovery;

/// <summary>
/// Jumps and kinks in a sum of curves of several inputs, each with a break under the curves of the others. All curves are fitted at once by splines on even knots, and with |x - t| and sgn(x - t) in
/// addition; where these are what the splines lack, next to nothing is left, or noise: then finer splines leave no less, and do not make up for a break.
/// </summary>
internal static class AdditiveBreaks
{
    private const int MostIntervals = 16, FewestIntervals = 5, Order = 3;

    /// <summary>Places in each input that are looked at first: a kink is seen from afar, a jump only where it is.</summary>
    private const int Kinks = 200, Jumps = 500;

    /// <summary>More inputs, or rows, take too long for a first look.</summary>
    private const int MostInputs = 5, MostRows = 1000;

    private const int MostBreaks = 3;

    /// <summary>Less than this of the squared error is due to the precision of places.</summary>
    private const double Rounding = 1e-12;

    /// <summary>A break that the others leave so little more without is none.</summary>
    private const double Needless = 2;

    /// <summary>Places about one that was found, of which the best is refined.</summary>
    private const int Steps = 16;

    /// <summary>Each break has to leave this many times less of the squared error, in the mean over the breaks. Smooth curves that the knots do not resolve leave a few times less.</summary>
    private const double Evidence = 120;

    /// <summary>A break that leaves more than this of the squared error is none of a few.</summary>
    private const double Notable = 0.75;

    /// <summary>Under noise, each break has to explain so many times the variance of one row, beyond what splines of so many intervals do, with fewer rows for each coefficient: by chance the best of a thousand places explains 14 times.</summary>
    private const double Significance = 40;

    private const int MostFineIntervals = 2 * MostIntervals, FineRowsEach = 2;

    /// <summary>Noise is what finer splines leave this part of, at least, by so many times finer ones.</summary>
    private const double NoiseShare = 0.5, Finer = 1.5;

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
        double[] all = targets[..rows].ToArray();
        List<double[]> splines = Splines(inputs, sorted, intervals);
        double[] smooth = Rest(all, splines);
        int fineIntervals = Math.Min(MostFineIntervals, rows / FineRowsEach / inputs.Columns - Order - MostBreaks);
        List<double[]>? fine = null;
        double before = TensorPrimitives.SumOfSquares<double>(smooth), remaining = before, needed = 1;
        List<Break> breaks = [];
        Break[] clear = [];
        while (breaks.Count < MostBreaks && remaining > Rounding * before)
        {
            if (Without(breaks).Best(sorted, cancellation) is not Break best)
                return cancellation.IsCancellationRequested ? [] : clear;
            breaks.Add(best);
            for (int round = 0; round < Rounds && breaks.Count > 1; round++)
            {
                for (int b = 0; b < breaks.Count; b++)
                {
                    if (!breaks[b].Jumps)
                        breaks[b] = Without([.. breaks.Where((_, other) => other != b)]).Refined(breaks[b], sorted[breaks[b].Input]);
                }
            }
            double now = Without(breaks).SquaredError;
            needed *= Evidence;
            // Breaks that are there do not vouch for one more.
            if ((clear.Length == 0 ? needed * now < before : Evidence * now < remaining) || AreClear(now))
                clear = [.. breaks.Where(at => breaks.Count == 1 || Without(breaks.Where(other => other != at)).SquaredError > Needless * now)];
            else if (clear.Length > 0 || now > Notable * remaining)
                return clear;
            remaining = now;
        }
        return clear;

        Remainder Without(IEnumerable<Break> fitted) => Remainder.Of(inputs, splines, smooth, fitted);

        // Whether what is left is noise, and no break is there by chance.
        bool AreClear(double left)
        {
            if (fineIntervals < Finer * intervals)
                return false;
            fine ??= Splines(inputs, sorted, fineIntervals);
            double[] fineRest = Rest(all, fine);
            double[] noise = Remainder.Of(inputs, fine, fineRest, breaks).Left;
            double freedom = rows - fine.Count - breaks.Count, variance = TensorPrimitives.SumOfSquares<double>(noise) / freedom;
            return variance >= NoiseShare * left / (rows - splines.Count - breaks.Count) && breaks.All(at =>
            {
                // At the ends nothing holds a curve but its few rows.
                double[] x = sorted[at.Input];
                double end = (x[^1] - x[0]) / intervals;
                if (at.Place < x[0] + end || at.Place > x[^1] - end)
                    return false;
                Remainder others = Remainder.Of(inputs, fine, fineRest, breaks.Where(other => other != at));
                // Where the error is larger in the rows that tell of the break, it is the larger that counts (White 1980).
                double there = others.Directions(at).Sum(direction => Enumerable.Range(0, rows).Sum(row => Math.Pow(direction[row] * noise[row], 2))) * rows / freedom;
                return others.Gain(at) >= Significance * Math.Max(variance, there);
            });
        }
    }

    /// <summary>Orthonormal directions of the curves of all inputs; of one with few values these are any numbers.</summary>
    private static List<double[]> Splines(Matrix inputs, double[][] sorted, int intervals)
    {
        List<double[]> splines = [];
        for (int j = 0; j < inputs.Columns; j++)
        {
            double[] column = inputs.Column(j).ToArray();
            splines.AddRange(GramSchmidt.Directions(splines, sorted[j].Length > intervals ? Columns(column, KnotGrid.Uniform(sorted[j][0], sorted[j][^1], intervals, Order))
                : sorted[j].Select(value => Array.ConvertAll(column, x => x == value ? 1.0 : 0))));
        }
        return splines;
    }

    private static double[] Rest(double[] values, List<double[]> directions)
    {
        double[] rest = [.. values];
        directions.ForEach(direction => Subtract(direction, rest));
        return rest;
    }

    /// <summary>What splines and some breaks leave.</summary>
    private sealed record Remainder(Matrix Inputs, List<double[]> Basis, double[] Left)
    {
        public double SquaredError => TensorPrimitives.SumOfSquares<double>(Left);

        public static Remainder Of(Matrix inputs, List<double[]> splines, double[] smooth, IEnumerable<Break> fitted)
        {
            List<double[]> directions = [.. GramSchmidt.Directions(splines, fitted.Select(at => Column(inputs, at)))];
            return new Remainder(inputs, [.. splines, .. directions], Rest(smooth, directions));
        }

        /// <summary>The break that explains most of it.</summary>
        public Break? Best(double[][] sorted, CancellationToken cancellation)
        {
            Break? best = null;
            foreach (bool jumps in (ReadOnlySpan<bool>)[false, true])
            {
                double most = 0;
                Break? first = null;
                for (int j = 0; j < sorted.Length; j++)
                {
                    foreach (int gap in Gaps(sorted[j].Length, jumps ? Jumps : Kinks))
                    {
                        if (cancellation.IsCancellationRequested)
                            return null;
                        var candidate = new Break(j, sorted[j][gap] + (sorted[j][gap + 1] - sorted[j][gap]) / 2, jumps);
                        double gain = Gain(candidate);
                        if (gain > most)
                            (most, first) = (gain, candidate);
                    }
                }
                // At first sight a jump beside a kink may explain more than the kink a little off its place.
                if (first is Break found && Refined(found, sorted[found.Input]) is var refined && (best is not Break other || Gain(refined) > Gain(other)))
                    best = refined;
            }
            return best;
        }

        /// <summary>The break at the place near it that explains most.</summary>
        public Break Refined(Break found, double[] x)
        {
            int reach = 2 * (x.Length / ((found.Jumps ? Jumps : Kinks) + 1) + 1), at = Array.FindIndex(x, value => value > found.Place);
            int first = Math.Max(1, at - reach), last = Math.Min(x.Length - 2, at + reach);
            if (found.Jumps)
                return Enumerable.Range(first, Math.Max(0, last - first)).Select(gap => found with { Place = x[gap] + (x[gap + 1] - x[gap]) / 2 }).Append(found).MaxBy(Gain);
            // What a kink explains has several maxima about its place: golden section around the best of some.
            double step = (x[last] - x[first]) / Steps, part = (Math.Sqrt(5) - 1) / 2;
            double middle = Enumerable.Range(0, Steps + 1).Select(i => x[first] + i * step).MaxBy(place => Gain(found with { Place = place })), low = middle - step, high = middle + step;
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

        /// <summary>What the break adds to the basis: a unit vector, or none.</summary>
        public List<double[]> Directions(Break candidate) => GramSchmidt.Directions(Basis, [Column(Inputs, candidate)]);

        public double Gain(Break candidate) => Directions(candidate).Sum(direction => Math.Pow(TensorPrimitives.Dot<double>(direction, Left), 2));
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
