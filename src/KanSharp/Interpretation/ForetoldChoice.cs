using KanSharp.Formulas;

namespace KanSharp.Interpretation;

/// <summary>An edge as c f(a x + b) + d, and the root mean squared error of the network that is foretold for it, in the network's units.</summary>
internal readonly record struct ForetoldChoice(SymbolicFunction Function, double A, double B, double C, double D, double Rmse);
