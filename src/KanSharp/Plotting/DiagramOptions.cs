using KanSharp.Interpretation;

namespace KanSharp.Plotting;

/// <summary>How a network diagram looks.</summary>
public sealed record DiagramOptions
{
    /// <summary>A line above the diagram; none by default.</summary>
    public string? Title { get; init; }

    /// <summary>An edge of score s is drawn with opacity tanh(Beta s). Default 3, as in pykan.</summary>
    public double Beta { get; init; } = 3;

    /// <summary>What stands for s: the edge's part in the outputs by default.</summary>
    public EdgeMetric Metric { get; init; }
}
