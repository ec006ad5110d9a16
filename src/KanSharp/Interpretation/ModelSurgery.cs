using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Interpretation;

/// <summary>Rebuilds a model with other layers and carries over the parameters of what stays. What it returns has the old history.</summary>
internal static class ModelSurgery
{
    /// <summary>
    /// The model with only the given nodes, in the given order. <paramref name="kept"/> is [level] -> nodes, sums before products, at least one per
    /// level; level 0 are the inputs, whose names and scaling go along. A removed node that no input reaches is a constant: what it adds to the next
    /// level moves into the biases there, so the function stays as it was.
    /// </summary>
    public static KanModel KeepNodes(KanModel model, IReadOnlyList<int[]> kept)
    {
        double[] parameters = FoldConstants(model, kept);
        var layers = ImmutableArray.CreateBuilder<KanLayer>(model.Layers.Length);
        var maps = new LayerMap[model.Layers.Length];
        for (int l = 0; l < maps.Length; l++)
        {
            KanLayer old = model.Layers[l];
            int[] nodes = kept[l + 1];
            int[] subnodes = [.. nodes.SelectMany(node => Enumerable.Range(old.Output.FirstSubnode(node), old.Output.SubnodesOf(node)))];
            maps[l] = new LayerMap(kept[l], subnodes, nodes);
            var width = new LayerWidth(nodes.Count(node => node < old.Output.Sums), [.. nodes.Where(node => node >= old.Output.Sums).Select(old.Output.SubnodesOf)]);
            layers.Add(old.With(
                [.. kept[l].Select(i => old.Grids[i])],
                width,
                [.. kept[l].SelectMany(i => subnodes.Select(j => old.NumericMask[i * old.SubnodeCount + j]))],
                [.. from edge in old.SymbolicEdges
                    let input = Array.IndexOf(kept[l], edge.Input)
                    let output = Array.IndexOf(subnodes, edge.Output)
                    where input >= 0 && output >= 0
                    select edge with { Input = input, Output = output }]));
        }
        return Rebuild(model, parameters, layers.MoveToImmutable(), maps, SelectInputs(model.Info, kept[0]));
    }

    /// <summary>The model with some edges off, numeric and symbolic part alike.</summary>
    public static KanModel SwitchOff(KanModel model, Func<EdgeIndex, bool> off) => ReplaceLayers(model,
    [
        .. model.Layers.Select((layer, l) => layer.With(
            numericMask: [.. layer.NumericMask.Select((mask, e) => off(new EdgeIndex(l, e / layer.SubnodeCount, e % layer.SubnodeCount)) ? 0 : mask)],
            symbolicEdges: [.. layer.SymbolicEdges.Where(edge => !off(new EdgeIndex(l, edge.Input, edge.Output)))])),
    ]);

    /// <summary>
    /// The model with layers of the same shape and knots but other masks or symbolic edges. Symbolic edges that are new start as f(x), those that
    /// were there keep their affine.
    /// </summary>
    public static KanModel ReplaceLayers(KanModel model, ImmutableArray<KanLayer> layers)
    {
        return Rebuild(model, model.Parameters.ToArray(), layers, [.. layers.Select(LayerMap.Same)], model.Info);
    }

    /// <summary>
    /// The model with more nodes on a hidden level, sums before those that are there and products after them. No active edge leads to or from a new
    /// node; should one be switched on, its numeric part is zero. The new nodes' grids span [-1, 1].
    /// </summary>
    public static KanModel AddNodes(KanModel model, int level, int sums, ImmutableArray<int> arities)
    {
        KanLayer before = model.Layers[level - 1], after = model.Layers[level];
        var width = new LayerWidth(before.Output.Sums + sums, before.Output.Arities.AddRange(arities));
        ImmutableArray<LayerWidth> widths = model.Widths.SetItem(level, width);
        CheckSize(model, widths);
        int[] nodes = [.. New(sums), .. Enumerable.Range(0, before.NodeCount), .. New(arities.Length)];
        int[] subnodes = [.. New(sums), .. Enumerable.Range(0, before.SubnodeCount), .. New(arities.Sum())];
        var grid = KnotGrid.Uniform(-1, 1, after.Intervals, after.Order);
        LayerMap[] maps = [.. model.Layers.Select(LayerMap.Same)];
        maps[level - 1] = maps[level - 1] with { Subnodes = subnodes, Nodes = nodes };
        maps[level] = maps[level] with { Inputs = nodes };
        KanLayer into = before.With(before.Grids, width,
            [.. from i in Enumerable.Range(0, before.InputCount) from j in subnodes select j < 0 ? 0 : before.NumericMask[i * before.SubnodeCount + j]],
            [.. before.SymbolicEdges.Select(edge => edge with { Output = edge.Output + sums })]);
        KanLayer outOf = after.With([.. nodes.Select(node => node < 0 ? grid : after.Grids[node])], after.Output,
            [.. from i in nodes from j in Enumerable.Range(0, after.SubnodeCount) select i < 0 ? 0 : after.NumericMask[i * after.SubnodeCount + j]],
            [.. after.SymbolicEdges.Select(edge => edge with { Input = edge.Input + sums })]);
        return Rebuild(model, model.Parameters.ToArray(), model.Layers.SetItem(level - 1, into).SetItem(level, outOf), maps, model.Info);

        static IEnumerable<int> New(int count) => Enumerable.Repeat(-1, count);
    }

    /// <summary>The model with one layer more at its end: f(x) = x from each output to its own, every other edge off; grids span [-1, 1].</summary>
    public static KanModel AddIdentity(KanModel model)
    {
        KanLayer last = model.Layers[^1];
        int count = last.NodeCount;
        CheckSize(model, model.Widths.Add(new LayerWidth(count)));
        SymbolicFunction identity = SymbolicLibrary.Default["x"];
        var layer = new KanLayer([.. Enumerable.Repeat(KnotGrid.Uniform(-1, 1, last.Intervals, last.Order), count)], new LayerWidth(count),
            [.. new double[count * count]], [.. Enumerable.Range(0, count).Select(i => new SymbolicEdge(i, i, identity))]);
        var network = new KanNetwork(model.Layers.Add(layer), model.BaseFunction, model.RangePolicy);
        double[] parameters = new double[network.ParameterCount];
        model.Parameters.CopyTo(parameters);
        LayerParameters view = network.View(network.Layers.Length - 1, parameters);
        view.SplineScales.Fill(1);
        for (int s = 0; s < count; s++)
            ((ReadOnlySpan<double>)[1, 0, 1, 0]).CopyTo(view.Affine(s));
        view.SubnodeScales.Fill(1);
        view.NodeScales.Fill(1);
        return new KanModel(network, parameters, model.Info);
    }

    /// <summary>Refuses a larger shape that no model may have, before anything of its size is allocated.</summary>
    private static void CheckSize(KanModel model, ImmutableArray<LayerWidth> widths)
    {
        ImmutableArray<int> intervals = [.. model.Layers.Select(layer => layer.Intervals)], orders = [.. model.Layers.Select(layer => layer.Order)];
        if (widths.Length > model.Widths.Length)
            (intervals, orders) = (intervals.Add(intervals[^1]), orders.Add(orders[^1]));
        new KanSpec(widths) { GridIntervals = intervals, SplineOrders = orders }.Validated();
    }

    private static KanModel Rebuild(KanModel model, double[] oldParameters, ImmutableArray<KanLayer> layers, LayerMap[] maps, ModelInfo info)
    {
        var network = new KanNetwork(layers, model.BaseFunction, model.RangePolicy);
        double[] newParameters = new double[network.ParameterCount];
        for (int l = 0; l < layers.Length; l++)
        {
            KanLayer oldLayer = model.Layers[l], newLayer = layers[l];
            LayerParameters from = model.Network.View(l, oldParameters), to = network.View(l, newParameters);
            (int[] inputs, int[] subnodes, int[] nodes) = maps[l];
            for (int i = 0; i < inputs.Length; i++)
            {
                for (int j = 0; j < subnodes.Length; j++)
                {
                    int oldEdge = inputs[i] * oldLayer.SubnodeCount + subnodes[j], newEdge = i * newLayer.SubnodeCount + j;
                    if (inputs[i] < 0 || subnodes[j] < 0)
                    {
                        if (newLayer.HasSplines)
                            to.SplineScales[newEdge] = 1;
                        continue;
                    }
                    from.EdgeCoefficients(inputs[i], subnodes[j]).CopyTo(to.EdgeCoefficients(i, j));
                    to.BaseScales[newEdge] = from.BaseScales[oldEdge];
                    if (newLayer.HasSplines)
                        to.SplineScales[newEdge] = from.SplineScales[oldEdge];
                }
            }
            for (int s = 0; s < newLayer.SymbolicEdges.Length; s++)
            {
                SymbolicEdge edge = newLayer.SymbolicEdges[s];
                int old = oldLayer.SymbolicIndex(inputs[edge.Input], subnodes[edge.Output]);
                if (old >= 0)
                    from.Affine(old).CopyTo(to.Affine(s));
                else
                    ((ReadOnlySpan<double>)[1, 0, 1, 0]).CopyTo(to.Affine(s));
            }
            for (int j = 0; j < subnodes.Length; j++)
            {
                to.SubnodeScales[j] = subnodes[j] < 0 ? 1 : from.SubnodeScales[subnodes[j]];
                to.SubnodeBiases[j] = subnodes[j] < 0 ? 0 : from.SubnodeBiases[subnodes[j]];
            }
            for (int n = 0; n < nodes.Length; n++)
            {
                to.NodeScales[n] = nodes[n] < 0 ? 1 : from.NodeScales[nodes[n]];
                to.NodeBiases[n] = nodes[n] < 0 ? 0 : from.NodeBiases[nodes[n]];
            }
        }
        return new KanModel(network, newParameters, info);
    }

    private static double[] FoldConstants(KanModel model, IReadOnlyList<int[]> kept)
    {
        double[] parameters = model.Parameters.ToArray();
        bool[][] reached = Connectivity.FromInputs(model.Layers);
        // Nodes that no input reaches have the same value for every sample: one sample tells it.
        Activations activations = Activations.Measure(model, new Matrix(1, model.InputCount));
        for (int l = 1; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            LayerParameters view = model.Network.View(l, parameters);
            for (int i = 0; i < layer.InputCount; i++)
            {
                if (reached[l][i] || kept[l].Contains(i))
                    continue;
                double value = activations.Nodes(l)[0, i];
                for (int j = 0; j < layer.SubnodeCount; j++)
                {
                    if (layer.IsActive(i, j))
                        view.SubnodeBiases[j] += view.SubnodeScales[j] * model.EvaluateEdge(new EdgeIndex(l, i, j), [value])[0];
                }
            }
        }
        return parameters;
    }

    private static ModelInfo SelectInputs(ModelInfo info, int[] inputs) => inputs.Length == info.InputNames.Length ? info : info with
    {
        InputNames = [.. inputs.Select(i => info.InputNames[i])],
        InputScaling = info.InputScaling.Select(inputs),
        DerivedInputs = [.. info.DerivedInputs.Where(derived => inputs.Any(i => info.InputNames[i] == derived.Name))],
    };

    /// <summary>For each input, subnode and node of a new layer, the old one that it was; -1 where there was none.</summary>
    private readonly record struct LayerMap(int[] Inputs, int[] Subnodes, int[] Nodes)
    {
        public static LayerMap Same(KanLayer layer) =>
            new([.. Enumerable.Range(0, layer.InputCount)], [.. Enumerable.Range(0, layer.SubnodeCount)], [.. Enumerable.Range(0, layer.NodeCount)]);
    }
}
