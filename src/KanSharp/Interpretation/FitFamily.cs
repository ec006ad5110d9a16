using KanSharp.Formulas;

namespace KanSharp.Interpretation;

/// <summary>
/// How one function is fitted: its free parameters, where the search starts, and which of the equivalent (a, b) is reported. Starts are in
/// units of the samples' range, so they suit data of any scale.
/// </summary>
internal sealed class FitFamily
{
    private const double LargestFoldedShift = 100;

    private static readonly Dictionary<SymbolicFunction, FitFamily> Known = BuildKnown();

    private FitFamily() { }

    public required FitChart Chart { get; init; }

    /// <summary>Starting points (p, q) for these samples, in groups: the best of each group is a candidate for polishing.</summary>
    public required Func<FitSamples, IEnumerable<(double P, double Q)[]>> Starts { get; init; }

    /// <summary>
    /// The representative of all equivalent (a, b), from a and a point (x, u) of u = a x + b: where u is zero at the end of a domain, it stays so.
    /// </summary>
    public required Func<double, double, double, (double A, double B)> Normalize { get; init; }

    /// <summary>How many of the best starts are polished.</summary>
    public int Candidates { get; init; } = 3;

    /// <summary>Slopes may be infinite at the bounds: near them, polish by comparing values.</summary>
    public bool HasSteepEnds { get; init; }

    /// <summary>The family of a function; for one that is not built in, a search over both ends within its domain.</summary>
    public static FitFamily Of(SymbolicFunction function) => Known.TryGetValue(function, out FitFamily? family) ? family : General(function.Domain);

    private static Dictionary<SymbolicFunction, FitFamily> BuildKnown()
    {
        FitFamily power = new() { Chart = new AngleChart(), Starts = _ => VertexStarts, Normalize = UnitPositiveSlope };
        FitFamily pole = new() { Chart = PositiveAngles(1e-9), Starts = _ => PositiveStarts(closed: false), Normalize = UnitPositiveSlope };
        FitFamily log = new() { Chart = PositiveAngles(1e-9), Starts = _ => PositiveStarts(closed: false), Normalize = UnitSlope };
        FitFamily root = new() { Chart = PositiveAngles(0), Starts = _ => PositiveStarts(closed: true), Normalize = UnitSlope, HasSteepEnds = true };
        FitFamily bell = new() { Chart = new EndsChart(), Starts = _ => BellStarts, Normalize = PositiveSlope };
        double halfPi = Math.PI / 2;
        var families = new Dictionary<SymbolicFunction, FitFamily>();
        Add(power, "x^2", "x^3", "x^4", "x^5");
        Add(pole, "1/x", "1/x^2", "1/x^3", "1/x^4", "1/x^5");
        Add(log, "log", "1/sqrt");
        Add(root, "sqrt", "x^1.5");
        Add(bell, "tanh", "arctan", "gaussian");
        Add(new FitFamily { Chart = new SlopeChart(), Starts = _ => ExponentialStarts, Normalize = NoShift }, "exp");
        Add(new FitFamily { Chart = new EndsChart(), Starts = samples => FrequencyScan.Starts(samples, sine: true), Normalize = PhaseNearZero }, "sin");
        Add(new FitFamily { Chart = new EndsChart(), Starts = samples => FrequencyScan.Starts(samples, sine: false), Normalize = PhaseNearZero }, "cos");
        Add(new FitFamily { Chart = new EndsChart(-halfPi * (1 - 1e-9), halfPi * (1 - 1e-9)), Starts = _ => EndStarts(halfPi, [0.99999, 0.999, 0.99, 0.96, 0.88, 0.7, 0.4]), Normalize = PhaseNearZero }, "tan");
        Add(new FitFamily { Chart = new EndsChart(-1, 1), Starts = _ => EndStarts(1, [1, 0.9999, 0.999, 0.99, 0.95, 0.8, 0.45]), Normalize = PositiveSlope, HasSteepEnds = true }, "arcsin", "arccos");
        Add(new FitFamily { Chart = new EndsChart(-1 + 1e-12, 1 - 1e-12), Starts = _ => EndStarts(1, [0.999999, 0.9999, 0.999, 0.99, 0.95, 0.8, 0.45]), Normalize = PositiveSlope }, "arctanh");
        Add(new FitFamily { Chart = new AngleChart(), Starts = samples => [BreakScan.Kink(samples)], Normalize = UnitPositiveSlope }, "abs");
        Add(new FitFamily { Chart = new AngleChart(), Starts = samples => [BreakScan.Step(samples)], Normalize = UnitPositiveSlope }, "sgn");
        return families;

        void Add(FitFamily family, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
                families.Add(SymbolicLibrary.Default[name], family);
        }
    }

    private static FitFamily General(FunctionDomain domain)
    {
        double lower = domain.ExcludesZero ? Math.Max(domain.Lower, 0) : domain.Lower;
        bool lowerOpen = domain.LowerOpen || domain.ExcludesZero;
        double margin = 1e-9 * Math.Clamp(domain.Upper - lower, 0, 1);
        lower = lowerOpen ? lower + margin : lower;
        double upper = domain.UpperOpen ? domain.Upper - margin : domain.Upper;
        return new FitFamily { Chart = new EndsChart(lower, upper), Starts = _ => GeneralStarts(lower, upper), Normalize = AsItIs, HasSteepEnds = true, Candidates = double.IsFinite(lower) || double.IsFinite(upper) ? 3 : 12 };
    }

    private static AngleChart PositiveAngles(double margin) => new(margin, Math.PI / 2 - margin);

    /// <summary>The zero of u inside the range, and outside at growing distances.</summary>
    private static readonly (double, double)[][] VertexStarts =
    [
        [.. Enumerable.Range(0, 41).Select(i => Angle(-0.5 + i / 20.0))],
        [.. new[] { 0.8, 1.2, 2, 4, 8, 20, 50 }.Select(distance => Angle(-distance))],
        [.. new[] { 0.8, 1.2, 2, 4, 8, 20, 50 }.Select(distance => Angle(1 + distance))],
    ];

    private static (double, double) Angle(double zero) => (Math.Atan2(1 - zero, -zero), 0);

    /// <summary>The zero of u before the range or behind it, from close by to far away.</summary>
    private static (double, double)[][] PositiveStarts(bool closed)
    {
        double[] distances = [.. closed ? [0.0] : Array.Empty<double>(), 1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.08, 0.2, 0.5, 1.2, 3, 8, 25];
        return
        [
            [.. distances.Select(distance => (Math.Atan2(1 + distance, distance), 0.0))],
            [.. distances.Select(distance => (Math.Atan2(distance, 1 + distance), 0.0))],
        ];
    }

    private static readonly (double, double)[][] ExponentialStarts =
    [
        [.. new[] { 0.03, 0.1, 0.3, 0.6, 1, 1.7, 3, 5, 8, 13, 20 }.Select(p => (p, 0.0))],
        [.. new[] { 0.03, 0.1, 0.3, 0.6, 1, 1.7, 3, 5, 8, 13, 20 }.Select(p => (-p, 0.0))],
    ];

    /// <summary>Centres inside the range and beside it; widths from many times the range to a small part of it.</summary>
    private static readonly (double, double)[][] BellStarts =
    [
        .. new[] { 0.5, 1, 2, 4, 8, 16, 32, 64 }.Select(width =>
            new[] { -1, -0.5, -0.2, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2 }.Select(center => (-center * width, (1 - center) * width)).ToArray()),
    ];

    /// <summary>All pairs of ends in a symmetric interval, denser towards its ends.</summary>
    private static IEnumerable<(double, double)[]> EndStarts(double half, double[] shares)
    {
        double[] ends = [.. shares.Select(share => -half * share), 0, .. shares.Reverse().Select(share => half * share)];
        for (int i = 0; i < ends.Length - 1; i++)
            yield return [.. ends.Skip(i + 1).Select(end => (ends[i], end))];
    }

    private static IEnumerable<(double, double)[]> GeneralStarts(double lower, double upper)
    {
        double[] ends = [-16, -8, -4, -2, -1, -0.5, -0.25, -0.1, 0, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16];
        // A function on the whole line may oscillate: steps of less than a quarter of a period, so that one start lies in every valley.
        if (!double.IsFinite(lower) && !double.IsFinite(upper))
            ends = [.. Enumerable.Range(-24, 49).Select(i => i / 2.0), .. Enumerable.Range(13, 36).Select(i => (double)i), .. Enumerable.Range(13, 36).Select(i => -(double)i), .. ends.Where(end => Math.Abs(end) < 0.5 && end != 0)];
        if (double.IsFinite(lower) && double.IsFinite(upper))
            ends = [.. ends.Select(end => (lower + upper) / 2 + end / 16 * (upper - lower) / 2)];
        else if (double.IsFinite(lower))
            ends = [.. ends.Where(end => end >= 0).Select(end => lower + end)];
        else if (double.IsFinite(upper))
            ends = [.. ends.Where(end => end <= 0).Select(end => upper + end)];
        foreach (double start in ends)
            yield return [.. ends.Where(end => end != start).Select(end => (start, end))];
    }

    private static (double, double) AsItIs(double a, double x, double u) => (a, u - a * x);

    private static (double, double) PositiveSlope(double a, double x, double u) => a < 0 ? AsItIs(-a, x, -u) : AsItIs(a, x, u);

    private static (double, double) UnitSlope(double a, double x, double u) => (Math.Sign(a), u / Math.Abs(a) - Math.Sign(a) * x);

    private static (double, double) UnitPositiveSlope(double a, double x, double u) => (1, u / a - x);

    /// <summary>A shift is a factor, unless that could overflow.</summary>
    private static (double, double) NoShift(double a, double x, double u) => (a, Math.Abs(u - a * x) <= LargestFoldedShift ? 0 : u - a * x);

    /// <summary>Half a period changes only the sign of f, if that.</summary>
    private static (double, double) PhaseNearZero(double a, double x, double u)
    {
        (a, double b) = PositiveSlope(a, x, u);
        return (a, Math.IEEERemainder(b, Math.PI));
    }
}
