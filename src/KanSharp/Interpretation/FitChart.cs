namespace KanSharp.Interpretation;

/// <summary>
/// The free parameters of a fit's argument u, which runs from u0 at the first sample to u1 at the last. Where scaling or shifting u changes
/// f only by c and d, one parameter is enough; two would leave the fit undetermined.
/// </summary>
internal abstract class FitChart(int parameters, double lower, double upper)
{
    /// <summary>Number of free parameters, 1 or 2.</summary>
    public int Parameters { get; } = parameters;

    /// <summary>Lower bound of each parameter.</summary>
    public double Lower { get; } = lower;

    /// <summary>Upper bound of each parameter.</summary>
    public double Upper { get; } = upper;

    public abstract (double U0, double U1) Map(double p, double q);

    /// <summary>Derivatives of u0 and u1 by the first parameter, then by the second.</summary>
    public abstract (double U0P, double U1P, double U0Q, double U1Q) Derivatives(double p, double q);
}

/// <summary>u0 and u1 themselves.</summary>
internal sealed class EndsChart(double lower = double.NegativeInfinity, double upper = double.PositiveInfinity) : FitChart(2, lower, upper)
{
    public override (double U0, double U1) Map(double p, double q) => (p, q);

    public override (double U0P, double U1P, double U0Q, double U1Q) Derivatives(double p, double q) => (1, 0, 0, 1);
}

/// <summary>(u0, u1) on the unit circle: for functions where a factor in u becomes a factor or a summand of f, such as powers and log.</summary>
internal sealed class AngleChart(double lower = double.NegativeInfinity, double upper = double.PositiveInfinity) : FitChart(1, lower, upper)
{
    public override (double U0, double U1) Map(double p, double q)
    {
        (double sin, double cos) = Math.SinCos(p);
        // The ends of the first quadrant are exact: a root may start at zero.
        return (p == Math.PI / 2 ? 0 : cos, sin);
    }

    public override (double U0P, double U1P, double U0Q, double U1Q) Derivatives(double p, double q) => (-Math.Sin(p), Math.Cos(p), 0, 0);
}

/// <summary>u from -p to p: for the exponential, where a shift of u becomes a factor of f.</summary>
internal sealed class SlopeChart() : FitChart(1, double.NegativeInfinity, double.PositiveInfinity)
{
    public override (double U0, double U1) Map(double p, double q) => (-p, p);

    public override (double U0P, double U1P, double U0Q, double U1Q) Derivatives(double p, double q) => (-1, 1, 0, 0);
}
