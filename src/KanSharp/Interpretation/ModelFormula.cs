using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.Interpretation;

/// <summary>Reads a symbolic network as formulas.</summary>
public static class ModelFormula
{
    /// <summary>
    /// One formula per output, in the user's units and over the user's column names, at full precision and as the network computes it:
    /// masked edges are left out, products are of their own arity. For a classifier the formulas give the scores before the softmax.
    /// </summary>
    /// <exception cref="KanSharpException">An edge is not symbolic yet; the message names it.</exception>
    public static ImmutableArray<Expression> ToFormulas(this KanModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        List<EdgeIndex> numeric = [.. NumericEdges(model)];
        if (numeric.Count > 0)
            throw new KanSharpException($"The model is no formula yet: {numeric.Count} of its edges are still splines, such as ({numeric[0]}). Fix them to functions, or let the symbolic search choose.");
        Expression[] nodes = [.. Enumerable.Range(0, model.InputCount).Select(i =>
            (new Variable(model.Info.InputNames[i]) - model.Info.InputScaling.Offsets[i]) / model.Info.InputScaling.Scales[i])];
        for (int l = 0; l < model.Layers.Length; l++)
            nodes = Propagate(model, l, nodes);
        return [.. nodes.Select((node, o) => model.Info.OutputScaling.Offsets[o] + model.Info.OutputScaling.Scales[o] * node)];
    }

    /// <summary>The edges that still have a spline.</summary>
    internal static IEnumerable<EdgeIndex> NumericEdges(KanModel model)
    {
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            for (int edge = 0; edge < layer.EdgeCount; edge++)
            {
                if (layer.NumericMask[edge] != 0)
                    yield return new EdgeIndex(l, edge / layer.SubnodeCount, edge % layer.SubnodeCount);
            }
        }
    }

    private static Expression[] Propagate(KanModel model, int l, Expression[] inputs)
    {
        KanLayer layer = model.Layers[l];
        LayerParameters parameters = model.Network.View(l, model.ParameterArray);
        var terms = new List<Expression>[layer.SubnodeCount];
        for (int j = 0; j < terms.Length; j++)
            terms[j] = [];
        for (int s = 0; s < layer.SymbolicEdges.Length; s++)
        {
            SymbolicEdge edge = layer.SymbolicEdges[s];
            Span<double> affine = parameters.Affine(s);
            terms[edge.Output].Add(affine[2] * edge.Function.ToExpression(affine[0] * inputs[edge.Input] + affine[1]) + affine[3]);
        }
        var nodes = new Expression[layer.NodeCount];
        for (int node = 0; node < nodes.Length; node++)
        {
            var factors = new List<Expression>();
            int first = layer.Output.FirstSubnode(node);
            for (int j = first; j < first + layer.Output.SubnodesOf(node); j++)
                factors.Add(parameters.SubnodeScales[j] * Sum.Of([.. terms[j]]) + parameters.SubnodeBiases[j]);
            nodes[node] = parameters.NodeScales[node] * Product.Of([.. factors]) + parameters.NodeBiases[node];
        }
        return nodes;
    }
}
