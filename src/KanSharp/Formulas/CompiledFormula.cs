namespace KanSharp.Formulas;

/// <summary>A formula as a function of the values of its variables, in the order given when it was compiled.</summary>
public delegate double CompiledFormula(ReadOnlySpan<double> values);
