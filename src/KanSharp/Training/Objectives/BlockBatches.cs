using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Training.Objectives;

/// <summary>
/// Mini-batches of rows that come in blocks: all rows once in a pass, in an order drawn anew for each; what does not fill a batch begins the next. A random sample of the rows of all blocks read so far
/// is kept (algorithm R, Vitter 1985), since one block may lie anywhere.
/// </summary>
internal sealed class BlockBatches
{
    private readonly IReadOnlyList<Dataset> _blocks;
    private readonly KanModel _model;
    private readonly Loss _loss;
    private readonly SeededRandom _random;
    private int[] _blockOrder;
    private int _nextBlock;
    private Task<(Matrix Inputs, Matrix Targets)>? _coming;
    private Matrix _blockInputs;
    private Matrix _blockTargets;
    private int[] _rowOrder = [];
    private int _nextRow;
    private readonly SeededRandom _sampling;
    private readonly Matrix _sampleInputs;
    private readonly Matrix _sampleTargets;
    private long _rowsRead;

    /// <param name="blocks">The rows, in the user's units.</param>
    /// <param name="model">The model, which knows its units and how many columns it takes.</param>
    /// <param name="loss">Classes keep their targets, numbers are brought to the network's units.</param>
    /// <param name="size">Rows of a batch.</param>
    /// <param name="seed">Of the order.</param>
    /// <param name="sampleRows">Rows of the sample, at most.</param>
    public BlockBatches(IReadOnlyList<Dataset> blocks, KanModel model, Loss loss, int size, ulong seed, int sampleRows)
    {
        _blocks = blocks;
        _model = model;
        _loss = loss;
        _random = new SeededRandom(seed);
        _sampling = _random.Fork();
        _sampleInputs = new Matrix(sampleRows, model.InputCount);
        _sampleTargets = new Matrix(sampleRows, model.OutputCount);
        _blockOrder = _random.NextPermutation(blocks.Count);
        (_blockInputs, _blockTargets) = Read(_blockOrder[_nextBlock++]);
        Inputs = new Matrix(size, model.InputCount);
        Targets = new Matrix(size, model.OutputCount);
        BeginBlock();
    }

    /// <summary>Inputs of the current batch, in the network's units.</summary>
    public Matrix Inputs { get; }

    /// <summary>Targets of the current batch, in the network's units.</summary>
    public Matrix Targets { get; }

    /// <summary>A random sample of the rows of the current block and of those before it.</summary>
    public (Matrix Inputs, Matrix Targets) Sample()
    {
        int[] filled = [.. Enumerable.Range(0, (int)Math.Min(_rowsRead, _sampleInputs.Rows))];
        return (_sampleInputs.SelectRows(filled), _sampleTargets.SelectRows(filled));
    }

    /// <summary>Moves on; the matrices are filled in place.</summary>
    public void Next()
    {
        for (int filled = 0; filled < Inputs.Rows;)
        {
            if (_nextRow == _rowOrder.Length)
                NextBlock();
            int count = Math.Min(Inputs.Rows - filled, _rowOrder.Length - _nextRow);
            ReadOnlySpan<int> rows = _rowOrder.AsSpan(_nextRow, count);
            Gather(_blockInputs, rows, Inputs, filled);
            Gather(_blockTargets, rows, Targets, filled);
            _nextRow += count;
            filled += count;
        }
    }

    private void NextBlock()
    {
        (_blockInputs, _blockTargets) = _coming is null ? Read(NextIndex()) : _coming.GetAwaiter().GetResult();
        BeginBlock();
    }

    private void BeginBlock()
    {
        _rowOrder = _random.NextPermutation(_blockInputs.Rows);
        _nextRow = 0;
        AddToSample();
        if (_blocks.Count > 1)
        {
            int next = NextIndex();
            _coming = Task.Run(() => Read(next));
        }
    }

    private void AddToSample()
    {
        for (int row = 0; row < _blockInputs.Rows; row++)
        {
            long place = _rowsRead < _sampleInputs.Rows ? _rowsRead : (long)(_sampling.NextDouble() * (_rowsRead + 1));
            _rowsRead++;
            if (place >= _sampleInputs.Rows)
                continue;
            for (int j = 0; j < _sampleInputs.Columns; j++)
                _sampleInputs[(int)place, j] = _blockInputs[row, j];
            for (int j = 0; j < _sampleTargets.Columns; j++)
                _sampleTargets[(int)place, j] = _blockTargets[row, j];
        }
    }

    private int NextIndex()
    {
        if (_nextBlock == _blockOrder.Length)
        {
            _blockOrder = _random.NextPermutation(_blocks.Count);
            _nextBlock = 0;
        }
        return _blockOrder[_nextBlock++];
    }

    private (Matrix, Matrix) Read(int index)
    {
        Dataset block = _blocks[index];
        Trainer.CheckFits(_model, block, _loss);
        if (!block.Weights.IsEmpty)
            throw new KanDataException("Rows in blocks have no weights; train on one dataset to use them.");
        return (_model.Info.InputScaling.Apply(block.Inputs), _loss == Loss.CrossEntropy ? block.Targets : _model.Info.OutputScaling.Apply(block.Targets));
    }

    private static void Gather(Matrix from, ReadOnlySpan<int> rows, Matrix to, int first)
    {
        for (int j = 0; j < from.Columns; j++)
        {
            ReadOnlySpan<double> source = from.Column(j);
            Span<double> target = to.Column(j).Slice(first, rows.Length);
            for (int i = 0; i < rows.Length; i++)
                target[i] = source[rows[i]];
        }
    }
}
