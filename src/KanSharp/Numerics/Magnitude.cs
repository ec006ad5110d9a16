namespace KanSharp.Numerics;

/// <summary>Sizes of values that may be as large as 1e300 or as small as 1e-300, where squares overflow or vanish.</summary>
internal static class Magnitude
{
    /// <summary>
    /// The e for which the largest of the values, sign aside, is 2ᵉ or more and below 2ᵉ⁺¹; 0 where that is zero or not finite. Both 2ᵉ and 2⁻ᵉ are
    /// normal numbers.
    /// </summary>
    public static int Exponent(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest > 0 && double.IsFinite(largest) ? Math.Clamp(Math.ILogB(largest), -1022, 1022) : 0;
    }

    /// <summary>The root of the mean of the weighted squares, with weights of mean 1 (null for 1 each).</summary>
    public static double RootMeanSquare(ReadOnlySpan<double> values, double[]? weights)
    {
        if (weights is null)
            return RootMeanSquare(values);
        double[] weighted = new double[values.Length];
        for (int i = 0; i < weighted.Length; i++)
            weighted[i] = values[i] * Math.Sqrt(weights[i]);
        return RootMeanSquare(weighted);
    }

    /// <summary>The root of the mean square; NaN or infinite only where a value is.</summary>
    public static double RootMeanSquare(ReadOnlySpan<double> values)
    {
        int exponent = Exponent(values);
        // A power of two: nothing rounds.
        double unit = Math.ScaleB(1, -exponent), sum = 0;
        foreach (double value in values)
            sum += value * unit * (value * unit);
        return values.IsEmpty ? 0 : Math.ScaleB(Math.Sqrt(sum / values.Length), exponent);
    }
}
