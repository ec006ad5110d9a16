using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// For few outputs and few basis functions: all basis functions of an input, with the base function as one more, stand as rows of samples,
/// and everything is a product of small dense matrices with the samples in the lanes.
/// </summary>
internal sealed class DenseEdges<T> : NumericEdges<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _basisCount;
    private readonly int _rows;
    private readonly AlignedBuffer<T> _values;
    private readonly AlignedBuffer<T> _slopes;

    public DenseEdges(CellTable<T>[] tables, ReadOnlySpan<double> mask, BaseFunction baseFunction, bool slopes)
        : base(tables, mask, baseFunction, LayoutOf(tables[0], mask.Length / tables.Length))
    {
        _basisCount = tables[0].BasisCount;
        _rows = _basisCount + 1;
        _values = new AlignedBuffer<T>(tables.Length * _rows * Samples);
        _slopes = slopes ? new AlignedBuffer<T>(_values.Length) : default;
    }

    public static EdgeLayout LayoutOf(CellTable<T> table, int outputs)
    {
        int rows = table.BasisCount + 1;
        return new EdgeLayout(table.BasisCount, table.BasisCount, 1, outputs, outputs * rows, rows, 1, DenseKernels.Lanes<T>());
    }

    public override void Fill(int first, int end, ReadOnlySpan<T> inputs, bool slopes)
    {
        for (int i = first; i < end; i++)
        {
            if (ActiveOutputs[i].Length == 0)
                continue;
            ReadOnlySpan<T> x = Row(inputs, i);
            int start = i * _rows * Samples, basis = _basisCount * Samples;
            Span<T> values = _values.AsSpan(start, basis), derivatives = slopes ? _slopes.AsSpan(start, basis) : [];
            if (Tables[i].Permuted is PermutedBasis<T> permuted)
                permuted.Fill(x, values, derivatives);
            else
                Spread(Tables[i], x, values, derivatives);
            BaseFunctionKernel.Evaluate(BaseFunction, x, _values.AsSpan(start + basis, Samples), slopes ? _slopes.AsSpan(start + basis, Samples) : []);
        }
    }

    public override void AddValues(int block, ReadOnlySpan<T> weights, Span<T> sums)
    {
        for (int i = 0; i < InputCount; i++)
        {
            ReadOnlySpan<T> basis = Basis(_values, i);
            int[] outputs = ActiveOutputs[i];
            int o = 0;
            for (; o + 2 <= outputs.Length; o += 2)
                DenseKernels.AddPair(basis, Edge(weights, i, outputs[o]), Edge(weights, i, outputs[o + 1]), Row(sums, outputs[o]), Row(sums, outputs[o + 1]));
            if (o < outputs.Length)
                DenseKernels.Add(basis, Edge(weights, i, outputs[o]), Row(sums, outputs[o]));
        }
    }

    public override void AddGradients(int first, int end, ReadOnlySpan<T> adjoints, Span<T> gradients)
    {
        for (int i = first; i < end; i++)
        {
            ReadOnlySpan<T> basis = Basis(_values, i);
            int[] outputs = ActiveOutputs[i];
            int o = 0;
            for (; o + 2 <= outputs.Length; o += 2)
            {
                DenseKernels.AddProductPair(basis, Row(adjoints, outputs[o]), Row(adjoints, outputs[o + 1]),
                    Gradient(gradients, i - first, outputs[o]), Gradient(gradients, i - first, outputs[o + 1]));
            }
            if (o < outputs.Length)
                DenseKernels.AddProduct(basis, Row(adjoints, outputs[o]), Gradient(gradients, i - first, outputs[o]));
        }
    }

    public override void AddInputAdjoints(int first, int end, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoints, Span<T> inputAdjoints)
    {
        for (int i = first; i < end; i++)
        {
            ReadOnlySpan<T> slopes = Basis(_slopes, i);
            int[] outputs = ActiveOutputs[i];
            int o = 0;
            for (; o + 2 <= outputs.Length; o += 2)
            {
                DenseKernels.AddPairTimes(slopes, Edge(weights, i, outputs[o]), Edge(weights, i, outputs[o + 1]),
                    Row(adjoints, outputs[o]), Row(adjoints, outputs[o + 1]), Row(inputAdjoints, i));
            }
            if (o < outputs.Length)
                DenseKernels.AddTimes(slopes, Edge(weights, i, outputs[o]), Row(adjoints, outputs[o]), Row(inputAdjoints, i));
        }
    }

    public override void AddValue(int input, int output, ReadOnlySpan<T> weights, Span<T> value) =>
        DenseKernels.Add(Basis(_values, input), Edge(weights, input, output), value);

    public override void AddGradient(int input, int output, ReadOnlySpan<T> adjoint, int first, int end, Span<T> gradients) =>
        DenseKernels.AddProduct(Basis(_values, input), adjoint, Gradient(gradients, input - first, output));

    public override void AddInputAdjoint(int input, int output, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoint, Span<T> inputAdjoint) =>
        DenseKernels.AddTimes(Basis(_slopes, input), Edge(weights, input, output), adjoint, inputAdjoint);

    public override void CopyBasis(int input, int basis, Span<T> row) => Row(Basis(_values, input), basis).CopyTo(row);

    private ReadOnlySpan<T> Basis(AlignedBuffer<T> rows, int input) => rows.AsSpan(input * _rows * Samples, _rows * Samples);

    private ReadOnlySpan<T> Edge(ReadOnlySpan<T> weights, int input, int output) => weights.Slice(input * Layout.BlockLength + output * _rows, _rows);

    private Span<T> Gradient(Span<T> gradients, int input, int output) =>
        gradients.Slice((input * Layout.BlockLength + output * _rows) * Layout.GradientLanes, _rows * Layout.GradientLanes);

    /// <summary>Where lanes cannot pick: tap by tap into the rows.</summary>
    private static void Spread(CellTable<T> table, ReadOnlySpan<T> x, Span<T> values, Span<T> slopes)
    {
        Span<int> first = stackalloc int[Samples];
        Span<T> taps = stackalloc T[Samples * table.Stride], tapSlopes = stackalloc T[slopes.IsEmpty ? 0 : Samples * table.Stride];
        TapKernel.Fill(table, x, first, taps, tapSlopes);
        values.Clear();
        slopes.Clear();
        for (int n = 0; n < Samples; n++)
        {
            for (int t = 0; t < table.Taps; t++)
            {
                values[(first[n] + t) * Samples + n] = taps[n * table.Stride + t];
                if (!slopes.IsEmpty)
                    slopes[(first[n] + t) * Samples + n] = tapSlopes[n * table.Stride + t];
            }
        }
    }
}
