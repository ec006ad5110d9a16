namespace KanSharp.Training;

/// <summary>Which magnitude of an edge a regulariser sums (pykan's reg_metric).</summary>
public enum RegularizationMetric
{
    /// <summary>Deviation of the edge's numeric part over deviation of its input: pykan's edge_forward_spline_n. The default.</summary>
    NormalizedNumericDeviation,

    /// <summary>Deviation of the whole edge: edge_forward_spline_u.</summary>
    EdgeDeviation,

    /// <summary>Deviation of the whole edge over deviation of its input: edge_forward_sum.</summary>
    NormalizedEdgeDeviation,

    /// <summary>Attribution score of the edge: edge_backward.</summary>
    EdgeScore,

    /// <summary>Attribution of each node to each input: node_backward.</summary>
    NodeScore,
}

/// <summary>
/// The sparsity penalty: objective = loss + Lambda * R with R = LambdaL1 * sum + LambdaEntropy * (row and column entropies) of the edges'
/// magnitudes, plus the coefficients' (KAN paper, arXiv 2404.19756, section 2.5.1).
/// </summary>
public sealed record Regularization
{
    /// <summary>Overall weight; 0 switches the penalty off.</summary>
    public double Lambda { get; init; }

    /// <summary>Weight of the sum of magnitudes.</summary>
    public double LambdaL1 { get; init; } = 1;

    /// <summary>Weight of the entropies.</summary>
    public double LambdaEntropy { get; init; } = 2;

    /// <summary>Weight of the coefficients' absolute values.</summary>
    public double LambdaCoefficients { get; init; }

    /// <summary>Weight of the absolute differences of neighbouring coefficients.</summary>
    public double LambdaCoefficientDifferences { get; init; }

    /// <summary>The magnitude that is summed.</summary>
    public RegularizationMetric Metric { get; init; }

    /// <summary>No penalty.</summary>
    public static Regularization None { get; } = new();
}
