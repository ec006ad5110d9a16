using System.Numerics.Tensors;
using KanSharp.Formulas;

namespace KanSharp.Interpretation;

/// <summary>
/// Fits c f(a x + b) + d to what a curve should be at some places, in a metric in which the places count with each other, as <see cref="SymbolicFit"/> does where each counts by itself.
/// </summary>
internal sealed class MetricFit
{
    private const int Iterations = 12;

    private readonly double[] _places;
    private readonly double _width;
    private readonly FitMetric _metric;
    private readonly double[] _target;
    private readonly FitSamples _curve;
    private readonly FitSamples _weighted;
    private readonly Lazy<SymbolicFit> _samples;

    /// <param name="places">Places, ascending.</param>
    /// <param name="curve">The curve at the places as it is now, from which searches start.</param>
    /// <param name="samples">Samples of the curve.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="target">What the metric should make of the curve.</param>
    /// <param name="least">The error that no curve at the places can lower.</param>
    public MetricFit(double[] places, double[] curve, Lazy<SymbolicFit> samples, FitMetric metric, double[] target, double least)
    {
        (_places, _samples, _metric, _target, Least) = (places, samples, metric, target, least);
        _width = places[^1] - places[0];
        double[] s = [.. places.Select(place => _width > 0 ? (place - places[0]) / _width : 0)];
        _curve = new FitSamples(s, curve);
        _weighted = new FitSamples(s, target, metric);
    }

    /// <summary>The error that no curve at the places can lower.</summary>
    public double Least { get; }

    /// <summary>The best fit of one function, or null if no argument that reaches all places stays in its domain.</summary>
    public ForetoldChoice? Fit(SymbolicFunction function)
    {
        if (function == SymbolicLibrary.Default["0"] || function == SymbolicLibrary.Default["x"])
            return Regress(function, 1, 0);
        if (_width == 0)
            return null;
        // Where a function breaks shows between two samples, not between two places.
        if (function.Name is "abs" or "sgn")
            return _samples.Value.Fit(function) is AffineFit fit ? Regress(function, fit.A, fit.B) : null;
        FitFamily family = FitFamily.Of(function);
        (double P, double Q, double Residual) winner = (0, 0, double.PositiveInfinity);
        foreach ((double p, double q) in Starts(function, family))
        {
            (double P, double Q, double Residual) polished = FitPolish.Run(_weighted, function, family, (p, q), Iterations);
            if (polished.Residual < winner.Residual)
                winner = polished;
        }
        if (!double.IsFinite(winner.Residual))
            return null;
        if (family.HasSteepEnds)
            winner = FitPolish.Compare(_weighted, function, family, winner);
        (double u0, double u1) = family.Chart.Map(winner.P, winner.Q);
        double a = (u1 - u0) / _width;
        (double x, double u) = Math.Abs(u0) < Math.Abs(u1) ? (_places[0], u0) : (_places[^1], u1);
        (double normalA, double normalB) = family.Normalize(a, x, u);
        ForetoldChoice? plain = Regress(function, a, u - a * x), normal = Regress(function, normalA, normalB);
        return normal is null || (plain is not null && normal.Value.Rmse > plain.Value.Rmse * (1 + 1e-9)) ? plain : normal;
    }

    /// <summary>The starts that come closest to the curve as it is, the closest first.</summary>
    private IEnumerable<(double P, double Q)> Starts(SymbolicFunction function, FitFamily family)
    {
        return family.Starts(_curve)
            .Select(group => group.Select(start => (Start: start, Residual: Residual(start))).MinBy(pair => pair.Residual))
            .Where(pair => double.IsFinite(pair.Residual))
            .OrderBy(pair => pair.Residual)
            .Take(family.Candidates)
            .Select(pair => pair.Start);

        double Residual((double P, double Q) start)
        {
            (double u0, double u1) = family.Chart.Map(start.P, start.Q);
            return _curve.Residual(function, u0, u1);
        }
    }

    private ForetoldChoice? Regress(SymbolicFunction function, double a, double b)
    {
        double[] f = [.. _places.Select(place => function.Value(a * place + b))], target = (double[])_target.Clone();
        double constantF = _metric.Apply(f), constant = _metric.Center(target), squares = TensorPrimitives.SumOfSquares<double>(f);
        double c = squares > 1e-28 * constantF * constantF ? TensorPrimitives.Dot<double>(f, target) / squares : 0;
        double d = _metric.Constant > 0 ? (constant - c * constantF) / _metric.Constant : 0;
        TensorPrimitives.MultiplyAdd(f, -c, target, target);
        double rmse = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(target) + Least * Least);
        return double.IsFinite(c) && double.IsFinite(d) && double.IsFinite(rmse) ? new ForetoldChoice(function, a, b, c, d, rmse) : null;
    }
}
