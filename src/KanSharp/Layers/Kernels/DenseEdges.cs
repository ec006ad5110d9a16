using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// For few outputs and few basis functions: all basis functions of an input, with the base function as one more, stand as rows of samples,
/// and everything is a product of small dense matrices with the samples in the lanes. The basis is that of <see cref="OneSidedCubes{T}"/> where the input's
/// grid has it.
/// </summary>
internal sealed class DenseEdges<T> : NumericEdges<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _basisCount;
    private readonly int _rows;
    private readonly AlignedBuffer<T> _values;
    private readonly AlignedBuffer<T> _slopes;
    private readonly AlignedBuffer<T> _splines;
    private int _splinesInput = -1;

    public DenseEdges(CellTable<T>[] tables, ReadOnlySpan<double> mask, BaseFunction baseFunction, bool slopes, bool pinned)
        : base(tables, mask, baseFunction, LayoutOf(tables[0], mask.Length / tables.Length))
    {
        _basisCount = tables[0].BasisCount;
        _rows = _basisCount + 1;
        _values = new AlignedBuffer<T>(tables.Length * _rows * Samples, pinned);
        _slopes = slopes ? new AlignedBuffer<T>(_values.Length, pinned) : default;
        _splines = new AlignedBuffer<T>(_rows * Samples, pinned);
    }

    public static EdgeLayout LayoutOf(CellTable<T> table, int outputs)
    {
        int rows = table.BasisCount + 1;
        return new EdgeLayout(table.BasisCount, table.BasisCount, 1, outputs, outputs * rows, rows, 1, DenseKernels.Lanes<T>()) { TakesCubes = true };
    }

    public override void Fill(int first, int end, ReadOnlySpan<T> inputs, bool slopes)
    {
        _splinesInput = -1;
        for (int i = first; i < end; i++)
        {
            if (ActiveOutputs[i].Length == 0)
                continue;
            ReadOnlySpan<T> x = Row(inputs, i);
            Span<T> values = Values(i), splines = values[..^Samples], derivatives = slopes ? Rows(_slopes, i)[..(_basisCount * Samples)] : [];
            if (Tables[i].Cubes is { } cubes)
                cubes.Fill(x, splines);
            else if (Tables[i].Permuted is { } permuted)
                permuted.Fill(x, splines, derivatives);
            else
                Spread(Tables[i], x, splines, derivatives);
            BaseFunctionKernel.Evaluate(BaseFunction, x, values[^Samples..], slopes ? Rows(_slopes, i)[^Samples..] : []);
        }
    }

    public override void AddValues(int block, ReadOnlySpan<T> weights, Span<T> sums)
    {
        for (int i = 0; i < InputCount; i++)
            AddValues(weights, sums, i);
    }

    /// <summary>Input by input: rows that have just been filled are still in the first cache.</summary>
    public override void FillAndAddValues(ReadOnlySpan<T> inputs, bool slopes, ReadOnlySpan<T> weights, Span<T> sums)
    {
        for (int i = 0; i < InputCount; i++)
        {
            Fill(i, i + 1, inputs, slopes);
            AddValues(weights, sums, i);
        }
    }

    public override void AddGradients(int first, int end, ReadOnlySpan<T> adjoints, Span<T> gradients)
    {
        for (int i = first; i < end; i++)
        {
            ReadOnlySpan<T> basis = Values(i);
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
            ReadOnlySpan<T> slopes = Slopes(i, first);
            int[] outputs = ActiveOutputs[i];
            int o = 0;
            for (; o + 2 <= outputs.Length; o += 2)
            {
                DenseKernels.AddPairTimes(slopes, SlopeWeights(weights, i, outputs[o]), SlopeWeights(weights, i, outputs[o + 1]),
                    Row(adjoints, outputs[o]), Row(adjoints, outputs[o + 1]), Row(inputAdjoints, i));
            }
            if (o < outputs.Length)
                DenseKernels.AddTimes(slopes, SlopeWeights(weights, i, outputs[o]), Row(adjoints, outputs[o]), Row(inputAdjoints, i));
        }
    }

    public override void AddValue(int input, int output, ReadOnlySpan<T> weights, Span<T> value) =>
        DenseKernels.Add(Values(input), Edge(weights, input, output), value);

    public override void AddGradient(int input, int output, ReadOnlySpan<T> adjoint, int first, int end, Span<T> gradients) =>
        DenseKernels.AddProduct(Values(input), adjoint, Gradient(gradients, input - first, output));

    public override void AddInputAdjoint(int input, int output, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoint, Span<T> inputAdjoint) =>
        DenseKernels.AddTimes(Slopes(input, input), SlopeWeights(weights, input, output), adjoint, inputAdjoint);

    public override void CopyBasis(int input, int basis, Span<T> row)
    {
        if (Tables[input].Cubes is not { } cubes || basis == _basisCount)
        {
            Row(Values(input), basis - (Tables[input].Cubes is null ? 0 : 1)).CopyTo(row);
            return;
        }
        // All B-splines at once, since the others will be asked for too.
        if (_splinesInput != input)
        {
            _splinesInput = input;
            _splines.Span.Clear();
            ReadOnlySpan<T> values = Values(input)[..^Samples];
            for (int r = 0; r < _basisCount; r += 2)
                DenseKernels.AddPair(values, cubes.Row(r), cubes.Row(Math.Min(r + 1, _basisCount - 1)), Row(_splines.Span, r), Row(_splines.Span, r + 1));
        }
        Row(_splines.Span, basis).CopyTo(row);
    }

    private void AddValues(ReadOnlySpan<T> weights, Span<T> sums, int input)
    {
        ReadOnlySpan<T> basis = Values(input);
        int[] outputs = ActiveOutputs[input];
        int o = 0;
        for (; o + 2 <= outputs.Length; o += 2)
            DenseKernels.AddPair(basis, Edge(weights, input, outputs[o]), Edge(weights, input, outputs[o + 1]), Row(sums, outputs[o]), Row(sums, outputs[o + 1]));
        if (o < outputs.Length)
            DenseKernels.Add(basis, Edge(weights, input, outputs[o]), Row(sums, outputs[o]));
    }

    private Span<T> Rows(AlignedBuffer<T> rows, int input) => rows.AsSpan(input * _rows * Samples, _rows * Samples);

    /// <summary>The rows of an input's basis; that of ones is left out.</summary>
    private Span<T> Values(int input) => Rows(_values, input)[..((_rows - (Tables[input].Cubes is null ? 0 : 1)) * Samples)];

    /// <summary>
    /// The rows of derivatives; those of zeros and of ones are left out. Where they are worked out only now they go to the place of <paramref name="place"/>, one for all
    /// inputs of a call: what is written and read at once had better stay in the first cache.
    /// </summary>
    private ReadOnlySpan<T> Slopes(int input, int place)
    {
        if (Tables[input].Cubes is not { } cubes)
            return Rows(_slopes, input);
        Span<T> slopes = Rows(_slopes, place)[..((_rows - 2) * Samples)];
        cubes.FillSlopes(Row(Values(input), 0), slopes[..^Samples]);
        Rows(_slopes, input)[^Samples..].CopyTo(slopes[^Samples..]);
        return slopes;
    }

    /// <summary>The weights whose derivatives are not zero everywhere.</summary>
    private ReadOnlySpan<T> SlopeWeights(ReadOnlySpan<T> weights, int input, int output) => Edge(weights, input, output)[(Tables[input].Cubes is null ? 0 : 1)..];

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
