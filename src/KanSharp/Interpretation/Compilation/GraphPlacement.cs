using System.Collections.Immutable;

namespace KanSharp.Interpretation.Compilation;

/// <summary>
/// Gives every node a level so that edges only join neighbouring levels and no two join the same node and subnode. Values that are needed further up are gathered
/// where a sum or product of them will do, and carried by identities where not.
/// </summary>
internal sealed class GraphPlacement
{
    private readonly Dictionary<GraphNode, GraphNode> _placed = [];
    private readonly Dictionary<(GraphNode Node, int Level), GraphNode> _carried = [];
    private readonly List<GraphNode> _sums = [];

    /// <summary>The nodes of each level above the inputs; the last are the outputs, in order.</summary>
    public static ImmutableArray<GraphNode>[] Place(ImmutableArray<GraphNode> inputs, IEnumerable<GraphNode> outputs)
    {
        var placement = new GraphPlacement();
        foreach (GraphNode input in inputs)
            placement._placed[input] = input;
        GraphNode[] placed = [.. outputs.Select(placement.Place)];
        int last = placed.Max(node => node.Level);
        GraphNode[] top = [.. placed.Select(node => placement.Carry(node, last))];
        // In a level the sums come first, and every output is a node.
        if (top.SkipWhile(node => !node.IsProduct).Any(node => !node.IsProduct) || top.Distinct().Count() < top.Length)
            top = [.. top.Select(node => Identity(node, last + 1))];
        return Levels(inputs, top);
    }

    private GraphNode Place(GraphNode node)
    {
        if (_placed.TryGetValue(node, out GraphNode? known))
            return known;
        ImmutableArray<GraphSum> subnodes = [.. node.Subnodes.Select(PlaceSources)];
        int level = subnodes.Max(LowestLevel);
        return _placed[node] = node.IsProduct ? ProductAt(subnodes, level, node.Scale, node.Constant)
            : SumAt(Feed(subnodes[0], level), level, node.Scale, node.Constant);
    }

    private GraphSum PlaceSources(GraphSum sum) => sum with { Edges = [.. sum.Edges.Select(edge => edge with { Source = Place(edge.Source) })] };

    /// <summary>The lowest level where a sum can be: above its sources, and one more where two edges come from the same highest one.</summary>
    private static int LowestLevel(GraphSum sum)
    {
        int highest = sum.Edges.Select(edge => edge.Source.Level).DefaultIfEmpty(0).Max();
        int direct = sum.Edges.Count(edge => edge.Source.Level == highest);
        return highest + (sum.Edges.Where(edge => edge.Source.Level == highest).Select(edge => edge.Source).Distinct().Count() < direct ? 2 : 1);
    }

    private GraphNode ProductAt(ImmutableArray<GraphSum> factors, int level, double scale = 1, double constant = 0)
    {
        GraphSum[] early = [.. factors.Where(factor => LowestLevel(factor) < level)];
        if (early.Length < 2 || early.Length == factors.Length)
            return new GraphNode(true, [.. factors.Select(factor => Feed(factor, level))], scale, constant, level);
        GraphNode gathered = ProductAt([.. early], early.Max(LowestLevel));
        GraphSum carried = new([GraphEdge.Identity(Carry(gathered, level - 1))]);
        return new GraphNode(true, [.. factors.Where(factor => LowestLevel(factor) == level).Select(factor => Feed(factor, level)), carried], scale, constant, level);
    }

    /// <summary>The same sum of edges that all start one level below, from different nodes.</summary>
    private GraphSum Feed(GraphSum sum, int level)
    {
        var edges = sum.Edges.Where(edge => edge.Source.Level == level - 1).ToList();
        GraphEdge[] early = [.. sum.Edges.Where(edge => edge.Source.Level < level - 1)];
        int rows = early.GroupBy(edge => edge.Source).Select(group => group.Count()).DefaultIfEmpty(0).Max();
        for (int row = 0; row < rows; row++)
        {
            GraphEdge[] gathered = [.. early.GroupBy(edge => edge.Source).Where(group => group.Count() > row).Select(group => group.ElementAt(row))];
            edges.Add(row == 0 && gathered.Length == 1
                ? gathered[0] with { Source = Carry(gathered[0].Source, level - 1) }
                : GraphEdge.Identity(Carry(Gather(gathered), level - 1)));
        }
        return sum with { Edges = [.. edges] };
    }

    private GraphNode Gather(GraphEdge[] edges)
    {
        int level = edges.Max(edge => edge.Source.Level) + 1;
        return SumAt(Feed(new GraphSum([.. edges]), level), level);
    }

    /// <summary>The node of a sum; one that is there already where there is an equal one.</summary>
    private GraphNode SumAt(GraphSum sum, int level, double scale = 1, double constant = 0)
    {
        GraphNode? known = _sums.Find(node => (node.Level, node.Scale, node.Constant, node.Subnodes[0].Constant) == (level, scale, constant, sum.Constant)
            && node.Subnodes[0].Edges.SequenceEqual(sum.Edges));
        if (known is null)
            _sums.Add(known = new GraphNode(false, [sum], scale, constant, level));
        return known;
    }

    private GraphNode Carry(GraphNode node, int level)
    {
        if (node.Level >= level)
            return node;
        if (!_carried.TryGetValue((node, level), out GraphNode? carried))
            _carried[(node, level)] = carried = Identity(Carry(node, level - 1), level);
        return carried;
    }

    private static GraphNode Identity(GraphNode node, int level) => new(false, [new GraphSum([GraphEdge.Identity(node)])], level: level);

    private static ImmutableArray<GraphNode>[] Levels(ImmutableArray<GraphNode> inputs, GraphNode[] top)
    {
        var levels = new ImmutableArray<GraphNode>[top[0].Level + 1];
        levels[0] = inputs;
        levels[^1] = [.. top];
        for (int level = levels.Length - 2; level > 0; level--)
            levels[level] = [.. levels[level + 1].SelectMany(node => node.Edges).Select(edge => edge.Source).Distinct().OrderBy(node => node.IsProduct)];
        return levels;
    }
}
