using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Training.Objectives;

/// <summary>Mini-batches of rows that come in blocks: all rows once in a pass, in an order drawn anew for each; what does not fill a batch begins the next.</summary>
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

    /// <param name="blocks">The rows, in the user's units.</param>
    /// <param name="model">The model, which knows its units and how many columns it takes.</param>
    /// <param name="loss">Classes keep their targets, numbers are brought to the network's units.</param>
    /// <param name="size">Rows of a batch.</param>
    /// <param name="seed">Of the order.</param>
    public BlockBatches(IReadOnlyList<Dataset> blocks, KanModel model, Loss loss, int size, ulong seed)
    {
        _blocks = blocks;
        _model = model;
        _loss = loss;
        _random = new SeededRandom(seed);
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

    /// <summary>Some rows of the current block, at most so many.</summary>
    public (Matrix Inputs, Matrix Targets) Sample(int rows)
    {
        ReadOnlySpan<int> some = _rowOrder.AsSpan(0, Math.Min(rows, _rowOrder.Length));
        return (_blockInputs.SelectRows(some), _blockTargets.SelectRows(some));
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
        if (_blocks.Count > 1)
        {
            int next = NextIndex();
            _coming = Task.Run(() => Read(next));
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
