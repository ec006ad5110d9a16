using System.Numerics.Tensors;

namespace KanSharp.Training.Objectives;

/// <summary>Weights of rows as losses want them.</summary>
internal static class SampleWeights
{
    /// <summary>The weights divided by their mean; null where all are alike or there are none.</summary>
    public static double[]? Normalise(ReadOnlySpan<double> weights)
    {
        if (weights.IsEmpty || !weights.ContainsAnyExcept(weights[0]))
            return null;
        double largest = TensorPrimitives.Max(weights);
        double[] result = new double[weights.Length];
        TensorPrimitives.Divide(weights, largest, result);
        TensorPrimitives.Divide(result, TensorPrimitives.Sum<double>(result) / result.Length, result);
        return result;
    }

    /// <summary>The weights of some rows, still weights of all; null for null.</summary>
    public static double[]? Select(double[]? weights, ReadOnlySpan<int> rows)
    {
        if (weights is null)
            return null;
        double[] result = new double[rows.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = weights[rows[i]];
        return result;
    }
}
