using System.Collections.Immutable;

namespace KanSharp.Interpretation;

/// <summary>A node of a function's tree.</summary>
/// <param name="Kind">How it is made of its children.</param>
/// <param name="Inputs">All inputs below it, ascending.</param>
/// <param name="Children">What it combines, in the order of their first input; none for an input.</param>
public sealed record FunctionTreeNode(FunctionTreeNodeKind Kind, ImmutableArray<int> Inputs, ImmutableArray<FunctionTreeNode> Children);

/// <summary>How a node of a function's tree is made of its children.</summary>
public enum FunctionTreeNodeKind
{
    /// <summary>An input, no children.</summary>
    Input,

    /// <summary>The function itself is a sum of functions of one child each.</summary>
    Sum,

    /// <summary>The function itself is a product of functions of one child each.</summary>
    Product,

    /// <summary>A function of a sum of functions of one child each, or, which says the same, of a product.</summary>
    TransformedSum,

    /// <summary>Some other function of its children.</summary>
    Joint,
}
