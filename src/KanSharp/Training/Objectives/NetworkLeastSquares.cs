using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training.Objectives;

/// <summary>
/// The errors of a network on a batch as residuals, each divided by the root of their number, so that their sum of squares is the mean squared error. Under Huber's loss
/// an error beyond its scale has, in the linear model, the weight scale / |error|, with which the gradient is exact.
/// </summary>
internal sealed class NetworkLeastSquares : ISeparableObjective
{
    private const int MaxChunks = 4;

    private readonly NetworkEvaluator<double> _evaluator;
    private readonly Matrix _inputs;
    private readonly Matrix _targets;
    private readonly double[] _parameters;
    private readonly int[] _free;
    private readonly int[] _rowOf;
    private readonly double _weight;
    private readonly double[]? _weights;
    private readonly HuberLoss? _huber;
    private readonly Chunk[] _chunks;

    /// <param name="network">The network.</param>
    /// <param name="parameters">All its parameters; those that are not free keep these values.</param>
    /// <param name="free">Indices of the free ones.</param>
    /// <param name="inputs">Inputs in the network's units.</param>
    /// <param name="targets">Targets in the network's units.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    /// <param name="weights">One weight per row, of mean 1; null for 1 each.</param>
    /// <param name="huber">The loss where it is not the square; its scale is read at each evaluation.</param>
    public NetworkLeastSquares(KanNetwork network, ReadOnlySpan<double> parameters, int[] free, Matrix inputs, Matrix targets, int threads = 1,
        double[]? weights = null, HuberLoss? huber = null)
    {
        _evaluator = new NetworkEvaluator<double>(network, threads);
        _parameters = parameters.ToArray();
        _free = free;
        _rowOf = new int[network.ParameterCount];
        Array.Fill(_rowOf, -1);
        for (int row = 0; row < free.Length; row++)
            _rowOf[free[row]] = row;
        // Coefficients and base scales of a last level of sums; the weights of Huber's loss depend on them too.
        KanLayer output = network.Layers[^1];
        int start = network.Offsets[^1];
        FirstLinear = free.Count(parameter => parameter < start);
        LinearCount = huber is null && output.HasSplines && output.Output.Sums == output.NodeCount ? free.Count(parameter => parameter >= start && parameter < start + output.SplineScaleOffset) : 0;
        var splines = new List<BendingRow[]>();
        for (int l = 0; l < network.Layers.Length; l++)
        {
            KanLayer layer = network.Layers[l];
            for (int e = 0; layer.HasSplines && e < layer.EdgeCount; e++)
            {
                int first = _rowOf[network.Offsets[l] + e * layer.BasisCount];
                if (first >= 0)
                    splines.Add([.. BendingRow.Of(layer.Grids[e / layer.SubnodeCount], first)]);
            }
        }
        Splines = splines;
        _inputs = inputs;
        _targets = targets;
        _weights = weights;
        _huber = huber;
        _weight = 1 / Math.Sqrt((double)targets.Rows * targets.Columns);
        int tiles = (inputs.Rows + NetworkPass<double>.TileSamples - 1) / NetworkPass<double>.TileSamples;
        _chunks = new Chunk[Math.Min(MaxChunks, tiles)];
    }

    public int ParameterCount => _free.Length;

    public int ResidualCount => _targets.Rows * _targets.Columns;

    public IReadOnlyList<BendingRow[]> Splines { get; }

    public int FirstLinear { get; }

    public int LinearCount { get; }

    public double Evaluate(ReadOnlySpan<double> parameters)
    {
        SetFree(parameters);
        double[] sums = new double[_chunks.Length];
        ForEachChunk((chunk, pass, first, last) =>
        {
            for (int tile = first; tile < last; tile++)
            {
                (int start, int count) = Forward(pass, tile, slopes: false);
                for (int o = 0; o < _targets.Columns; o++)
                    sums[chunk] += Residuals(pass, o, start, count, pass.OutputAdjoints, pass.OutputAdjoints);
            }
        });
        return sums.Sum();
    }

    public double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient) =>
        Linearize(parameters, 0, _free.Length, normal, gradient);

    public double LinearizeLinear(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient) =>
        Linearize(parameters, FirstLinear, LinearCount, normal, gradient);

    private double Linearize(ReadOnlySpan<double> parameters, int from, int count, Span<double> normal, Span<double> gradient)
    {
        SetFree(parameters);
        for (int c = 0; c < _chunks.Length; c++)
            (_chunks[c] ??= new Chunk(_evaluator.Network, _free.Length)).Clear();
        ForEachChunk((chunk, pass, first, last) =>
        {
            for (int tile = first; tile < last; tile++)
                AddTile(_chunks[chunk], pass, tile, from, count);
        });
        double sum = 0;
        normal.Clear();
        gradient.Clear();
        foreach (Chunk chunk in _chunks)
        {
            sum += chunk.Sum;
            System.Numerics.Tensors.TensorPrimitives.Add(normal, chunk.Normal.AsSpan(0, count * count), normal);
            System.Numerics.Tensors.TensorPrimitives.Add(gradient, chunk.Gradient.AsSpan(0, count), gradient);
        }
        SymmetricUpdate.MirrorLower(normal, count);
        return sum;
    }

    /// <summary>All parameters with the free ones set to these values.</summary>
    public double[] Expand(ReadOnlySpan<double> free)
    {
        SetFree(free);
        return (double[])_parameters.Clone();
    }

    private void SetFree(ReadOnlySpan<double> free)
    {
        for (int row = 0; row < _free.Length; row++)
            _parameters[_free[row]] = free[row];
    }

    private void AddTile(Chunk chunk, NetworkPass<double> pass, int tile, int from, int parameters)
    {
        const int samples = NetworkPass<double>.TileSamples;
        (int start, int count) = Forward(pass, tile, slopes: true);
        for (int o = 0; o < _targets.Columns; o++)
        {
            pass.OutputAdjoints.Span.Clear();
            chunk.Sum += Residuals(pass, o, start, count, chunk.Residuals, pass.OutputAdjoints.AsSpan(o * samples, count));
            pass.Jacobian(_evaluator.Weights, _parameters, _rowOf, chunk.Rows, chunk.Discard);
            ReadOnlySpan<double> rows = chunk.Rows.AsSpan(from * samples, parameters * samples);
            SymmetricUpdate.AddGram(chunk.Normal.AsSpan(0, parameters * parameters), parameters, rows, samples, count);
            SymmetricUpdate.AddGradient(chunk.Gradient.AsSpan(0, parameters), rows, samples, chunk.Residuals.AsSpan(0, count));
        }
    }

    private (int Start, int Count) Forward(NetworkPass<double> pass, int tile, bool slopes)
    {
        int start = tile * NetworkPass<double>.TileSamples, count = Math.Min(NetworkPass<double>.TileSamples, _inputs.Rows - start);
        pass.Forward(_evaluator.Weights, _parameters, _inputs, start, count, slopes);
        return (start, count);
    }

    /// <summary>The residuals of a tile and their derivatives by the output; returns its share of the loss.</summary>
    private double Residuals(NetworkPass<double> pass, int output, int start, int count, Span<double> residuals, Span<double> slopes)
    {
        ReadOnlySpan<double> values = pass.Outputs.Slice(output * NetworkPass<double>.TileSamples, count);
        ReadOnlySpan<double> targets = _targets.Column(output).Slice(start, count);
        double sum = 0, scale = _huber?.Scale ?? double.PositiveInfinity;
        for (int n = 0; n < count; n++)
        {
            double root = _weights is null ? 1 : Math.Sqrt(_weights[start + n]), error = values[n] - targets[n], size = root * Math.Abs(error), weight = _weight * root;
            if (size > scale)
            {
                sum += _weight * _weight * scale * (2 * size - scale);
                weight *= Math.Sqrt(scale / size);
            }
            residuals[n] = weight * error;
            if (!(size > scale))
                sum += residuals[n] * residuals[n];
            slopes[n] = weight;
        }
        return sum;
    }

    private void ForEachChunk(Action<int, NetworkPass<double>, int, int> body)
    {
        _evaluator.Fold(_parameters);
        _evaluator.ForEachChunk(_inputs.Rows, _chunks.Length, body);
    }

    /// <summary>The sums of one chunk of tiles.</summary>
    private sealed class Chunk(KanNetwork network, int free)
    {
        public double[] Rows { get; } = new double[free * NetworkPass<double>.TileSamples];

        public double[] Residuals { get; } = new double[NetworkPass<double>.TileSamples];

        public double[] Normal { get; } = new double[free * free];

        public double[] Gradient { get; } = new double[free];

        public GradientSums<double> Discard { get; } = new(network, null);

        public double Sum { get; set; }

        public void Clear()
        {
            Sum = 0;
            Array.Clear(Normal);
            Array.Clear(Gradient);
        }
    }
}
