using KanSharp.Layers.Kernels;
using KanSharp.Layers;
using KanSharp.Numerics;

namespace KanSharp.Model;

/// <content>
/// Networks with wide layers: a group of tiles goes through the network layer by layer. Within a layer the pieces of work are (tile, block of inputs or
/// outputs), and for the gradient a block of inputs with all tiles of the group, so that no two threads add to the same numbers, there is one
/// gradient however many threads there are, and each parameter's gradient is touched once per group.
/// </content>
internal sealed partial class NetworkEvaluator<T>
{
    /// <summary>Tiles in a group: few enough that their basis functions are a small multiple of the parameters, or of the data.</summary>
    private const int GroupTiles = 8;

    /// <summary>Inputs whose basis, or whose adjoints, are one piece of work.</summary>
    private const int InputBlock = 32;

    /// <summary>Numbers of the gradient that one piece of work adds up before they are unfolded: what the first cache holds beside a tile.</summary>
    private const int GradientBlock = 8192;

    private readonly LayerWork _layerWork;
    private readonly AlignedBuffer<T>[] _scratch;
    private readonly GradientSums<T>?[] _tileSums = new GradientSums<T>?[GroupTiles];

    private double GradientLayerByLayer()
    {
        int rows = _call.Inputs.Rows, tiles = TileCount(rows), threads = ThreadsFor(rows);
        double loss = 0;
        for (int l = 0; l < _weights.Length && _call.Pulls is not null; l++)
            Pass(0).Layer(l).SetPulls(_weights[l], Moments[l], _call.Pulls[l]);
        for (int first = 0; first < tiles; first += GroupTiles)
        {
            int count = Math.Min(GroupTiles, tiles - first);
            _layerWork.Run(first, count, threads);
            for (int tile = 0; tile < count; tile++)
            {
                GradientSums<T> sums = _tileSums[tile]!;
                loss += sums.Loss;
                for (int l = 0; l < _weights.Length; l++)
                    AddConstants(sums, l, add: first + tile > 0 || _call.Pulls is not null);
            }
        }
        return loss;
    }

    /// <summary>One group on its way through the layers; the methods that run on several threads are kept as delegates, so that no step allocates.</summary>
    private sealed class LayerWork
    {
        private readonly NetworkEvaluator<T> _owner;
        private readonly Action<int, int> _load, _fill, _sum, _finish, _begin, _inputs, _end, _gradients;
        private int _firstTile;
        private int _layer;
        private int _blocks;
        private int _tiles;
        private int _gradientInputs;

        public LayerWork(NetworkEvaluator<T> owner)
        {
            _owner = owner;
            (_load, _fill, _sum, _finish) = (Load, Fill, Sum, Finish);
            (_begin, _inputs, _end, _gradients) = (Begin, Inputs, End, Gradients);
        }

        private KanLayer Layer => _owner.Network.Layers[_layer];

        private bool LastLayer => _layer == _owner._weights.Length - 1;

        public void Run(int firstTile, int tiles, int threads)
        {
            (_firstTile, _tiles) = (firstTile, tiles);
            for (int tile = 0; tile < tiles; tile++)
                _owner.Pass(tile);
            _owner._team.Run(tiles, threads, _load);
            for (_layer = 0; _layer < _owner._weights.Length; _layer++)
            {
                Blocks((Layer.InputCount + InputBlock - 1) / InputBlock, threads, _fill);
                Blocks(Tile(0).OutputBlocks, threads, _sum);
                _owner._team.Run(tiles, threads, _finish);
            }
            for (_layer = _owner._weights.Length - 1; _layer >= 0; _layer--)
            {
                _owner._team.Run(tiles, threads, _begin);
                if (_layer > 0)
                    Blocks((Layer.InputCount + InputBlock - 1) / InputBlock, threads, _inputs);
                _owner._team.Run(tiles, threads, _end);
                EdgeLayout layout = _owner._weights[_layer].Layout;
                _gradientInputs = Math.Clamp(GradientBlock / (layout.InputLength * layout.GradientLanes), 1, 8);
                _owner._team.Run((Layer.InputCount + _gradientInputs - 1) / _gradientInputs, threads, _gradients);
            }
        }

        /// <summary>Pieces (tile, block), tile by tile.</summary>
        private void Blocks(int blocks, int threads, Action<int, int> body)
        {
            _blocks = blocks;
            _owner._team.Run(_tiles * blocks, threads, body);
        }

        private LayerTile<T> Tile(int tile) => _owner.Pass(tile).Layer(_layer);

        private LayerConstants Constants => _owner.Network.View(_layer, _owner._call.Parameters).Constants;

        private (int First, int End) InputRange(int block, int size) => (block * size, Math.Min((block + 1) * size, Layer.InputCount));

        private LayerMoments? Moments => _owner._call.Pulls is null ? null : _owner.Moments[_layer];

        private LayerPulls? Pulls => _owner._call.Pulls?[_layer];

        private void Load(int tile, int worker)
        {
            (_owner._tileSums[tile] ??= new GradientSums<T>(_owner.Network, null)).Clear();
            int start = (_firstTile + tile) * NetworkPass<T>.TileSamples, count = Math.Min(NetworkPass<T>.TileSamples, _owner._call.Inputs.Rows - start);
            NetworkPass<T> pass = _owner.Pass(tile);
            pass.Load(_owner._call.Inputs, start, count);
            for (int l = 0; l < _owner._weights.Length; l++)
                pass.Layer(l).Begin(count);
        }

        private void Fill(int piece, int worker)
        {
            (int first, int end) = InputRange(piece % _blocks, InputBlock);
            Tile(piece / _blocks).FillBasis(first, end, slopes: _layer > 0);
        }

        private void Sum(int piece, int worker) => Tile(piece / _blocks).AddNumeric(piece % _blocks, _owner._weights[_layer]);

        private void Finish(int tile, int worker)
        {
            NetworkPass<T> pass = _owner.Pass(tile);
            pass.Layer(_layer).Finish(_owner._weights[_layer], Constants, pass.Nodes(_layer + 1), slopes: true);
            if (LastLayer)
                _owner._tileSums[tile]!.Loss = _owner.Loss(pass);
        }

        private LayerConstants ConstantsGradient(int tile) => new(Layer, _owner._tileSums[tile]!.Constants[_layer]);

        private void Begin(int tile, int worker)
        {
            NetworkPass<T> pass = _owner.Pass(tile);
            pass.Layer(_layer).BeginBackward(Constants, pass.Adjoints(_layer + 1), ConstantsGradient(tile), Moments, Pulls);
        }

        private void Inputs(int piece, int worker)
        {
            (int first, int end) = InputRange(piece % _blocks, InputBlock);
            Tile(piece / _blocks).AddInputAdjoints(first, end, _owner._weights[_layer], Moments, Pulls, Constants);
        }

        private void End(int tile, int worker) =>
            Tile(tile).BackwardSymbolic(_owner._weights[_layer], Constants, ConstantsGradient(tile), Moments, Pulls);

        private void Gradients(int piece, int worker)
        {
            FoldedLayer<T> weights = _owner._weights[_layer];
            (int first, int end) = InputRange(piece, _gradientInputs);
            int length = (end - first) * weights.Layout.InputLength * weights.Layout.GradientLanes;
            ref AlignedBuffer<T> scratch = ref _owner._scratch[worker];
            if (scratch.Length < length)
                scratch = new AlignedBuffer<T>(length, _owner._pinned);
            Span<T> sums = scratch.AsSpan(0, length);
            sums.Clear();
            for (int tile = 0; tile < _tiles; tile++)
                Tile(tile).AddGradients(first, end, weights, sums, Moments, Pulls, Constants);
            if (_firstTile == 0 && Pulls is not null)
                Tile(0).AddPullGradients(first, end, weights, sums, Moments!, Pulls);
            weights.Unfold(sums, _owner.Network.View(_layer, _owner._call.Parameters), _owner.Network.View(_layer, _owner._call.Gradient), first, end,
                add: _firstTile > 0 || Pulls is not null);
        }
    }
}
