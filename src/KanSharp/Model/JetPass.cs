using KanSharp.Layers.Kernels;
using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>
/// The forward and backward pass of a whole network with derivatives by its inputs, one tile of samples at a time. Inputs, outputs and
/// derivatives are in the user's units. One instance serves one thread.
/// </summary>
internal sealed class JetPass
{
    /// <summary>Samples in a tile.</summary>
    public const int TileSamples = JetRows.Samples;

    private readonly KanNetwork _network;
    private readonly Scaling _inputScaling;
    private readonly Scaling _outputScaling;
    private readonly JetTile[] _tiles;
    private readonly double[] _adjoints;
    private readonly double[] _outputs;

    public JetPass(KanNetwork network, ModelInfo info, DerivativeRequest request)
    {
        _network = network;
        _inputScaling = info.InputScaling;
        _outputScaling = info.OutputScaling;
        Shape = request.ToShape();
        double[] seeds = new double[network.InputCount * Shape.Directions];
        for (int i = 0; i < network.InputCount; i++)
        {
            for (int a = 0; a < Shape.Directions; a++)
                seeds[i * Shape.Directions + a] = request.Directions[a][i] / _inputScaling.Scales[i];
        }
        _tiles = [.. network.Layers.Select((layer, l) => new JetTile(layer, network.Tables<double>()[l], network.BaseFunctionOf(l), Shape, l == 0 ? seeds : null))];
        _outputs = new double[network.OutputCount * Shape.Components * TileSamples];
        _adjoints = new double[_outputs.Length];
        OutputAdjoints = new double[_outputs.Length];
    }

    public JetShape Shape { get; }

    /// <summary>Valid samples of the current tile.</summary>
    public int Count { get; private set; }

    /// <summary>Jets of the outputs, [output][component][sample].</summary>
    public ReadOnlySpan<double> Outputs => _outputs;

    /// <summary>For the caller to fill before a backward pass: derivative of the loss by <see cref="Outputs"/>, zero in padding samples.</summary>
    public double[] OutputAdjoints { get; }

    /// <summary>One component of one output at the tile's samples.</summary>
    public ReadOnlySpan<double> Output(int output, int component) => _outputs.AsSpan((output * Shape.Components + component) * TileSamples, TileSamples);

    /// <summary>The adjoint of one component of one output.</summary>
    public Span<double> OutputAdjoint(int output, int component) => OutputAdjoints.AsSpan((output * Shape.Components + component) * TileSamples, TileSamples);

    /// <summary>Evaluates rows start .. start + count - 1 of <paramref name="inputs"/>; the tile is padded with its last row.</summary>
    public void Forward(PiecewiseLayer[] weights, Span<double> parameters, Matrix inputs, int start, int count)
    {
        Count = count;
        for (int i = 0; i < inputs.Columns; i++)
        {
            double offset = _inputScaling.Offsets[i], scale = _inputScaling.Scales[i];
            Span<double> tile = _tiles[0].Inputs.AsSpan(i * Shape.Components * TileSamples, TileSamples);
            ReadOnlySpan<double> column = inputs.Column(i).Slice(start, count);
            for (int n = 0; n < count; n++)
                tile[n] = (column[n] - offset) / scale;
            tile[count..].Fill(tile[count - 1]);
        }
        for (int l = 0; l < _tiles.Length; l++)
            _tiles[l].Forward(weights[l], _network.View(l, parameters), l + 1 < _tiles.Length ? _tiles[l + 1].Inputs : _outputs);
        Rescale(_outputs, _outputs, 1);
    }

    /// <summary>Adds the gradient of what <see cref="OutputAdjoints"/> stands for; folded weights' gradients stay folded.</summary>
    public void Backward(PiecewiseLayer[] weights, Span<double> parameters, PiecewiseGradient[] weightGradients, Span<double> gradient)
    {
        Rescale(OutputAdjoints, _adjoints, 0);
        Span<double> adjoints = _adjoints;
        for (int l = _tiles.Length - 1; l >= 0; l--)
        {
            _tiles[l].Backward(weights[l], _network.View(l, parameters), adjoints, weightGradients[l], _network.View(l, gradient));
            adjoints = _tiles[l].InputAdjoints;
        }
    }

    /// <summary>
    /// Fills rows [free parameter][sample] with the derivatives of what <see cref="OutputAdjoints"/> stands for, sample by sample.
    /// <paramref name="rowOf"/> gives the row of each parameter, -1 for those that are not free.
    /// </summary>
    public void Jacobian(PiecewiseLayer[] weights, Span<double> parameters, int[] rowOf, Span<double> rows)
    {
        Rescale(OutputAdjoints, _adjoints, 0);
        Span<double> adjoints = _adjoints;
        for (int l = _tiles.Length - 1; l >= 0; l--)
        {
            _tiles[l].JacobianRows(weights[l], _network.View(l, parameters), adjoints,
                rowOf.AsSpan(_network.Offsets[l], _network.Layers[l].ParameterCount), rows);
            adjoints = _tiles[l].InputAdjoints;
        }
    }

    /// <summary>Every component times the output's scale; values get its offset as well, so many times.</summary>
    private void Rescale(ReadOnlySpan<double> from, Span<double> to, double offsets)
    {
        for (int o = 0; o < _network.OutputCount; o++)
        {
            for (int c = 0; c < Shape.Components; c++)
            {
                int row = o * Shape.Components + c;
                JetRows.Affine(from.Slice(row * TileSamples, TileSamples), _outputScaling.Scales[o], c == 0 ? offsets * _outputScaling.Offsets[o] : 0, JetRows.Row(to, row));
            }
        }
    }
}
