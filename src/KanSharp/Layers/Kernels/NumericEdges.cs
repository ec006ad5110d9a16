using System.Numerics;
using System.Runtime.Intrinsics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// The numeric part (spline and base function) of a layer's edges over one tile of samples: the basis at the tile's samples, and the sums
/// over it that a layer needs. Everything that goes in or comes out is feature-major, [quantity][sample]; weights and their gradients stand as
/// <see cref="Layout"/> says. Inputs none of whose edges is on are never touched.
/// </summary>
/// <remarks>Methods on different inputs, or on different blocks of outputs, may run on different threads.</remarks>
internal abstract class NumericEdges<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Samples in a tile: a whole number of the widest vectors.</summary>
    public const int Samples = 128;

    /// <summary>From so many outputs on the outputs fill the lanes.</summary>
    private const int ManyOutputs = 16;

    /// <summary>Up to so many basis functions all of them are kept, zeros included.</summary>
    private const int FewBasisFunctions = 16;

    protected NumericEdges(CellTable<T>[] tables, ReadOnlySpan<double> mask, BaseFunction baseFunction, EdgeLayout layout)
    {
        Tables = tables;
        BaseFunction = baseFunction;
        Layout = layout;
        InputCount = tables.Length;
        OutputCount = mask.Length / tables.Length;
        ActiveOutputs = new int[InputCount][];
        for (int i = 0; i < InputCount; i++)
        {
            var outputs = new List<int>();
            for (int j = 0; j < OutputCount; j++)
            {
                if (mask[i * OutputCount + j] != 0)
                    outputs.Add(j);
            }
            ActiveOutputs[i] = [.. outputs];
        }
    }

    /// <summary>Where the weights of the edges stand.</summary>
    public EdgeLayout Layout { get; }

    /// <summary>Samples of the tile that count; the others are padding, whose adjoints are zero and whose values nobody reads.</summary>
    public int Count { get; set; } = Samples;

    protected int InputCount { get; }

    protected int OutputCount { get; }

    protected CellTable<T>[] Tables { get; }

    protected BaseFunction BaseFunction { get; }

    /// <summary>The outputs that an input has an edge to, edge by edge.</summary>
    protected int[][] ActiveOutputs { get; }

    /// <summary>The kernels for a layer of this shape.</summary>
    /// <param name="tables">Basis polynomials of each input.</param>
    /// <param name="mask">Which edges have a numeric part, [input * outputs + output].</param>
    /// <param name="baseFunction">The base function.</param>
    /// <param name="slopes">Whether derivatives by the inputs will be asked for.</param>
    /// <param name="pinned">Whether memory may outlast what uses it, for the sake of staying where it is.</param>
    public static NumericEdges<T> Create(CellTable<T>[] tables, ReadOnlySpan<double> mask, BaseFunction baseFunction, bool slopes, bool pinned = false) => KindOf(tables, mask.Length / tables.Length) switch
    {
        EdgeKind.Weighted => new WeightedEdges<T>(tables, mask, baseFunction, slopes, pinned),
        EdgeKind.Bucketed => new BucketedEdges<T>(tables, mask, baseFunction, slopes, pinned),
        EdgeKind.Dense => new DenseEdges<T>(tables, mask, baseFunction, slopes, pinned),
        _ => new WindowedEdges<T>(tables, mask, baseFunction, slopes, pinned),
    };

    /// <summary>The layout of a layer of this shape.</summary>
    public static EdgeLayout LayoutOf(CellTable<T>[] tables, int outputs) => KindOf(tables, outputs) switch
    {
        EdgeKind.Weighted => WeightedEdges<T>.LayoutOf(outputs),
        EdgeKind.Bucketed => BucketedEdges<T>.LayoutOf(tables[0], outputs),
        EdgeKind.Dense => DenseEdges<T>.LayoutOf(tables[0], outputs),
        _ => WindowedEdges<T>.LayoutOf(tables[0], outputs),
    };

    /// <summary>Evaluates the basis of inputs first .. end - 1 at their samples, with derivatives if asked for.</summary>
    public abstract void Fill(int first, int end, ReadOnlySpan<T> inputs, bool slopes);

    /// <summary>Adds to the sums of a block of outputs (<see cref="EdgeLayout.Blocks"/>) what the edges to them give.</summary>
    public abstract void AddValues(int block, ReadOnlySpan<T> weights, Span<T> sums);

    /// <summary><see cref="Fill"/> and <see cref="AddValues"/> for all inputs and outputs.</summary>
    public virtual void FillAndAddValues(ReadOnlySpan<T> inputs, bool slopes, ReadOnlySpan<T> weights, Span<T> sums)
    {
        Fill(0, InputCount, inputs, slopes);
        for (int block = 0; block < Layout.Blocks; block++)
            AddValues(block, weights, sums);
    }

    /// <summary>Told once before <see cref="AddGradients"/> and <see cref="AddInputAdjoints"/>: the derivative by each output.</summary>
    public virtual void SetAdjoints(ReadOnlySpan<T> adjoints)
    {
    }

    /// <summary>
    /// Adds the gradient by the weights of the edges from inputs first .. end - 1; <paramref name="gradients"/> begins with input first and has
    /// <see cref="EdgeLayout.GradientLanes"/> numbers for each weight, whose sum counts.
    /// </summary>
    public abstract void AddGradients(int first, int end, ReadOnlySpan<T> adjoints, Span<T> gradients);

    /// <summary>Adds to the derivatives by inputs first .. end - 1.</summary>
    public abstract void AddInputAdjoints(int first, int end, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoints, Span<T> inputAdjoints);

    /// <summary>value += one edge.</summary>
    public abstract void AddValue(int input, int output, ReadOnlySpan<T> weights, Span<T> value);

    /// <summary>As <see cref="AddGradients"/> for one edge and an adjoint of its own; <paramref name="gradients"/> holds inputs first .. end - 1.</summary>
    public abstract void AddGradient(int input, int output, ReadOnlySpan<T> adjoint, int first, int end, Span<T> gradients);

    /// <summary>inputAdjoint += adjoint * derivative of one edge.</summary>
    public abstract void AddInputAdjoint(int input, int output, ReadOnlySpan<T> weights, ReadOnlySpan<T> adjoint, Span<T> inputAdjoint);

    /// <summary>The samples' values of one basis function of an input; the base function is the one after the last.</summary>
    public abstract void CopyBasis(int input, int basis, Span<T> row);

    protected static ReadOnlySpan<T> Row(ReadOnlySpan<T> values, int row) => values.Slice(row * Samples, Samples);

    protected static Span<T> Row(Span<T> values, int row) => values.Slice(row * Samples, Samples);

    private static EdgeKind KindOf(CellTable<T>[] tables, int outputs) =>
        tables[0].BasisCount == 0 ? EdgeKind.Weighted
        : outputs >= ManyOutputs ? EdgeKind.Bucketed
        : tables[0].BasisCount <= FewBasisFunctions ? EdgeKind.Dense
        : EdgeKind.Windowed;

    private enum EdgeKind
    {
        Weighted,
        Dense,
        Windowed,
        Bucketed,
    }
}
