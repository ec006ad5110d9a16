using System.Collections.Immutable;

namespace KanSharp.Interpretation;

/// <summary>
/// The tree of a function: its leaves are inputs, and every node above is a combination that the function depends on its inputs through. It holds every group of
/// inputs with a combination of its own that no other such group overlaps, and is unique (Gorman, "The structure of utility functions", 1968).
/// </summary>
public sealed class FunctionTree
{
    internal FunctionTree(ImmutableArray<string> names, FunctionTreeNode root, double lowestThreshold, double highestThreshold)
    {
        Names = names;
        Root = root;
        LowestThreshold = lowestThreshold;
        HighestThreshold = highestThreshold;
    }

    /// <summary>The names of the function's inputs.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The function itself; a leaf if it depends on one input, a node without children if it is constant.</summary>
    public FunctionTreeNode Root { get; }

    /// <summary>The inputs that the function does not depend on, ascending.</summary>
    public ImmutableArray<int> UnusedInputs => [.. Enumerable.Range(0, Names.Length).Except(Root.Inputs)];

    /// <summary>The largest deviation that was taken for none. From here to <see cref="HighestThreshold"/>, every symmetry threshold gives the same groups.</summary>
    public double LowestThreshold { get; }

    /// <summary>The smallest deviation that was not taken for none; infinite if there was no such.</summary>
    public double HighestThreshold { get; }

    /// <summary>The groups, such as <c>((x1, x2), (x3, x4))</c>.</summary>
    public override string ToString() => Text(Root);

    private string Text(FunctionTreeNode node) =>
        node.Kind == FunctionTreeNodeKind.Input ? Names[node.Inputs[0]] : $"({string.Join(", ", node.Children.Select(Text))})";
}
