using System.Collections.Concurrent;
using System.Numerics;
using KanSharp.Layers;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>Receives a tile after its forward pass: its first row in the batch, its rows, its outputs, and the adjoints to fill; returns its share of the loss.</summary>
internal delegate double TileLoss<T>(int start, int count, ReadOnlySpan<T> outputs, Span<T> adjoints);

/// <summary>
/// Evaluates a network over a batch, in one element type. The batch is cut into chunks by its size alone, each chunk sums on its own, and the chunks are
/// added in order: the same bits come out on any number of threads. Networks with wide layers are taken layer by layer instead.
/// </summary>
internal sealed unsafe partial class NetworkEvaluator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxChunks = 8;

    /// <summary>Tiles that are worth a chunk of their own, at least.</summary>
    private const int ChunkTiles = 2;

    /// <summary>Below this many edge-samples handing work to another thread costs more than it saves.</summary>
    private const long ParallelThreshold = 100_000;

    /// <summary>An evaluator that has given so many gradients is one of many steps.</summary>
    private const int PassingGradients = 8;

    /// <summary>Inputs of a layer whose weights are folded as one piece of work.</summary>
    private const int FoldedInputs = 16;

    private FoldedLayer<T>[] _weights;
    private readonly GradientSums<T>?[] _chunks = new GradientSums<T>?[MaxChunks];
    private readonly LayerMoments[]?[] _moments = new LayerMoments[]?[MaxChunks];
    private readonly ConcurrentBag<NetworkPass<T>> _spare = [];
    private readonly NetworkPass<T>?[] _passes;
    private readonly WorkTeam _team = new();
    private readonly Action<int, int> _gradientChunk;
    private readonly Action<int, int> _foldPiece;
    private readonly double? _guard;
    private EdgePolynomials<T>?[]? _polynomials;
    private readonly int _threads;
    private readonly long _edges;
    private readonly bool _wide;
    private readonly int _chunkTiles;
    private int _gradients;
    private bool _pinned;
    private Call _call;

    /// <param name="network">The structure to evaluate.</param>
    /// <param name="threads">Threads to use at most.</param>
    /// <param name="guard">Threshold of the singularity-avoiding variants of symbolic functions, or null for the plain functions.</param>
    public NetworkEvaluator(KanNetwork network, int threads = 1, double? guard = null)
    {
        Network = network;
        _guard = guard;
        _threads = threads;
        _edges = network.Layers.Sum(layer => (long)layer.EdgeCount);
        _weights = network.CreateFolded<T>();
        _wide = _weights.Any(layer => layer.Layout.OutputsInLanes);
        // A chunk's gradient has to be cleared and added: it should not be longer than what the samples add to it.
        long sums = _weights.Sum(layer => (long)layer.Weights.Length * layer.Layout.GradientLanes);
        _chunkTiles = (int)Math.Max(ChunkTiles, sums / (_edges * NetworkPass<T>.TileSamples));
        _passes = new NetworkPass<T>?[Math.Max(threads, GroupTiles)];
        _scratch = new AlignedBuffer<T>[Math.Max(threads, 1)];
        Moments = network.CreateMoments();
        _gradientChunk = GradientChunk;
        _foldPiece = FoldPiece;
        _layerWork = new LayerWork(this);
    }

    public KanNetwork Network { get; }

    /// <summary>Means and deviations over the batch that <see cref="MeasureMoments"/> saw last.</summary>
    public LayerMoments[] Moments { get; }

    /// <summary>The parameters as folded by the last call.</summary>
    public FoldedLayer<T>[] Weights => _weights;

    /// <summary>
    /// Runs the forward pass over the batch, whose inputs <paramref name="scaling"/> takes to the network's units if given, and hands every tile to
    /// <paramref name="visit"/> (first row, pass), possibly from several threads.
    /// </summary>
    public void Forward(double[] parameters, Matrix inputs, Action<int, NetworkPass<T>> visit, Scaling? scaling = null)
    {
        Fold(parameters);
        EdgePolynomials<T>?[] polynomials = _polynomials ??= [.. Network.Layers.Select((layer, l) => EdgePolynomials<T>.Create(layer, Network.Tables<T>()[l], Network.BaseFunctionOf(l)))];
        for (int l = 0; l < polynomials.Length; l++)
            polynomials[l]?.Fold(Network.View(l, parameters));
        int rows = inputs.Rows;
        ForEachChunk(rows, Math.Min(MaxChunks, TileCount(rows)), (_, pass, first, last) =>
        {
            for (int tile = first; tile < last; tile++)
            {
                int start = tile * NetworkPass<T>.TileSamples;
                pass.Evaluate(_weights, polynomials, parameters, inputs, start, Math.Min(NetworkPass<T>.TileSamples, rows - start), scaling);
                visit(start, pass);
            }
        });
    }

    /// <summary>
    /// Fills <see cref="Moments"/> with the batch's means and standard deviations; hands every tile to <paramref name="visit"/>, if given.
    /// </summary>
    public void MeasureMoments(double[] parameters, Matrix inputs, Action<int, NetworkPass<T>>? visit = null)
    {
        Fold(parameters);
        int rows = inputs.Rows, chunks = ChunkCount(rows);
        for (int c = 0; c < chunks; c++)
        {
            foreach (LayerMoments moments in _moments[c] ??= Network.CreateMoments())
                moments.Clear();
        }
        ForEachChunk(rows, chunks, (chunk, pass, first, last) =>
        {
            for (int tile = first; tile < last; tile++)
            {
                int start = tile * NetworkPass<T>.TileSamples;
                pass.Forward(_weights, parameters, inputs, start, Math.Min(NetworkPass<T>.TileSamples, rows - start), slopes: false, _moments[chunk]);
                visit?.Invoke(start, pass);
            }
        });
        for (int l = 0; l < Moments.Length; l++)
        {
            Moments[l].Clear();
            for (int c = 0; c < chunks; c++)
                Moments[l].Add(_moments[c]![l]);
            Pass(0).Layer(l).FinishMoments(_weights[l], Moments[l]);
        }
    }

    /// <summary>
    /// Sum of the tiles' losses; its gradient, and that of the standard deviations by <paramref name="pulls"/> (which belong to the
    /// current <see cref="Moments"/>), goes to <paramref name="gradient"/>: with pulls added to what stands there, without them in its place.
    /// Allocates nothing after the first few calls.
    /// </summary>
    public double LossAndGradient(ReadOnlySpan<double> parameters, Matrix inputs, TileLoss<T> loss, Span<double> gradient, LayerPulls[]? pulls = null)
    {
        if (++_gradients == PassingGradients)
            Pin();
        // Threads cannot share spans; both stay pinned until all of them are done.
        fixed (double* p = parameters, g = gradient)
        {
            _call = new Call(p, g, Network.ParameterCount, inputs, loss, pulls, ChunkCount(inputs.Rows));
            FoldAll();
            double result = _wide ? GradientLayerByLayer() : GradientByChunks();
            _call = default;
            return result;
        }
    }

    /// <summary>Calls <paramref name="body"/> with (chunk, pass, first tile, tile after the last) for every chunk, on several threads where it pays.</summary>
    public void ForEachChunk(int rows, int chunks, Action<int, NetworkPass<T>, int, int> body)
    {
        int tiles = TileCount(rows);
        _team.Run(chunks, ThreadsFor(rows), (chunk, _) =>
        {
            NetworkPass<T> pass = _spare.TryTake(out NetworkPass<T>? spare) ? spare : new NetworkPass<T>(Network, _guard);
            body(chunk, pass, chunk * tiles / chunks, (chunk + 1) * tiles / chunks);
            _spare.Add(pass);
        });
    }

    /// <summary>Folds the parameters for the passes that follow.</summary>
    public void Fold(ReadOnlySpan<double> parameters)
    {
        fixed (double* p = parameters)
        {
            _call = new Call(p, null, Network.ParameterCount, null!, null!, null, 0);
            FoldAll();
            _call = default;
        }
    }

    private void FoldAll()
    {
        int pieces = 0;
        foreach (KanLayer layer in Network.Layers)
            pieces += FoldedPieces(layer);
        _team.Run(pieces, ThreadsFor(1), _foldPiece);
    }

    private static int TileCount(int rows) => (rows + NetworkPass<T>.TileSamples - 1) / NetworkPass<T>.TileSamples;

    private int ChunkCount(int rows) => Math.Min(MaxChunks, (TileCount(rows) + _chunkTiles - 1) / _chunkTiles);

    private static int FoldedPieces(KanLayer layer) => (layer.InputCount + FoldedInputs - 1) / FoldedInputs;

    private int ThreadsFor(int rows) => rows * _edges > ParallelThreshold ? _threads : 1;

    private NetworkPass<T> Pass(int index) => _passes[index] ??= new NetworkPass<T>(Network, _guard, _pinned);

    /// <summary>All memory again, from now on where the collector does not move it.</summary>
    private void Pin()
    {
        _pinned = true;
        _weights = Network.CreateFolded<T>(pinned: true);
        Array.Clear(_passes);
        Array.Clear(_chunks);
        Array.Clear(_scratch);
    }

    private void FoldPiece(int piece, int worker)
    {
        int l = 0;
        while (piece >= FoldedPieces(Network.Layers[l]))
            piece -= FoldedPieces(Network.Layers[l++]);
        int first = piece * FoldedInputs;
        _weights[l].Fold(Network.View(l, _call.Parameters), first, Math.Min(first + FoldedInputs, Network.Layers[l].InputCount));
    }

    private double GradientByChunks()
    {
        int rows = _call.Inputs.Rows, chunks = _call.Chunks;
        _team.Run(chunks, ThreadsFor(rows), _gradientChunk);
        GradientSums<T> total = _chunks[0]!;
        for (int c = 1; c < chunks; c++)
            total.Add(_chunks[c]!);
        for (int l = 0; l < _weights.Length; l++)
        {
            _weights[l].Unfold(total.Weights[l], Network.View(l, _call.Parameters), Network.View(l, _call.Gradient), 0, Network.Layers[l].InputCount, add: _call.Pulls is not null);
            AddConstants(total, l, add: _call.Pulls is not null);
        }
        return total.Loss;
    }

    private void GradientChunk(int chunk, int worker)
    {
        int rows = _call.Inputs.Rows, tiles = TileCount(rows);
        NetworkPass<T> pass = Pass(worker);
        GradientSums<T> sums = _chunks[chunk] ??= new GradientSums<T>(Network, _weights, _pinned);
        sums.Clear();
        for (int tile = chunk * tiles / _call.Chunks; tile < (chunk + 1) * tiles / _call.Chunks; tile++)
        {
            int start = tile * NetworkPass<T>.TileSamples;
            pass.Forward(_weights, _call.Parameters, _call.Inputs, start, Math.Min(NetworkPass<T>.TileSamples, rows - start), slopes: true);
            sums.Loss += Loss(pass);
            pass.Backward(_weights, _call.Parameters, sums, _call.Pulls is null ? null : Moments, _call.Pulls);
        }
    }

    private double Loss(NetworkPass<T> pass)
    {
        pass.OutputAdjoints.Span.Clear();
        return _call.Loss(pass.Start, pass.Count, pass.Outputs, pass.OutputAdjoints);
    }

    private void AddConstants(GradientSums<T> sums, int layer, bool add)
    {
        Span<double> target = Network.View(layer, _call.Gradient).Constants.All;
        if (!add)
            target.Clear();
        System.Numerics.Tensors.TensorPrimitives.Add(target, sums.Constants[layer], target);
    }

    /// <summary>What one evaluation works on, for all of its threads.</summary>
    private readonly struct Call(double* parameters, double* gradient, int count, Matrix inputs, TileLoss<T> loss, LayerPulls[]? pulls, int chunks)
    {
        public Span<double> Parameters => new(parameters, count);

        public Span<double> Gradient => new(gradient, count);

        public Matrix Inputs => inputs;

        public TileLoss<T> Loss => loss;

        public LayerPulls[]? Pulls => pulls;

        public int Chunks => chunks;
    }
}
