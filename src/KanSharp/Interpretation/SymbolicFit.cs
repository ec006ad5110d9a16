using KanSharp.Formulas;

namespace KanSharp.Interpretation;

/// <summary>
/// Fits c f(a x + b) + d to samples (x, y) by least squares. c and d are linear, so only a and b are searched for: from a grid of starts
/// made for each function's family and the samples' range, then by Levenberg-Marquardt to machine precision. One instance holds the samples
/// and fits any number of functions to them; it is not for use from several threads at once.
/// </summary>
/// <remarks>
/// Every sample must lie in the function's domain; poles stay outside the samples' range. Where several (a, b) give the same curve, one
/// is reported: x as it is; powers, poles, roots, log, abs and sgn with a = 1 (or -1 where the domain asks for it); exp with b = 0; sin, cos
/// and tan with a &gt; 0 and b between -pi/2 and pi/2; the other even or odd functions with a &gt; 0.
/// </remarks>
public sealed class SymbolicFit
{
    private const int CoarseSamples = 64;
    private const int ScanSamples = 200;
    private const int CoarseIterations = 12;
    private const int Iterations = 80;

    private readonly double[] _x;
    private readonly double[] _y;
    private readonly double _start;
    private readonly double _width;
    private readonly double _yScale;
    private readonly FitSamples _all;
    private readonly FitSamples _some;
    private readonly FitSamples _few;

    /// <summary>Takes N samples, in any order, all finite.</summary>
    public SymbolicFit(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length || x.IsEmpty)
            throw new KanDataException($"There are {x.Length} places and {y.Length} values; a fit needs as many of both, and at least one.");
        CheckFinite(x, "Place");
        CheckFinite(y, "Value");
        _x = x.ToArray();
        _y = y.ToArray();
        Array.Sort(_x, _y);
        _start = _x[0];
        _width = _x[^1] - _start;
        double middle = _y.Min() / 2 + _y.Max() / 2;
        _yScale = _y.Max(value => Math.Abs(value - middle));
        double scale = _yScale > 0 ? _yScale : 1;
        _all = new FitSamples([.. _x.Select(value => _width > 0 ? (value - _start) / _width : 0)], [.. _y.Select(value => (value - middle) / scale)]);
        _some = _all.Thin(ScanSamples);
        _few = _some.Thin(CoarseSamples);
    }

    /// <summary>From so many of the samples at most, evenly by rank of x.</summary>
    internal static SymbolicFit OfRanks(double[] x, double[] y, int count)
    {
        if (x.Length <= count)
            return new SymbolicFit(x, y);
        int[] rows = [.. Enumerable.Range(0, x.Length)];
        Array.Sort((double[])x.Clone(), rows);
        int[] picked = [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * (rows.Length - 1) / (count - 1))])];
        return new SymbolicFit([.. picked.Select(row => x[row])], [.. picked.Select(row => y[row])]);
    }

    /// <summary>
    /// The best fit of one function, or null if there is none: every argument that reaches all samples leaves the domain, or all x are the
    /// same and the function is neither x nor 0.
    /// </summary>
    public AffineFit? Fit(SymbolicFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Fit(function, null);
    }

    /// <summary>
    /// The acceptable functions of least <paramref name="cost"/>, which is given one minus R2, best first. Only twice as many as are asked for, those of least cost at a first
    /// look, are fitted with all digits.
    /// </summary>
    internal IEnumerable<(SymbolicFunction Function, AffineFit Fit)> Best(IEnumerable<SymbolicFunction> functions, int count, Func<AffineFit, bool> isAcceptable,
        Func<SymbolicFunction, double, double> cost)
    {
        var looks = new List<(SymbolicFunction Function, List<Basin>? Basins, double Cost)>();
        foreach (SymbolicFunction function in functions)
        {
            List<Basin>? basins = HasShape(function) ? Look(function, FitFamily.Of(function)) : null;
            double left = basins is null ? Fit(function)?.R2 is double r2 ? 1 - r2 : double.PositiveInfinity
                : basins.Count == 0 ? double.PositiveInfinity
                : _some.TotalSquares > 0 ? basins[0].Residual / _some.TotalSquares : 0;
            if (double.IsFinite(left))
                looks.Add((function, basins, cost(function, left)));
        }
        return looks.OrderBy(look => look.Cost).Take(2 * count)
            .Select(look => (look.Function, Fit: Fit(look.Function, look.Basins)))
            .Where(pair => pair.Fit is not null)
            .Select(pair => (pair.Function, Fit: pair.Fit!.Value))
            .Where(pair => isAcceptable(pair.Fit))
            .OrderBy(pair => cost(pair.Function, 1 - pair.Fit.R2))
            .Take(count);
    }

    /// <summary>Whether there is anything to search for but c and d.</summary>
    private bool HasShape(SymbolicFunction function) => _width > 0 && function != SymbolicLibrary.Default["0"] && function != SymbolicLibrary.Default["x"];

    private AffineFit? Fit(SymbolicFunction function, List<Basin>? basins)
    {
        if (function == SymbolicLibrary.Default["0"])
            return Regress(function, 1, 0);
        if (function == SymbolicLibrary.Default["x"])
            return Regress(function, 1, 0);
        if (_width == 0)
            return null;
        FitFamily family = FitFamily.Of(function);
        if (Search(function, family, basins ?? Look(function, family)) is not (double u0, double u1))
            return null;
        double a = (u1 - u0) / _width;
        (double x, double u) = Math.Abs(u0) < Math.Abs(u1) ? (_start, u0) : (_x[^1], u1);
        (double normalA, double normalB) = family.Normalize(a, x, u);
        // A normal form must not cost what the search has won: with b far from zero, rounding may.
        AffineFit? plain = Regress(function, a, u - a * x), normal = Regress(function, normalA, normalB);
        return normal is null || (plain is not null && normal.Value.ResidualRms > plain.Value.ResidualRms * (1 + 1e-9) + 1e-15 * _yScale) ? plain : normal;
    }

    /// <summary>The minima that the best starts lead to on few samples, the lowest first.</summary>
    private List<Basin> Look(SymbolicFunction function, FitFamily family)
    {
        var candidates = new List<(double P, double Q, double Residual)>();
        foreach ((double P, double Q)[] group in family.Starts(function.Name is "abs" or "sgn" ? _all : _some))
        {
            (double P, double Q, double Residual) best = (0, 0, double.PositiveInfinity);
            foreach ((double p, double q) in group)
            {
                (double u0, double u1) = family.Chart.Map(p, q);
                double residual = _few.Residual(function, u0, u1);
                if (residual < best.Residual)
                    best = (p, q, residual);
            }
            if (double.IsFinite(best.Residual))
                candidates.Add(best);
        }
        var basins = new List<Basin>();
        foreach ((double p, double q, _) in candidates.OrderBy(candidate => candidate.Residual).Take(family.Candidates))
        {
            (double coarseP, double coarseQ, _) = FitPolish.Run(_few, function, family, (p, q), CoarseIterations);
            (double u0, double u1) = family.Chart.Map(coarseP, coarseQ);
            basins.Add(new Basin(coarseP, coarseQ, _some.Residual(function, u0, u1)));
        }
        basins.Sort((left, right) => left.Residual.CompareTo(right.Residual));
        return basins;
    }

    private (double U0, double U1)? Search(SymbolicFunction function, FitFamily family, List<Basin> basins)
    {
        (double P, double Q, double Residual) winner = (0, 0, double.PositiveInfinity);
        foreach (Basin basin in basins)
        {
            // One that is far behind will not catch up, and one that is level has most likely come to the same place.
            bool worthIt = double.IsPositiveInfinity(winner.Residual) || (basin.Residual < 2 * basins[0].Residual && basin.Residual > 1.0001 * basins[0].Residual);
            if (!worthIt || double.IsPositiveInfinity(basin.Residual))
                continue;
            var polished = FitPolish.Run(_some, function, family, (basin.P, basin.Q), Iterations);
            if (polished.Residual < winner.Residual)
                winner = polished;
        }
        if (!double.IsFinite(winner.Residual))
            return null;
        if (_all != _some)
            winner = FitPolish.Run(_all, function, family, (winner.P, winner.Q), Iterations);
        if (family.HasSteepEnds)
            winner = FitPolish.Compare(_all, function, family, winner);
        return family.Chart.Map(winner.P, winner.Q);
    }

    /// <summary>c and d by linear regression, and how good the whole is; null where f is not finite at some sample.</summary>
    private AffineFit? Regress(SymbolicFunction function, double a, double b)
    {
        int count = _x.Length;
        double[] f = new double[count];
        double meanF = 0, meanY = 0;
        for (int n = 0; n < count; n++)
        {
            f[n] = function.Value(a * _x[n] + b);
            meanF += f[n] / count;
            meanY += _y[n] / count;
        }
        double squares = 0, products = 0, largest = 0;
        for (int n = 0; n < count; n++)
        {
            squares += (f[n] - meanF) * (f[n] - meanF);
            products += (f[n] - meanF) * (_y[n] - meanY);
            largest = Math.Max(largest, Math.Abs(f[n]));
        }
        double c = squares > 1e-28 * largest * largest * count ? products / squares : 0, d = meanY - c * meanF;
        if (!double.IsFinite(c) || !double.IsFinite(d) || !double.IsFinite(a) || !double.IsFinite(b))
            return null;
        double residual = 0, total = 0, scale = _yScale > 0 ? _yScale : 1;
        for (int n = 0; n < count; n++)
        {
            residual += Square((_y[n] - (c * f[n] + d)) / scale);
            total += Square((_y[n] - meanY) / scale);
        }
        return new AffineFit(a, b, c, d, total > 0 ? Math.Max(0, 1 - residual / total) : 1, scale * Math.Sqrt(residual / count));
    }

    private static double Square(double x) => x * x;

    /// <summary>A place to polish from, and its sum of squares on <see cref="ScanSamples"/> samples.</summary>
    private readonly record struct Basin(double P, double Q, double Residual);

    private static void CheckFinite(ReadOnlySpan<double> values, string what)
    {
        int n = values.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (n >= 0)
            throw new KanDataException($"{what} {n} is {values[n]}; a fit needs finite numbers. Leave such samples out.");
    }
}
