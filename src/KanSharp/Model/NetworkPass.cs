using KanSharp.Layers;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Model;

/// <summary>
/// The forward and backward pass of a whole network over one tile of samples at a time, so that memory does not grow with the batch.
/// One instance serves one thread.
/// </summary>
internal sealed class NetworkPass
{
    /// <summary>Samples in a tile.</summary>
    public const int TileSamples = BasisTile.Samples;

    private readonly KanNetwork _network;
    private readonly LayerTile[] _tiles;
    private readonly double[] _outputs;

    public NetworkPass(KanNetwork network, double? guard = null)
    {
        _network = network;
        _tiles = [.. network.Layers.Select((layer, l) => new LayerTile(layer, network.Tables[l], network.BaseFunction, guard))];
        _outputs = new double[network.OutputCount * TileSamples];
        OutputAdjoints = new double[_outputs.Length];
    }

    /// <summary>Valid samples of the current tile.</summary>
    public int Count { get; private set; }

    /// <summary>Node values after the last layer, [output][sample].</summary>
    public ReadOnlySpan<double> Outputs => _outputs;

    /// <summary>For the caller to fill before <see cref="Backward"/>: derivative of the loss by <see cref="Outputs"/>, zero in padding samples.</summary>
    public double[] OutputAdjoints { get; }

    public LayerTile Layer(int layer) => _tiles[layer];

    /// <summary>Values of the nodes before a layer, [node][sample]; the outputs for the number of layers.</summary>
    public ReadOnlySpan<double> Nodes(int layer) => layer < _tiles.Length ? _tiles[layer].Inputs : _outputs;

    /// <summary>Evaluates rows start .. start + count - 1 of <paramref name="inputs"/>; the tile is padded with its last row.</summary>
    public void Forward(FoldedLayer[] weights, Span<double> parameters, Matrix inputs, int start, int count, LayerMoments[]? moments = null)
    {
        Count = count;
        for (int i = 0; i < inputs.Columns; i++)
        {
            Span<double> tile = _tiles[0].Inputs.AsSpan(i * TileSamples, TileSamples);
            inputs.Column(i).Slice(start, count).CopyTo(tile);
            tile[count..].Fill(tile[count - 1]);
        }
        for (int l = 0; l < _tiles.Length; l++)
        {
            Span<double> nodes = l + 1 < _tiles.Length ? _tiles[l + 1].Inputs : _outputs;
            _tiles[l].Forward(weights[l], _network.View(l, parameters), nodes, count, moments?[l]);
        }
    }

    /// <summary>Adds the gradient of what <see cref="OutputAdjoints"/> stands for; folded weights' gradients stay folded.</summary>
    public void Backward(FoldedLayer[] weights, Span<double> parameters, FoldedLayer[] weightGradients, Span<double> gradient,
        LayerMoments[]? moments = null, LayerPulls[]? pulls = null)
    {
        Span<double> adjoints = OutputAdjoints;
        for (int l = _tiles.Length - 1; l >= 0; l--)
        {
            _tiles[l].Backward(weights[l], _network.View(l, parameters), adjoints, l > 0,
                weightGradients[l], _network.View(l, gradient), moments?[l], pulls?[l]);
            adjoints = _tiles[l].InputAdjoints;
        }
    }

    /// <summary>
    /// Fills rows [free parameter][sample] with the derivatives of what <see cref="OutputAdjoints"/> stands for, sample by sample.
    /// <paramref name="rowOf"/> gives the row of each parameter, -1 for those that are not free.
    /// </summary>
    public void Jacobian(FoldedLayer[] weights, Span<double> parameters, int[] rowOf, double[] rows, Span<double> discard)
    {
        Span<double> adjoints = OutputAdjoints;
        for (int l = _tiles.Length - 1; l >= 0; l--)
        {
            _tiles[l].JacobianRows(weights[l], _network.View(l, parameters), adjoints, l > 0,
                rowOf.AsSpan(_network.Offsets[l], _network.Layers[l].ParameterCount), rows, _network.View(l, discard));
            adjoints = _tiles[l].InputAdjoints;
        }
    }
}
