using KanSharp.Numerics;

namespace KanSharp.Training.Objectives;

/// <summary>Rows in mini-batches: every row once in an epoch, in an order drawn anew for each; what does not fill a batch waits for the next epoch.</summary>
internal sealed class MiniBatches(Matrix inputs, Matrix targets, int size, ulong seed)
{
    private readonly SeededRandom _random = new(seed);
    private int[] _order = [];
    private int _next;

    /// <summary>Inputs of the current batch.</summary>
    public Matrix Inputs { get; } = new(size, inputs.Columns);

    /// <summary>Targets of the current batch.</summary>
    public Matrix Targets { get; } = new(size, targets.Columns);

    /// <summary>Moves on; the matrices are filled in place.</summary>
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
