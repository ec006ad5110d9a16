using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Plotting.Diagrams;

namespace KanSharp.Plotting;

/// <summary>
/// Draws a network: inputs at the bottom, outputs on top, and on every edge a small frame with the edge's curve. Edges are the more opaque the
/// higher their score is; symbolic edges have a colour of their own and carry their function's name; a + sums, a × multiplies. Masked edges are
/// not drawn. The edges of a multilayer perceptron are lines, blue for weights above zero and vermilion below.
/// </summary>
public static class NetworkDiagram
{
    /// <summary>Draws a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="activations">
    /// What <see cref="KanModel.Activate"/> returned for this model on some data (two rows at least): curves span the samples and edges fade by
    /// score. Without it, curves span the grids and all edges are opaque, but for weights, which fade by their magnitude.
    /// </param>
    /// <param name="options">Title and fading.</param>
    /// <exception cref="KanSharpException">The activations are another model's, or an option is not usable.</exception>
    public static Scene Draw(KanModel model, Activations? activations = null, DiagramOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new DiagramOptions();
        if (!(options.Beta > 0 && double.IsFinite(options.Beta)))
            throw new KanSharpException($"Beta is {options.Beta}; it must be a positive number (3 is usual).");
        if (activations is not null && activations.Model != model)
            throw new KanSharpException("The activations belong to another model; call Activate on the model that is to be drawn.");

        Attribution? attribution = activations is null ? null : Attribution.FromActivations(activations);
        var edges = new List<DiagramEdge>[model.Layers.Length];
        for (int l = 0; l < edges.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            ReadOnlySpan<double> weights = layer.HasSplines ? [] : model.Network.View(l, model.ParameterArray).BaseScales;
            edges[l] = [];
            for (int i = 0; i < layer.InputCount; i++)
            {
                for (int j = 0; j < layer.SubnodeCount; j++)
                {
                    int edge = i * layer.SubnodeCount + j;
                    if (layer.IsActive(i, j))
                        edges[l].Add(new DiagramEdge(new EdgeIndex(l, i, j), attribution?.EdgeMeasure(new EdgeIndex(l, i, j), options.Metric), weights.IsEmpty ? null : layer.NumericMask[edge] * weights[edge]));
                }
            }
        }
        var layout = new DiagramLayout(model, edges, options.Title);
        return new DiagramPainter(model, activations, options, layout).Paint();
    }
}
