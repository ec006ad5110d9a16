namespace KanSharp.Interpretation;

/// <summary>A function fitted to samples as c f(a x + b) + d by least squares.</summary>
/// <param name="A">Inner slope a.</param>
/// <param name="B">Inner offset b.</param>
/// <param name="C">Outer slope c.</param>
/// <param name="D">Outer offset d.</param>
/// <param name="R2">Share of the samples' variance that the fit explains, from 0 to 1; 1 if the samples have none.</param>
/// <param name="ResidualRms">Root of the mean squared residual.</param>
public readonly record struct AffineFit(double A, double B, double C, double D, double R2, double ResidualRms);
