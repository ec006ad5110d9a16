namespace KanSharp.Plotting;

/// <summary>One formula of a Pareto front.</summary>
/// <param name="Complexity">How complex it is.</param>
/// <param name="Error">How wrong it is.</param>
/// <param name="Description">What a pointer on it is told, such as the formula.</param>
public sealed record ParetoPoint(double Complexity, double Error, string Description);
