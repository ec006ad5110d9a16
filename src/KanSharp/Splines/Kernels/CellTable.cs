using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;

namespace KanSharp.Splines.Kernels;

/// <summary>
/// The B-splines of one knot grid as polynomials, cell by cell: on the cell that holds x, basis function First + tap has the value
/// sum over p of Coefficients[cell][p][tap] u^p with u = (x - Origin) * InverseWidth. What the range policy asks for outside the grid is
/// two more cells, so the kernels know no policy. Taps are padded to a multiple of <see cref="Lanes"/>. Everything is worked out in double
/// precision, whatever the kernels compute in.
/// </summary>
internal sealed class CellTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements of the vectors that the kernels step through the taps with.</summary>
    public const int Lanes = 4;

    /// <summary>Up to so many cells comparing with all thresholds is the fastest search.</summary>
    private const int ComparedCells = 24;

    /// <summary>Cells of one width are computed: how far their starts may be from where they should be, as a share of the range.</summary>
    private static readonly T s_tolerance = T.CreateTruncating(typeof(T) == typeof(double) ? 4e-15 : 1e-6);

    private readonly T[] _ends = [];
    private readonly T _inverseWidth;
    private readonly T _lastInside;
    private readonly bool _computed;
    private readonly T[] _starts;
    private readonly T[] _thresholds;
    private readonly int[] _buckets;
    private readonly T _bucketScale;
    private readonly bool _halfOpen;

    public CellTable(KnotGrid grid, RangePolicy policy)
    {
        if (grid.BasisCount == 0)
        {
            // One cell that holds everything and nothing.
            (Low, High, CellCount) = (T.PositiveInfinity, T.PositiveInfinity, 1);
            (_starts, _thresholds, _buckets, Coefficients) = ([], [], [], []);
            (First, Origins, InverseWidths) = ([0], [T.Zero], [T.Zero]);
            return;
        }
        int order = grid.Order;
        ReadOnlySpan<double> knots = grid.Knots;
        Taps = order + 1;
        Stride = (Taps + Lanes - 1) / Lanes * Lanes;
        BasisCount = grid.BasisCount;
        _halfOpen = policy == RangePolicy.Zero;
        int firstKnot = _halfOpen ? 0 : order;
        int lastKnot = _halfOpen ? knots.Length - 1 : order + grid.Intervals;

        var starts = new List<double>();
        var cells = new List<int>();
        for (int i = firstKnot; i < lastKnot; i++)
        {
            if (knots[i + 1] > knots[i])
            {
                starts.Add(knots[i]);
                cells.Add(i);
            }
        }
        double low = starts[0], high = knots[lastKnot];
        // The last start lies above every x, so that the search needs no bound.
        starts.Add(double.PositiveInfinity);

        CellCount = cells.Count + 2;
        First = new int[CellCount];
        double[] origins = new double[CellCount], inverseWidths = new double[CellCount], coefficients = new double[CellCount * Taps * Stride];
        for (int c = 0; c < cells.Count; c++)
        {
            origins[c + 1] = starts[c];
            inverseWidths[c + 1] = 1 / ((c + 1 < cells.Count ? starts[c + 1] : high) - starts[c]);
            First[c + 1] = Math.Clamp(cells[c] - order, 0, BasisCount - Taps);
            FillCell(knots, order, cells[c], c + 1, coefficients);
        }
        inverseWidths[0] = inverseWidths[^1] = 1 / (high - low);
        origins[0] = low;
        origins[^1] = high;
        if (policy != RangePolicy.Zero)
        {
            FillOutside(0, 1, 0, policy, coefficients, inverseWidths);
            FillOutside(CellCount - 1, CellCount - 2, 1, policy, coefficients, inverseWidths);
        }
        First[0] = First[1];
        First[^1] = First[^2];

        _buckets = new int[4 * cells.Count];
        double bucketScale = _buckets.Length / (high - low);
        for (int b = 0, cell = 0; b < _buckets.Length; b++)
        {
            while (cell < cells.Count - 1 && starts[cell + 1] <= low + b / bucketScale)
                cell++;
            _buckets[b] = cell;
        }
        Low = T.CreateTruncating(low);
        High = T.CreateTruncating(high);
        _bucketScale = T.CreateTruncating(bucketScale);
        _starts = Convert([.. starts]);
        _thresholds = [.. _starts.AsSpan(0, _starts.Length - 1), _halfOpen ? High : T.BitIncrement(High)];
        Origins = Convert(origins);
        InverseWidths = Convert(inverseWidths);
        Coefficients = Convert(coefficients);
        _ends = [_thresholds[0], _thresholds[^1]];
        // Of all cells together: the difference of two knots has lost as many digits as there are cells.
        _inverseWidth = T.CreateTruncating(cells.Count / (high - low));
        _lastInside = T.CreateTruncating(CellCount - 3);
        _computed = order >= 2 && IsUniform();
        SameCubics = _computed && order == 3 && policy != RangePolicy.Zero && HaveSame(coefficients, 1e-13 + 1e-15 * Math.Max(Math.Abs(low), Math.Abs(high)) * cells.Count / (high - low)) ? Convert(WithSlopes(coefficients.AsSpan(16, 16), inverseWidths[1])) : null;
        Cubes = cells.Count == grid.Intervals ? OneSidedCubes<T>.Create(grid, policy, coefficients.AsSpan(Taps * Stride)) : null;
        Permuted = PermutedBasis<T>.IsPossible(this) ? new PermutedBasis<T>(this) : null;
    }

    /// <summary>The form for samples in the lanes, where machine and grid allow it.</summary>
    public PermutedBasis<T>? Permuted { get; }

    /// <summary>
    /// The coefficients of all cells inside the range, [power][tap], if these are the same cubics, and those of their derivatives by x. The first basis function of such a cell has
    /// the number of the cell.
    /// </summary>
    public T[]? SameCubics { get; }

    /// <summary>Another basis of the same splines, which is cheaper to evaluate, where the grid has a good one.</summary>
    public OneSidedCubes<T>? Cubes { get; }

    /// <summary>Basis functions that differ from zero on a cell, order + 1.</summary>
    public int Taps { get; }

    /// <summary><see cref="Taps"/> rounded up to whole vectors.</summary>
    public int Stride { get; }

    public int BasisCount { get; }

    /// <summary>Cells inside the range and the two outside it.</summary>
    public int CellCount { get; }

    public T Low { get; }

    public T High { get; }

    public T[] Origins { get; }

    public T[] InverseWidths { get; }

    /// <summary>First basis function of each cell.</summary>
    public int[] First { get; }

    /// <summary>[cell][power][tap].</summary>
    public T[] Coefficients { get; }

    /// <summary>The cell that holds x: 0 below the range, the last one above it. NaN counts as below.</summary>
    public int Locate(T x)
    {
        if (!(x >= Low))
            return 0;
        if (x > High || (_halfOpen && x == High))
            return CellCount - 1;
        int cell = _buckets[Math.Min(T.ConvertToIntegerNative<int>((x - Low) * _bucketScale), _buckets.Length - 1)];
        // Both steps are taken without a branch: which side of a knot x lies on cannot be foretold.
        ref T start = ref MemoryMarshal.GetArrayDataReference(_starts);
        cell -= x < Unsafe.Add(ref start, cell) ? 1 : 0;
        cell += x >= Unsafe.Add(ref start, cell + 1) ? 1 : 0;
        // Buckets are rounded, and many knots may lie in one.
        while (x < Unsafe.Add(ref start, cell))
            cell--;
        while (x >= Unsafe.Add(ref start, cell + 1))
            cell++;
        return cell + 1;
    }

    /// <summary>The number of these at or below x is the cell of x, as <see cref="Locate"/> finds it.</summary>
    public ReadOnlySpan<T> Thresholds => _thresholds;

    /// <summary>As <see cref="LocateAll"/>, as whole numbers in the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Cells<TLanes, TVector>(TVector x)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
    {
        if (!_computed)
            return TLanes.CountAtOrBelow(x, ref MemoryMarshal.GetArrayDataReference(_thresholds), _thresholds.Length, TLanes.Create(T.Zero));
        // Half a cell less, so that rounding to the nearest whole number rounds down.
        TVector place = TLanes.MultiplyAdd(TLanes.Subtract(x, TLanes.Create(Low)), TLanes.Create(_inverseWidth), TLanes.Create(T.CreateTruncating(-0.5)));
        place = TLanes.AtMost(TLanes.Create(_lastInside), TLanes.AtLeast(place, TLanes.Create(T.Zero)));
        // Added to a number this leaves its whole part in the lowest bits.
        TVector whole = TLanes.Add(place, TLanes.Create(T.CreateTruncating(typeof(T) == typeof(double) ? 6755399441055744 : 12582912)));
        return TLanes.CountAtOrBelow(x, ref MemoryMarshal.GetArrayDataReference(_ends), 2, whole);
    }

    /// <summary>
    /// <see cref="Locate"/> for many x. Cells of one width are computed, and rounding may then choose the cell before a knot for an x at it or next to it: splines of order 2 and
    /// more have the same value and slope there on either cell. The ends of the range, where a slope may jump, are exact.
    /// </summary>
    public void LocateAll(ReadOnlySpan<T> x, Span<int> cells)
    {
        // What does not fill the widest vector is not worth one.
        if ((CellCount > ComparedCells && !_computed) || x.Length % Vector512<T>.Count != 0)
        {
            for (int n = 0; n < x.Length; n++)
                cells[n] = Locate(x[n]);
        }
        else if (Vector512.IsHardwareAccelerated)
            Compare<Lanes512<T>, Vector512<T>>(x, cells);
        else if (Vector256.IsHardwareAccelerated)
            Compare<Lanes256<T>, Vector256<T>>(x, cells);
        else
            Compare<Lanes128<T>, Vector128<T>>(x, cells);
    }

    private void Compare<TLanes, TVector>(ReadOnlySpan<T> x, Span<int> cells)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
    {
        ref T input = ref MemoryMarshal.GetReference(x);
        ref int target = ref MemoryMarshal.GetReference(cells);
        for (int n = 0; n < x.Length; n += TLanes.Count)
            TLanes.StoreWhole(Cells<TLanes, TVector>(TLanes.Load(ref Unsafe.Add(ref input, n))), CellCount - 1, ref Unsafe.Add(ref target, n));
    }

    /// <summary>Whether all cells inside the range have one width, to rounding.</summary>
    private bool IsUniform()
    {
        for (int cell = 1; cell < CellCount - 1; cell++)
        {
            T share = T.CreateTruncating(cell - 1) / T.CreateTruncating(CellCount - 2);
            if (!(T.Abs(Origins[cell] - Low - share * (High - Low)) <= s_tolerance * (High - Low)))
                return false;
        }
        return true;
    }

    /// <summary>Whether the cubics of all cells inside the range agree to what rounding of the knots makes of them.</summary>
    private bool HaveSame(double[] coefficients, double tolerance)
    {
        for (int n = 2 * 16; n < (CellCount - 1) * 16; n++)
        {
            if (!(Math.Abs(coefficients[n] - coefficients[16 + n % 16]) <= tolerance))
                return false;
        }
        return true;
    }

    /// <summary>After the coefficients of powers 0 to 3 those of powers 0 to 2 of the derivatives.</summary>
    private static double[] WithSlopes(ReadOnlySpan<double> cubics, double inverseWidth)
    {
        double[] result = [.. cubics, .. new double[12]];
        for (int n = 0; n < 12; n++)
            result[16 + n] = (n / 4 + 1) * inverseWidth * cubics[4 + n];
        return result;
    }

    private static T[] Convert(double[] values) => Array.ConvertAll(values, T.CreateTruncating);

    /// <summary>The Cox-de Boor recursion carried out on polynomials in u (de Boor, A Practical Guide to Splines, ch. IX).</summary>
    private void FillCell(ReadOnlySpan<double> knots, int order, int interval, int cell, double[] coefficients)
    {
        double start = knots[interval], width = knots[interval + 1] - start;
        int taps = order + 1;
        // pieces[r] is the polynomial of basis function interval - order + r at the current degree.
        double[][] pieces = new double[taps][];
        for (int r = 0; r < taps; r++)
            pieces[r] = new double[taps];
        pieces[order][0] = 1;
        for (int degree = 1; degree <= order; degree++)
        {
            for (int r = order - degree; r <= order; r++)
            {
                int basis = interval - order + r;
                double[] sum = new double[taps];
                if (r > order - degree && Span(knots, basis, degree) is > 0 and double left)
                    AddProduct(sum, pieces[r], (start - knots[basis]) / left, width / left);
                if (r < order && Span(knots, basis + 1, degree) is > 0 and double right)
                    AddProduct(sum, pieces[r + 1], (knots[basis + degree + 1] - start) / right, -width / right);
                pieces[r] = sum;
            }
        }
        for (int r = 0; r < taps; r++)
        {
            int tap = interval - order + r - First[cell];
            if (tap < 0 || tap >= taps)
                continue;
            for (int p = 0; p < taps; p++)
                coefficients[(cell * Taps + p) * Stride + tap] = pieces[r][p];
        }
    }

    private static double Span(ReadOnlySpan<double> knots, int basis, int degree) =>
        basis >= 0 && basis + degree < knots.Length ? knots[basis + degree] - knots[basis] : 0;

    /// <summary>sum += polynomial * (constant + slope u).</summary>
    private static void AddProduct(double[] sum, double[] polynomial, double constant, double slope)
    {
        for (int p = 0; p < polynomial.Length; p++)
        {
            sum[p] += constant * polynomial[p];
            if (p + 1 < sum.Length)
                sum[p + 1] += slope * polynomial[p];
        }
    }

    /// <summary>The cell beyond an end: value and slope of the neighbouring cell there, as far as the policy keeps them.</summary>
    private void FillOutside(int cell, int neighbour, int u, RangePolicy policy, double[] coefficients, double[] inverseWidths)
    {
        for (int tap = 0; tap < Taps; tap++)
        {
            double value = 0, slope = 0;
            for (int p = Taps - 1; p >= 0; p--)
            {
                slope = slope * u + value;
                value = value * u + coefficients[(neighbour * Taps + p) * Stride + tap];
            }
            coefficients[cell * Taps * Stride + tap] = value;
            if (policy != RangePolicy.Clamp && Taps > 1)
                coefficients[(cell * Taps + 1) * Stride + tap] = slope * inverseWidths[neighbour] / inverseWidths[cell];
        }
    }
}
