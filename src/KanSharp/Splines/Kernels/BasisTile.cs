using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KanSharp.Splines.Kernels;

/// <summary>
/// The basis functions of one input and their derivatives for a tile of samples, and the products with them that an edge needs.
/// Few basis functions are kept dense with the samples in the lanes; many as a window of k + 1 per sample.
/// </summary>
internal sealed class BasisTile
{
    /// <summary>Samples in a tile: a whole number of the widest vectors.</summary>
    public const int Samples = 128;

    private const int DenseLimit = 32;

    private readonly CellTable _table;
    private readonly bool _dense;
    private readonly double[] _values;
    private readonly double[] _slopes;
    private readonly int[] _first;

    public BasisTile(CellTable table)
    {
        _table = table;
        _dense = table.BasisCount <= DenseLimit;
        int length = Samples * (_dense ? table.BasisCount : table.Stride);
        _values = new double[length];
        _slopes = new double[length];
        _first = _dense ? [] : new int[Samples];
    }

    /// <summary>Length of the spans of weights and their gradients: the basis count, and room for the last window's padding.</summary>
    public static int WeightLength(CellTable table) => table.BasisCount <= DenseLimit ? table.BasisCount : table.BasisCount + table.Stride;

    /// <summary>Values [basis] at a sample, for tests and for the Jacobian: a copy into <paramref name="row"/>, one basis function after another.</summary>
    public void CopyRow(int basis, Span<double> row)
    {
        if (_dense)
        {
            _values.AsSpan(basis * Samples, Samples).CopyTo(row);
            return;
        }
        for (int n = 0; n < Samples; n++)
        {
            int tap = basis - _first[n];
            row[n] = tap >= 0 && tap < _table.Taps ? _values[n * _table.Stride + tap] : 0;
        }
    }

    /// <summary>Evaluates the basis at <see cref="Samples"/> inputs.</summary>
    public void Fill(ReadOnlySpan<double> x)
    {
        if (!_dense)
            FillWindowed(x);
        else if (_table.Permuted is PermutedBasis permuted)
            permuted.Fill(x, _values, _slopes);
        else
            FillDense(x);
    }

    /// <summary>result += spline with these weights.</summary>
    public void AddValue(ReadOnlySpan<double> weights, Span<double> result)
    {
        if (_dense)
            EdgeKernels.AddDense(weights, _values, result);
        else
            EdgeKernels.AddWindowed(weights, _values, _first, _table.Stride, result);
    }

    /// <summary>result += factor * derivative of the spline with these weights.</summary>
    public void AddSlopeTimes(ReadOnlySpan<double> weights, ReadOnlySpan<double> factor, Span<double> result)
    {
        if (_dense)
            EdgeKernels.AddDenseTimes(weights, _slopes, factor, result);
        else
            EdgeKernels.AddWindowedTimes(weights, _slopes, _first, _table.Stride, factor, result);
    }

    /// <summary>result[r] += sum over the samples of factor * basis function r.</summary>
    public void AddDot(ReadOnlySpan<double> factor, Span<double> result)
    {
        if (_dense)
            EdgeKernels.AddDenseDot(_values, factor, result);
        else
            EdgeKernels.AddWindowedDot(_values, _first, _table.Stride, factor, result);
    }

    private void FillDense(ReadOnlySpan<double> x)
    {
        Array.Clear(_values);
        Array.Clear(_slopes);
        Span<double> value = stackalloc double[_table.Stride], slope = stackalloc double[_table.Stride];
        ref double values = ref MemoryMarshal.GetArrayDataReference(_values);
        ref double slopes = ref MemoryMarshal.GetArrayDataReference(_slopes);
        int taps = _table.Taps;
        for (int n = 0; n < Samples; n++)
        {
            int target = EvaluateTaps(_table, x[n], ref MemoryMarshal.GetReference(value), ref MemoryMarshal.GetReference(slope)) * Samples + n;
            for (int tap = 0; tap < taps; tap++, target += Samples)
            {
                Unsafe.Add(ref values, target) = value[tap];
                Unsafe.Add(ref slopes, target) = slope[tap];
            }
        }
    }

    private void FillWindowed(ReadOnlySpan<double> x)
    {
        int stride = _table.Stride;
        for (int n = 0; n < Samples; n++)
            _first[n] = EvaluateTaps(_table, x[n], ref _values[n * stride], ref _slopes[n * stride]);
    }

    /// <summary>Horner's scheme on all taps of a cell at once; returns the first basis function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EvaluateTaps(CellTable table, double x, ref double value, ref double slope)
    {
        int cell = table.Locate(x);
        nuint stride = (nuint)table.Stride;
        int order = table.Taps - 1;
        double inverseWidth = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table.InverseWidths), cell);
        Vector256<double> u = Vector256.Create((x - Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table.Origins), cell)) * inverseWidth);
        ref double top = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table.Coefficients), (nuint)(cell * table.Taps + order) * stride);
        for (nuint t = 0; t < stride; t += CellTable.Lanes)
        {
            ref double c = ref Unsafe.Add(ref top, t);
            Vector256<double> sum = Vector256.LoadUnsafe(ref c), derivative = Vector256<double>.Zero;
            for (int p = 0; p < order; p++)
            {
                c = ref Unsafe.Subtract(ref c, stride);
                derivative = Vector256.FusedMultiplyAdd(derivative, u, sum);
                sum = Vector256.FusedMultiplyAdd(sum, u, Vector256.LoadUnsafe(ref c));
            }
            sum.StoreUnsafe(ref value, t);
            (derivative * inverseWidth).StoreUnsafe(ref slope, t);
        }
        return Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table.First), cell);
    }
}
