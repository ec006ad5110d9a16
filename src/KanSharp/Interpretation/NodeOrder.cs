using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Interpretation;

/// <summary>
/// Puts the nodes of hidden levels in another order: the function stays the same to rounding, the picture becomes another. Sum nodes stand before
/// product nodes, so a node changes places with one of its kind only; a product node takes its subnodes along.
/// </summary>
public static class NodeOrder
{
    /// <summary>A swap must lower the cost by more than this part of it: two orders that cost the same differ by rounding.</summary>
    private const double LeastGain = 1e-12;

    /// <summary>Lets two nodes of a hidden level change places.</summary>
    /// <exception cref="KanSharpException">The level is not hidden, a node does not exist, or one is a sum and the other a product.</exception>
    public static KanModel SwapNodes(this KanModel model, int level, int first, int second)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (level < 1 || level >= model.Layers.Length)
            throw new KanSharpException($"Level {level} of the model {model.Shape} is not hidden; nodes change places on levels {(model.Layers.Length > 1 ? $"1 to {model.Layers.Length - 1}" : "between inputs and outputs, and it has none")}.");
        LayerWidth width = model.Widths[level];
        foreach (int node in (int[])[first, second])
        {
            if ((uint)node >= (uint)width.Nodes)
                throw new KanSharpException($"Node ({level},{node}) does not exist; level {level} of the model {model.Shape} has nodes 0 to {width.Nodes - 1}.");
        }
        if (first < width.Sums != second < width.Sums)
            throw new KanSharpException($"Nodes {first} and {second} of level {level} are a sum and a product; sums stand before products, so swap two of one kind.");
        int[][] order = SameOrder(model);
        (order[level][first], order[level][second]) = (second, first);
        return ModelSurgery.KeepNodes(model, order).WithHistory($"swapped nodes {first} and {second} of level {level}");
    }

    /// <summary>
    /// Swaps nodes of hidden levels as long as a swap lowers the connection cost (pykan's auto_swap, which goes over each level once):
    /// strongly connected nodes come to stand near each other.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">One row per sample, one column per input, in the user's units: the scores of edges are measured on them.</param>
    public static (KanModel Model, NodeOrderReport Report) AutoSwap(this KanModel model, Matrix inputs)
    {
        Attribution scores = Attribution.Measure(model, inputs);
        int[][] order = SameOrder(model);
        double before = Cost(scores, order);
        bool swapped = true;
        while (swapped)
        {
            swapped = false;
            for (int level = 1; level < model.Layers.Length; level++)
                swapped |= Improve(scores, order, level);
        }
        double cost = Cost(scores, order);
        KanModel result = ModelSurgery.KeepNodes(model, order).WithHistory(string.Create(CultureInfo.InvariantCulture, $"swapped nodes to lower the connection cost: {before:G6} -> {cost:G6}"));
        return (result, new NodeOrderReport(before, cost, [.. order.Select(places => ImmutableArray.Create(places))]));
    }

    /// <summary>
    /// Sum over all edges of score times distance, where the nodes of a level and the subnodes of a layer stand evenly spread over [0, 1], at
    /// (i + 1/2)/n (pykan's connection_cost).
    /// </summary>
    public static double ConnectionCost(this Attribution scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Cost(scores, SameOrder(scores.Model));
    }

    /// <summary>Goes over one level: each place gets, of all swaps with another one of its kind, the best.</summary>
    private static bool Improve(Attribution scores, int[][] order, int level)
    {
        LayerWidth width = scores.Model.Widths[level];
        double[,] incoming = Incoming(scores, order, level), outgoing = Outgoing(scores, order, level);
        int[] places = order[level];
        double cost = LevelCost(places);
        bool swapped = false;
        for (int a = 0; a < places.Length; a++)
        {
            int best = a;
            for (int b = a < width.Sums ? 0 : width.Sums; b < (a < width.Sums ? width.Sums : width.Nodes); b++)
            {
                (places[a], places[b]) = (places[b], places[a]);
                double trial = LevelCost(places);
                (places[a], places[b]) = (places[b], places[a]);
                if (trial < cost * (1 - LeastGain))
                    (best, cost) = (b, trial);
            }
            (places[a], places[best]) = (places[best], places[a]);
            swapped |= best != a;
        }
        return swapped;

        double LevelCost(int[] nodes)
        {
            double sum = 0;
            int subplace = 0;
            for (int place = 0; place < nodes.Length; place++)
            {
                int node = nodes[place], subnode = width.FirstSubnode(node);
                sum += outgoing[node, place];
                for (int s = 0; s < width.SubnodesOf(node); s++)
                    sum += incoming[subnode + s, subplace++];
            }
            return sum;
        }
    }

    /// <summary>[subnode, place]: what the edges into a subnode of this level cost if it stood there.</summary>
    private static double[,] Incoming(Attribution scores, int[][] order, int level)
    {
        KanLayer layer = scores.Model.Layers[level - 1];
        double[,] costs = new double[layer.SubnodeCount, layer.SubnodeCount];
        for (int i = 0; i < layer.InputCount; i++)
        {
            double x = Place(i, layer.InputCount);
            for (int subnode = 0; subnode < layer.SubnodeCount; subnode++)
            {
                double score = scores.EdgeScore(new EdgeIndex(level - 1, order[level - 1][i], subnode));
                for (int place = 0; score != 0 && place < layer.SubnodeCount; place++)
                    costs[subnode, place] += score * Math.Abs(x - Place(place, layer.SubnodeCount));
            }
        }
        return costs;
    }

    /// <summary>[node, place]: what the edges from a node of this level cost if it stood there.</summary>
    private static double[,] Outgoing(Attribution scores, int[][] order, int level)
    {
        KanLayer layer = scores.Model.Layers[level];
        int[] subnodes = Subnodes(layer.Output, order[level + 1]);
        double[,] costs = new double[layer.InputCount, layer.InputCount];
        for (int j = 0; j < subnodes.Length; j++)
        {
            double x = Place(j, subnodes.Length);
            for (int node = 0; node < layer.InputCount; node++)
            {
                double score = scores.EdgeScore(new EdgeIndex(level, node, subnodes[j]));
                for (int place = 0; score != 0 && place < layer.InputCount; place++)
                    costs[node, place] += score * Math.Abs(x - Place(place, layer.InputCount));
            }
        }
        return costs;
    }

    private static double Cost(Attribution scores, int[][] order)
    {
        double cost = 0;
        for (int l = 0; l < scores.Model.Layers.Length; l++)
        {
            int[] subnodes = Subnodes(scores.Model.Layers[l].Output, order[l + 1]);
            for (int i = 0; i < order[l].Length; i++)
            {
                for (int j = 0; j < subnodes.Length; j++)
                    cost += scores.EdgeScore(new EdgeIndex(l, order[l][i], subnodes[j])) * Math.Abs(Place(i, order[l].Length) - Place(j, subnodes.Length));
            }
        }
        return cost;
    }

    private static double Place(int index, int count) => (index + 0.5) / count;

    private static int[] Subnodes(LayerWidth width, int[] nodes) =>
        [.. nodes.SelectMany(node => Enumerable.Range(width.FirstSubnode(node), width.SubnodesOf(node)))];

    private static int[][] SameOrder(KanModel model) => [.. model.Widths.Select(width => Enumerable.Range(0, width.Nodes).ToArray())];
}
