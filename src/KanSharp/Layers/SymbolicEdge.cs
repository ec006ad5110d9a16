using KanSharp.Formulas;

namespace KanSharp.Layers;

/// <summary>
/// An edge that carries c f(a x + b) + d beside or instead of its spline. The affine constants a, b, c, d are trainable and live with the
/// model's other parameters.
/// </summary>
/// <param name="Input">The node it starts from.</param>
/// <param name="Output">The subnode it ends in.</param>
/// <param name="Function">The function f.</param>
public sealed record SymbolicEdge(int Input, int Output, SymbolicFunction Function);
