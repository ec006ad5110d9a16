namespace KanSharp.Training.Regularizers;

/// <summary>
/// L1 and entropy of a matrix of magnitudes V, rows and columns each: l1 = sum V; p = V / (row sum + 1);
/// H = - mean over rows of sum p log2(p + 1e-4); the same for columns.
/// </summary>
internal static class SparsityPenalty
{
    private const double EntropyFloor = 1e-4;

    /// <summary>
    /// weightL1 * l1 + weightEntropy * (H of the rows + H of the columns); overwrites <paramref name="gradient"/> with its derivative.
    /// Both matrices are [row * columns + column].
    /// </summary>
    public static double Evaluate(ReadOnlySpan<double> magnitudes, int rows, int columns, double weightL1, double weightEntropy, Span<double> gradient)
    {
        double sum = 0;
        foreach (double magnitude in magnitudes)
            sum += magnitude;
        gradient.Fill(weightL1);
        double entropy = 0;
        for (int row = 0; row < rows; row++)
            entropy += Line(magnitudes, row * columns, 1, columns, weightEntropy / rows, gradient);
        for (int column = 0; column < columns; column++)
            entropy += Line(magnitudes, column, columns, rows, weightEntropy / columns, gradient);
        return weightL1 * sum + entropy;
    }

    /// <summary>One row or column: its share of the entropy; adds the derivative.</summary>
    private static double Line(ReadOnlySpan<double> magnitudes, int start, int step, int count, double weight, Span<double> gradient)
    {
        double sum = 1;
        for (int m = 0; m < count; m++)
            sum += magnitudes[start + m * step];
        double entropy = 0, mixed = 0;
        for (int m = 0; m < count; m++)
        {
            double p = magnitudes[start + m * step] / sum;
            entropy -= p * Math.Log2(p + EntropyFloor);
            mixed += p * Slope(p);
        }
        // d(sum f(V_m / s))/dV_m = (f'(p_m) - sum p f'(p)) / s
        for (int m = 0; m < count; m++)
            gradient[start + m * step] -= weight * (Slope(magnitudes[start + m * step] / sum) - mixed) / sum;
        return weight * entropy;
    }

    /// <summary>Derivative of p log2(p + 1e-4).</summary>
    private static double Slope(double p) => Math.Log2(p + EntropyFloor) + p / ((p + EntropyFloor) * Math.Log(2));
}
