namespace KanSharp.Training.Optimizers;

/// <summary>
/// Coefficients that samples say next to nothing about, as at the ends of fine grids where a basis function hardly reaches a sample. Solved for like the others they go anywhere to gain next to nothing,
/// and with them what is predicted between and beyond the samples; held, they move as their neighbours do. Only moves are damped, so minima stay where they are.
/// </summary>
internal sealed class HeldCoefficients
{
    /// <summary>A coefficient is held whose place on the diagonal of JᵀJ is below this part of the largest one of its spline; also how firmly, in the same units.</summary>
    private const double LeastSeen = 1e-6;

    private readonly List<(BendingRow Row, double Weight)> _rows = [];

    /// <summary>Finds them.</summary>
    /// <param name="splines">The splines among the parameters.</param>
    /// <param name="normal">JᵀJ by <paramref name="size"/> parameters.</param>
    /// <param name="size">How many.</param>
    /// <param name="from">The first of them.</param>
    public void Find(IReadOnlyList<BendingRow[]> splines, ReadOnlySpan<double> normal, int size, int from)
    {
        _rows.Clear();
        foreach (BendingRow[] spline in splines)
        {
            if (spline.Length == 0 || spline[0].First < from || spline[^1].First + 3 > from + size)
                continue;
            double most = 0;
            for (int i = spline[0].First - from; i < spline[^1].First - from + 3; i++)
                most = Math.Max(most, normal[i * size + i]);
            foreach (BendingRow row in spline)
            {
                int first = row.First - from;
                double least = Math.Min(Math.Min(normal[first * size + first], normal[(first + 1) * size + first + 1]), normal[(first + 2) * size + first + 2]);
                if (least < LeastSeen * most)
                    _rows.Add((row, LeastSeen * most));
            }
        }
    }

    /// <summary>Adds to JᵀJ what holds them.</summary>
    public void AddTo(Span<double> normal, int size, int from)
    {
        foreach ((BendingRow row, double weight) in _rows)
            row.AddNormal(weight, from, normal, size);
    }

    /// <summary>The sum of squares that a move costs.</summary>
    public double Measure(ReadOnlySpan<double> move)
    {
        double sum = 0;
        foreach ((BendingRow row, double weight) in _rows)
            sum += weight * row.Value(move) * row.Value(move);
        return sum;
    }
}
