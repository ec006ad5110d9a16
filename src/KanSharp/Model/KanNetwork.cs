using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Splines;
using KanSharp.Splines.Kernels;

namespace KanSharp.Model;

/// <summary>
/// The structure of a network without its numbers: layers, base function, range policy, where each layer's parameters start, and the
/// basis polynomials of every grid. Immutable and shared by everything that evaluates the model.
/// </summary>
internal sealed class KanNetwork
{
    public KanNetwork(ImmutableArray<KanLayer> layers, BaseFunction baseFunction, RangePolicy rangePolicy)
    {
        if (layers.IsDefaultOrEmpty)
            throw new KanSharpException("A network needs at least one layer of edges.");
        Layers = layers;
        BaseFunction = baseFunction;
        RangePolicy = rangePolicy;
        Offsets = new int[layers.Length];
        Tables = new CellTable[layers.Length][];
        for (int l = 0; l < layers.Length; l++)
        {
            if (l > 0 && layers[l].InputCount != layers[l - 1].NodeCount)
                throw new KanSharpException($"Layer {l} reads {layers[l].InputCount} nodes, layer {l - 1} has {layers[l - 1].NodeCount}; the numbers must agree.");
            Offsets[l] = ParameterCount;
            ParameterCount += layers[l].ParameterCount;
            Tables[l] = [.. layers[l].Grids.Select(grid => new CellTable(grid, rangePolicy))];
        }
    }

    public ImmutableArray<KanLayer> Layers { get; }

    public BaseFunction BaseFunction { get; }

    public RangePolicy RangePolicy { get; }

    public int ParameterCount { get; }

    /// <summary>Where each layer's parameters start in the buffer.</summary>
    public int[] Offsets { get; }

    /// <summary>[layer][input].</summary>
    public CellTable[][] Tables { get; }

    public int InputCount => Layers[0].InputCount;

    public int OutputCount => Layers[^1].NodeCount;

    public LayerParameters View(int layer, Span<double> parameters) =>
        new(Layers[layer], parameters.Slice(Offsets[layer], Layers[layer].ParameterCount));

    /// <summary>Room for the folded weights of every layer.</summary>
    public FoldedLayer[] CreateFolded() => [.. Layers.Select((layer, l) => new FoldedLayer(layer, Tables[l][0]))];

    public LayerMoments[] CreateMoments() => [.. Layers.Select(layer => new LayerMoments(layer))];

    public LayerPulls[] CreatePulls() => [.. Layers.Select(layer => new LayerPulls(layer))];
}
