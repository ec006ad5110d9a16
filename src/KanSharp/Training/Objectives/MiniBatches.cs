using KanSharp.Numerics;

namespace KanSharp.Training.Objectives;

/// <summary>Rows in mini-batches: every row once in an epoch, in an order drawn anew for each; what does not fill a batch waits for the next epoch.</summary>
internal sealed class MiniBatches(Matrix inputs, Matrix targets, double[]? weights, int size, ulong seed)
{
    private SeededRandom _random = new(seed);
    private int[] _order = [];
    private int _next;

    /// <summary>Inputs of the current batch.</summary>
    public Matrix Inputs { get; } = new(size, inputs.Columns);

    /// <summary>Targets of the current batch.</summary>
    public Matrix Targets { get; } = new(size, targets.Columns);

    /// <summary>Weights of the current batch, in units of the mean over all rows; null for 1 each.</summary>
    public double[]? Weights { get; } = weights is null ? null : new double[size];

    /// <summary>Moves on; matrices and weights are filled in place.</summary>
    public void Next()
    {
        if (_next + size > _order.Length)
        {
            _order = _random.NextPermutation(inputs.Rows);
            _next = 0;
        }
        ReadOnlySpan<int> rows = _order.AsSpan(_next, size);
        _next += size;
        Gather(inputs, rows, Inputs);
        Gather(targets, rows, Targets);
        for (int i = 0; i < Weights?.Length; i++)
            Weights[i] = weights![rows[i]];
    }

    /// <summary>Where the batches stand; the next one follows from it.</summary>
    public BatchPosition Position => new(_random.State, [.. _order], _next);

    /// <summary>Goes on from a position.</summary>
    /// <exception cref="KanSharpException">It is none in batches of these rows.</exception>
    public void Restore(BatchPosition position)
    {
        int rows = inputs.Rows;
        bool begun = !position.Order.IsEmpty;
        if (begun ? position.Order.Length != rows || position.Order.Distinct().Count() != rows || position.Order.Any(row => (uint)row >= (uint)rows) : position.Next != 0)
            throw new KanSharpException($"The order of the mini-batches is none of {rows} rows.");
        if (position.Next < 0 || position.Next > position.Order.Length)
            throw new KanSharpException($"The mini-batches cannot stand at row {position.Next} of {position.Order.Length}.");
        _random = SeededRandom.FromState(position.Generator);
        _order = [.. position.Order];
        _next = position.Next;
    }

    private static void Gather(Matrix from, ReadOnlySpan<int> rows, Matrix to)
    {
        for (int j = 0; j < from.Columns; j++)
        {
            ReadOnlySpan<double> source = from.Column(j);
            Span<double> target = to.Column(j);
            for (int i = 0; i < rows.Length; i++)
                target[i] = source[rows[i]];
        }
    }
}
