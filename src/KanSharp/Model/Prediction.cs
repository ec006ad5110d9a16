using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>What a model says about some rows.</summary>
/// <param name="Values">One row per input row, one column per output, in the user's units; probabilities for a classifier.</param>
/// <param name="RowsOutside">How many rows have an input outside the range of the grids that read it; symbolic functions have none.</param>
public sealed record Prediction(Matrix Values, int RowsOutside)
{
    /// <summary>The value that lies farthest outside, in lengths of its range; null where all rows are inside.</summary>
    public OutsideRange? Farthest { get; init; }

    /// <summary>How many rows have an output that is not finite: a function such as a logarithm is not defined there.</summary>
    public int RowsUndefined => Finite.RowsWithout(Values);
}
