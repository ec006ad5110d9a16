using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// For many outputs: the outputs fill the lanes, and the samples of an input are sorted by the grid cell that they fall into. All samples of a
/// cell meet the same k + 1 basis functions, so that their weights, or their sums of the gradient, stay in registers for the whole bucket.
/// </summary>
internal sealed partial class BucketedEdges<T> : NumericEdges<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Sorted samples in a row, with room for a vector that runs over the end of the last bucket.</summary>
    private const int SortedStride = Samples + 16;

    private readonly int _weights;
    private readonly int _rows;
    private readonly int _cellStride;
    private readonly int _lanes = DenseKernels.Lanes<T>();
    private readonly int _blockWidth;
    private readonly int[] _starts;
    private readonly int[] _order;
    private readonly AlignedBuffer<T> _taps;
    private readonly AlignedBuffer<T> _tapSlopes;
    private readonly AlignedBuffer<T> _sums;
    private readonly AlignedBuffer<T> _adjoints;

    public BucketedEdges(CellTable<T>[] tables, ReadOnlySpan<double> mask, BaseFunction baseFunction, bool slopes, bool pinned)
        : base(tables, mask, baseFunction, LayoutOf(tables[0], mask.Length / tables.Length))
    {
        _weights = tables[0].Taps + 1;
        _rows = (_weights + BucketKernels.Rows - 1) / BucketKernels.Rows * BucketKernels.Rows;
        _blockWidth = Layout.BlockWidth;
        _cellStride = tables.Max(table => table.CellCount) + 1;
        _starts = new int[InputCount * _cellStride];
        _order = new int[InputCount * Samples];
        _taps = new AlignedBuffer<T>(InputCount * _rows * SortedStride, pinned);
        _tapSlopes = slopes ? new AlignedBuffer<T>(_taps.Length, pinned) : default;
        _sums = new AlignedBuffer<T>(Layout.Blocks * Samples * _blockWidth, pinned);
        _adjoints = new AlignedBuffer<T>(_sums.Length, pinned);
    }

    public static EdgeLayout LayoutOf(CellTable<T> table, int outputs)
    {
        int lanes = DenseKernels.Lanes<T>(), padded = (outputs + lanes - 1) / lanes * lanes, width = Math.Min(padded, BucketKernels.BlockVectors * lanes);
        return new EdgeLayout(table.BasisCount, table.BasisCount, (outputs + width - 1) / width, width, (table.BasisCount + 1) * width, 1, width, 1);
    }

    public override void Fill(int first, int end, ReadOnlySpan<T> inputs, bool slopes)
    {
        Span<T> sorted = stackalloc T[SortedStride];
        sorted.Clear();
        for (int i = first; i < end; i++)
        {
            if (ActiveOutputs[i].Length == 0)
                continue;
            CellTable<T> table = Tables[i];
            Span<int> starts = Starts(i);
            BucketKernels.Sort(table, Row(inputs, i)[..Count], sorted, starts, _order.AsSpan(i * Samples, Samples));
            Span<T> taps = Taps(_taps, i), tapSlopes = slopes ? Taps(_tapSlopes, i) : [];
            for (int cell = 0; cell < table.CellCount; cell++)
            {
                if (starts[cell + 1] > starts[cell])
                    BucketKernels.FillTaps(table, cell, sorted, starts[cell], starts[cell + 1], SortedStride, taps, tapSlopes);
            }
            int baseRow = (_weights - 1) * SortedStride;
            BaseFunctionKernel.Evaluate(BaseFunction, sorted[..Samples], taps.Slice(baseRow, Samples), slopes ? tapSlopes.Slice(baseRow, Samples) : []);
        }
    }

    public override void AddValues(int block, ReadOnlySpan<T> weights, Span<T> sums)
    {
        Span<T> tile = Block(_sums, block);
        tile.Clear();
        for (int i = 0; i < InputCount; i++)
        {
            if (ActiveOutputs[i].Length == 0)
                continue;
            ReadOnlySpan<T> input = Weights(weights, i, block), taps = Taps(_taps, i);
            Span<int> starts = Starts(i);
            for (int cell = 0; cell < Tables[i].CellCount; cell++)
            {
                if (starts[cell + 1] == starts[cell])
                    continue;
                for (int group = 0; group < _rows; group += BucketKernels.Rows)
                    BucketKernels.AddValues(input, WeightRows(i, cell, group), Vectors(block), Bucket(i, starts, cell), Bucket(taps, group, starts[cell]), SortedStride, tile, _blockWidth);
            }
        }
        int first = block * _blockWidth, count = Math.Min(_blockWidth, OutputCount - first);
        for (int n = 0; n < Samples; n++)
        {
            ReadOnlySpan<T> row = tile.Slice(n * _blockWidth, count);
            for (int j = 0; j < row.Length; j++)
                sums[(first + j) * Samples + n] += row[j];
        }
    }

    public override void SetAdjoints(ReadOnlySpan<T> adjoints)
    {
        for (int block = 0; block < Layout.Blocks; block++)
        {
            Span<T> tile = Block(_adjoints, block);
            int first = block * _blockWidth, count = Math.Min(_blockWidth, OutputCount - first);
            for (int n = 0; n < Samples; n++)
            {
                Span<T> row = tile.Slice(n * _blockWidth, count);
                for (int j = 0; j < row.Length; j++)
                    row[j] = adjoints[(first + j) * Samples + n];
            }
        }
    }

    public override void AddGradients(int first, int end, ReadOnlySpan<T> adjoints, Span<T> gradients)
    {
        for (int block = 0; block < Layout.Blocks; block++)
        {
            Span<T> tile = Block(_adjoints, block);
            for (int i = first; i < end; i++)
            {
                if (ActiveOutputs[i].Length == 0)
                    continue;
                Span<T> input = gradients.Slice(Layout.Block(block, i - first, end - first), Layout.BlockLength);
                ReadOnlySpan<T> taps = Taps(_taps, i);
                Span<int> starts = Starts(i);
                for (int cell = 0; cell < Tables[i].CellCount; cell++)
                {
                    if (starts[cell + 1] == starts[cell])
                        continue;
                    for (int group = 0; group < _rows; group += BucketKernels.Rows)
                    {
                        BucketKernels.AddGradients(input, WeightRows(i, cell, group), Math.Min(BucketKernels.Rows, _weights - group), Vectors(block),
                            Bucket(i, starts, cell), Bucket(taps, group, starts[cell]), SortedStride, tile, _blockWidth);
                    }
                }
            }
        }
    }

    public override void AddInputAdjoints(int first, int end, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoints, Span<T> inputAdjoints)
    {
        for (int block = 0; block < Layout.Blocks; block++)
        {
            Span<T> tile = Block(_adjoints, block);
            for (int i = first; i < end; i++)
            {
                if (ActiveOutputs[i].Length == 0)
                    continue;
                ReadOnlySpan<T> input = Weights(weights, i, block), slopes = Taps(_tapSlopes, i);
                Span<int> starts = Starts(i);
                for (int cell = 0; cell < Tables[i].CellCount; cell++)
                {
                    if (starts[cell + 1] == starts[cell])
                        continue;
                    for (int group = 0; group < _rows; group += BucketKernels.Rows)
                    {
                        BucketKernels.AddInputAdjoints(input, WeightRows(i, cell, group), Vectors(block), Bucket(i, starts, cell),
                            Bucket(slopes, group, starts[cell]), SortedStride, tile, _blockWidth, Row(inputAdjoints, i));
                    }
                }
            }
        }
    }

    public override void AddValue(int input, int output, ReadOnlySpan<T> weights, Span<T> value) => AddEdge(input, output, weights, Taps(_taps, input), [], value);

    public override void AddInputAdjoint(int input, int output, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoint, Span<T> inputAdjoint) =>
        AddEdge(input, output, weights, Taps(_tapSlopes, input), adjoint, inputAdjoint);

    public override void AddGradient(int input, int output, ReadOnlySpan<T> adjoint, int first, int end, Span<T> gradients)
    {
        ReadOnlySpan<int> order = _order.AsSpan(input * Samples, Samples);
        ReadOnlySpan<T> taps = Taps(_taps, input);
        int edge = Layout.Edge(input - first, output, end - first);
        Span<int> starts = Starts(input);
        Span<T> sorted = stackalloc T[Samples];
        for (int n = starts[0]; n < starts[Tables[input].CellCount]; n++)
            sorted[n] = adjoint[order[n]];
        for (int cell = 0; cell < Tables[input].CellCount; cell++)
        {
            (int start, int count) = (starts[cell], starts[cell + 1] - starts[cell]);
            for (int w = 0; w < _weights && count > 0; w++)
                gradients[edge + WeightRow(input, cell, w) * Layout.WeightStride] += TensorPrimitives.Dot<T>(taps.Slice(w * SortedStride + start, count), sorted.Slice(start, count));
        }
    }

    public override void CopyBasis(int input, int basis, Span<T> row)
    {
        ReadOnlySpan<int> order = _order.AsSpan(input * Samples, Samples);
        ReadOnlySpan<T> taps = Taps(_taps, input);
        Span<int> starts = Starts(input);
        for (int cell = 0; cell < Tables[input].CellCount; cell++)
        {
            int tap = basis == Layout.BaseWeight ? _weights - 1 : basis - Tables[input].First[cell];
            bool active = tap >= 0 && (tap < _weights - 1 || basis == Layout.BaseWeight);
            for (int n = starts[cell]; n < starts[cell + 1]; n++)
                row[order[n]] = active ? taps[tap * SortedStride + n] : T.Zero;
        }
    }

    private void AddEdge(int input, int output, ReadOnlySpan<T> weights, ReadOnlySpan<T> taps, ReadOnlySpan<T> factor, Span<T> result)
    {
        ReadOnlySpan<int> order = _order.AsSpan(input * Samples, Samples);
        int edge = Layout.Edge(input, output, InputCount);
        Span<int> starts = Starts(input);
        Span<T> sorted = stackalloc T[Samples];
        sorted.Clear();
        for (int cell = 0; cell < Tables[input].CellCount; cell++)
        {
            (int start, int count) = (starts[cell], starts[cell + 1] - starts[cell]);
            Span<T> values = sorted.Slice(start, count);
            for (int w = 0; w < _weights && count > 0; w++)
                TensorPrimitives.MultiplyAdd(taps.Slice(w * SortedStride + start, count), weights[edge + WeightRow(input, cell, w) * Layout.WeightStride], values, values);
        }
        for (int n = starts[0]; n < starts[Tables[input].CellCount]; n++)
            result[order[n]] += factor.IsEmpty ? sorted[n] : sorted[n] * factor[order[n]];
    }

    private Span<int> Starts(int input) => _starts.AsSpan(input * _cellStride, Tables[input].CellCount + 1);

    private Span<T> Taps(AlignedBuffer<T> taps, int input) => taps.AsSpan(input * _rows * SortedStride, _rows * SortedStride);

    private Span<T> Block(AlignedBuffer<T> tiles, int block) => tiles.AsSpan(block * Samples * _blockWidth, Samples * _blockWidth);

    /// <summary>The weights of an input, from those of the first output of a block on.</summary>
    private ReadOnlySpan<T> Weights(ReadOnlySpan<T> weights, int input, int block) =>
        weights.Slice(Layout.Block(block, input, InputCount), Layout.BlockLength);

    private int Vectors(int block) => (Math.Min(_blockWidth, OutputCount - block * _blockWidth) + _lanes - 1) / _lanes;

    /// <summary>The samples of a cell, by number.</summary>
    private ReadOnlySpan<int> Bucket(int input, ReadOnlySpan<int> starts, int cell) => _order.AsSpan(input * Samples, Samples)[starts[cell]..starts[cell + 1]];

    /// <summary>The taps of a group of weights from the first sample of a cell on.</summary>
    private static ReadOnlySpan<T> Bucket(ReadOnlySpan<T> taps, int group, int start) => taps[(group * SortedStride + start)..];

    /// <summary>Which weight the tap w of a cell meets; the one after the taps is the base function's, and those beyond it stand for nothing.</summary>
    private int WeightRow(int input, int cell, int w) => w < _weights - 1 ? Tables[input].First[cell] + w : Layout.BaseWeight;

    private BucketKernels.RowOffsets WeightRows(int input, int cell, int group)
    {
        int stride = Layout.WeightStride;
        if (_weights == BucketKernels.Rows)
        {
            int first = Tables[input].First[cell] * stride;
            return new(first, first + stride, first + 2 * stride, first + 3 * stride, Layout.BaseWeight * stride);
        }
        return new(WeightRow(input, cell, group) * stride, WeightRow(input, cell, group + 1) * stride, WeightRow(input, cell, group + 2) * stride,
            WeightRow(input, cell, group + 3) * stride, WeightRow(input, cell, group + 4) * stride);
    }
}
