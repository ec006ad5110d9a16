namespace KanSharp.Interpretation;

/// <summary>A function of several variables that gives its derivatives too.</summary>
/// <param name="point">A value for each of n variables.</param>
/// <param name="gradient">Receives the n first derivatives.</param>
/// <param name="hessian">Receives the n·n second derivatives, row by row.</param>
/// <returns>The value.</returns>
public delegate double DifferentiableFunction(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian);
