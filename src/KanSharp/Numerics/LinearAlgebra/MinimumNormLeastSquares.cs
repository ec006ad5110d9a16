namespace KanSharp.Numerics.LinearAlgebra;

/// <summary>
/// Dense least squares of any shape and rank by a complete orthogonal decomposition: Householder QR with column pivoting finds the rank,
/// a second QR from the other side the minimiser of smallest norm. Source: Golub and Van Loan, Matrix Computations, 5.4.2 and 5.5.4.
/// </summary>
internal static class MinimumNormLeastSquares
{
    /// <summary>
    /// Finds the X of smallest norm among those that minimise |A X - B|, column by column. A pivot below <paramref name="tolerance"/> times the
    /// first counts as zero.
    /// </summary>
    /// <param name="matrix">A, rows x unknowns; overwritten.</param>
    /// <param name="rightHandSides">B, rows x count; overwritten.</param>
    /// <param name="tolerance">Relative size below which a direction counts as undetermined.</param>
    /// <param name="solution">X, unknowns x count.</param>
    /// <returns>The rank of A.</returns>
    public static int Solve(Matrix matrix, Matrix rightHandSides, double tolerance, Matrix solution)
    {
        int unknowns = matrix.Columns;
        int[] permutation = [.. Enumerable.Range(0, unknowns)];
        int rank = PivotedTriangle(matrix, rightHandSides, tolerance, permutation);

        // Now A P = Q [T; 0] with T of rank rows. T' = Z L' turns T w = b into L v = b, w = Z v: the w of smallest norm.
        var transposed = new Matrix(unknowns, rank);
        for (int i = 0; i < rank; i++)
        {
            for (int j = i; j < unknowns; j++)
                transposed[j, i] = matrix[i, j];
        }
        var reflections = new double[rank];
        for (int i = 0; i < rank; i++)
        {
            reflections[i] = Reflect(transposed.Column(i), i, out double diagonal);
            for (int j = i + 1; j < rank; j++)
                Apply(transposed.Column(i), reflections[i], i, transposed.Column(j));
            // The reflection's vector takes the place of the column; its first entry is 1 by convention, so the diagonal fits there.
            transposed[i, i] = diagonal;
        }

        Span<double> w = new double[unknowns];
        for (int c = 0; c < solution.Columns; c++)
        {
            w.Clear();
            for (int i = 0; i < rank; i++)
            {
                double sum = rightHandSides[i, c];
                for (int j = 0; j < i; j++)
                    sum -= transposed[j, i] * w[j];
                w[i] = sum / transposed[i, i];
            }
            for (int i = rank - 1; i >= 0; i--)
                Apply(transposed.Column(i), reflections[i], i, w);
            for (int j = 0; j < unknowns; j++)
                solution[permutation[j], c] = w[j];
        }
        return rank;
    }

    private static int PivotedTriangle(Matrix matrix, Matrix rightHandSides, double tolerance, int[] permutation)
    {
        int steps = Math.Min(matrix.Rows, matrix.Columns);
        double largest = 0;
        for (int step = 0; step < steps; step++)
        {
            int pivot = step;
            double best = -1;
            for (int j = step; j < matrix.Columns; j++)
            {
                double size = SumOfSquares(matrix.Column(j)[step..]);
                if (size > best)
                    (best, pivot) = (size, j);
            }
            double norm = Math.Sqrt(best);
            if (step == 0)
                largest = norm;
            if (norm <= tolerance * largest)
                return step;
            if (pivot != step)
            {
                Swap(matrix.Column(pivot), matrix.Column(step));
                (permutation[pivot], permutation[step]) = (permutation[step], permutation[pivot]);
            }

            double reflection = Reflect(matrix.Column(step), step, out double diagonal);
            for (int j = step + 1; j < matrix.Columns; j++)
                Apply(matrix.Column(step), reflection, step, matrix.Column(j));
            for (int c = 0; c < rightHandSides.Columns; c++)
                Apply(matrix.Column(step), reflection, step, rightHandSides.Column(c));
            matrix[step, step] = diagonal;
        }
        return steps;
    }

    /// <summary>
    /// The reflection I - f v v' (v zero before <paramref name="start"/>, 1 there) that maps the column to a multiple of a unit vector. Leaves v in
    /// the column (the 1 is implied) and returns f.
    /// </summary>
    private static double Reflect(Span<double> column, int start, out double diagonal)
    {
        Span<double> tail = column[(start + 1)..];
        double head = column[start], tailSquares = SumOfSquares(tail);
        if (tailSquares == 0)
        {
            diagonal = head;
            return 0;
        }
        diagonal = -Math.CopySign(Math.Sqrt(head * head + tailSquares), head);
        double scale = head - diagonal;
        foreach (ref double value in tail)
            value /= scale;
        return -scale / diagonal;
    }

    private static void Apply(ReadOnlySpan<double> vector, double factor, int start, Span<double> target)
    {
        if (factor == 0)
            return;
        ReadOnlySpan<double> tail = vector[(start + 1)..];
        Span<double> targetTail = target.Slice(start + 1, tail.Length);
        double product = target[start];
        for (int i = 0; i < tail.Length; i++)
            product += tail[i] * targetTail[i];
        product *= factor;
        target[start] -= product;
        for (int i = 0; i < tail.Length; i++)
            targetTail[i] -= product * tail[i];
    }

    private static double SumOfSquares(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value * value;
        return sum;
    }

    private static void Swap(Span<double> a, Span<double> b)
    {
        for (int i = 0; i < a.Length; i++)
            (a[i], b[i]) = (b[i], a[i]);
    }
}
