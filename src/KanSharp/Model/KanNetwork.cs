using System.Collections.Immutable;
using System.Numerics;
using KanSharp.Layers;
using KanSharp.Layers.Kernels;
using KanSharp.Splines;
using KanSharp.Splines.Kernels;

namespace KanSharp.Model;

/// <summary>
/// The structure of a network without its numbers: layers, base function, range policy, where each layer's parameters start, and the
/// basis polynomials of every grid. Immutable and shared by everything that evaluates the model.
/// </summary>
internal sealed class KanNetwork
{
    private CellTable<double>[][]? _doubleTables;
    private CellTable<float>[][]? _singleTables;

    public KanNetwork(ImmutableArray<KanLayer> layers, BaseFunction baseFunction, RangePolicy rangePolicy)
    {
        if (layers.IsDefaultOrEmpty)
            throw new KanSharpException("A network needs at least one layer of edges.");
        Layers = layers;
        BaseFunction = baseFunction;
        RangePolicy = rangePolicy;
        Offsets = new int[layers.Length];
        for (int l = 0; l < layers.Length; l++)
        {
            if (l > 0 && layers[l].InputCount != layers[l - 1].NodeCount)
                throw new KanSharpException($"Layer {l} reads {layers[l].InputCount} nodes, layer {l - 1} has {layers[l - 1].NodeCount}; the numbers must agree.");
            Offsets[l] = ParameterCount;
            ParameterCount += layers[l].ParameterCount;
        }
    }

    public ImmutableArray<KanLayer> Layers { get; }

    public BaseFunction BaseFunction { get; }

    /// <summary>The base function of one layer's edges.</summary>
    public BaseFunction BaseFunctionOf(int layer) => Layers[layer].BaseFunction ?? BaseFunction;

    public RangePolicy RangePolicy { get; }

    public int ParameterCount { get; }

    /// <summary>Where each layer's parameters start in the buffer.</summary>
    public int[] Offsets { get; }

    public int InputCount => Layers[0].InputCount;

    public int OutputCount => Layers[^1].NodeCount;

    public LayerParameters View(int layer, Span<double> parameters) =>
        new(Layers[layer], parameters.Slice(Offsets[layer], Layers[layer].ParameterCount));

    /// <summary>The basis polynomials of every grid, [layer][input], in the element type that a pass computes in.</summary>
    public CellTable<T>[][] Tables<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(double)
        ? (CellTable<T>[][])(object)(_doubleTables ??= CreateTables<double>())
        : (CellTable<T>[][])(object)(_singleTables ??= CreateTables<float>());

    /// <summary>Room for the folded weights of every layer.</summary>
    public FoldedLayer<T>[] CreateFolded<T>(bool pinned = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Layers.Select((layer, l) => new FoldedLayer<T>(layer, Tables<T>()[l], pinned))];

    public LayerMoments[] CreateMoments() => [.. Layers.Select(layer => new LayerMoments(layer))];

    public LayerPulls[] CreatePulls() => [.. Layers.Select(layer => new LayerPulls(layer))];

    private CellTable<T>[][] CreateTables<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tables = new CellTable<T>[Layers.Length][];
        for (int l = 0; l < tables.Length; l++)
        {
            ImmutableArray<KnotGrid> grids = Layers[l].Grids;
            tables[l] = new CellTable<T>[grids.Length];
            for (int i = 0; i < grids.Length; i++)
            {
                // A new network has one grid for all inputs of a layer.
                bool same = i > 0 && grids[i].Knots.SequenceEqual(grids[i - 1].Knots);
                tables[l][i] = same ? tables[l][i - 1] : new CellTable<T>(grids[i], RangePolicy);
            }
        }
        return tables;
    }
}
