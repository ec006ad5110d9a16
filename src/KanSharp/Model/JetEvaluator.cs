using System.Collections.Concurrent;
using System.Numerics.Tensors;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>
/// Evaluates a network with derivatives by its inputs over a batch. The batch is cut into chunks by its size alone, each chunk sums on its own,
/// and the chunks are added in order: the same bits come out on any number of threads.
/// </summary>
internal sealed class JetEvaluator
{
    private const int MaxChunks = 8;

    /// <summary>Below this many edge-samples handing work to another thread costs more than it saves.</summary>
    private const long ParallelThreshold = 20_000;

    private readonly ConcurrentBag<JetPass> _passes = [];
    private readonly Func<JetPass> _create;
    private readonly Chunk[] _chunks = new Chunk[MaxChunks];
    private readonly KanNetwork _network;
    private readonly PiecewiseLayer[] _weights;
    private readonly int _threads;
    private readonly long _edges;

    /// <param name="network">The structure to evaluate.</param>
    /// <param name="info">The units.</param>
    /// <param name="request">The derivatives wanted.</param>
    /// <param name="weights">The parameters as <see cref="Fold"/> left them; several evaluators may share them.</param>
    /// <param name="threads">Threads to use at most.</param>
    public JetEvaluator(KanNetwork network, ModelInfo info, DerivativeRequest request, PiecewiseLayer[] weights, int threads)
    {
        _network = network;
        _weights = weights;
        _threads = threads;
        _edges = network.Layers.Sum(layer => (long)layer.EdgeCount);
        _create = () => new JetPass(network, info, request);
    }

    /// <summary>Room for the folded weights of every layer.</summary>
    public static PiecewiseLayer[] CreateWeights(KanNetwork network) => [.. network.Layers.Select((layer, l) => new PiecewiseLayer(layer, network.Tables<double>()[l]))];

    /// <summary>Folds the parameters for the passes that follow.</summary>
    public static void Fold(KanNetwork network, PiecewiseLayer[] weights, Span<double> parameters)
    {
        for (int l = 0; l < weights.Length; l++)
            weights[l].Fold(network.View(l, parameters));
    }

    /// <summary>Number of chunks that a batch of this many rows is cut into, at most so many.</summary>
    public static int ChunkCount(int rows, int atMost = MaxChunks) => Math.Min(atMost, TileCount(rows));

    /// <summary>The derivatives of a model at some rows.</summary>
    public static Derivatives Differentiate(KanModel model, Matrix inputs, DerivativeRequest request)
    {
        PiecewiseLayer[] weights = CreateWeights(model.Network);
        Fold(model.Network, weights, model.ParameterArray);
        var evaluator = new JetEvaluator(model.Network, model.Info, request, weights, 1);
        Matrix[] components = [.. Enumerable.Range(0, request.ToShape().Components).Select(_ => new Matrix(inputs.Rows, model.OutputCount))];
        evaluator.ForEachTile(model.ParameterArray, inputs, ChunkCount(inputs.Rows), (pass, _, start) =>
        {
            for (int c = 0; c < components.Length; c++)
            {
                for (int o = 0; o < model.OutputCount; o++)
                    pass.Output(o, c)[..pass.Count].CopyTo(components[c].Column(o)[start..]);
            }
        });
        return new Derivatives(request, components);
    }

    /// <summary>
    /// Adds up what <paramref name="loss"/> (pass, first row, chunk) returns for every tile, and adds to <paramref name="gradient"/> the gradient that
    /// belongs to the output adjoints it leaves; they are cleared before.
    /// </summary>
    public double LossAndGradient(double[] parameters, Matrix inputs, Func<JetPass, int, int, double> loss, Span<double> gradient)
    {
        int chunks = ChunkCount(inputs.Rows);
        for (int c = 0; c < chunks; c++)
            (_chunks[c] ??= new Chunk(_network)).Clear();
        ForEachTile(parameters, inputs, chunks, (pass, chunk, start) =>
        {
            Array.Clear(pass.OutputAdjoints);
            Chunk sums = _chunks[chunk];
            sums.Loss += loss(pass, start, chunk);
            pass.Backward(_weights, parameters, sums.WeightGradients, sums.Gradient);
        });
        Chunk total = _chunks[0];
        for (int c = 1; c < chunks; c++)
            total.Add(_chunks[c]);
        for (int l = 0; l < _weights.Length; l++)
            total.WeightGradients[l].Unfold(_network.View(l, parameters), _network.View(l, total.Gradient));
        TensorPrimitives.Add(gradient, total.Gradient, gradient);
        return total.Loss;
    }

    /// <summary>The rows of a Jacobian for the output adjoints of a pass; see <see cref="JetPass.Jacobian"/>.</summary>
    public void Jacobian(JetPass pass, double[] parameters, int[] rowOf, Span<double> rows) => pass.Jacobian(_weights, parameters, rowOf, rows);

    /// <summary>Evaluates the batch and calls <paramref name="body"/> with (pass, chunk, first row) for every tile; the tiles of one chunk come in order.</summary>
    public void ForEachTile(double[] parameters, Matrix inputs, int chunks, Action<JetPass, int, int> body)
    {
        int rows = inputs.Rows, tiles = TileCount(rows);
        if (_threads > 1 && chunks > 1 && rows * _edges > ParallelThreshold)
        {
            Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = _threads }, Rent, (chunk, _, pass) =>
            {
                Run(pass, chunk);
                return pass;
            }, _passes.Add);
            return;
        }
        JetPass single = Rent();
        for (int chunk = 0; chunk < chunks; chunk++)
            Run(single, chunk);
        _passes.Add(single);

        void Run(JetPass pass, int chunk)
        {
            for (int tile = chunk * tiles / chunks; tile < (chunk + 1) * tiles / chunks; tile++)
            {
                int start = tile * JetPass.TileSamples;
                pass.Forward(_weights, parameters, inputs, start, Math.Min(JetPass.TileSamples, rows - start));
                body(pass, chunk, start);
            }
        }
    }

    private static int TileCount(int rows) => (rows + JetPass.TileSamples - 1) / JetPass.TileSamples;

    private JetPass Rent() => _passes.TryTake(out JetPass? pass) ? pass : _create();

    /// <summary>The sums of one chunk.</summary>
    private sealed class Chunk(KanNetwork network)
    {
        public PiecewiseGradient[] WeightGradients { get; } = [.. network.Layers.Select((layer, l) => new PiecewiseGradient(layer, network.Tables<double>()[l]))];

        public double[] Gradient { get; } = new double[network.ParameterCount];

        public double Loss { get; set; }

        public void Clear()
        {
            Loss = 0;
            Array.Clear(Gradient);
            foreach (PiecewiseGradient layer in WeightGradients)
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
