using KanSharp.Formulas;

namespace KanSharp.Interpretation;

/// <summary>One function that an edge may be.</summary>
/// <param name="Function">The function f.</param>
/// <param name="Fit">The best c f(a x + b) + d and how well it fits.</param>
public sealed record FunctionSuggestion(SymbolicFunction Function, AffineFit Fit)
{
    // Below this share of the variance a difference is rounding, not a better function.
    private const double Floor = 1e-12;

    /// <summary>
    /// What suggestions are ranked by, lowest first: log10(1 - R2) plus the complexity. One unit of complexity must bring down the unexplained share
    /// of the variance tenfold to be worth it. A function that explains nothing of an edge that varies has no rank (infinity).
    /// </summary>
    public double Score => Fit.R2 <= 0 ? double.PositiveInfinity : Math.Log10(Math.Max(1 - Fit.R2, Floor)) + Function.Complexity;
}
