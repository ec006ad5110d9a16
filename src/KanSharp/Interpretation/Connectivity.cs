using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.Interpretation;

/// <summary>Which nodes are joined to the inputs and the outputs by active edges.</summary>
internal static class Connectivity
{
    /// <summary>[level][node]: whether a path of active edges leads there from an input. <paramref name="use"/> can rule out more edges.</summary>
    public static bool[][] FromInputs(IReadOnlyList<KanLayer> layers, Func<EdgeIndex, bool>? use = null)
    {
        var reached = new bool[layers.Count + 1][];
        reached[0] = new bool[layers[0].InputCount];
        Array.Fill(reached[0], true);
        for (int l = 0; l < layers.Count; l++)
        {
            reached[l + 1] = new bool[layers[l].NodeCount];
            foreach (EdgeIndex edge in ActiveEdges(layers[l], l))
            {
                if (reached[l][edge.Input] && (use is null || use(edge)))
                    reached[l + 1][layers[l].Output.NodeOf(edge.Output)] = true;
            }
        }
        return reached;
    }

    /// <summary>[level][node]: whether a path of active edges leads from there to an output.</summary>
    public static bool[][] ToOutputs(IReadOnlyList<KanLayer> layers)
    {
        var reaching = new bool[layers.Count + 1][];
        reaching[^1] = new bool[layers[^1].NodeCount];
        Array.Fill(reaching[^1], true);
        for (int l = layers.Count - 1; l >= 0; l--)
        {
            reaching[l] = new bool[layers[l].InputCount];
            foreach (EdgeIndex edge in ActiveEdges(layers[l], l))
                reaching[l][edge.Input] |= reaching[l + 1][layers[l].Output.NodeOf(edge.Output)];
        }
        return reaching;
    }

    /// <summary>
    /// For every output that some path reaches, but none within <paramref name="use"/>: the edges of the path from an input that brings most of
    /// its deviation (the largest product of edge over subnode deviations).
    /// </summary>
    public static IEnumerable<EdgeIndex> MissingPaths(Attribution scores, Func<EdgeIndex, bool> use)
    {
        IReadOnlyList<KanLayer> layers = scores.Model.Layers;
        bool[] before = FromInputs(layers)[^1], after = FromInputs(layers, use)[^1];
        EdgeIndex?[][] last = BestIncomingEdges(scores);
        for (int output = 0; output < before.Length; output++)
        {
            if (!before[output] || after[output])
                continue;
            for (int l = layers.Count, node = output; l > 0; l--)
            {
                EdgeIndex edge = last[l][node]!.Value;
                yield return edge;
                node = edge.Input;
            }
        }
    }

    /// <summary>Refuses to leave an output that some path reaches without one; <paramref name="without"/> and <paramref name="remedy"/> go into the message.</summary>
    public static void CheckOutputs(KanModel model, Func<EdgeIndex, bool> use, string without, string remedy)
    {
        bool[] before = FromInputs(model.Layers)[^1], after = FromInputs(model.Layers, use)[^1];
        for (int output = 0; output < before.Length; output++)
        {
            if (before[output] && !after[output])
                throw new KanSharpException($"Without {without}, output {model.Info.OutputNames[output]} has no path from the inputs any more; {remedy}.");
        }
    }

    /// <summary>The active edges of one layer.</summary>
    public static IEnumerable<EdgeIndex> ActiveEdges(KanLayer layer, int index)
    {
        for (int i = 0; i < layer.InputCount; i++)
        {
            for (int j = 0; j < layer.SubnodeCount; j++)
            {
                if (layer.IsActive(i, j))
                    yield return new EdgeIndex(index, i, j);
            }
        }
    }

    /// <summary>[level][node]: the last edge of the best path from an input, or null where there is none.</summary>
    private static EdgeIndex?[][] BestIncomingEdges(Attribution scores)
    {
        IReadOnlyList<KanLayer> layers = scores.Model.Layers;
        var last = new EdgeIndex?[layers.Count + 1][];
        double[] best = new double[layers[0].InputCount];
        Array.Fill(best, 1);
        for (int l = 0; l < layers.Count; l++)
        {
            last[l + 1] = new EdgeIndex?[layers[l].NodeCount];
            double[] next = new double[layers[l].NodeCount];
            Array.Fill(next, double.NegativeInfinity);
            foreach (EdgeIndex edge in ActiveEdges(layers[l], l))
            {
                int node = layers[l].Output.NodeOf(edge.Output);
                double share = best[edge.Input] * scores.Ratio(edge);
                if (double.IsNegativeInfinity(best[edge.Input]) || (last[l + 1][node] is not null && !(share > next[node])))
                    continue;
                next[node] = share;
                last[l + 1][node] = edge;
            }
            best = next;
        }
        return last;
    }
}
