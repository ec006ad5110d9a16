namespace KanSharp.Interpretation;

/// <summary>What tells how much an edge matters.</summary>
public enum EdgeMetric
{
    /// <summary>Its part in the outputs' deviation, from <see cref="Attribution.EdgeScore"/> (pykan's <c>backward</c>).</summary>
    Score,

    /// <summary>The standard deviation of its value (pykan's <c>forward_u</c>).</summary>
    Deviation,

    /// <summary>The standard deviation of its value over that of its input plus 0.1 (pykan's <c>forward_n</c>).</summary>
    NormalizedDeviation,
}
