using System.Numerics.Tensors;
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
    private readonly double _weight;
    private readonly double[]? _weights;
    private readonly HuberLoss? _huber;
    private readonly Chunk[] _chunks;
    private readonly Chunk[] _linearChunks;

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
        // Coefficients and base scales of a last level of sums; the weights of Huber's loss depend on them too.
        KanLayer output = network.Layers[^1];
        int start = network.Offsets[^1];
        FirstLinear = free.Count(parameter => parameter < start);
        LinearCount = huber is null && output.HasSplines && output.Output.Sums == output.NodeCount ? free.Count(parameter => parameter >= start && parameter < start + output.SplineScaleOffset) : 0;
        int[] placeOf = new int[network.ParameterCount];
        Array.Fill(placeOf, -1);
        for (int place = 0; place < free.Length; place++)
            placeOf[free[place]] = place;
        var splines = new List<BendingRow[]>();
        for (int l = 0; l < network.Layers.Length; l++)
        {
            KanLayer layer = network.Layers[l];
            for (int e = 0; layer.HasSplines && e < layer.EdgeCount; e++)
            {
                int first = placeOf[network.Offsets[l] + e * layer.BasisCount];
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
        _linearChunks = new Chunk[_chunks.Length];
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
        Linearize(_chunks, parameters, _free, normal, gradient);

    public double LinearizeLinear(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient) =>
        Linearize(_linearChunks, parameters, _free.AsSpan(FirstLinear, LinearCount), normal, gradient);

    private double Linearize(Chunk[] chunks, ReadOnlySpan<double> parameters, ReadOnlySpan<int> differentiated, Span<double> normal, Span<double> gradient)
    {
        SetFree(parameters);
        for (int c = 0; c < chunks.Length; c++)
            (chunks[c] ??= new Chunk(_evaluator, differentiated)).Clear();
        ForEachChunk((chunk, pass, first, last) =>
        {
            for (int tile = first; tile < last; tile++)
                AddTile(chunks[chunk], pass, tile);
        });
        for (int c = 1; c < chunks.Length; c++)
            chunks[0].Add(chunks[c]);
        chunks[0].CopyTo(normal, gradient);
        return chunks[0].Sum;
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

    private void AddTile(Chunk chunk, NetworkPass<double> pass, int tile)
    {
        (int start, int count) = Forward(pass, tile, slopes: true);
        for (int o = 0; o < _targets.Columns; o++)
        {
            pass.OutputAdjoints.Span.Clear();
            chunk.Sum += Residuals(pass, o, start, count, chunk.Tile.Residuals, pass.OutputAdjoints.AsSpan(o * NetworkPass<double>.TileSamples, count));
            pass.Jacobian(_evaluator.Weights, _parameters, chunk.Tile, chunk.Discard);
            chunk.AddProducts(count);
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

    /// <summary>
    /// The sums of one chunk of tiles in the order of <see cref="JacobianTile{T}"/>: products of derivatives, the residuals as the last of them. Only the lower triangle counts. Where there are
    /// windows, their products with the rest stand by themselves.
    /// </summary>
    private sealed unsafe class Chunk
    {
        private const int Samples = NetworkPass<double>.TileSamples;

        private readonly int _count;
        private readonly double[] _products;
        private readonly int _others;
        private readonly double[] _mixed;
        private readonly double[] _transposed;

        public Chunk(NetworkEvaluator<double> evaluator, ReadOnlySpan<int> parameters)
        {
            Tile = new JacobianTile<double>(evaluator.Network, evaluator.Weights, parameters);
            Discard = new GradientSums<double>(evaluator.Network, null);
            _count = parameters.Length + 1;
            // A window may run over the end of its splines.
            int over = Tile.WindowCount > 0 ? WindowProducts.Width : 0;
            _products = new double[(_count + over) * _count];
            _others = Tile.WindowCount == 0 ? 0 : (_count - Tile.FirstRow + WindowProducts.Width - 1) / WindowProducts.Width * WindowProducts.Width;
            _mixed = new double[(Tile.FirstRow + over) * _others];
            _transposed = new double[Samples * _others];
        }

        public JacobianTile<double> Tile { get; }

        public GradientSums<double> Discard { get; }

        public double Sum { get; set; }

        public void Clear()
        {
            Sum = 0;
            for (int row = 0; row < _count; row++)
                Row(row).Clear();
            Array.Clear(_mixed);
        }

        public void AddProducts(int samples)
        {
            int first = Tile.FirstRow, rowCount = _count - first, windows = Tile.WindowCount;
            for (int r = 0; r < rowCount && windows > 0; r++)
            {
                for (int n = 0; n < samples; n++)
                    _transposed[n * _others + r] = Tile.Rows[r * Samples + n];
            }
            fixed (double* products = _products, mixed = _mixed, transposed = _transposed, rows = Tile.Rows, taps = Tile.Windows)
            fixed (int* starts = Tile.Starts)
            {
                RowProducts.AddLower(rows, rowCount, samples, Samples, products + (nint)first * (_count + 1), rowCount, _count, 1);
                WindowProducts.AddLower(products, _count, starts, taps, windows, Samples, samples);
                WindowProducts.AddProducts(mixed, transposed, _others, starts, taps, windows, Samples, samples);
            }
        }

        public void Add(Chunk other)
        {
            Sum += other.Sum;
            for (int row = 0; row < _count; row++)
                TensorPrimitives.Add(Row(row), other.Row(row), Row(row));
            TensorPrimitives.Add(_mixed, other._mixed, _mixed);
        }

        /// <summary>In the order of the parameters that were given.</summary>
        public void CopyTo(Span<double> normal, Span<double> gradient)
        {
            int first = Tile.FirstRow;
            for (int row = first; row < _count; row++)
            {
                Span<double> target = Row(row);
                for (int column = 0; column < first; column++)
                    target[column] = _mixed[column * _others + row - first];
            }
            SymmetricUpdate.MirrorLower(_products.AsSpan(0, _count * _count), _count);
            int[] order = Tile.Order;
            for (int row = 0; row < order.Length; row++)
            {
                ReadOnlySpan<double> source = _products.AsSpan(row * _count, _count);
                foreach ((int from, int to, int length) in Tile.Runs)
                    source.Slice(from, length).CopyTo(normal.Slice(order[row] * order.Length + to, length));
                gradient[order[row]] = source[^1];
            }
        }

        /// <summary>A row of the lower triangle, and what windows add to beyond it.</summary>
        private Span<double> Row(int row) => _products.AsSpan(row * _count, Math.Min(row + WindowProducts.Width, _count));
    }
}
