using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// For evaluation without gradients, few outputs and few cells: the spline of every edge as one cubic for each cell, whose coefficients on all cells fit
/// into a register. The samples fill the lanes, each lane picks the cubic of its cell, and nothing of the basis is ever stored.
/// </summary>
internal sealed class EdgePolynomials<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Samples = NumericEdges<T>.Samples;
    private const int Powers = 4;

    /// <summary>Numbers of an edge: four rows with one number for each cell, and one for the weight of the base function.</summary>
    private static readonly int s_edgeLength = (Powers + 1) * Vector512<T>.Count;

    private readonly KanLayer _layer;
    private readonly CellTable<T>[] _tables;
    private readonly BaseFunction _baseFunction;
    private readonly int[][] _activeOutputs;
    private readonly AlignedBuffer<T>[] _edges;

    private EdgePolynomials(KanLayer layer, CellTable<T>[] tables, BaseFunction baseFunction)
    {
        _layer = layer;
        _tables = tables;
        _baseFunction = baseFunction;
        _activeOutputs = new int[tables.Length][];
        _edges = new AlignedBuffer<T>[tables.Length];
        for (int i = 0; i < tables.Length; i++)
        {
            _activeOutputs[i] = [.. Enumerable.Range(0, layer.SubnodeCount).Where(j => layer.NumericMask[i * layer.SubnodeCount + j] != 0)];
            _edges[i] = new AlignedBuffer<T>(_activeOutputs[i].Length * s_edgeLength);
        }
    }

    /// <summary>The polynomials of a layer, or null where machine or grid have others.</summary>
    public static EdgePolynomials<T>? Create(KanLayer layer, CellTable<T>[] tables, BaseFunction baseFunction) =>
        NumericEdges<T>.LayoutOf(tables, layer.SubnodeCount).OutputsInLanes || !tables.All(table => table.Permuted is { IsCubicInOneRegister: true })
            ? null : new EdgePolynomials<T>(layer, tables, baseFunction);

    /// <summary>Takes the polynomials from the layer's parameters.</summary>
    public void Fold(LayerParameters parameters)
    {
        for (int i = 0; i < _tables.Length; i++)
        {
            CellTable<T> table = _tables[i];
            for (int o = 0; o < _activeOutputs[i].Length; o++)
            {
                int edge = i * _layer.SubnodeCount + _activeOutputs[i][o];
                ReadOnlySpan<double> coefficients = parameters.EdgeCoefficients(i, _activeOutputs[i][o]);
                T scale = T.CreateTruncating(_layer.NumericMask[edge] * parameters.SplineScales[edge]);
                Span<T> target = _edges[i].AsSpan(o * s_edgeLength, s_edgeLength);
                for (int cell = 0; cell < table.CellCount; cell++)
                {
                    for (int p = 0; p < Powers; p++)
                    {
                        T sum = T.Zero;
                        for (int tap = 0; tap < table.Taps; tap++)
                            sum += T.CreateTruncating(coefficients[table.First[cell] + tap]) * table.Coefficients[(cell * Powers + p) * table.Stride + tap];
                        target[p * Vector512<T>.Count + cell] = scale * sum;
                    }
                }
                target[Powers * Vector512<T>.Count] = T.CreateTruncating(_layer.NumericMask[edge] * parameters.BaseScales[edge]);
            }
        }
    }

    /// <summary>Adds what all edges give to the sums of the outputs; inputs and sums are [quantity][sample].</summary>
    public void AddValues(ReadOnlySpan<T> inputs, Span<T> sums)
    {
        for (int i = 0; i < _tables.Length; i++)
            AddValues<Lanes512<T>, Vector512<T>>(_tables[i], inputs.Slice(i * Samples, Samples), _activeOutputs[i], _edges[i], sums);
    }

    private void AddValues<TLanes, TVector>(CellTable<T> table, ReadOnlySpan<T> x, int[] outputs, ReadOnlySpan<T> edges, Span<T> sums)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
    {
        ref T input = ref MemoryMarshal.GetReference(x);
        ref T origins = ref MemoryMarshal.GetReference(table.Permuted!.Cells.Origins.Span);
        ref T widths = ref MemoryMarshal.GetReference(table.Permuted!.Cells.InverseWidths.Span);
        bool silu = _baseFunction == BaseFunction.Silu, identity = _baseFunction == BaseFunction.Identity;
        for (int n = 0; n < Samples; n += TLanes.Count)
        {
            TVector sample = TLanes.Load(ref Unsafe.Add(ref input, n));
            TVector cell = table.Cells<TLanes, TVector>(sample);
            TVector u = TLanes.Multiply(TLanes.Subtract(sample, TLanes.Pick(ref origins, false, cell)), TLanes.Pick(ref widths, false, cell));
            TVector baseValue = silu ? BaseFunctionKernel.Silu<TLanes, TVector, T>(sample) : identity ? sample : TLanes.Create(T.Zero);
            ref T edge = ref MemoryMarshal.GetReference(edges);
            ref T column = ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), n);
            foreach (int output in outputs)
            {
                ref T sum = ref Unsafe.Add(ref column, output * Samples);
                TVector cubic = TLanes.MultiplyAdd(TLanes.Pick(ref Unsafe.Add(ref edge, 3 * TLanes.Count), false, cell), u, TLanes.Pick(ref Unsafe.Add(ref edge, 2 * TLanes.Count), false, cell));
                cubic = TLanes.MultiplyAdd(cubic, u, TLanes.Pick(ref Unsafe.Add(ref edge, TLanes.Count), false, cell));
                cubic = TLanes.MultiplyAdd(cubic, u, TLanes.Pick(ref edge, false, cell));
                TVector sofar = TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref edge, Powers * TLanes.Count)), baseValue, TLanes.Load(ref sum));
                TLanes.Store(TLanes.Add(sofar, cubic), ref sum);
                edge = ref Unsafe.Add(ref edge, (Powers + 1) * TLanes.Count);
            }
        }
    }
}
