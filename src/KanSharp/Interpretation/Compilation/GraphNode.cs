using System.Collections.Immutable;
using KanSharp.Formulas;

namespace KanSharp.Interpretation.Compilation;

/// <summary>An edge c f(a x + b) from the value x of a node.</summary>
internal sealed record GraphEdge(GraphNode Source, SymbolicFunction Function, double A, double B, double C)
{
    private static readonly SymbolicFunction s_identity = SymbolicLibrary.Default["x"];

    /// <summary>c x.</summary>
    public static GraphEdge Identity(GraphNode source, double c = 1) => new(source, s_identity, 1, 0, c);
}

/// <summary>A subnode: a sum of edges and a constant.</summary>
internal sealed record GraphSum(ImmutableArray<GraphEdge> Edges, double Constant = 0);

/// <summary>
/// A node of a network in the making: scale * (sum, or product of sums) + constant, or an input where there are no subnodes. <see cref="Level"/> is where it
/// stands in the network once it is placed; before, edges may come from any level below.
/// </summary>
internal sealed class GraphNode(bool isProduct, ImmutableArray<GraphSum> subnodes, double scale = 1, double constant = 0, int level = 0)
{
    public bool IsProduct { get; } = isProduct;

    public ImmutableArray<GraphSum> Subnodes { get; } = subnodes;

    public double Scale { get; } = scale;

    public double Constant { get; } = constant;

    public int Level { get; } = level;

    public static GraphNode Input() => new(false, []);

    public static GraphNode Sum(GraphSum sum) => new(false, [sum]);

    public IEnumerable<GraphEdge> Edges => Subnodes.SelectMany(subnode => subnode.Edges);
}
