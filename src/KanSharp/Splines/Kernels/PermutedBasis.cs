using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Splines.Kernels;

/// <summary>
/// All basis functions of a grid of few cells at many samples, with the samples in the lanes: the polynomial coefficients of one basis
/// function on all cells fit into one or two registers, and each lane picks those of its own cell by a permutation.
/// </summary>
internal sealed class PermutedBasis<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _basisCount;
    private readonly int _powers;
    private readonly int _width;
    private readonly CellTable<T> _table;
    private readonly AlignedBuffer<T> _origins;
    private readonly AlignedBuffer<T> _inverseWidths;
    private readonly AlignedBuffer<T> _coefficients;

    public PermutedBasis(CellTable<T> table)
    {
        _basisCount = table.BasisCount;
        _powers = table.Taps;
        _table = table;
        _width = table.CellCount <= Vector512<T>.Count ? Vector512<T>.Count : 2 * Vector512<T>.Count;
        _origins = new AlignedBuffer<T>(_width);
        _inverseWidths = new AlignedBuffer<T>(_width);
        table.Origins.CopyTo(_origins.Span);
        table.InverseWidths.CopyTo(_inverseWidths.Span);
        _coefficients = new AlignedBuffer<T>(_basisCount * _powers * _width);
        for (int cell = 0; cell < table.CellCount; cell++)
        {
            for (int tap = 0; tap < table.Taps; tap++)
            {
                for (int p = 0; p < _powers; p++)
                    _coefficients.Span[((table.First[cell] + tap) * _powers + p) * _width + cell] = table.Coefficients[(cell * table.Taps + p) * table.Stride + tap];
            }
        }
    }

    /// <summary>Whether this machine and this grid allow it.</summary>
    public static bool IsPossible(CellTable<T> table) => Lanes512<T>.CanPick && table.CellCount <= 2 * Vector512<T>.Count;

    /// <summary>Whether there are four coefficients, on no more cells than a vector has lanes.</summary>
    public bool IsCubicInOneRegister => _powers == 4 && _width == Vector512<T>.Count;

    /// <summary>Where each cell begins, and one over its width; in a register each, for <see cref="ILanes{TVector, T}.Pick"/>.</summary>
    public (AlignedBuffer<T> Origins, AlignedBuffer<T> InverseWidths) Cells => (_origins, _inverseWidths);

    /// <summary>Values and derivatives (none if the span is empty), [basis][sample]; the number of samples is a multiple of the lanes.</summary>
    public void Fill(ReadOnlySpan<T> x, Span<T> values, Span<T> slopes)
    {
        if (_powers == 4 && _width == Vector512<T>.Count)
            FillCubic<Lanes512<T>, Vector512<T>>(x, values, slopes);
        else
            FillAny<Lanes512<T>, Vector512<T>>(x, values, slopes);
    }

    /// <summary>The usual order, on at most as many cells as a vector has lanes.</summary>
    private void FillCubic<TLanes, TVector>(ReadOnlySpan<T> x, Span<T> values, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
    {
        CellTable<T> table = _table;
        ref T input = ref MemoryMarshal.GetReference(x);
        ref T origins = ref MemoryMarshal.GetReference(_origins.Span);
        ref T widths = ref MemoryMarshal.GetReference(_inverseWidths.Span);
        ref T coefficients = ref MemoryMarshal.GetReference(_coefficients.Span);
        int samples = x.Length, rows = _basisCount;
        bool wantSlopes = !slopes.IsEmpty;
        for (int n = 0; n < samples; n += TLanes.Count)
        {
            TVector sample = TLanes.Load(ref Unsafe.Add(ref input, n));
            TVector cell = table.Cells<TLanes, TVector>(sample);
            TVector inverseWidth = TLanes.Pick(ref widths, false, cell);
            TVector u = TLanes.Multiply(TLanes.Subtract(sample, TLanes.Pick(ref origins, false, cell)), inverseWidth);
            ref T c = ref coefficients;
            ref T value = ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n);
            ref T slope = ref Unsafe.Add(ref MemoryMarshal.GetReference(slopes), n);
            for (int r = 0; r < rows; r++)
            {
                TVector c3 = TLanes.Pick(ref Unsafe.Add(ref c, 3 * TLanes.Count), false, cell);
                TVector sum2 = TLanes.MultiplyAdd(c3, u, TLanes.Pick(ref Unsafe.Add(ref c, 2 * TLanes.Count), false, cell));
                TVector sum1 = TLanes.MultiplyAdd(sum2, u, TLanes.Pick(ref Unsafe.Add(ref c, TLanes.Count), false, cell));
                TLanes.Store(TLanes.MultiplyAdd(sum1, u, TLanes.Pick(ref c, false, cell)), ref value);
                value = ref Unsafe.Add(ref value, samples);
                c = ref Unsafe.Add(ref c, 4 * TLanes.Count);
                if (wantSlopes)
                {
                    TVector derivative = TLanes.MultiplyAdd(TLanes.MultiplyAdd(c3, u, sum2), u, sum1);
                    TLanes.Store(TLanes.Multiply(derivative, inverseWidth), ref slope);
                    slope = ref Unsafe.Add(ref slope, samples);
                }
            }
        }
    }

    /// <summary>Any order.</summary>
    private void FillAny<TLanes, TVector>(ReadOnlySpan<T> x, Span<T> values, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
    {
        ref T input = ref MemoryMarshal.GetReference(x);
        CellTable<T> table = _table;
        ref T origins = ref MemoryMarshal.GetReference(_origins.Span);
        ref T widths = ref MemoryMarshal.GetReference(_inverseWidths.Span);
        ref T coefficients = ref MemoryMarshal.GetReference(_coefficients.Span);
        int samples = x.Length, rows = _basisCount, powers = _powers, width = _width;
        bool wantSlopes = !slopes.IsEmpty, two = width > TLanes.Count;
        for (int n = 0; n < samples; n += TLanes.Count)
        {
            TVector sample = TLanes.Load(ref Unsafe.Add(ref input, n));
            TVector cell = table.Cells<TLanes, TVector>(sample);
            TVector inverseWidth = TLanes.Pick(ref widths, two, cell);
            TVector u = TLanes.Multiply(TLanes.Subtract(sample, TLanes.Pick(ref origins, two, cell)), inverseWidth);
            ref T row = ref coefficients;
            ref T value = ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n);
            ref T slope = ref Unsafe.Add(ref MemoryMarshal.GetReference(slopes), n);
            for (int r = 0; r < rows; r++)
            {
                ref T c = ref Unsafe.Add(ref row, (powers - 1) * width);
                TVector sum = TLanes.Pick(ref c, two, cell), derivative = TLanes.Create(T.Zero);
                for (int p = 1; p < powers; p++)
                {
                    c = ref Unsafe.Subtract(ref c, width);
                    derivative = TLanes.MultiplyAdd(derivative, u, sum);
                    sum = TLanes.MultiplyAdd(sum, u, TLanes.Pick(ref c, two, cell));
                }
                TLanes.Store(sum, ref value);
                value = ref Unsafe.Add(ref value, samples);
                row = ref Unsafe.Add(ref row, powers * width);
                if (wantSlopes)
                {
                    TLanes.Store(TLanes.Multiply(derivative, inverseWidth), ref slope);
                    slope = ref Unsafe.Add(ref slope, samples);
                }
            }
        }
    }
}
