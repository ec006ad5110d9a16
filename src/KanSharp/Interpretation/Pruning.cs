using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Interpretation;

/// <summary>
/// Removes what contributes little. Every method returns a new model and a report; the model it is called on stays as it is. No output loses
/// its last path from the inputs: the best path stays whatever the threshold, and the report says so.
/// <para>
/// Thresholds compare with the scores of <see cref="Attribution"/> on the given inputs (one row per sample, one column per input, in the user's units);
/// what scores above stays. A pruned edge is off, numeric and symbolic part alike. A node that no input reaches is a constant; when it goes,
/// its contribution moves into the biases of the next level.
/// </para>
/// </summary>
public static class Pruning
{
    /// <summary>Default threshold of node and input scores.</summary>
    public const double NodeThreshold = 1e-2;

    /// <summary>Default threshold of edge scores.</summary>
    public const double EdgeThreshold = 3e-2;

    /// <summary>
    /// Removes hidden nodes, scores what is left, switches edges off, and removes the nodes that have thereby become idle (no way from the
    /// inputs or none to the outputs).
    /// </summary>
    public static (KanModel Model, PruningReport Report) Prune(
        this KanModel model, Matrix inputs, double nodeThreshold = NodeThreshold, double edgeThreshold = EdgeThreshold)
    {
        CheckThreshold(nodeThreshold);
        CheckThreshold(edgeThreshold);
        Attribution scores = Attribution.Measure(model, inputs);
        (int[][] kept, ImmutableArray<EdgeIndex> path) = NodesAbove(scores, nodeThreshold);
        KanModel fewerNodes = ModelSurgery.KeepNodes(model, kept);
        Attribution rescored = Attribution.Measure(fewerNodes, inputs);
        (HashSet<EdgeIndex> off, ImmutableArray<EdgeIndex> edgePath) = EdgesBelow(rescored, edgeThreshold);
        KanModel fewerEdges = ModelSurgery.SwitchOff(fewerNodes, off.Contains);
        int[][] busy = BusyNodes(fewerEdges);
        KanModel result = ModelSurgery.KeepNodes(fewerEdges, busy);

        int[][] left = [.. busy.Select((nodes, level) => nodes.Select(node => kept[level][node]).ToArray())];
        return (result.WithHistory(Line(model, result, $"pruned nodes to {Text(nodeThreshold)} and edges to {Text(edgeThreshold)}")), new PruningReport
        {
            Scores = scores,
            RemovedNodes = Removed(model, left),
            RemovedEdges = [.. off.Select(Before).Order(EdgeOrder)],
            KeptInputs = [.. left[0]],
            KeptForConnection = [.. path.Concat(edgePath.Select(Before)).Distinct().Order(EdgeOrder)],
        });

        EdgeIndex Before(EdgeIndex edge)
        {
            LayerWidth now = fewerNodes.Layers[edge.Layer].Output, old = model.Layers[edge.Layer].Output;
            int node = now.NodeOf(edge.Output);
            return new EdgeIndex(edge.Layer, kept[edge.Layer][edge.Input], old.FirstSubnode(kept[edge.Layer + 1][node]) + edge.Output - now.FirstSubnode(node));
        }
    }

    /// <summary>Removes the hidden nodes with a score of at most <paramref name="threshold"/>.</summary>
    public static (KanModel Model, PruningReport Report) PruneNodes(this KanModel model, Matrix inputs, double threshold = NodeThreshold)
    {
        CheckThreshold(threshold);
        Attribution scores = Attribution.Measure(model, inputs);
        (int[][] kept, ImmutableArray<EdgeIndex> path) = NodesAbove(scores, threshold);
        return KeepNodes(model, kept, $"pruned nodes to {Text(threshold)}", new PruningReport { Scores = scores, KeptInputs = AllInputs(model), KeptForConnection = path });
    }

    /// <summary>Keeps the named hidden nodes: for each hidden level, from level 1 on, which nodes stay.</summary>
    /// <exception cref="KanSharpException">A node does not exist, a level would be empty, or an output would lose its last path from the inputs.</exception>
    public static (KanModel Model, PruningReport Report) PruneNodes(this KanModel model, ImmutableArray<ImmutableArray<int>> kept)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (kept.Length != model.Layers.Length - 1)
            throw new KanSharpException($"Nodes to keep were given for {kept.Length} levels; the model {model.Shape} has {model.Layers.Length - 1} hidden levels.");
        int[][] levels = AllNodes(model);
        for (int level = 1; level <= kept.Length; level++)
            levels[level] = CheckedList(kept[level - 1], levels[level].Length, $"node of level {level}");
        Connectivity.CheckOutputs(model, Within(model, levels), "what is not named", "keep more");
        return KeepNodes(model, levels, "kept chosen nodes", new PruningReport { KeptInputs = AllInputs(model) });
    }

    /// <summary>Switches off the edges with a score of at most <paramref name="threshold"/>.</summary>
    public static (KanModel Model, PruningReport Report) PruneEdges(this KanModel model, Matrix inputs, double threshold = EdgeThreshold)
    {
        CheckThreshold(threshold);
        Attribution scores = Attribution.Measure(model, inputs);
        (HashSet<EdgeIndex> off, ImmutableArray<EdgeIndex> path) = EdgesBelow(scores, threshold);
        KanModel result = ModelSurgery.SwitchOff(model, off.Contains);
        return (result.WithHistory($"pruned edges to {Text(threshold)}: {model.ActiveEdgeCount} -> {result.ActiveEdgeCount}"), new PruningReport
        {
            Scores = scores,
            RemovedEdges = [.. off.Order(EdgeOrder)],
            KeptInputs = AllInputs(model),
            KeptForConnection = path,
        });
    }

    /// <summary>
    /// Removes the inputs with a score of at most <paramref name="threshold"/>: the new model reads the columns
    /// <see cref="PruningReport.KeptInputs"/>, with their names and scaling.
    /// </summary>
    public static (KanModel Model, PruningReport Report) PruneInputs(this KanModel model, Matrix inputs, double threshold = NodeThreshold)
    {
        CheckThreshold(threshold);
        Attribution scores = Attribution.Measure(model, inputs);
        int[][] kept = AllNodes(model);
        kept[0] = Above(scores.FeatureScores, threshold);
        ImmutableArray<EdgeIndex> path = AddMissingPaths(scores, kept);
        return KeepNodes(model, kept, $"pruned inputs to {Text(threshold)}", new PruningReport { Scores = scores, KeptInputs = [.. kept[0]], KeptForConnection = path });
    }

    /// <summary>Keeps the named inputs, with their names and scaling; the new model reads these columns alone.</summary>
    /// <exception cref="KanSharpException">An input does not exist, none is left, or an output would lose its last path from the inputs.</exception>
    public static (KanModel Model, PruningReport Report) PruneInputs(this KanModel model, ImmutableArray<int> kept)
    {
        ArgumentNullException.ThrowIfNull(model);
        int[][] levels = AllNodes(model);
        levels[0] = CheckedList(kept, model.InputCount, "input");
        Connectivity.CheckOutputs(model, Within(model, levels), "what is not named", "keep more");
        return KeepNodes(model, levels, "kept chosen inputs", new PruningReport { KeptInputs = [.. levels[0]] });
    }

    /// <summary>
    /// Removes the hidden nodes that no path of active edges joins to the inputs or to an output. The function stays the same: constants move
    /// into the biases.
    /// </summary>
    public static (KanModel Model, PruningReport Report) RemoveIdleNodes(this KanModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return KeepNodes(model, BusyNodes(model), "removed idle nodes", new PruningReport { KeptInputs = AllInputs(model) });
    }

    private static Comparer<EdgeIndex> EdgeOrder { get; } =
        Comparer<EdgeIndex>.Create((a, b) => (a.Layer, a.Input, a.Output).CompareTo((b.Layer, b.Input, b.Output)));

    private static (KanModel, PruningReport) KeepNodes(KanModel model, int[][] kept, string what, PruningReport report)
    {
        KanModel result = ModelSurgery.KeepNodes(model, kept);
        return (result.WithHistory(Line(model, result, what)), report with
        {
            RemovedNodes = Removed(model, kept),
            RemovedInputs = [.. AllInputs(model).Except(kept[0])],
        });
    }

    private static (int[][] Kept, ImmutableArray<EdgeIndex> Path) NodesAbove(Attribution scores, double threshold)
    {
        int[][] kept = AllNodes(scores.Model);
        for (int level = 1; level < kept.Length - 1; level++)
            kept[level] = Above(scores.NodeScores(level), threshold);
        return (kept, AddMissingPaths(scores, kept));
    }

    private static (HashSet<EdgeIndex> Off, ImmutableArray<EdgeIndex> Path) EdgesBelow(Attribution scores, double threshold)
    {
        HashSet<EdgeIndex> off = [.. scores.Model.Layers.SelectMany(Connectivity.ActiveEdges).Where(edge => !(scores.EdgeScore(edge) > threshold))];
        ImmutableArray<EdgeIndex> path = [.. Connectivity.MissingPaths(scores, edge => !off.Contains(edge))];
        off.ExceptWith(path);
        return (off, [.. path.Distinct().Order(EdgeOrder)]);
    }

    /// <summary>Adds to the kept nodes what every output needs to stay joined to the inputs, and to an empty level its best node.</summary>
    private static ImmutableArray<EdgeIndex> AddMissingPaths(Attribution scores, int[][] kept)
    {
        KanModel model = scores.Model;
        ImmutableArray<EdgeIndex> path = [.. Connectivity.MissingPaths(scores, Within(model, kept)).Distinct().Order(EdgeOrder)];
        foreach (EdgeIndex edge in path)
            kept[edge.Layer] = [.. kept[edge.Layer].Append(edge.Input).Distinct().Order()];
        for (int level = 0; level < kept.Length; level++)
        {
            if (kept[level].Length == 0)
                kept[level] = [System.Numerics.Tensors.TensorPrimitives.IndexOfMax(scores.NodeScores(level))];
        }
        return path;
    }

    /// <summary>[level]: the nodes on some path from the inputs to an output; one node of a level that has none.</summary>
    private static int[][] BusyNodes(KanModel model)
    {
        bool[][] reached = Connectivity.FromInputs(model.Layers), reaching = Connectivity.ToOutputs(model.Layers);
        int[][] busy = AllNodes(model);
        for (int level = 1; level < busy.Length - 1; level++)
        {
            int[] nodes = [.. busy[level].Where(node => reached[level][node] && reaching[level][node])];
            busy[level] = nodes.Length > 0 ? nodes : [0];
        }
        return busy;
    }

    private static Func<EdgeIndex, bool> Within(KanModel model, int[][] kept) => edge =>
        kept[edge.Layer].Contains(edge.Input) && kept[edge.Layer + 1].Contains(model.Layers[edge.Layer].Output.NodeOf(edge.Output));

    private static int[][] AllNodes(KanModel model) => [.. model.Widths.Select(width => Enumerable.Range(0, width.Nodes).ToArray())];

    private static ImmutableArray<int> AllInputs(KanModel model) => [.. Enumerable.Range(0, model.InputCount)];

    private static int[] Above(ReadOnlySpan<double> scores, double threshold)
    {
        var kept = new List<int>();
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > threshold)
                kept.Add(i);
        }
        return [.. kept];
    }

    private static ImmutableArray<NodeIndex> Removed(KanModel model, int[][] kept) =>
        [.. AllNodes(model).SelectMany((nodes, level) => level == 0 ? [] : nodes.Except(kept[level]).Select(node => new NodeIndex(level, node)))];

    private static int[] CheckedList(ImmutableArray<int> kept, int count, string what)
    {
        if (kept.IsDefaultOrEmpty)
            throw new KanSharpException($"No {what} was named to keep; at least one must stay.");
        foreach (int index in kept)
        {
            if ((uint)index >= (uint)count)
                throw new KanSharpException($"There is no {what} {index}; use 0 to {count - 1}.");
        }
        return [.. kept.Distinct().Order()];
    }

    private static void CheckThreshold(double threshold)
    {
        if (!(threshold >= 0))
            throw new KanSharpException($"A threshold of {threshold} is not possible; scores are 0 or above (0.01 is usual for nodes, 0.03 for edges).");
    }

    private static string Line(KanModel before, KanModel after, string what) =>
        $"{what}: {before.Shape} -> {after.Shape}, {before.ActiveEdgeCount} -> {after.ActiveEdgeCount} edges";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
