using System.Numerics.Tensors;
using KanSharp.Numerics;

namespace KanSharp.Layers.Kernels;

/// <content>
/// Means and deviations of all edges over a batch, and what depends on them, cell by cell. The functions of a cell are here the sum of its basis functions (which is one,
/// or zero where a spline ends), its basis functions but the first, and the base function; an edge's weights are then that of the first basis function, and the differences from it. So a
/// constant edge has no deviation, up to rounding of the constant.
/// </content>
internal sealed partial class BucketedEdges<T>
{
    private int Cells => _cellStride - 1;

    public CellMoments CreateMoments() => new(InputCount, Cells, _weights);

    public CellPulls CreatePulls() => new(InputCount, Cells, _weights);

    /// <summary>Takes in the samples of the tile that <see cref="Fill"/> saw.</summary>
    public void AddMoments(CellMoments moments)
    {
        Span<T> rows = stackalloc T[_weights * Samples];
        Span<double> means = stackalloc double[_weights], products = stackalloc double[_weights * _weights];
        for (int i = 0; i < InputCount; i++)
        {
            if (ActiveOutputs[i].Length == 0)
                continue;
            Span<int> starts = Starts(i);
            for (int cell = 0; cell < Tables[i].CellCount; cell++)
            {
                int count = starts[cell + 1] - starts[cell];
                if (count == 0)
                    continue;
                Functions(Taps(_taps, i), starts[cell], count, rows);
                for (int f = 0; f < _weights; f++)
                {
                    Span<T> row = rows.Slice(f * Samples, count);
                    T mean = TensorPrimitives.Sum<T>(row) / T.CreateTruncating(count);
                    TensorPrimitives.Subtract(row, mean, row);
                    means[f] = double.CreateTruncating(mean);
                    for (int g = 0; g <= f; g++)
                        products[f * _weights + g] = products[g * _weights + f] = double.CreateTruncating(TensorPrimitives.Dot<T>(row, rows.Slice(g * Samples, count)));
                }
                moments.Add(i, cell, count, means, products);
            }
        }
    }

    /// <summary>Means and deviations of the edges with these weights.</summary>
    public void AddEdges(CellMoments cells, ReadOnlySpan<T> weights, Moments edges, Moments twins)
    {
        Span<double> own = stackalloc double[_weights * _blockWidth], mean = stackalloc double[_blockWidth], squares = stackalloc double[_blockWidth];
        Span<double> row = stackalloc double[_blockWidth];
        for (int i = 0; i < InputCount; i++)
        {
            for (int block = 0; block < Layout.Blocks && ActiveOutputs[i].Length > 0; block++)
            {
                (int first, int width) = Outputs(block);
                for (int cell = 0; cell < Tables[i].CellCount; cell++)
                {
                    int count = cells.Count(i, cell);
                    if (count == 0)
                        continue;
                    OwnWeights(weights, i, cell, block, own);
                    Combine(own, cells.Means(i, cell), width, mean);
                    squares.Clear();
                    for (int f = 0; f < _weights; f++)
                    {
                        Combine(own, cells.Products(i, cell).Slice(f * _weights, _weights), width, row);
                        TensorPrimitives.MultiplyAdd(row[..width], own.Slice(f * _blockWidth, width), squares[..width], squares[..width]);
                    }
                    for (int j = 0; j < width; j++)
                    {
                        // Rounding may leave a sum of squares just below zero.
                        double sum = Math.Max(squares[j], 0);
                        edges.Add(i * OutputCount + first + j, count, mean[j], sum);
                        twins.Add(i * OutputCount + first + j, count, mean[j], sum);
                    }
                }
            }
        }
    }

    /// <summary>What the pulls on the edges come to for each input; <paramref name="pulls"/> and <paramref name="means"/> by edge.</summary>
    public void SetPulls(CellMoments cells, ReadOnlySpan<T> weights, ReadOnlySpan<double> pulls, ReadOnlySpan<double> means, CellPulls result)
    {
        Span<double> own = stackalloc double[_weights * _blockWidth], pulled = stackalloc double[_blockWidth];
        for (int i = 0; i < InputCount; i++)
        {
            for (int cell = 0; cell < Tables[i].CellCount && ActiveOutputs[i].Length > 0; cell++)
            {
                Span<double> quadratic = result.Quadratic(i, cell), linear = result.Linear(i, cell);
                quadratic.Clear();
                linear.Clear();
                for (int block = 0; block < Layout.Blocks && cells.Count(i, cell) > 0; block++)
                {
                    (int first, int width) = Outputs(block);
                    int edge = i * OutputCount + first;
                    OwnWeights(weights, i, cell, block, own);
                    for (int f = 0; f < _weights; f++)
                    {
                        TensorPrimitives.Multiply(own.Slice(f * _blockWidth, width), pulls.Slice(edge, width), pulled[..width]);
                        linear[f] += TensorPrimitives.Dot(pulled[..width], means.Slice(edge, width));
                        for (int g = 0; g <= f; g++)
                        {
                            quadratic[f * _weights + g] += TensorPrimitives.Dot<double>(pulled[..width], own.Slice(g * _blockWidth, width));
                            quadratic[g * _weights + f] = quadratic[f * _weights + g];
                        }
                    }
                }
            }
        }
    }

    /// <summary>Adds the gradient that the pulls of the whole batch give the weights of inputs first .. end - 1, with which <paramref name="gradients"/> begins.</summary>
    public void AddPullGradients(int first, int end, CellMoments cells, ReadOnlySpan<T> weights, ReadOnlySpan<double> pulls, ReadOnlySpan<double> means, Span<T> gradients)
    {
        Span<double> own = stackalloc double[_weights * _blockWidth], shift = stackalloc double[_blockWidth], row = stackalloc double[_blockWidth], rest = stackalloc double[_blockWidth];
        Span<T> converted = stackalloc T[_blockWidth];
        for (int i = first; i < end; i++)
        {
            for (int block = 0; block < Layout.Blocks && ActiveOutputs[i].Length > 0; block++)
            {
                (int output, int width) = Outputs(block);
                int edge = i * OutputCount + output;
                Span<T> input = gradients.Slice(Layout.Block(block, i - first, end - first), Layout.BlockLength);
                for (int cell = 0; cell < Tables[i].CellCount; cell++)
                {
                    int count = cells.Count(i, cell);
                    if (count == 0)
                        continue;
                    OwnWeights(weights, i, cell, block, own);
                    Combine(own, cells.Means(i, cell), width, shift);
                    TensorPrimitives.Subtract(shift[..width], means.Slice(edge, width), shift[..width]);
                    rest.Clear();
                    for (int f = _weights - 1; f >= 0; f--)
                    {
                        Combine(own, cells.Products(i, cell).Slice(f * _weights, _weights), width, row);
                        TensorPrimitives.MultiplyAdd(shift[..width], count * cells.Means(i, cell)[f], row[..width], row[..width]);
                        TensorPrimitives.Multiply(row[..width], pulls.Slice(edge, width), row[..width]);
                        // The first basis function is the sum without the others.
                        if (f == 0)
                            TensorPrimitives.Subtract(row[..width], rest[..width], row[..width]);
                        else if (f < _weights - 1)
                            TensorPrimitives.Add(rest[..width], row[..width], rest[..width]);
                        Span<T> target = input.Slice(WeightRow(i, cell, f) * Layout.WeightStride, width);
                        TensorPrimitives.ConvertTruncating<double, T>(row[..width], converted[..width]);
                        TensorPrimitives.Add(target, converted[..width], target);
                    }
                }
            }
        }
    }

    /// <summary>Adds what the pulls give the tile's inputs first .. end - 1.</summary>
    public void AddPullAdjoints(int first, int end, CellPulls pulls, Span<T> inputAdjoints)
    {
        Span<T> rows = stackalloc T[_weights * Samples], slope = stackalloc T[Samples], sums = stackalloc T[Samples];
        for (int i = first; i < end; i++)
        {
            if (ActiveOutputs[i].Length == 0)
                continue;
            Span<int> starts = Starts(i);
            ReadOnlySpan<int> order = _order.AsSpan(i * Samples, Samples);
            Span<T> target = Row(inputAdjoints, i);
            for (int cell = 0; cell < Tables[i].CellCount; cell++)
            {
                int start = starts[cell], count = starts[cell + 1] - start;
                if (count == 0)
                    continue;
                Functions(Taps(_taps, i), start, count, rows);
                ReadOnlySpan<double> quadratic = pulls.Quadratic(i, cell), linear = pulls.Linear(i, cell);
                sums.Clear();
                // The sum of the basis functions has no slope.
                for (int f = 1; f < _weights; f++)
                {
                    slope[..count].Fill(T.CreateTruncating(-linear[f]));
                    for (int g = 0; g < _weights; g++)
                        TensorPrimitives.MultiplyAdd(rows.Slice(g * Samples, count), T.CreateTruncating(quadratic[f * _weights + g]), slope[..count], slope[..count]);
                    TensorPrimitives.MultiplyAdd(slope[..count], Taps(_tapSlopes, i).Slice(f * SortedStride + start, count), sums[..count], sums[..count]);
                }
                for (int n = 0; n < count; n++)
                    target[order[start + n]] += sums[n];
            }
        }
    }

    private (int First, int Width) Outputs(int block) => (block * _blockWidth, Math.Min(_blockWidth, OutputCount - block * _blockWidth));

    /// <summary>The functions of a cell at its samples, [function][sample].</summary>
    private void Functions(ReadOnlySpan<T> taps, int start, int count, Span<T> rows)
    {
        Span<T> sum = rows[..count];
        sum.Clear();
        for (int f = 0; f < _weights; f++)
        {
            ReadOnlySpan<T> row = taps.Slice(f * SortedStride + start, count);
            if (f > 0)
                row.CopyTo(rows[(f * Samples)..]);
            if (f < _weights - 1)
                TensorPrimitives.Add(sum, row, sum);
        }
    }

    /// <summary>The weights of a block's edges for the functions of a cell, [function][output].</summary>
    private void OwnWeights(ReadOnlySpan<T> weights, int input, int cell, int block, Span<double> own)
    {
        ReadOnlySpan<T> rows = Weights(weights, input, block);
        Span<double> first = own[.._blockWidth];
        for (int f = 0; f < _weights; f++)
        {
            Span<double> row = own.Slice(f * _blockWidth, _blockWidth);
            TensorPrimitives.ConvertTruncating<T, double>(rows.Slice(WeightRow(input, cell, f) * Layout.WeightStride, _blockWidth), row);
            if (f > 0 && f < _weights - 1)
                TensorPrimitives.Subtract<double>(row, first, row);
        }
    }

    /// <summary>The sum over functions of factor times weight, for each output.</summary>
    private void Combine(ReadOnlySpan<double> own, ReadOnlySpan<double> factors, int width, Span<double> result)
    {
        result.Clear();
        for (int f = 0; f < _weights; f++)
            TensorPrimitives.MultiplyAdd(own.Slice(f * _blockWidth, width), factors[f], result[..width], result[..width]);
    }
}
