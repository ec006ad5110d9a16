using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// The numeric part of every edge of a layer as one polynomial per grid cell, mask and scales multiplied in: value and three derivatives of an
/// edge then cost the same on any grid.
/// </summary>
internal sealed class PiecewiseLayer
{
    private readonly KanLayer _layer;
    private readonly CellTable<double>[] _tables;
    private readonly double[] _pieces;
    private readonly double[] _bases;
    private readonly double[] _weights;
    private readonly int _cellStride;
    private readonly int _powers;

    public PiecewiseLayer(KanLayer layer, CellTable<double>[] tables)
    {
        _layer = layer;
        _tables = tables;
        int cells = tables.Max(table => table.First.Length);
        _cellStride = CellPick.Pad(cells);
        _powers = layer.Order + 1;
        _pieces = new double[layer.EdgeCount * _powers * _cellStride];
        _bases = new double[layer.EdgeCount];
        _weights = new double[layer.BasisCount];
    }

    /// <summary>Takes the polynomials from the layer's parameters.</summary>
    public void Fold(LayerParameters parameters)
    {
        for (int edge = 0; edge < _layer.EdgeCount; edge++)
        {
            double mask = _layer.NumericMask[edge];
            _bases[edge] = mask * parameters.BaseScales[edge];
            if (mask == 0 || !_layer.HasSplines)
                continue;
            TensorPrimitives.Multiply(parameters.Coefficients.Slice(edge * _layer.BasisCount, _layer.BasisCount), mask * parameters.SplineScales[edge], _weights);
            CellTable<double> table = _tables[edge / _layer.SubnodeCount];
            for (int cell = 0; cell < table.First.Length; cell++)
            {
                ReadOnlySpan<double> active = _weights.AsSpan(table.First[cell], _powers);
                for (int p = 0; p < _powers; p++)
                    _pieces[(edge * _powers + p) * _cellStride + cell] = TensorPrimitives.Dot(table.Coefficients.AsSpan((cell * _powers + p) * table.Stride, _powers), active);
            }
        }
    }

    /// <summary>
    /// Value and first three derivatives of an edge's numeric part at a tile's samples, as four rows. <paramref name="bases"/> are the same of the
    /// base function.
    /// </summary>
    public void Evaluate(int edge, JetBasis basis, ReadOnlySpan<double> bases, Span<double> result)
    {
        if (Avx512F.IsSupported && _cellStride == 8)
            Evaluate<PickFromOneRegister>(edge, basis, bases, result);
        else if (Avx512F.IsSupported && _cellStride == 16)
            Evaluate<PickFromTwoRegisters>(edge, basis, bases, result);
        else
            Evaluate<PickFromMemory>(edge, basis, bases, result);
    }

    private void Evaluate<TPick>(int edge, JetBasis basis, ReadOnlySpan<double> bases, Span<double> result) where TPick : struct, ICellPick
    {
        const int samples = JetRows.Samples;
        ref double place = ref MemoryMarshal.GetArrayDataReference(basis.Places);
        ref double inverse = ref MemoryMarshal.GetArrayDataReference(basis.InverseWidths);
        ref long cells = ref MemoryMarshal.GetArrayDataReference(basis.Cells);
        ref double top = ref _pieces[(edge * _powers + _powers - 1) * _cellStride];
        ref double b = ref MemoryMarshal.GetReference(bases);
        ref double target = ref MemoryMarshal.GetReference(result);
        var weight = Vector512.Create(_bases[edge]);
        for (nuint n = 0; n < samples; n += 8)
        {
            Vector512<double> u = Vector512.LoadUnsafe(ref place, n), width = Vector512.LoadUnsafe(ref inverse, n);
            ref long cell = ref Unsafe.Add(ref cells, n);
            ref double c = ref top;
            // The derivatives of order d divided by d!.
            Vector512<double> d0 = TPick.Pick(ref c, ref cell), d1 = default, d2 = default, d3 = default;
            for (int p = 1; p < _powers; p++)
            {
                c = ref Unsafe.Subtract(ref c, _cellStride);
                d3 = Vector512.FusedMultiplyAdd(d3, u, d2);
                d2 = Vector512.FusedMultiplyAdd(d2, u, d1);
                d1 = Vector512.FusedMultiplyAdd(d1, u, d0);
                d0 = Vector512.FusedMultiplyAdd(d0, u, TPick.Pick(ref c, ref cell));
            }
            Vector512<double> square = width * width;
            Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref b, n), d0).StoreUnsafe(ref target, n);
            Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref b, n + samples), d1 * width).StoreUnsafe(ref target, n + samples);
            Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref b, n + 2 * samples), (d2 + d2) * square).StoreUnsafe(ref target, n + 2 * samples);
            Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref b, n + 3 * samples), 6 * d3 * (square * width)).StoreUnsafe(ref target, n + 3 * samples);
        }
    }
}

/// <summary>The gradient by what <see cref="PiecewiseLayer"/> folded: sums by cell and active basis function, and by base scale.</summary>
internal sealed class PiecewiseGradient
{
    private readonly KanLayer _layer;
    private readonly CellTable<double>[] _tables;
    private readonly int _edgeLength;
    private readonly double[] _sums;
    private readonly double[] _bases;
    private readonly double[] _weights;

    public PiecewiseGradient(KanLayer layer, CellTable<double>[] tables)
    {
        _layer = layer;
        _tables = tables;
        _edgeLength = tables.Max(table => table.First.Length * table.Stride);
        _sums = new double[layer.EdgeCount * _edgeLength];
        _bases = new double[layer.EdgeCount];
        _weights = new double[layer.BasisCount];
    }

    /// <summary>[cell][tap] of one edge.</summary>
    public Span<double> Edge(int edge) => _sums.AsSpan(edge * _edgeLength, _edgeLength);

    public ref double Base(int edge) => ref _bases[edge];

    public void Clear()
    {
        Array.Clear(_sums);
        Array.Clear(_bases);
    }

    public void Add(PiecewiseGradient other)
    {
        TensorPrimitives.Add(_sums, other._sums, _sums);
        TensorPrimitives.Add(_bases, other._bases, _bases);
    }

    /// <summary>Adds the gradient by these sums to the gradient by the layer's parameters (chain rule through the folding).</summary>
    public void Unfold(LayerParameters parameters, LayerParameters gradient)
    {
        int basisCount = _layer.BasisCount;
        for (int edge = 0; edge < _layer.EdgeCount; edge++)
        {
            double mask = _layer.NumericMask[edge];
            if (mask == 0)
                continue;
            gradient.BaseScales[edge] += mask * _bases[edge];
            if (!_layer.HasSplines)
                continue;
            CellTable<double> table = _tables[edge / _layer.SubnodeCount];
            ReadOnlySpan<double> sums = Edge(edge);
            Array.Clear(_weights);
            for (int cell = 0; cell < table.First.Length; cell++)
            {
                Span<double> active = _weights.AsSpan(table.First[cell], table.Taps);
                TensorPrimitives.Add(active, sums.Slice(cell * table.Stride, table.Taps), active);
            }
            ReadOnlySpan<double> coefficients = parameters.Coefficients.Slice(edge * basisCount, basisCount);
            Span<double> target = gradient.Coefficients.Slice(edge * basisCount, basisCount);
            TensorPrimitives.MultiplyAdd(_weights, mask * parameters.SplineScales[edge], target, target);
            gradient.SplineScales[edge] += mask * TensorPrimitives.Dot<double>(_weights, coefficients);
        }
    }
}
