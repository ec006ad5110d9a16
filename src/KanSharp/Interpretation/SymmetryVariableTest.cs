namespace KanSharp.Interpretation;

/// <summary>The outcome of testing whether a function depends on some variables only through a combination of them.</summary>
/// <param name="Deviation">Typical sine of the angle between the gradients of function and combination.</param>
/// <param name="AlignedShare">Share of the rows where the cosine of that angle is above 0.9, the number that pykan gives.</param>
/// <param name="Threshold">Up to which deviation the property is taken to hold.</param>
public readonly record struct SymmetryVariableTest(double Deviation, double AlignedShare, double Threshold)
{
    /// <summary>Whether the property holds.</summary>
    public bool Holds => Deviation <= Threshold;
}
