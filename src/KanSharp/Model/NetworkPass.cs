using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using KanSharp.Layers;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>
/// The forward and backward pass of a whole network over one tile of samples at a time, so that memory does not grow with the batch.
/// One instance serves one thread, but for the parts of a layer that say that they may run side by side.
/// </summary>
internal sealed class NetworkPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Samples in a tile.</summary>
    public const int TileSamples = NumericEdges<T>.Samples;

    private readonly KanNetwork _network;
    private readonly LayerTile<T>[] _tiles;
    private readonly AlignedBuffer<T> _outputs;

    public NetworkPass(KanNetwork network, double? guard = null, bool pinned = false)
    {
        _network = network;
        _tiles = [.. network.Layers.Select((layer, l) => new LayerTile<T>(layer, network.Tables<T>()[l], network.BaseFunctionOf(l), guard, slopes: l > 0, pinned))];
        _outputs = new AlignedBuffer<T>(network.OutputCount * TileSamples, pinned);
        OutputAdjoints = new AlignedBuffer<T>(_outputs.Length, pinned);
    }

    /// <summary>First row of the current tile.</summary>
    public int Start { get; private set; }

    /// <summary>Valid samples of the current tile.</summary>
    public int Count { get; private set; }

    /// <summary>Node values after the last layer, [output][sample].</summary>
    public ReadOnlySpan<T> Outputs => _outputs;

    /// <summary>For the caller to fill before <see cref="Backward"/>: derivative of the loss by <see cref="Outputs"/>, zero in padding samples.</summary>
    public AlignedBuffer<T> OutputAdjoints { get; }

    public LayerTile<T> Layer(int layer) => _tiles[layer];

    /// <summary>Values of the nodes before a layer, [node][sample]; the outputs for the number of layers.</summary>
    public Span<T> Nodes(int layer) => layer < _tiles.Length ? _tiles[layer].Inputs : _outputs;

    /// <summary>Adjoints of the nodes before a layer other than the first; of the outputs for the number of layers.</summary>
    public Span<T> Adjoints(int layer) => layer < _tiles.Length ? _tiles[layer].InputAdjoints : OutputAdjoints;

    /// <summary>
    /// Takes rows start .. start + count - 1 of <paramref name="inputs"/>, which <paramref name="scaling"/> takes to the network's units if given; the tile is
    /// padded with its last row.
    /// </summary>
    public void Load(Matrix inputs, int start, int count, Scaling? scaling = null)
    {
        Start = start;
        Count = count;
        Span<double> scaled = stackalloc double[typeof(T) == typeof(double) ? 0 : count];
        for (int i = 0; i < inputs.Columns; i++)
        {
            Span<T> tile = _tiles[0].Inputs.AsSpan(i * TileSamples, TileSamples);
            ReadOnlySpan<double> column = inputs.Column(i).Slice(start, count);
            if (scaling is null)
                TensorPrimitives.ConvertTruncating<double, T>(column, tile);
            else if (typeof(T) == typeof(double))
                scaling.Apply(i, column, MemoryMarshal.Cast<T, double>(tile));
            else
            {
                scaling.Apply(i, column, scaled);
                TensorPrimitives.ConvertTruncating<double, T>(scaled, tile);
            }
            tile[count..].Fill(tile[count - 1]);
        }
    }

    /// <summary>Evaluates rows start .. start + count - 1 of <paramref name="inputs"/>; with slopes if <see cref="Backward"/> is to follow.</summary>
    public void Forward(FoldedLayer<T>[] weights, Span<double> parameters, Matrix inputs, int start, int count, bool slopes, LayerMoments[]? moments = null)
    {
        Load(inputs, start, count);
        for (int l = 0; l < _tiles.Length; l++)
            _tiles[l].Forward(weights[l], _network.View(l, parameters).Constants, Nodes(l + 1), count, slopes, moments?[l]);
    }

    /// <summary>As <see cref="Forward"/> for the outputs alone: nothing may be asked of the pass but <see cref="Outputs"/> and the nodes.</summary>
    public void Evaluate(FoldedLayer<T>[] weights, EdgePolynomials<T>?[] polynomials, Span<double> parameters, Matrix inputs, int start, int count, Scaling? scaling)
    {
        Load(inputs, start, count, scaling);
        for (int l = 0; l < _tiles.Length; l++)
            _tiles[l].Evaluate(weights[l], polynomials[l], _network.View(l, parameters).Constants, Nodes(l + 1), count);
    }

    /// <summary>Adds the gradient of what <see cref="OutputAdjoints"/> stands for; folded weights' gradients stay folded.</summary>
    public void Backward(FoldedLayer<T>[] weights, Span<double> parameters, GradientSums<T> sums, LayerMoments[]? moments = null, LayerPulls[]? pulls = null)
    {
        for (int l = _tiles.Length - 1; l >= 0; l--)
        {
            _tiles[l].Backward(weights[l], _network.View(l, parameters).Constants, Adjoints(l + 1), sums.Weights[l],
                new LayerConstants(_network.Layers[l], sums.Constants[l]), moments?[l], pulls?[l]);
        }
    }

    /// <summary>Fills <paramref name="tile"/> with the derivatives of what <see cref="OutputAdjoints"/> stands for, sample by sample.</summary>
    public void Jacobian(FoldedLayer<T>[] weights, Span<double> parameters, JacobianTile<T> tile, GradientSums<T> discard)
    {
        for (int l = _tiles.Length - 1; l >= 0; l--)
        {
            _tiles[l].JacobianRows(weights[l], _network.View(l, parameters), Adjoints(l + 1), tile.Layer(l), new LayerConstants(_network.Layers[l], discard.Constants[l]));
        }
    }
}
