using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KanSharp.Splines.Kernels;

/// <summary>
/// All basis functions of a grid of few cells at many samples, with the samples in the lanes: the polynomial coefficients of one basis
/// function on all cells fit into two registers, and each lane picks those of its own cell by a permutation.
/// </summary>
internal sealed class PermutedBasis
{
    private const int MaxCells = 16;

    private readonly int _basisCount;
    private readonly int _powers;
    private readonly int _thresholdCount;
    private readonly double[] _thresholds;
    private readonly double[] _origins = new double[MaxCells];
    private readonly double[] _inverseWidths = new double[MaxCells];
    private readonly double[] _coefficients;

    public PermutedBasis(CellTable table)
    {
        _basisCount = table.BasisCount;
        _powers = table.Taps;
        int cells = table.First.Length;
        _thresholds = table.Thresholds();
        _thresholdCount = _thresholds.Length;
        table.Origins.CopyTo(_origins, 0);
        table.InverseWidths.CopyTo(_inverseWidths, 0);
        _coefficients = new double[_basisCount * _powers * MaxCells];
        for (int cell = 0; cell < cells; cell++)
        {
            for (int tap = 0; tap < table.Taps; tap++)
            {
                for (int p = 0; p < _powers; p++)
                    _coefficients[((table.First[cell] + tap) * _powers + p) * MaxCells + cell] = table.Coefficients[(cell * table.Taps + p) * table.Stride + tap];
            }
        }
    }

    /// <summary>Whether this machine and this grid allow it.</summary>
    public static bool IsPossible(CellTable table) => Avx512F.IsSupported && table.First.Length <= MaxCells;

    /// <summary>Values and derivatives, [basis][sample]; the number of samples is a multiple of 8.</summary>
    public void Fill(ReadOnlySpan<double> x, double[] values, double[] slopes)
    {
        ref double input = ref MemoryMarshal.GetReference(x);
        ref double value = ref MemoryMarshal.GetArrayDataReference(values);
        ref double slope = ref MemoryMarshal.GetArrayDataReference(slopes);
        ref double thresholds = ref MemoryMarshal.GetArrayDataReference(_thresholds);
        ref double origins = ref MemoryMarshal.GetArrayDataReference(_origins);
        ref double widths = ref MemoryMarshal.GetArrayDataReference(_inverseWidths);
        int samples = x.Length;
        for (nuint n = 0; n < (nuint)samples; n += 8)
        {
            Vector512<double> sample = Vector512.LoadUnsafe(ref input, n);
            Vector512<long> cell = Vector512<long>.Zero;
            for (int t = 0; t < _thresholdCount; t++)
                cell -= Vector512.GreaterThanOrEqual(sample, Vector512.Create(Unsafe.Add(ref thresholds, t))).AsInt64();
            Vector512<double> inverseWidth = Pick(ref widths, cell);
            Vector512<double> u = (sample - Pick(ref origins, cell)) * inverseWidth;
            ref double row = ref MemoryMarshal.GetArrayDataReference(_coefficients);
            nuint target = n;
            for (int r = 0; r < _basisCount; r++)
            {
                ref double c = ref Unsafe.Add(ref row, (_powers - 1) * MaxCells);
                Vector512<double> sum = Pick(ref c, cell), derivative = Vector512<double>.Zero;
                for (int p = 1; p < _powers; p++)
                {
                    c = ref Unsafe.Subtract(ref c, MaxCells);
                    derivative = Vector512.FusedMultiplyAdd(derivative, u, sum);
                    sum = Vector512.FusedMultiplyAdd(sum, u, Pick(ref c, cell));
                }
                sum.StoreUnsafe(ref value, target);
                (derivative * inverseWidth).StoreUnsafe(ref slope, target);
                target += (nuint)samples;
                row = ref Unsafe.Add(ref row, _powers * MaxCells);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Pick(ref double table, Vector512<long> index) =>
        Avx512F.PermuteVar8x64x2(Vector512.LoadUnsafe(ref table), index, Vector512.LoadUnsafe(ref table, 8));
}
