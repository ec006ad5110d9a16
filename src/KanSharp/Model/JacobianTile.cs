using System.Numerics;
using KanSharp.Layers;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Model;

/// <summary>
/// The derivatives of one output by some of the parameters, and its residuals, at a tile of samples. Parameters stand in an order of their own: first the coefficients of splines on fine grids,
/// of which each sample meets one window, then the others, a row of samples each, and after them the residuals like one more.
/// </summary>
internal sealed class JacobianTile<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Samples = NetworkPass<T>.TileSamples;

    private readonly KanNetwork _network;
    private readonly int[] _rowOf;
    private readonly int[][] _windowOf;
    private readonly int[] _windowStarts;

    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, for their layout.</param>
    /// <param name="parameters">The parameters to differentiate by.</param>
    public JacobianTile(KanNetwork network, FoldedLayer<T>[] weights, ReadOnlySpan<int> parameters)
    {
        _network = network;
        int[] placeOf = new int[network.ParameterCount];
        Array.Fill(placeOf, -1);
        for (int place = 0; place < parameters.Length; place++)
            placeOf[parameters[place]] = place;
        List<int> order = [], windowStarts = [];
        _windowOf = new int[network.Layers.Length][];
        for (int l = 0; l < network.Layers.Length; l++)
        {
            KanLayer layer = network.Layers[l];
            bool windowed = weights[l].Layout is { GradientTaps: > 0, GradientLanes: WindowProducts.Width };
            _windowOf[l] = new int[layer.EdgeCount];
            for (int edge = 0; edge < layer.EdgeCount; edge++)
            {
                Span<int> places = placeOf.AsSpan(network.Offsets[l] + edge * layer.BasisCount, layer.BasisCount);
                bool hasWindow = windowed && layer.NumericMask[edge] != 0 && !places.Contains(-1);
                _windowOf[l][edge] = hasWindow ? windowStarts.Count : -1;
                if (!hasWindow)
                    continue;
                windowStarts.Add(order.Count);
                order.AddRange(places);
                places.Fill(-1);
            }
        }
        FirstRow = order.Count;
        _windowStarts = [.. windowStarts];
        _rowOf = new int[network.ParameterCount];
        for (int parameter = 0; parameter < _rowOf.Length; parameter++)
        {
            _rowOf[parameter] = placeOf[parameter] < 0 ? -1 : order.Count - FirstRow;
            if (placeOf[parameter] >= 0)
                order.Add(placeOf[parameter]);
        }
        Order = [.. order];
        var runs = new List<(int From, int To, int Length)>();
        for (int at = 0; at < Order.Length; at++)
        {
            if (runs.Count > 0 && Order[at] == Order[at - 1] + 1)
                runs[^1] = runs[^1] with { Length = runs[^1].Length + 1 };
            else
                runs.Add((at, Order[at], 1));
        }
        Runs = [.. runs];
        Rows = new T[(Order.Length - FirstRow + 1) * Samples];
        Starts = new int[WindowCount * Samples];
        Windows = new T[Starts.Length * WindowProducts.Width];
    }

    /// <summary>For each parameter as they stand here, which of those given it is.</summary>
    public int[] Order { get; }

    /// <summary>The same as stretches: from where on here, from where on there, and how many.</summary>
    public (int From, int To, int Length)[] Runs { get; }

    /// <summary>How many parameters are in windows; the others, and the residuals, follow.</summary>
    public int FirstRow { get; }

    /// <summary>Windows of a sample.</summary>
    public int WindowCount => _windowStarts.Length;

    /// <summary>[row][sample], the residuals last.</summary>
    public T[] Rows { get; }

    /// <summary>For each window the first parameter in it, [window][sample].</summary>
    public int[] Starts { get; }

    /// <summary>[window][sample][<see cref="WindowProducts.Width"/>].</summary>
    public T[] Windows { get; }

    /// <summary>A number for each sample.</summary>
    public Span<T> Residuals => Rows.AsSpan(Rows.Length - Samples);

    public LayerJacobian<T> Layer(int layer) =>
        new(_rowOf.AsSpan(_network.Offsets[layer], _network.Layers[layer].ParameterCount), _windowOf[layer], _windowStarts, Rows, Starts, Windows);
}
