using System.Numerics;
using System.Numerics.Tensors;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// For edges without splines, a weight each: the base function of every input stands as a row of samples, and a layer is a product of its weights,
/// [output][input], with these rows.
/// </summary>
internal sealed class WeightedEdges<T> : NumericEdges<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Inputs whose sums are in work at a time.</summary>
    private const int Rows = 16;

    private readonly AlignedBuffer<T> _values;
    private readonly AlignedBuffer<T> _slopes;

    public WeightedEdges(CellTable<T>[] tables, ReadOnlySpan<double> mask, BaseFunction baseFunction, bool slopes, bool pinned)
        : base(tables, mask, baseFunction, LayoutOf(mask.Length / tables.Length))
    {
        _values = new AlignedBuffer<T>(InputCount * Samples, pinned);
        _slopes = slopes ? new AlignedBuffer<T>(_values.Length, pinned) : default;
    }

    public static EdgeLayout LayoutOf(int outputs) => new(0, 0, outputs, 1, 1, 1, 1, 1);

    public override void Fill(int first, int end, ReadOnlySpan<T> inputs, bool slopes)
    {
        for (int i = first; i < end; i++)
        {
            // What no edge reads stays zero, whatever it is.
            if (ActiveOutputs[i].Length > 0)
                BaseFunctionKernel.Evaluate(BaseFunction, Row(inputs, i), _values.AsSpan(i * Samples, Samples), slopes ? _slopes.AsSpan(i * Samples, Samples) : []);
        }
    }

    /// <remarks>The weights of edges that are off are zero.</remarks>
    public override void AddValues(int block, ReadOnlySpan<T> weights, Span<T> sums) =>
        DenseKernels.Add(_values, weights.Slice(Layout.Block(block, 0, InputCount), InputCount), Row(sums, block));

    public override void AddGradients(int first, int end, ReadOnlySpan<T> adjoints, Span<T> gradients)
    {
        int inputs = end - first, lanes = DenseKernels.Lanes<T>();
        Span<T> pair = stackalloc T[2 * Rows * lanes];
        for (int i = first; i < end; i += Rows)
        {
            int rows = Math.Min(Rows, end - i);
            ReadOnlySpan<T> values = _values.AsSpan(i * Samples, rows * Samples);
            for (int j = 0; j < OutputCount; j += 2)
            {
                pair.Clear();
                Span<T> left = pair[..(rows * lanes)], right = pair.Slice(Rows * lanes, rows * lanes);
                if (j + 1 < OutputCount)
                    DenseKernels.AddProductPair(values, Row(adjoints, j), Row(adjoints, j + 1), left, right);
                else
                    DenseKernels.AddProduct(values, Row(adjoints, j), left);
                AddTotals(left, gradients.Slice(Layout.Edge(i - first, j, inputs), rows));
                if (j + 1 < OutputCount)
                    AddTotals(right, gradients.Slice(Layout.Edge(i - first, j + 1, inputs), rows));
            }
        }
    }

    public override void AddInputAdjoints(int first, int end, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoints, Span<T> inputAdjoints)
    {
        Span<T> sum = stackalloc T[Samples], column = stackalloc T[Math.Min(OutputCount, Samples)];
        for (int i = first; i < end; i++)
        {
            sum.Clear();
            for (int j = 0; j < OutputCount; j += column.Length)
            {
                int rows = Math.Min(column.Length, OutputCount - j);
                for (int r = 0; r < rows; r++)
                    column[r] = weights[Layout.Edge(i, j + r, InputCount)];
                DenseKernels.Add(adjoints.Slice(j * Samples, rows * Samples), column[..rows], sum);
            }
            TensorPrimitives.MultiplyAdd(sum, _slopes.AsSpan(i * Samples, Samples), Row(inputAdjoints, i), Row(inputAdjoints, i));
        }
    }

    public override void AddValue(int input, int output, ReadOnlySpan<T> weights, Span<T> value) =>
        TensorPrimitives.MultiplyAdd(Value(input), weights[Layout.Edge(input, output, InputCount)], value, value);

    public override void AddGradient(int input, int output, ReadOnlySpan<T> adjoint, int first, int end, Span<T> gradients) =>
        gradients[Layout.Edge(input - first, output, end - first)] += TensorPrimitives.Dot(adjoint, Value(input));

    public override void AddInputAdjoint(int input, int output, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoint, Span<T> inputAdjoint) =>
        DenseKernels.AddTimes(_slopes.AsSpan(input * Samples, Samples), weights.Slice(Layout.Edge(input, output, InputCount), 1), adjoint, inputAdjoint);

    public override void CopyBasis(int input, int basis, Span<T> row) => Value(input).CopyTo(row);

    private ReadOnlySpan<T> Value(int input) => _values.AsSpan(input * Samples, Samples);

    /// <summary>To each number the sum of its lanes.</summary>
    private static void AddTotals(ReadOnlySpan<T> sums, Span<T> gradients)
    {
        int lanes = sums.Length / gradients.Length;
        for (int r = 0; r < gradients.Length; r++)
            gradients[r] += TensorPrimitives.Sum(sums.Slice(r * lanes, lanes));
    }
}
