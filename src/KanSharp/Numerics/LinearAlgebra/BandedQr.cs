namespace KanSharp.Numerics.LinearAlgebra;

/// <summary>
/// Least squares with a banded matrix: takes rows that are zero but for <c>bandwidth</c> neighbouring columns and reduces them, as they come, to an
/// upper triangle R of the same bandwidth by Givens rotations, with any number of right-hand sides. Time is linear in the number of rows,
/// memory independent of it. Source: Golub and Van Loan, Matrix Computations, 5.1.8 and 5.2.5.
/// </summary>
internal sealed class BandedQr
{
    // A row of R per column of the matrix: entry 0 is the diagonal. A row is zero, or its diagonal is not.
    private readonly double[] _triangle;
    private readonly double[] _rightHandSides;
    private readonly int _columns, _bandwidth, _count;
    private int _lastFirst;

    public BandedQr(int columns, int bandwidth, int rightHandSides)
    {
        _columns = columns;
        _bandwidth = bandwidth;
        _count = rightHandSides;
        _triangle = new double[columns * bandwidth];
        _rightHandSides = new double[columns * rightHandSides];
    }

    /// <summary>
    /// Adds one equation. <paramref name="row"/> holds its coefficients from column <paramref name="first"/> on; <paramref name="first"/> must never
    /// decrease from call to call, or the triangle would not stay banded. Both spans are overwritten.
    /// </summary>
    public void AddRow(int first, Span<double> row, Span<double> rightHandSides)
    {
        if (first < _lastFirst)
            throw new InvalidOperationException($"Rows must come sorted: column {first} after {_lastFirst}.");
        _lastFirst = first;
        for (int j = 0; j < _bandwidth; j++)
        {
            double incoming = row[j];
            if (incoming == 0)
                continue;
            Span<double> pivotRow = _triangle.AsSpan((first + j) * _bandwidth, _bandwidth);
            double length = Math.Sqrt(pivotRow[0] * pivotRow[0] + incoming * incoming);
            if (length == 0)
                continue;
            double cosine = pivotRow[0] / length, sine = incoming / length;
            Rotate(pivotRow[..(_bandwidth - j)], row[j..], cosine, sine);
            Rotate(_rightHandSides.AsSpan((first + j) * _count, _count), rightHandSides, cosine, sine);
        }
    }

    /// <summary>
    /// Solves for all right-hand sides; <paramref name="solution"/> is column-major, one column of unknowns per right-hand side. If the matrix
    /// has full rank beyond doubt, by substitution; otherwise singular directions are told from regular ones by <paramref name="tolerance"/>
    /// (relative to the largest), and of all minimisers the one nearest to what <paramref name="solution"/> held on entry is taken.
    /// </summary>
    /// <returns>The rank.</returns>
    public int Solve(double tolerance, Span<double> solution)
    {
        // The estimate of the smallest singular value may be too large by a modest factor: hence the margin.
        if (SmallestSingularValueEstimate() > 1000 * tolerance * FrobeniusNorm())
        {
            SubstituteBack(solution);
            return _columns;
        }
        return SolveDense(tolerance, solution);
    }

    private static void Rotate(Span<double> pivotRow, Span<double> row, double cosine, double sine)
    {
        row = row[..pivotRow.Length];
        for (int i = 0; i < pivotRow.Length; i++)
        {
            double a = pivotRow[i], b = row[i];
            pivotRow[i] = cosine * a + sine * b;
            row[i] = cosine * b - sine * a;
        }
    }

    private void SubstituteBack(Span<double> solution)
    {
        for (int c = 0; c < _count; c++)
        {
            Span<double> x = solution.Slice(c * _columns, _columns);
            for (int i = 0; i < _columns; i++)
                x[i] = _rightHandSides[i * _count + c];
            SolveUpper(x);
        }
    }

    private void SolveUpper(Span<double> x)
    {
        for (int i = _columns - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> row = _triangle.AsSpan(i * _bandwidth, Math.Min(_bandwidth, _columns - i));
            double sum = x[i];
            for (int j = 1; j < row.Length; j++)
                sum -= row[j] * x[i + j];
            x[i] = sum / row[0];
        }
    }

    private double FrobeniusNorm()
    {
        double sum = 0;
        foreach (double value in _triangle)
            sum += value * value;
        return Math.Sqrt(sum);
    }

    /// <summary>
    /// Inverse iteration with R'R, from a start that makes the first solution grow (the condition estimator of LINPACK): an upper bound of the
    /// smallest singular value, close to it; 0 where a diagonal is zero.
    /// </summary>
    private double SmallestSingularValueEstimate()
    {
        for (int i = 0; i < _columns; i++)
        {
            if (_triangle[i * _bandwidth] == 0)
                return 0;
        }
        double[] x = new double[_columns];
        double estimate = double.PositiveInfinity;
        for (int iteration = 0; iteration < 4; iteration++)
        {
            // R'u = x, in place; in the first round each x_i is the sign that adds to what is already there.
            for (int i = 0; i < _columns; i++)
            {
                if (iteration == 0)
                    x[i] += x[i] < 0 ? -1 : 1;
                ReadOnlySpan<double> row = _triangle.AsSpan(i * _bandwidth, Math.Min(_bandwidth, _columns - i));
                x[i] /= row[0];
                for (int j = 1; j < row.Length; j++)
                    x[i + j] -= row[j] * x[i];
            }
            if (!Normalize(x, out _))
                return 0;
            SolveUpper(x);
            // |R x| / |x| with R x a unit vector: every such quotient bounds the smallest singular value from above.
            if (!Normalize(x, out double growth))
                return 0;
            estimate = Math.Min(estimate, 1 / growth);
        }
        return estimate;
    }

    private static bool Normalize(Span<double> x, out double norm)
    {
        double sum = 0;
        foreach (double value in x)
            sum += value * value;
        norm = Math.Sqrt(sum);
        if (!double.IsFinite(norm) || norm == 0)
            return false;
        foreach (ref double value in x)
            value /= norm;
        return true;
    }

    /// <summary>The smallest change of the solution that minimises the residual; an unknown that no row touches keeps its value.</summary>
    private int SolveDense(double tolerance, Span<double> solution)
    {
        List<int> rows = [], unknowns = [];
        bool[] touched = new bool[_columns];
        for (int i = 0; i < _columns; i++)
        {
            if (_triangle[i * _bandwidth] != 0)
                rows.Add(i);
            for (int j = 0; j < Math.Min(_bandwidth, _columns - i); j++)
                touched[i + j] |= _triangle[i * _bandwidth + j] != 0;
        }
        for (int i = 0; i < _columns; i++)
        {
            if (touched[i])
                unknowns.Add(i);
        }

        var matrix = new Matrix(rows.Count, unknowns.Count);
        var rightHandSides = new Matrix(rows.Count, _count);
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < unknowns.Count; j++)
            {
                int offset = unknowns[j] - rows[i];
                if (offset >= 0 && offset < _bandwidth)
                    matrix[i, j] = _triangle[rows[i] * _bandwidth + offset];
            }
            for (int c = 0; c < _count; c++)
                rightHandSides[i, c] = _rightHandSides[rows[i] * _count + c] - RowTimes(rows[i], solution.Slice(c * _columns, _columns));
        }
        var dense = new Matrix(unknowns.Count, _count);
        int rank = MinimumNormLeastSquares.Solve(matrix, rightHandSides, tolerance, dense);
        for (int c = 0; c < _count; c++)
        {
            for (int j = 0; j < unknowns.Count; j++)
                solution[c * _columns + unknowns[j]] += dense[j, c];
        }
        return rank;
    }

    private double RowTimes(int row, ReadOnlySpan<double> x)
    {
        double sum = 0;
        for (int j = 0; j < Math.Min(_bandwidth, _columns - row); j++)
            sum += _triangle[row * _bandwidth + j] * x[row + j];
        return sum;
    }
}
