using KanSharp.Formulas;

namespace KanSharp.Interpretation;

/// <summary>Levenberg-Marquardt on the one or two free parameters of a fit, within their bounds.</summary>
internal static class FitPolish
{
    private const double SmallestDamping = 1e-12;
    private const double LargestDamping = 1e10;

    private const int ComparisonRounds = 40;
    private const double BoundMargin = 0.02;

    /// <summary>A share of the samples' squares that no good fit leaves.</summary>
    private const double PoorFit = 0.01;

    /// <summary>A share of the samples' squares that is rounding.</summary>
    public const double NothingLeft = 1e-31;

    /// <summary>Goes downhill from a start to the next minimum of the squared residuals.</summary>
    public static (double P, double Q, double Residual) Run(FitSamples samples, SymbolicFunction function, FitFamily family, (double P, double Q) start, int iterations)
    {
        FitChart chart = family.Chart;
        (double p, double q) = start;
        double best = Residual(samples, function, chart, p, q);
        if (double.IsPositiveInfinity(best))
            return (p, q, best);
        double damping = 1e-3, floor = NothingLeft * samples.TotalSquares;
        for (int i = 0; i < iterations && best > floor; i++)
        {
            Equations equations = Equations.At(samples, function, chart, p, q);
            double before = best;
            bool moved = false;
            while (!moved && damping < LargestDamping)
            {
                (double stepP, double stepQ) = equations.Step(damping, chart, p, q);
                double newP = Clamp(chart, p + stepP), newQ = chart.Parameters == 1 ? q : Clamp(chart, q + stepQ);
                if (newP == p && newQ == q)
                    break;
                double residual = Residual(samples, function, chart, newP, newQ);
                moved = residual < best;
                if (moved)
                    (p, q, best) = (newP, newQ, residual);
                damping = moved ? Math.Max(damping * 0.1, SmallestDamping) : damping * 8;
            }
            // A fit that is good deserves all digits; one that is not goes by the first few.
            double tolerance = best > PoorFit * samples.TotalSquares ? 1e-5 : 1e-13;
            if (!moved || before - best <= tolerance * before)
                break;
        }
        return (p, q, best);
    }

    /// <summary>
    /// Near a bound, tries steps to both sides of each parameter, and shorter ones when none helps: needs no slopes, which are infinite where a
    /// root or an arcsine ends, and reaches the bound itself.
    /// </summary>
    public static (double P, double Q, double Residual) Compare(
        FitSamples samples, SymbolicFunction function, FitFamily family, (double P, double Q, double Residual) start)
    {
        FitChart chart = family.Chart;
        (double p, double q, double best) = start;
        if (double.IsPositiveInfinity(best) || !(IsNearBound(chart, p) || (chart.Parameters == 2 && IsNearBound(chart, q))))
            return start;
        double step = 0.02;
        for (int round = 0; round < ComparisonRounds && best > NothingLeft * samples.TotalSquares; round++)
        {
            double byP = 0, byQ = 0, found = best;
            for (int side = -1; side <= 1; side += 2)
            {
                double residual = Residual(samples, function, chart, Clamp(chart, p + side * step), q);
                if (residual < found)
                    (byP, byQ, found) = (side * step, 0, residual);
                if (chart.Parameters == 1)
                    continue;
                residual = Residual(samples, function, chart, p, Clamp(chart, q + side * step));
                if (residual < found)
                    (byP, byQ, found) = (0, side * step, residual);
            }
            if (found < best)
                (p, q, best) = (Clamp(chart, p + byP), chart.Parameters == 1 ? q : Clamp(chart, q + byQ), found);
            else
                step *= 0.2;
        }
        return (p, q, best);
    }

    private static double Residual(FitSamples samples, SymbolicFunction function, FitChart chart, double p, double q)
    {
        (double u0, double u1) = chart.Map(p, q);
        return samples.Residual(function, u0, u1);
    }

    private static bool IsNearBound(FitChart chart, double value) => value - chart.Lower < BoundMargin || chart.Upper - value < BoundMargin;

    private static double Clamp(FitChart chart, double value) => Math.Clamp(value, chart.Lower, chart.Upper);

    /// <summary>The normal equations in the chart's parameters.</summary>
    private readonly record struct Equations(double PP, double PQ, double QQ, double P, double Q)
    {
        public static Equations At(FitSamples samples, SymbolicFunction function, FitChart chart, double p, double q)
        {
            (double u0, double u1) = chart.Map(p, q);
            (double ss, double se, double ee, double s, double e) = samples.NormalEquations(function, u0, u1);
            (double u0P, double u1P, double u0Q, double u1Q) = chart.Derivatives(p, q);
            return new Equations(
                u0P * u0P * ss + 2 * u0P * u1P * se + u1P * u1P * ee,
                u0P * u0Q * ss + (u0P * u1Q + u1P * u0Q) * se + u1P * u1Q * ee,
                u0Q * u0Q * ss + 2 * u0Q * u1Q * se + u1Q * u1Q * ee,
                u0P * s + u1P * e,
                u0Q * s + u1Q * e);
        }

        /// <summary>The damped step; a parameter that a bound holds back stays, and the other one steps alone.</summary>
        public (double P, double Q) Step(double damping, FitChart chart, double p, double q)
        {
            double pp = PP * (1 + damping), qq = QQ * (1 + damping);
            if (chart.Parameters == 1)
                return (pp > 0 ? P / pp : 0, 0);
            double determinant = pp * qq - PQ * PQ;
            if (!(determinant > 0))
                return (pp > 0 ? P / pp : 0, qq > 0 ? Q / qq : 0);
            double stepP = (P * qq - Q * PQ) / determinant, stepQ = (Q * pp - P * PQ) / determinant;
            if (Held(chart, p, stepP))
                return (0, Q / qq);
            if (Held(chart, q, stepQ))
                return (P / pp, 0);
            return (stepP, stepQ);
        }

        private static bool Held(FitChart chart, double value, double step) =>
            (value <= chart.Lower && step < 0) || (value >= chart.Upper && step > 0);
    }
}
