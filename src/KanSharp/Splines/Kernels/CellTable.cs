using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KanSharp.Splines.Kernels;

/// <summary>
/// The B-splines of one knot grid as polynomials, cell by cell: on the cell that holds x, basis function First + tap has the value
/// sum over p of Coefficients[cell][p][tap] u^p with u = (x - Origin) * InverseWidth. What the range policy asks for outside the grid is
/// two more cells, so the kernels know no policy. Taps are padded to a multiple of <see cref="Lanes"/>.
/// </summary>
internal sealed class CellTable
{
    /// <summary>Doubles in the vectors that the kernels step through the taps with.</summary>
    public const int Lanes = 4;

    private readonly double[] _starts;
    private readonly int[] _buckets;
    private readonly double _bucketScale;
    private readonly bool _halfOpen;

    public CellTable(KnotGrid grid, RangePolicy policy)
    {
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
        Low = starts[0];
        High = knots[lastKnot];
        // The last start lies above every x, so that the search needs no bound.
        starts.Add(double.PositiveInfinity);
        _starts = [.. starts];

        int count = cells.Count + 2;
        Origins = new double[count];
        InverseWidths = new double[count];
        First = new int[count];
        Coefficients = new double[count * Taps * Stride];
        for (int c = 0; c < cells.Count; c++)
        {
            Origins[c + 1] = _starts[c];
            InverseWidths[c + 1] = 1 / ((c + 1 < cells.Count ? _starts[c + 1] : High) - _starts[c]);
            First[c + 1] = Math.Clamp(cells[c] - order, 0, BasisCount - Taps);
            FillCell(knots, order, cells[c], c + 1);
        }
        FillOutside(0, 1, 0, policy);
        FillOutside(count - 1, count - 2, 1, policy);

        _buckets = new int[4 * cells.Count];
        _bucketScale = _buckets.Length / (High - Low);
        for (int b = 0, cell = 0; b < _buckets.Length; b++)
        {
            while (cell < cells.Count - 1 && _starts[cell + 1] <= Low + b / _bucketScale)
                cell++;
            _buckets[b] = cell;
        }
        Permuted = PermutedBasis.IsPossible(this) ? new PermutedBasis(this) : null;
    }

    /// <summary>The form for samples in the lanes, where machine and grid allow it.</summary>
    public PermutedBasis? Permuted { get; }

    /// <summary>Basis functions that differ from zero on a cell, order + 1.</summary>
    public int Taps { get; }

    /// <summary><see cref="Taps"/> rounded up to whole vectors.</summary>
    public int Stride { get; }

    public int BasisCount { get; }

    public double Low { get; }

    public double High { get; }

    public double[] Origins { get; }

    public double[] InverseWidths { get; }

    /// <summary>First basis function of each cell.</summary>
    public int[] First { get; }

    /// <summary>[cell][power][tap].</summary>
    public double[] Coefficients { get; }

    /// <summary>The cell that holds x: 0 below the range, the last one above it. NaN counts as below.</summary>
    public int Locate(double x)
    {
        if (!(x >= Low))
            return 0;
        if (x > High || (_halfOpen && x == High))
            return First.Length - 1;
        int cell = _buckets[Math.Min((int)((x - Low) * _bucketScale), _buckets.Length - 1)];
        // Both steps are taken without a branch: which side of a knot x lies on cannot be foretold.
        ref double start = ref MemoryMarshal.GetArrayDataReference(_starts);
        cell -= x < Unsafe.Add(ref start, cell) ? 1 : 0;
        cell += x >= Unsafe.Add(ref start, cell + 1) ? 1 : 0;
        while (x >= Unsafe.Add(ref start, cell + 1))
            cell++;
        return cell + 1;
    }

    /// <summary>The number of these at or below x is the cell of x, as <see cref="Locate"/> finds it.</summary>
    public double[] Thresholds() => [.. _starts.AsSpan(0, _starts.Length - 1), _halfOpen ? High : Math.BitIncrement(High)];

    /// <summary>The Cox-de Boor recursion carried out on polynomials in u (de Boor, A Practical Guide to Splines, ch. IX).</summary>
    private void FillCell(ReadOnlySpan<double> knots, int order, int interval, int cell)
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
                Coefficients[(cell * Taps + p) * Stride + tap] = pieces[r][p];
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
    private void FillOutside(int cell, int neighbour, int u, RangePolicy policy)
    {
        double scale = 1 / (High - Low);
        Origins[cell] = u == 0 ? Low : High;
        InverseWidths[cell] = scale;
        First[cell] = First[neighbour];
        if (policy == RangePolicy.Zero)
            return;
        for (int tap = 0; tap < Taps; tap++)
        {
            double value = 0, slope = 0;
            for (int p = Taps - 1; p >= 0; p--)
            {
                slope = slope * u + value;
                value = value * u + Coefficients[(neighbour * Taps + p) * Stride + tap];
            }
            Coefficients[cell * Taps * Stride + tap] = value;
            if (policy != RangePolicy.Clamp && Taps > 1)
                Coefficients[(cell * Taps + 1) * Stride + tap] = slope * InverseWidths[neighbour] / scale;
        }
    }
}
