using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Splines.Kernels;

/// <summary>
/// The cubic splines of one grid in another basis than B-splines: 1, y, z^2, z^3, and for each knot inside the range the cube of the distance beyond it, seen from the
/// middle of the range. Here y = x - middle and z = y / mean width of a cell. A sample needs neither its cell nor the coefficients of one, so that a row costs a handful
/// of instructions, and that of ones none. Weights and gradients go from one basis to the other by a small matrix (de Boor, A Practical Guide to Splines, ch. VIII).
/// </summary>
/// <remarks>
/// Seen from the middle distances stay small, but large weights of far knots cancel: rounding is amplified by 56 at most on a grid of 5 even cells, by 1600 on one of
/// 13. Grids that would lose more than <see cref="s_mostAmplified"/> have no such basis.
/// </remarks>
internal sealed class OneSidedCubes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Powers = 4;

    private static readonly double s_mostAmplified = typeof(T) == typeof(double) ? 2000 : 100;

    private readonly T _low;
    private readonly T _high;
    private readonly T _middle;
    private readonly T _inverseWidth;
    private readonly T[] _signs;
    private readonly T[] _offsets;
    private readonly double[] _matrix;
    private readonly T[] _rows;

    /// <param name="knots">The knots that bound the cells, all different.</param>
    /// <param name="coefficients">Of the B-splines that are not zero on a cell, [cell][power][tap], in powers of the share of the cell that lies before x.</param>
    private OneSidedCubes(ReadOnlySpan<double> knots, ReadOnlySpan<double> coefficients)
    {
        int cells = knots.Length - 1, central = (cells - 1) / 2;
        double scale = cells / (knots[^1] - knots[0]), middle = cells % 2 == 1 ? (knots[central] + knots[central + 1]) / 2 : knots[central + 1];
        Count = cells + Powers - 1;
        _low = T.CreateTruncating(knots[0]);
        _high = T.CreateTruncating(knots[^1]);
        _middle = T.CreateTruncating(middle);
        _inverseWidth = T.CreateTruncating(scale);
        _signs = new T[cells - 1];
        _offsets = new T[cells - 1];
        _matrix = new double[Count * Count];
        for (int cell = 0; cell < cells; cell++)
        {
            double width = knots[cell + 1] - knots[cell], slope = 1 / (scale * width), shift = (middle - knots[cell]) / width;
            for (int tap = 0; tap < Powers; tap++)
            {
                int c = cell * Powers * Powers + tap;
                double c0 = coefficients[c], c1 = coefficients[c + Powers], c2 = coefficients[c + 2 * Powers], c3 = coefficients[c + 3 * Powers], cube = c3 * slope * slope * slope;
                Span<double> row = _matrix.AsSpan((cell + tap) * Count, Count);
                if (cell == central)
                {
                    // The share of the cell is shift + slope z.
                    row[0] = ((c3 * shift + c2) * shift + c1) * shift + c0;
                    row[1] = ((3 * c3 * shift + 2 * c2) * shift + c1) / width;
                    row[2] = (3 * c3 * shift + c2) * slope * slope;
                    row[3] = cube;
                }
                // Where two cells meet, all but the third derivatives agree. Knots before the middle count distances to the left, of which the cube is less than zero.
                if (cell > 0)
                    row[Powers - 1 + cell] += cube;
                if (cell < cells - 1)
                    row[Powers + cell] -= cube;
            }
        }
        _rows = Array.ConvertAll(_matrix, T.CreateTruncating);
        for (int knot = 1; knot < cells; knot++)
        {
            double sign = knot > central ? 1 : -1;
            _signs[knot - 1] = T.CreateTruncating(sign);
            _offsets[knot - 1] = T.CreateTruncating(-sign * (knots[knot] - middle) * scale);
        }
    }

    /// <summary>Basis functions, as many as there are B-splines; that of ones comes first.</summary>
    public int Count { get; }

    /// <summary>The weights that make B-spline r.</summary>
    public ReadOnlySpan<T> Row(int r) => _rows.AsSpan(r * Count, Count);

    /// <summary>The basis of a grid, or null where it has none or not a good one; <paramref name="coefficients"/> are those of the cells in the range.</summary>
    public static OneSidedCubes<T>? Create(KnotGrid grid, RangePolicy policy, ReadOnlySpan<double> coefficients)
    {
        if (grid.Order != Powers - 1 || policy is not (RangePolicy.Linear or RangePolicy.Error) || grid.Intervals > 16)
            return null;
        ReadOnlySpan<double> knots = grid.InnerKnots;
        for (int i = 1; i < knots.Length; i++)
        {
            if (knots[i] == knots[i - 1])
                return null;
        }
        var cubes = new OneSidedCubes<T>(knots, coefficients);
        return cubes.Amplification(knots) <= s_mostAmplified ? cubes : null;
    }

    /// <summary>weights = those that give the same spline as the scaled coefficients of the B-splines.</summary>
    public void FromBSplines(ReadOnlySpan<double> coefficients, double scale, Span<T> weights)
    {
        for (int q = 0; q < weights.Length; q++)
        {
            double sum = 0;
            for (int r = 0; r < coefficients.Length; r++)
                sum += coefficients[r] * _matrix[r * Count + q];
            weights[q] = T.CreateTruncating(scale * sum);
        }
    }

    /// <summary>gradient = that by the coefficients of the B-splines, from that by the weights of this basis.</summary>
    public void ToBSplines(ReadOnlySpan<double> byWeights, Span<double> gradient)
    {
        for (int r = 0; r < gradient.Length; r++)
        {
            double sum = 0;
            ReadOnlySpan<double> row = _matrix.AsSpan(r * Count, Count);
            for (int q = 0; q < row.Length; q++)
                sum += byWeights[q] * row[q];
            gradient[r] = sum;
        }
    }

    /// <summary>Values of all but the row of ones, [row][sample]; the number of samples is a multiple of the lanes.</summary>
    public void Fill(ReadOnlySpan<T> x, Span<T> values)
    {
        T outside = Vector512.IsHardwareAccelerated ? Fill<Lanes512<T>, Vector512<T>>(x, values)
            : Vector256.IsHardwareAccelerated ? Fill<Lanes256<T>, Vector256<T>>(x, values)
            : Fill<Lanes128<T>, Vector128<T>>(x, values);
        if (outside != T.Zero)
            GoOnOutside(x, values);
    }

    /// <summary>Derivatives of all but the row of ones and the next, whose derivative is one, at the samples of that next row, y, which <see cref="Fill"/> has made.</summary>
    public void FillSlopes(ReadOnlySpan<T> y, Span<T> slopes)
    {
        if (Vector512.IsHardwareAccelerated)
            FillSlopes<Lanes512<T>, Vector512<T>>(y, slopes);
        else if (Vector256.IsHardwareAccelerated)
            FillSlopes<Lanes256<T>, Vector256<T>>(y, slopes);
        else
            FillSlopes<Lanes128<T>, Vector128<T>>(y, slopes);
    }

    /// <summary>With each x moved to the nearest in the range; returns the sum of the squares of how far they were moved.</summary>
    private T Fill<TLanes, TVector>(ReadOnlySpan<T> x, Span<T> values)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
    {
        ref T input = ref MemoryMarshal.GetReference(x);
        ref T value = ref MemoryMarshal.GetReference(values);
        ref T signs = ref MemoryMarshal.GetArrayDataReference(_signs);
        ref T offsets = ref MemoryMarshal.GetArrayDataReference(_offsets);
        int samples = x.Length, knots = _signs.Length;
        TVector low = TLanes.Create(_low), high = TLanes.Create(_high), middle = TLanes.Create(_middle), scale = TLanes.Create(_inverseWidth), zero = TLanes.Create(T.Zero), moved = zero;
        for (int n = 0; n < samples; n += TLanes.Count)
        {
            TVector sample = TLanes.Load(ref Unsafe.Add(ref input, n)), inside = TLanes.AtMost(high, TLanes.AtLeast(low, sample));
            TVector distance = TLanes.Subtract(sample, inside), y = TLanes.Subtract(inside, middle), z = TLanes.Multiply(y, scale), square = TLanes.Multiply(z, z);
            moved = TLanes.MultiplyAdd(distance, distance, moved);
            ref T row = ref Unsafe.Add(ref value, n);
            TLanes.Store(y, ref row);
            TLanes.Store(square, ref Unsafe.Add(ref row, samples));
            TLanes.Store(TLanes.Multiply(square, z), ref Unsafe.Add(ref row, 2 * samples));
            row = ref Unsafe.Add(ref row, 3 * samples);
            for (int knot = 0; knot < knots; knot++)
            {
                TVector beyond = TLanes.AtLeast(zero, TLanes.MultiplyAdd(TLanes.Create(Unsafe.Add(ref signs, knot)), z, TLanes.Create(Unsafe.Add(ref offsets, knot))));
                TLanes.Store(TLanes.Multiply(TLanes.Multiply(beyond, beyond), beyond), ref row);
                row = ref Unsafe.Add(ref row, samples);
            }
        }
        return TLanes.Sum(moved);
    }

    private void FillSlopes<TLanes, TVector>(ReadOnlySpan<T> y, Span<T> slopes)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
    {
        ref T input = ref MemoryMarshal.GetReference(y);
        ref T slope = ref MemoryMarshal.GetReference(slopes);
        ref T signs = ref MemoryMarshal.GetArrayDataReference(_signs);
        ref T offsets = ref MemoryMarshal.GetArrayDataReference(_offsets);
        int samples = y.Length, knots = _signs.Length;
        TVector scale = TLanes.Create(_inverseWidth), twice = TLanes.Add(scale, scale), thrice = TLanes.Add(twice, scale), zero = TLanes.Create(T.Zero);
        TVector low = TLanes.Create(_low - _middle), high = TLanes.Create(_high - _middle);
        for (int n = 0; n < samples; n += TLanes.Count)
        {
            TVector z = TLanes.Multiply(TLanes.AtMost(high, TLanes.AtLeast(low, TLanes.Load(ref Unsafe.Add(ref input, n)))), scale);
            ref T row = ref Unsafe.Add(ref slope, n);
            TLanes.Store(TLanes.Multiply(twice, z), ref row);
            TLanes.Store(TLanes.Multiply(thrice, TLanes.Multiply(z, z)), ref Unsafe.Add(ref row, samples));
            row = ref Unsafe.Add(ref row, 2 * samples);
            for (int knot = 0; knot < knots; knot++)
            {
                TVector sign = TLanes.Create(Unsafe.Add(ref signs, knot)), beyond = TLanes.AtLeast(zero, TLanes.MultiplyAdd(sign, z, TLanes.Create(Unsafe.Add(ref offsets, knot))));
                TLanes.Store(TLanes.Multiply(TLanes.Multiply(thrice, sign), TLanes.Multiply(beyond, beyond)), ref row);
                row = ref Unsafe.Add(ref row, samples);
            }
        }
    }

    /// <summary>Outside the range every function goes on along its tangent.</summary>
    private void GoOnOutside(ReadOnlySpan<T> x, Span<T> values)
    {
        T two = T.CreateTruncating(2), three = T.CreateTruncating(3);
        for (int n = 0; n < x.Length; n++)
        {
            if (x[n] >= _low && x[n] <= _high)
                continue;
            T inside = T.Clamp(x[n], _low, _high), distance = x[n] - inside, z = (inside - _middle) * _inverseWidth, step = distance * _inverseWidth;
            values[n] += distance;
            values[x.Length + n] += step * two * z;
            values[2 * x.Length + n] += step * three * z * z;
            for (int knot = 0; knot < _signs.Length; knot++)
            {
                T beyond = T.Max(T.Zero, _signs[knot] * z + _offsets[knot]);
                values[(3 + knot) * x.Length + n] += step * three * _signs[knot] * beyond * beyond;
            }
        }
    }

    /// <summary>By how much rounding grows at most, for coefficients of size one: all functions grow away from the middle, so it is at an end.</summary>
    private double Amplification(ReadOnlySpan<double> knots)
    {
        double middle = double.CreateTruncating(_middle), scale = double.CreateTruncating(_inverseWidth), worst = 0;
        foreach (double end in (ReadOnlySpan<double>)[knots[0], knots[^1]])
        {
            double sum = 0, z = (end - middle) * scale;
            for (int q = 0; q < Count; q++)
            {
                double value = q switch
                {
                    0 => 1,
                    1 => end - middle,
                    < Powers => Math.Pow(z, q),
                    _ => Math.Pow(Math.Max(0, double.CreateTruncating(_signs[q - Powers]) * z + double.CreateTruncating(_offsets[q - Powers])), 3),
                };
                for (int r = 0; r < Count; r++)
                    sum += Math.Abs(_matrix[r * Count + q] * value);
            }
            worst = Math.Max(worst, sum);
        }
        return worst;
    }
}
