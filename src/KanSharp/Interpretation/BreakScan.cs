namespace KanSharp.Interpretation;

/// <summary>
/// The best place of a kink c |s - t| + d or a step c sgn(s - t) + d, over all places: between two neighbouring samples the least squares
/// error is a simple function of t, whose sums change by one sample from interval to interval.
/// </summary>
internal static class BreakScan
{
    /// <summary>The angle whose zero is the best kink.</summary>
    public static (double P, double Q)[] Kink(FitSamples samples)
    {
        double[] s = samples.S, y = samples.Y;
        int count = s.Length;
        // With sigma = sgn(s - t): |s - t| = sigma s - t sigma. Sums of sigma, sigma s, sigma s y, sigma y; at first t lies before all samples.
        double sigma = count, sigmaS = s.Sum(), squares = s.Sum(v => v * v), total = sigmaS, sy = Dot(s, y), sigmaY = 0;
        double bestExplained = -1, best = 0.5;
        for (int k = 0; k < count - 1; k++)
        {
            sigma -= 2;
            sigmaS -= 2 * s[k];
            sy -= 2 * s[k] * y[k];
            sigmaY -= 2 * y[k];
            if (s[k + 1] == s[k])
                continue;
            // Explained = (a - b t)^2 / (p - 2 q t + r t^2)
            double a = sy, b = sigmaY;
            double p = squares - sigmaS * sigmaS / count, q = total - sigmaS * sigma / count, r = count - sigma * sigma / count;
            Try(s[k]);
            Try(s[k + 1]);
            double stationary = (b * p - a * q) / (b * q - a * r);
            if (stationary > s[k] && stationary < s[k + 1])
                Try(stationary);

            void Try(double t)
            {
                double explained = (a - b * t) * (a - b * t) / (p - 2 * q * t + r * t * t);
                if (explained > bestExplained)
                    (bestExplained, best) = (explained, t);
            }
        }
        return [Angle(best)];
    }

    /// <summary>The angle whose zero is the best step, halfway between two samples.</summary>
    public static (double P, double Q)[] Step(FitSamples samples)
    {
        double[] s = samples.S, y = samples.Y;
        double below = 0, bestExplained = -1, best = 0.5;
        for (int k = 0; k < s.Length - 1; k++)
        {
            below += y[k];
            if (s[k + 1] == s[k])
                continue;
            double explained = below * below * (1.0 / (k + 1) + 1.0 / (s.Length - k - 1));
            if (explained > bestExplained)
                (bestExplained, best) = (explained, s[k] + (s[k + 1] - s[k]) / 2);
        }
        return [Angle(best)];
    }

    private static (double, double) Angle(double zero) => (Math.Atan2(1 - zero, -zero), 0);

    private static double Dot(double[] x, double[] y) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(x, y);
}
