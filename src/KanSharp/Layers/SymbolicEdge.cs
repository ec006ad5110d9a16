using KanSharp.Formulas;

namespace KanSharp.Layers;

/// <summary>
/// An edge that carries c f(a x + b) + d beside or instead of its spline. The affine constants a, b, c, d live with the model's other
/// parameters, and are trained unless the edge is held.
/// </summary>
/// <param name="Input">The node it starts from.</param>
/// <param name="Output">The subnode it ends in.</param>
/// <param name="Function">The function f.</param>
/// <param name="IsHeld">Whether a, b, c and d stay as they are, whatever is trained.</param>
public sealed record SymbolicEdge(int Input, int Output, SymbolicFunction Function, bool IsHeld = false);
