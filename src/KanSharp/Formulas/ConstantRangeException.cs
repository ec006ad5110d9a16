namespace KanSharp.Formulas;

/// <summary>A constant came out infinite or undefined: a formula's numbers leave the range of doubles.</summary>
internal sealed class ConstantRangeException(double value)
    : KanSharpException($"A formula cannot hold the constant {value}; constants must be finite.");
