using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// For few outputs and many basis functions: of each sample only the k + 1 basis functions that are not zero, with these in the lanes, and
/// the window of the weights that they meet.
/// </summary>
internal sealed class WindowedEdges<T> : NumericEdges<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _stride;
    private readonly int[] _first;
    private readonly AlignedBuffer<T> _taps;
    private readonly AlignedBuffer<T> _base;
    private readonly AlignedBuffer<T> _tapSlopes;
    private readonly AlignedBuffer<T> _baseSlopes;

    public WindowedEdges(CellTable<T>[] tables, ReadOnlySpan<double> mask, BaseFunction baseFunction, bool slopes, bool pinned)
        : base(tables, mask, baseFunction, LayoutOf(tables[0], mask.Length / tables.Length))
    {
        _stride = tables[0].Stride;
        _first = new int[tables.Length * Samples];
        _taps = new AlignedBuffer<T>(tables.Length * Samples * _stride, pinned);
        _base = new AlignedBuffer<T>(tables.Length * Samples, pinned);
        _tapSlopes = slopes ? new AlignedBuffer<T>(_taps.Length, pinned) : default;
        _baseSlopes = slopes ? new AlignedBuffer<T>(_base.Length, pinned) : default;
    }

    /// <summary>
    /// After the weights of an edge there is room for what the last window reads beyond them. The gradient has a place of its own for each window: added to the weights themselves,
    /// a window would wait for the one before it, which overlaps it, to get to memory.
    /// </summary>
    public static EdgeLayout LayoutOf(CellTable<T> table, int outputs)
    {
        int length = table.BasisCount + table.Stride + 1;
        return new EdgeLayout(table.BasisCount, length - 1, 1, outputs, outputs * length, length, 1, table.Stride, table.Taps);
    }

    public override void Fill(int first, int end, ReadOnlySpan<T> inputs, bool slopes)
    {
        int length = Samples * _stride;
        for (int i = first; i < end; i++)
        {
            if (ActiveOutputs[i].Length == 0)
                continue;
            TapKernel.Fill(Tables[i], Row(inputs, i), _first.AsSpan(i * Samples, Samples), _taps.AsSpan(i * length, length), slopes ? _tapSlopes.AsSpan(i * length, length) : []);
            BaseFunctionKernel.Evaluate(BaseFunction, Row(inputs, i), Row(_base.Span, i), slopes ? Row(_baseSlopes.Span, i) : []);
        }
    }

    public override void AddValues(int block, ReadOnlySpan<T> weights, Span<T> sums)
    {
        for (int i = 0; i < InputCount; i++)
        {
            foreach (int j in ActiveOutputs[i])
                AddValue(i, j, weights, Row(sums, j));
        }
    }

    public override void AddGradients(int first, int end, ReadOnlySpan<T> adjoints, Span<T> gradients)
    {
        // Edges two by two, of whatever inputs.
        (int I, int J) waiting = (-1, -1);
        for (int i = first; i < end; i++)
        {
            foreach (int j in ActiveOutputs[i])
            {
                if (_stride != CellTable<T>.Lanes)
                {
                    AddGradient(i, j, Row(adjoints, j), first, end, gradients);
                    continue;
                }
                if (waiting.I < 0)
                {
                    waiting = (i, j);
                    continue;
                }
                Span<T> left = Gradient(waiting.I, waiting.J, first, end, gradients), right = Gradient(i, j, first, end, gradients);
                WindowKernels.AddProductPair(Taps(_taps, waiting.I), Taps(_taps, i), First(waiting.I), First(i), Row(adjoints, waiting.J), Row(adjoints, j), left, right);
                AddBase(waiting.I, Row(adjoints, waiting.J), left);
                AddBase(i, Row(adjoints, j), right);
                waiting = (-1, -1);
            }
        }
        if (waiting.I >= 0)
            AddGradient(waiting.I, waiting.J, Row(adjoints, waiting.J), first, end, gradients);
    }

    public override void AddInputAdjoints(int first, int end, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoints, Span<T> inputAdjoints)
    {
        for (int i = first; i < end; i++)
        {
            foreach (int j in ActiveOutputs[i])
                AddInputAdjoint(i, j, weights, Row(adjoints, j), Row(inputAdjoints, i));
        }
    }

    public override void AddValue(int input, int output, ReadOnlySpan<T> weights, Span<T> value)
    {
        int edge = Layout.Edge(input, output, InputCount);
        WindowKernels.Add(weights[edge..], Taps(_taps, input), First(input), _stride, [], value);
        DenseKernels.Add(Row(_base.Span, input), weights.Slice(edge + Layout.BaseWeight, 1), value);
    }

    public override void AddGradient(int input, int output, ReadOnlySpan<T> adjoint, int first, int end, Span<T> gradients)
    {
        Span<T> edge = Gradient(input, output, first, end, gradients);
        WindowKernels.AddProduct(Taps(_taps, input), First(input), _stride, adjoint, edge);
        AddBase(input, adjoint, edge);
    }

    public override void AddInputAdjoint(int input, int output, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoint, Span<T> inputAdjoint)
    {
        int edge = Layout.Edge(input, output, InputCount);
        WindowKernels.Add(weights[edge..], Taps(_tapSlopes, input), First(input), _stride, adjoint, inputAdjoint);
        DenseKernels.AddTimes(Row(_baseSlopes.Span, input), weights.Slice(edge + Layout.BaseWeight, 1), adjoint, inputAdjoint);
    }

    public override void CopyBasis(int input, int basis, Span<T> row)
    {
        if (basis == Layout.BasisCount)
        {
            Row(_base.Span, input).CopyTo(row);
            return;
        }
        ReadOnlySpan<int> first = First(input);
        ReadOnlySpan<T> taps = Taps(_taps, input);
        for (int n = 0; n < Samples; n++)
        {
            int tap = basis - first[n];
            row[n] = (uint)tap < (uint)_stride ? taps[n * _stride + tap] : T.Zero;
        }
    }

    /// <summary>The windows of an edge's basis functions, times a factor, to <paramref name="target"/>.</summary>
    public void CopyWindows(int input, int edge, ReadOnlySpan<T> factor, LayerJacobian<T> target) => target.SetWindow(edge, First(input), Taps(_taps, input), factor);

    private Span<T> Gradient(int input, int output, int first, int end, Span<T> gradients) =>
        gradients[(Layout.Edge(input - first, output, end - first) * Layout.GradientLanes)..];

    private void AddBase(int input, ReadOnlySpan<T> adjoint, Span<T> edge) =>
        edge[Layout.BaseWeight * Layout.GradientLanes] += TensorPrimitives.Dot(adjoint, Row(_base.Span, input));

    private ReadOnlySpan<int> First(int input) => _first.AsSpan(input * Samples, Samples);

    private ReadOnlySpan<T> Taps(AlignedBuffer<T> taps, int input) => taps.AsSpan(input * Samples * _stride, Samples * _stride);
}
