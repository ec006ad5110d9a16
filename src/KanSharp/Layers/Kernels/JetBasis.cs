using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// Where the samples of a tile stand on one input's grid, and the k + 1 basis functions that differ from zero there with their derivatives
/// up to an order: what gradients and Jacobian rows by the coefficients are made of.
/// </summary>
internal sealed class JetBasis
{
    private const int Samples = JetRows.Samples;

    private readonly CellTable<double> _table;
    private readonly int _orders;
    private readonly int _stride;
    private readonly double[] _taps;
    private readonly double[] _thresholds = [];
    private readonly double[] _origins = [];
    private readonly double[] _inverseWidths = [];

    /// <param name="table">The basis as polynomials, cell by cell.</param>
    /// <param name="order">Highest derivative kept: 0, 1 or 2.</param>
    public JetBasis(CellTable<double> table, int order)
    {
        _table = table;
        _orders = order + 1;
        _stride = table.Stride;
        _taps = new double[Samples * _orders * _stride];
        if (!Avx512F.IsSupported || table.First.Length > CellPick.MaxInRegisters)
            return;
        _thresholds = table.Thresholds.ToArray();
        _origins = new double[CellPick.MaxInRegisters];
        _inverseWidths = new double[CellPick.MaxInRegisters];
        table.Origins.CopyTo(_origins, 0);
        table.InverseWidths.CopyTo(_inverseWidths, 0);
    }

    /// <summary>The cell of each sample.</summary>
    public long[] Cells { get; } = new long[Samples];

    /// <summary>Place in the cell: from 0 to 1 inside the range.</summary>
    public double[] Places { get; } = new double[Samples];

    /// <summary>1 / width of each sample's cell.</summary>
    public double[] InverseWidths { get; } = new double[Samples];

    public void Fill(ReadOnlySpan<double> x)
    {
        if (_thresholds.Length > 0)
            FindInRegisters(x);
        else
            Find(x);
        FillTaps();
    }

    /// <summary>The number of thresholds that a sample reaches is its cell.</summary>
    private void FindInRegisters(ReadOnlySpan<double> x)
    {
        ref double input = ref MemoryMarshal.GetReference(x), threshold = ref MemoryMarshal.GetArrayDataReference(_thresholds);
        ref double origin = ref MemoryMarshal.GetArrayDataReference(_origins), width = ref MemoryMarshal.GetArrayDataReference(_inverseWidths);
        ref long cells = ref MemoryMarshal.GetArrayDataReference(Cells);
        ref double inverse = ref MemoryMarshal.GetArrayDataReference(InverseWidths), place = ref MemoryMarshal.GetArrayDataReference(Places);
        int count = _thresholds.Length;
        for (nuint n = 0; n < Samples; n += 8)
        {
            Vector512<double> sample = Vector512.LoadUnsafe(ref input, n);
            Vector512<long> cell = Vector512<long>.Zero;
            for (int t = 0; t < count; t++)
                cell -= Vector512.GreaterThanOrEqual(sample, Vector512.Create(Unsafe.Add(ref threshold, t))).AsInt64();
            cell.StoreUnsafe(ref cells, n);
            Vector512<double> inverseWidth = PickFromTwoRegisters.Pick(ref width, ref Unsafe.Add(ref cells, n));
            inverseWidth.StoreUnsafe(ref inverse, n);
            ((sample - PickFromTwoRegisters.Pick(ref origin, ref Unsafe.Add(ref cells, n))) * inverseWidth).StoreUnsafe(ref place, n);
        }
    }

    private void Find(ReadOnlySpan<double> x)
    {
        for (int n = 0; n < Samples; n++)
        {
            int cell = _table.Locate(x[n]);
            double inverseWidth = _table.InverseWidths[cell];
            Cells[n] = cell;
            InverseWidths[n] = inverseWidth;
            Places[n] = (x[n] - _table.Origins[cell]) * inverseWidth;
        }
    }

    /// <summary>sums[cell][tap] += sum over the samples of the cell of s0 B + s1 B' + s2 B''; as many factors are read as the order asks for.</summary>
    public void AddDot(ReadOnlySpan<double> s0, ReadOnlySpan<double> s1, ReadOnlySpan<double> s2, Span<double> sums)
    {
        ref double first = ref MemoryMarshal.GetReference(sums), tap = ref MemoryMarshal.GetArrayDataReference(_taps);
        nuint stride = (nuint)_stride;
        for (int n = 0; n < Samples; n++)
        {
            ref double target = ref Unsafe.Add(ref first, (nint)Cells[n] * _stride);
            Vector256<double> f0 = Vector256.Create(s0[n]), f1 = _orders > 1 ? Vector256.Create(s1[n]) : default, f2 = _orders > 2 ? Vector256.Create(s2[n]) : default;
            for (nuint t = 0; t < stride; t += CellTable<double>.Lanes)
            {
                Vector256<double> sum = Vector256.FusedMultiplyAdd(f0, Vector256.LoadUnsafe(ref tap, t), Vector256.LoadUnsafe(ref target, t));
                if (_orders > 1)
                    sum = Vector256.FusedMultiplyAdd(f1, Vector256.LoadUnsafe(ref tap, stride + t), sum);
                if (_orders > 2)
                    sum = Vector256.FusedMultiplyAdd(f2, Vector256.LoadUnsafe(ref tap, 2 * stride + t), sum);
                sum.StoreUnsafe(ref target, t);
            }
            tap = ref Unsafe.Add(ref tap, _orders * _stride);
        }
    }

    /// <summary>
    /// Writes weight (s0 B_r + s1 B_r' + s2 B_r'') of every basis function r to its row [sample]; <paramref name="rowOf"/> gives the row of
    /// each basis function.
    /// </summary>
    public void FillRows(ReadOnlySpan<double> s0, ReadOnlySpan<double> s1, ReadOnlySpan<double> s2, double weight, ReadOnlySpan<int> rowOf, Span<double> rows)
    {
        foreach (int row in rowOf)
            JetRows.Row(rows, row).Clear();
        for (int n = 0; n < Samples; n++)
        {
            ReadOnlySpan<double> taps = _taps.AsSpan(n * _orders * _stride, _orders * _stride);
            int first = _table.First[Cells[n]];
            for (int tap = 0; tap < _table.Taps; tap++)
            {
                double sum = s0[n] * taps[tap];
                if (_orders > 1)
                    sum += s1[n] * taps[_stride + tap];
                if (_orders > 2)
                    sum += s2[n] * taps[2 * _stride + tap];
                rows[rowOf[first + tap] * Samples + n] = weight * sum;
            }
        }
    }

    /// <summary>Horner's scheme on all taps of a cell at once, carrying the derivatives along.</summary>
    private void FillTaps()
    {
        int top = (_table.Taps - 1) * _stride, cellLength = _table.Taps * _stride, powers = _table.Taps;
        ref double coefficients = ref MemoryMarshal.GetArrayDataReference(_table.Coefficients);
        ref double target = ref MemoryMarshal.GetArrayDataReference(_taps);
        for (int n = 0; n < Samples; n++)
        {
            Vector256<double> u = Vector256.Create(Places[n]);
            double inverseWidth = InverseWidths[n];
            ref double highest = ref Unsafe.Add(ref coefficients, (nint)Cells[n] * cellLength + top);
            for (nuint t = 0; t < (nuint)_stride; t += CellTable<double>.Lanes)
            {
                ref double c = ref Unsafe.Add(ref highest, t);
                Vector256<double> value = Vector256.LoadUnsafe(ref c), slope = default, half = default;
                for (int p = 1; p < powers; p++)
                {
                    c = ref Unsafe.Subtract(ref c, _stride);
                    half = Vector256.FusedMultiplyAdd(half, u, slope);
                    slope = Vector256.FusedMultiplyAdd(slope, u, value);
                    value = Vector256.FusedMultiplyAdd(value, u, Vector256.LoadUnsafe(ref c));
                }
                value.StoreUnsafe(ref target, t);
                if (_orders > 1)
                    (slope * inverseWidth).StoreUnsafe(ref target, (nuint)_stride + t);
                if (_orders > 2)
                    (half * (2 * inverseWidth * inverseWidth)).StoreUnsafe(ref target, (nuint)(2 * _stride) + t);
            }
            target = ref Unsafe.Add(ref target, _orders * _stride);
        }
    }
}
