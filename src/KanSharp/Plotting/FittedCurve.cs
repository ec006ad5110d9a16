namespace KanSharp.Plotting;

/// <summary>A function to draw beside an edge's own curve, such as a symbolic fit.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Value">Its value in the network's units.</param>
public sealed record FittedCurve(string Name, Func<double, double> Value);
