using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Interpretation;

/// <summary>Rebuilds a model with other layers and carries over the parameters of what stays. What it returns has the old history.</summary>
internal static class ModelSurgery
{
    /// <summary>
    /// The model with only the given nodes. <paramref name="kept"/> is [level] -> nodes, ascending, at least one per level; level 0 are the
    /// inputs, whose names and scaling go along. A removed node that no input reaches is a constant: what it adds to the next level
    /// moves into the biases there, so the function stays as it was.
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
            layers.Add(new KanLayer(
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
        LayerMap[] maps = [.. layers.Select(layer => new LayerMap(
            [.. Enumerable.Range(0, layer.InputCount)], [.. Enumerable.Range(0, layer.SubnodeCount)], [.. Enumerable.Range(0, layer.NodeCount)]))];
        return Rebuild(model, model.Parameters.ToArray(), layers, maps, model.Info);
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
                    from.EdgeCoefficients(inputs[i], subnodes[j]).CopyTo(to.EdgeCoefficients(i, j));
                    to.BaseScales[newEdge] = from.BaseScales[oldEdge];
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
                to.SubnodeScales[j] = from.SubnodeScales[subnodes[j]];
                to.SubnodeBiases[j] = from.SubnodeBiases[subnodes[j]];
            }
            for (int n = 0; n < nodes.Length; n++)
            {
                to.NodeScales[n] = from.NodeScales[nodes[n]];
                to.NodeBiases[n] = from.NodeBiases[nodes[n]];
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
    };

    /// <summary>For each input, subnode and node of a new layer, the old one that it was.</summary>
    private readonly record struct LayerMap(int[] Inputs, int[] Subnodes, int[] Nodes);
}
