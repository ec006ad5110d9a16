namespace KanSharp.Interpretation;

/// <summary>The outcome of testing a hypothesis about a function.</summary>
/// <param name="Deviation">How far the function is from having the property; 0, to rounding, where it has it exactly.</param>
/// <param name="Threshold">Up to which deviation the property is taken to hold.</param>
public readonly record struct StructureTest(double Deviation, double Threshold)
{
    /// <summary>Whether the property holds.</summary>
    public bool Holds => Deviation <= Threshold;
}
