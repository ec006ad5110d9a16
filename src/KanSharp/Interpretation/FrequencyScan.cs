namespace KanSharp.Interpretation;

/// <summary>
/// Starts for sines: for each frequency of a fine grid the best amplitude and phase follow from linear regression on sine and cosine
/// (Lomb-Scargle with an offset); the peaks are the starts.
/// </summary>
internal static class FrequencyScan
{
    private const double Step = Math.PI / 4;
    private const int MaxPeriods = 16;
    private const int Peaks = 3;

    /// <summary>Groups of one: (u0, u1) at the highest peaks.</summary>
    public static IEnumerable<(double P, double Q)[]> Starts(FitSamples samples, bool sine)
    {
        double[] s = samples.S, y = samples.Y;
        int count = s.Length;
        double[] stepSin = new double[count], stepCos = new double[count], sin = new double[count], cos = new double[count];
        for (int n = 0; n < count; n++)
        {
            (stepSin[n], stepCos[n]) = Math.SinCos(Step * s[n]);
            (sin[n], cos[n]) = (stepSin[n], stepCos[n]);
        }
        int frequencies = (int)(2 * Math.PI * Math.Min(MaxPeriods, Math.Max(1, count / 4)) / Step);
        var scan = new (double Explained, double Omega, double Phase)[frequencies];
        for (int k = 0; k < frequencies; k++)
        {
            (double explained, double bySin, double byCos) = Regress(sin, cos, y);
            // bySin sin(w s) + byCos cos(w s) = C sin(w s + phase) = C cos(w s + phase - pi/2)
            scan[k] = (explained, (k + 1) * Step, Math.Atan2(byCos, bySin) - (sine ? 0 : Math.PI / 2));
            for (int n = 0; n < count; n++)
                (sin[n], cos[n]) = (sin[n] * stepCos[n] + cos[n] * stepSin[n], cos[n] * stepCos[n] - sin[n] * stepSin[n]);
        }
        return Enumerable.Range(0, frequencies)
            .Where(k => (k == 0 || scan[k].Explained >= scan[k - 1].Explained) && (k == frequencies - 1 || scan[k].Explained > scan[k + 1].Explained))
            .Select(k => scan[k])
            .OrderByDescending(peak => peak.Explained)
            .Take(Peaks)
            .Select(peak => new[] { (peak.Phase, peak.Phase + peak.Omega) });
    }

    /// <summary>Least squares of y (mean 0) on sine, cosine and a constant.</summary>
    private static (double Explained, double BySin, double ByCos) Regress(double[] sin, double[] cos, double[] y)
    {
        double s = 0, c = 0, ss = 0, sc = 0, cc = 0, sy = 0, cy = 0;
        for (int n = 0; n < y.Length; n++)
        {
            s += sin[n];
            c += cos[n];
            ss += sin[n] * sin[n];
            sc += sin[n] * cos[n];
            cc += cos[n] * cos[n];
            sy += sin[n] * y[n];
            cy += cos[n] * y[n];
        }
        ss -= s * s / y.Length;
        sc -= s * c / y.Length;
        cc -= c * c / y.Length;
        double determinant = ss * cc - sc * sc;
        if (!(determinant > 1e-12 * ss * cc))
            return (0, 1, 0);
        double bySin = (sy * cc - cy * sc) / determinant, byCos = (cy * ss - sy * sc) / determinant;
        return (bySin * sy + byCos * cy, bySin, byCos);
    }
}
