using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.Interpretation;

/// <summary>
/// Switches edges off by hand, numeric and symbolic part alike. Every method returns a new model of the same shape; <see cref="Pruning.RemoveIdleNodes"/>
/// takes out the nodes that have become idle. No output loses its last path from the inputs: what would cut it is refused.
/// </summary>
public static class Removal
{
    /// <summary>Switches one edge off.</summary>
    /// <exception cref="KanSharpException">The edge does not exist, or an output would lose its last path from the inputs.</exception>
    public static KanModel RemoveEdge(this KanModel model, EdgeIndex edge)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.CheckEdge(edge);
        return SwitchOff(model, other => other == edge, $"edge ({edge})");
    }

    /// <summary>Switches the edges of one node off. Without its outgoing ones it has no influence on any output; without its incoming ones it is a constant.</summary>
    /// <exception cref="KanSharpException">The node does not exist, or an output would lose its last path from the inputs.</exception>
    public static KanModel RemoveNode(this KanModel model, NodeIndex node, NodeEdges edges = NodeEdges.All)
    {
        ArgumentNullException.ThrowIfNull(model);
        if ((uint)node.Level >= (uint)model.Widths.Length)
            throw new KanSharpException($"Node ({node}) is on level {node.Level}; the model {model.Shape} has levels 0 to {model.Widths.Length - 1}.");
        int count = model.Widths[node.Level].Nodes;
        if ((uint)node.Node >= (uint)count)
            throw new KanSharpException($"Node ({node}) does not exist; level {node.Level} of the model {model.Shape} has nodes 0 to {count - 1}.");
        string what = edges switch { NodeEdges.Incoming => "the incoming edges of ", NodeEdges.Outgoing => "the outgoing edges of ", _ => "" };
        return SwitchOff(model, edge =>
            edges != NodeEdges.Incoming && (edge.Layer, edge.Input) == (node.Level, node.Node)
            || edges != NodeEdges.Outgoing && edge.Layer == node.Level - 1 && model.Layers[edge.Layer].Output.NodeOf(edge.Output) == node.Node, $"{what}node ({node})");
    }

    /// <summary>
    /// Makes nodes before and after a layer a module: edges between them and others go, so that it reads nothing else and feeds nothing else
    /// (one step of pykan's <c>module</c>).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer of edges.</param>
    /// <param name="inputs">Nodes before the layer that belong to the module.</param>
    /// <param name="outputs">Nodes after the layer that belong to the module.</param>
    /// <exception cref="KanSharpException">A layer or node does not exist, or an output would lose its last path from the inputs.</exception>
    public static KanModel SeparateModule(this KanModel model, int layer, ImmutableArray<int> inputs, ImmutableArray<int> outputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        if ((uint)layer >= (uint)model.Layers.Length)
            throw new KanSharpException($"Layer {layer} does not exist; the model {model.Shape} has layers 0 to {model.Layers.Length - 1}.");
        LayerWidth width = model.Layers[layer].Output;
        Check(inputs, model.Layers[layer].InputCount, layer);
        Check(outputs, width.Nodes, layer + 1);
        return SwitchOff(model, edge => edge.Layer == layer && inputs.Contains(edge.Input) != outputs.Contains(width.NodeOf(edge.Output)),
            $"the edges that join nodes {string.Join(", ", inputs)} -> {string.Join(", ", outputs)} of layer {layer} to others");

        static void Check(ImmutableArray<int> nodes, int count, int level)
        {
            if (nodes.IsDefaultOrEmpty)
                throw new KanSharpException($"No node of level {level} was named for the module; name at least one.");
            foreach (int node in nodes)
            {
                if ((uint)node >= (uint)count)
                    throw new KanSharpException($"There is no node {node} on level {level}; use 0 to {count - 1}.");
            }
        }
    }

    private static KanModel SwitchOff(KanModel model, Func<EdgeIndex, bool> off, string what)
    {
        Connectivity.CheckOutputs(model, edge => !off(edge), what, "leave one of its paths");
        KanModel result = ModelSurgery.SwitchOff(model, off);
        return result.WithHistory($"removed {what}: {model.ActiveEdgeCount} -> {result.ActiveEdgeCount} edges");
    }
}
