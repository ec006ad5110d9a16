namespace KanSharp.Splines;

/// <summary>
/// Grids that follow the samples of a feature. <see cref="SplineTransfer.AtPoints"/> then refits the curves.
/// Source: Liu et al., KAN: Kolmogorov-Arnold Networks (2024), section 2.4, and pykan's update_grid_from_samples.
/// </summary>
public static class GridUpdate
{
    /// <summary>The usual share of even spacing in the blend, called grid_eps in pykan.</summary>
    public const double DefaultUniformShare = 0.02;

    // Knots closer than this, relative to their magnitude, are too close for a spline in double precision.
    private const double SmallestRelativeStep = 1.0 / (1L << 40);
    private const double SmallestStep = 1e-100;

    /// <summary>
    /// A grid for the samples, with the order and the number of intervals of the current one. Its inner knots are
    /// <paramref name="uniformShare"/> × even spacing from the least to the greatest sample + (1 - <paramref name="uniformShare"/>) × the samples at evenly
    /// spaced ranks, see <see cref="Points"/>. They always increase strictly:
    /// <list type="bullet">
    /// <item>where equal samples would make knots coincide (only possible with a share near 0), the share is raised to <see cref="DefaultUniformShare"/>;</item>
    /// <item>where the samples are all equal, or their spread is lost in rounding, there is nothing to adapt to: the current grid stays if its range holds
    /// them; otherwise an even grid as wide as the current one (and at least 1/500 of the value) is centred on them.</item>
    /// </list>
    /// </summary>
    /// <param name="current">The grid so far.</param>
    /// <param name="samples">The samples of the feature: finite, in any order. None leave the grid as it is.</param>
    /// <param name="uniformShare">0 (ranks only) to 1 (even spacing only).</param>
    public static KnotGrid FromSamples(KnotGrid current, ReadOnlySpan<double> samples, double uniformShare = DefaultUniformShare)
    {
        ArgumentNullException.ThrowIfNull(current);
        CheckShare(uniformShare);
        double[] sorted = Sorted(samples);
        if (sorted.Length == 0)
            return current;
        double low = sorted[0], high = sorted[^1], magnitude = Math.Max(Math.Abs(low), Math.Abs(high));
        int intervals = current.Intervals;
        double step = high / intervals - low / intervals;
        if (step < Math.Max(SmallestStep, SmallestRelativeStep * magnitude))
        {
            if (low >= current.Start && high <= current.End)
                return current;
            double centre = low + (high - low) / 2, half = Math.Max((current.End - current.Start) / 2, magnitude / 1000);
            return KnotGrid.Uniform(centre - half, centre + half, intervals, current.Order);
        }

        double[] inner = Blend(sorted, intervals, uniformShare);
        if (uniformShare < DefaultUniformShare && ShortestInterval(inner) < Math.Max(1e-9 * step, SmallestRelativeStep / 100 * magnitude))
            inner = Blend(sorted, intervals, DefaultUniformShare);
        return KnotGrid.FromInner(inner, current.Order);
    }

    /// <summary>
    /// <paramref name="intervals"/> + 1 points that follow the samples, ascending: <paramref name="uniformShare"/> × even spacing + (1 - <paramref name="uniformShare"/>) ×
    /// the sorted samples at ranks floor(N/<paramref name="intervals"/> · i), and the last one. Equal samples may make points coincide.
    /// </summary>
    /// <param name="samples">At least one sample, finite, in any order.</param>
    /// <param name="intervals">Number of points less one.</param>
    /// <param name="uniformShare">0 (ranks only) to 1 (even spacing only).</param>
    public static double[] Points(ReadOnlySpan<double> samples, int intervals, double uniformShare = DefaultUniformShare)
    {
        CheckShare(uniformShare);
        if (samples.IsEmpty || intervals < 1)
            throw new KanSharpException($"Cannot place {intervals + 1L} points by {samples.Length} samples; at least 2 points and 1 sample are needed.");
        return Blend(Sorted(samples), intervals, uniformShare);
    }

    private static double[] Blend(double[] sorted, int intervals, double uniformShare)
    {
        double low = sorted[0], high = sorted[^1], step = (high - low) / intervals;
        double[] points = new double[intervals + 1];
        for (int i = 0; i < intervals; i++)
            points[i] = uniformShare * (low + step * i) + (1 - uniformShare) * sorted[(int)((double)sorted.Length / intervals * i)];
        // The ends are the samples themselves: rounding must not leave the outermost sample outside the grid.
        points[0] = low;
        points[intervals] = high;
        return points;
    }

    private static double ShortestInterval(double[] knots)
    {
        double shortest = double.PositiveInfinity;
        for (int i = 0; i + 1 < knots.Length; i++)
            shortest = Math.Min(shortest, knots[i + 1] - knots[i]);
        return shortest;
    }

    private static double[] Sorted(ReadOnlySpan<double> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            if (!double.IsFinite(samples[i]))
                throw new KanSharpException($"Sample {i} is {samples[i]}; a grid can only follow finite numbers. Leave such samples out.");
        }
        double[] sorted = samples.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private static void CheckShare(double share)
    {
        if (!(share is >= 0 and <= 1))
            throw new KanSharpException($"A share of even spacing of {share} is not possible; use 0 to 1 ({DefaultUniformShare} is usual).");
    }
}
