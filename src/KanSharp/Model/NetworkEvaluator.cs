using System.Collections.Concurrent;
using System.Numerics.Tensors;
using KanSharp.Layers;
using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>Receives a tile after its forward pass: its first row in the batch, its rows, its outputs, and the adjoints to fill; returns its share of the loss.</summary>
internal delegate double TileLoss(int start, int count, ReadOnlySpan<double> outputs, Span<double> adjoints);

/// <summary>
/// Evaluates a network over a batch. The batch is cut into chunks by its size alone, each chunk sums on its own, and the chunks are added
/// in order: the same bits come out on any number of threads.
/// </summary>
internal sealed class NetworkEvaluator
{
    private const int MaxChunks = 8;

    /// <summary>Below this many edge-samples handing work to another thread costs more than it saves.</summary>
    private const long ParallelThreshold = 100_000;

    private readonly FoldedLayer[] _weights;
    private readonly Chunk[] _chunks = new Chunk[MaxChunks];
    private readonly ConcurrentBag<NetworkPass> _passes = [];
    private readonly double? _guard;
    private readonly int _threads;
    private readonly long _edges;

    /// <param name="network">The structure to evaluate.</param>
    /// <param name="threads">Threads to use at most.</param>
    /// <param name="guard">Threshold of the singularity-avoiding variants of symbolic functions, or null for the plain functions.</param>
    public NetworkEvaluator(KanNetwork network, int threads = 1, double? guard = null)
    {
        Network = network;
        _guard = guard;
        _threads = threads;
        _edges = network.Layers.Sum(layer => (long)layer.EdgeCount);
        _weights = network.CreateFolded();
        Moments = network.CreateMoments();
    }

    public KanNetwork Network { get; }

    /// <summary>Means and deviations over the batch that <see cref="MeasureMoments"/> saw last.</summary>
    public LayerMoments[] Moments { get; }

    /// <summary>The parameters as folded by the last call.</summary>
    public FoldedLayer[] Weights => _weights;

    /// <summary>Runs the forward pass over the batch and hands every tile to <paramref name="visit"/> (first row, pass), possibly from several threads.</summary>
    public void Forward(double[] parameters, Matrix inputs, Action<int, NetworkPass> visit)
    {
        Fold(parameters);
        ForEachTile(inputs, (pass, _, start, count) =>
        {
            pass.Forward(_weights, parameters, inputs, start, count);
            visit(start, pass);
        });
    }

    /// <summary>
    /// Fills <see cref="Moments"/> with the batch's means and standard deviations; hands every tile to <paramref name="visit"/>, if given.
    /// </summary>
    public void MeasureMoments(double[] parameters, Matrix inputs, Action<int, NetworkPass>? visit = null)
    {
        Fold(parameters);
        int chunks = ChunkCount(inputs.Rows);
        for (int c = 0; c < chunks; c++)
        {
            foreach (LayerMoments moments in GetChunk(c).Moments)
                moments.Clear();
        }
        ForEachTile(inputs, (pass, chunk, start, count) =>
        {
            pass.Forward(_weights, parameters, inputs, start, count, _chunks[chunk].Moments);
            visit?.Invoke(start, pass);
        });
        for (int l = 0; l < Moments.Length; l++)
        {
            Moments[l].Clear();
            for (int c = 0; c < chunks; c++)
                Moments[l].Add(_chunks[c].Moments[l]);
        }
    }

    /// <summary>
    /// Sum of the tiles' losses; adds its gradient, and that of the standard deviations by <paramref name="pulls"/> (which belong to the
    /// current <see cref="Moments"/>), to <paramref name="gradient"/>.
    /// </summary>
    public double LossAndGradient(double[] parameters, Matrix inputs, TileLoss loss, Span<double> gradient, LayerPulls[]? pulls = null)
    {
        Fold(parameters);
        int chunks = ChunkCount(inputs.Rows);
        for (int c = 0; c < chunks; c++)
            GetChunk(c).Clear();
        ForEachTile(inputs, (pass, chunk, start, count) =>
        {
            Chunk sums = _chunks[chunk];
            pass.Forward(_weights, parameters, inputs, start, count);
            Array.Clear(pass.OutputAdjoints);
            sums.Loss += loss(start, count, pass.Outputs, pass.OutputAdjoints);
            pass.Backward(_weights, parameters, sums.WeightGradients, sums.Gradient, pulls is null ? null : Moments, pulls);
        });
        Chunk total = _chunks[0];
        for (int c = 1; c < chunks; c++)
            total.Add(_chunks[c]);
        for (int l = 0; l < _weights.Length; l++)
            total.WeightGradients[l].Unfold(Network.View(l, parameters), Network.View(l, total.Gradient));
        TensorPrimitives.Add(gradient, total.Gradient, gradient);
        return total.Loss;
    }

    /// <summary>Number of chunks a batch of this many rows is cut into.</summary>
    private static int ChunkCount(int rows) => Math.Min(MaxChunks, TileCount(rows));

    /// <summary>Calls <paramref name="body"/> with (pass, chunk, first row, rows) for every tile; the tiles of one chunk come in order.</summary>
    private void ForEachTile(Matrix inputs, Action<NetworkPass, int, int, int> body)
    {
        int rows = inputs.Rows;
        ForEachChunk(rows, ChunkCount(rows), (chunk, pass, first, last) =>
        {
            for (int tile = first; tile < last; tile++)
            {
                int start = tile * NetworkPass.TileSamples;
                body(pass, chunk, start, Math.Min(NetworkPass.TileSamples, rows - start));
            }
        });
    }

    /// <summary>Calls <paramref name="body"/> with (chunk, pass, first tile, tile after the last) for every chunk, on several threads where it pays.</summary>
    public void ForEachChunk(int rows, int chunks, Action<int, NetworkPass, int, int> body)
    {
        int tiles = TileCount(rows);
        if (_threads > 1 && chunks > 1 && rows * _edges > ParallelThreshold)
        {
            Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = _threads }, Rent, (chunk, _, pass) =>
            {
                body(chunk, pass, chunk * tiles / chunks, (chunk + 1) * tiles / chunks);
                return pass;
            }, _passes.Add);
            return;
        }
        NetworkPass single = Rent();
        for (int chunk = 0; chunk < chunks; chunk++)
            body(chunk, single, chunk * tiles / chunks, (chunk + 1) * tiles / chunks);
        _passes.Add(single);
    }

    /// <summary>Folds the parameters for the passes that follow.</summary>
    public void Fold(Span<double> parameters)
    {
        for (int l = 0; l < _weights.Length; l++)
            _weights[l].Fold(Network.View(l, parameters));
    }

    private static int TileCount(int rows) => (rows + NetworkPass.TileSamples - 1) / NetworkPass.TileSamples;

    private NetworkPass Rent() => _passes.TryTake(out NetworkPass? pass) ? pass : new NetworkPass(Network, _guard);

    private Chunk GetChunk(int chunk) => _chunks[chunk] ??= new Chunk(Network);

    /// <summary>The sums of one chunk.</summary>
    private sealed class Chunk(KanNetwork network)
    {
        public FoldedLayer[] WeightGradients { get; } = network.CreateFolded();

        public double[] Gradient { get; } = new double[network.ParameterCount];

        public LayerMoments[] Moments { get; } = network.CreateMoments();

        public double Loss { get; set; }

        public void Clear()
        {
            Loss = 0;
            Array.Clear(Gradient);
            foreach (FoldedLayer layer in WeightGradients)
                layer.Clear();
        }

        public void Add(Chunk other)
        {
            Loss += other.Loss;
            TensorPrimitives.Add(Gradient, other.Gradient, Gradient);
            for (int l = 0; l < WeightGradients.Length; l++)
                WeightGradients[l].Add(other.WeightGradients[l]);
        }
    }
}
