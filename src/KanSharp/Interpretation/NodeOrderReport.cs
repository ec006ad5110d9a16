using System.Collections.Immutable;

namespace KanSharp.Interpretation;

/// <summary>What an automatic swap did.</summary>
/// <param name="CostBefore">Connection cost of the model before.</param>
/// <param name="Cost">Connection cost of the new model; never higher.</param>
/// <param name="Order">[level][place]: which node of the model before stands there now. Inputs and outputs stay where they are.</param>
public sealed record NodeOrderReport(double CostBefore, double Cost, ImmutableArray<ImmutableArray<int>> Order);
