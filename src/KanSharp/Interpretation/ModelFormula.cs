using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Interpretation;

/// <summary>Reads a symbolic network as formulas.</summary>
public static class ModelFormula
{
    private const int NamedEdges = 8;

    /// <summary>
    /// One formula per output, in the user's units and over the user's column names, at full precision and as the network computes it:
    /// masked edges are left out, products are of their own arity, nodes that no input reaches are constants. For a classifier the formulas
    /// give the scores before the softmax. Nothing is simplified; <see cref="Expression.Simplify()"/> does that.
    /// </summary>
    /// <exception cref="KanSharpException">Edges that matter are not symbolic yet; the message names them.</exception>
    public static ImmutableArray<Expression> ToFormulas(this KanModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        List<EdgeIndex> numeric = [.. NumericEdges(model)];
        if (numeric.Count > 0)
        {
            model.RequireSplines("A formula of functions on edges");
            string names = string.Join(' ', numeric.Take(NamedEdges).Select(edge => $"({edge})")) + (numeric.Count > NamedEdges ? " .." : "");
            throw new KanSharpException($"The model is no formula yet: {numeric.Count} of its edges are still splines, {names}. Fix them to functions, or let the symbolic search choose.");
        }
        Expression[] nodes = [.. Enumerable.Range(0, model.InputCount).Select(i =>
            (new Variable(model.Info.InputNames[i]) - model.Info.InputScaling.Offsets[i]) / model.Info.InputScaling.Scales[i])];
        bool[][] reached = Connectivity.FromInputs(model.Layers);
        Activations constants = Activations.Measure(model, new Matrix(1, model.InputCount));
        for (int l = 0; l < model.Layers.Length; l++)
        {
            nodes = Propagate(model, l, nodes);
            for (int node = 0; node < nodes.Length; node++)
            {
                if (!reached[l + 1][node])
                    nodes[node] = constants.Nodes(l + 1)[0, node];
            }
        }
        return [.. nodes.Select((node, o) => model.Info.OutputScaling.Offsets[o] + model.Info.OutputScaling.Scales[o] * node)];
    }

    /// <summary>Whether the model is a formula: every edge that matters has a function.</summary>
    public static bool IsFormula(this KanModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return !NumericEdges(model).Any();
    }

    /// <summary>The edges on a path from an input to an output that still have a spline.</summary>
    internal static IEnumerable<EdgeIndex> NumericEdges(KanModel model)
    {
        bool[][] reached = Connectivity.FromInputs(model.Layers), reaching = Connectivity.ToOutputs(model.Layers);
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            for (int e = 0; e < layer.EdgeCount; e++)
            {
                int input = e / layer.SubnodeCount, output = e % layer.SubnodeCount;
                if (layer.NumericMask[e] != 0 && reached[l][input] && reaching[l + 1][layer.Output.NodeOf(output)])
                    yield return new EdgeIndex(l, input, output);
            }
        }
    }

    /// <summary>The nodes after a layer from those before it.</summary>
    private static Expression[] Propagate(KanModel model, int l, Expression[] inputs)
    {
        KanLayer layer = model.Layers[l];
        LayerParameters parameters = model.Network.View(l, model.ParameterArray);
        var terms = new List<Expression>[layer.SubnodeCount];
        for (int j = 0; j < terms.Length; j++)
            terms[j] = [];
        foreach (EdgeIndex edge in Connectivity.ActiveEdges(layer, l))
            terms[edge.Output].Add(EdgeFormula(model, edge, inputs[edge.Input]));
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

    private static Expression EdgeFormula(KanModel model, EdgeIndex edge, Expression input)
    {
        KanLayer layer = model.Layers[edge.Layer];
        if (layer.NumericMask[edge.Input * layer.SubnodeCount + edge.Output] != 0)
        {
            // A spline is left only where its value is a constant, or does not matter.
            return input is Constant constant ? model.EvaluateEdge(edge, [constant.Value])[0] : 0;
        }
        ReadOnlySpan<double> affine = model.Affine(edge);
        SymbolicFunction function = layer.SymbolicEdges[layer.SymbolicIndex(edge.Input, edge.Output)].Function;
        return affine[2] * function.ToExpression(affine[0] * input + affine[1]) + affine[3];
    }
}
