namespace KanSharp.Interpretation.Structure;

/// <summary>
/// The numbers that hypotheses are decided by (docs/math.md, Structure of a function). All derivatives are by inputs in units of their standard
/// deviation, so no number depends on units.
/// </summary>
internal sealed class StructureCriteria
{
    private readonly LocalDerivatives _f;
    private readonly int _rows;
    private readonly double _spread;

    public StructureCriteria(LocalDerivatives derivatives, double spread)
    {
        _f = derivatives;
        _rows = derivatives.Values.Length;
        _spread = spread;
    }

    /// <summary>How much of the function's spread goes when input i is held fixed: root mean square of f_i over std f.</summary>
    public double Influence(int i) => Share(RootMeanSquare(row => _f.First[i][row]), _spread);

    /// <summary>Root mean square of f_ij over std f.</summary>
    public double SumInteraction(int i, int j)
    {
        double[] second = _f.Second(i, j);
        return Share(RootMeanSquare(row => second[row]), _spread);
    }

    /// <summary>Root mean square of f f_ij − f_i f_j, which is 0 for products, over rms f · std f; f with an offset added.</summary>
    public double ProductInteraction(int i, int j, double offset)
    {
        double[] values = _f.Values, a = _f.First[i], b = _f.First[j], second = _f.Second(i, j);
        double size = RootMeanSquare(row => values[row] + offset);
        // Divided early: the product of two large values may overflow.
        return size > 0 ? Share(RootMeanSquare(row => (values[row] + offset) / size * second[row] - a[row] / size * b[row]), _spread) : 0;
    }

    /// <summary>How far the gradient by a group turns, in radians, when an input outside the group moves by its standard deviation.</summary>
    public double Turning(ReadOnlySpan<int> group, int outside)
    {
        double[] squares = SquaredGradient(group);
        double typical = Median(squares), sum = 0, weights = 0;
        double[][] first = Select(group, i => _f.First[i]), second = Select(group, i => _f.Second(i, outside));
        for (int row = 0; row < _rows; row++)
        {
            if (squares[row] == 0)
                continue;
            // |(I − n nᵀ) v|² = Σ (n_i v_j − n_j v_i)², which does not cancel.
            double turn = 0, length = Math.Sqrt(squares[row]);
            for (int i = 0; i < first.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    double part = first[i][row] / length * (second[j][row] / length) - first[j][row] / length * (second[i][row] / length);
                    turn += part * part;
                }
            }
            double weight = Weight(squares[row], typical);
            sum += weight * turn;
            weights += weight;
        }
        return weights > 0 ? Math.Sqrt(sum / weights) : 0;
    }

    /// <summary>
    /// How far the ratio f_b / f_a is from a product of a function of a's group and one of b's: the mixed derivative of its logarithm by an input p of a's
    /// group and q of b's, weighted by (f_a f_b / (f_a² + f_b²))⁴, which is 0 where the logarithm has its poles.
    /// </summary>
    /// <param name="a">An input of one group.</param>
    /// <param name="b">An input of the other.</param>
    /// <param name="p">An input of a's group.</param>
    /// <param name="q">An input of b's group.</param>
    /// <param name="slope">The derivatives of gradient and Hessian by q.</param>
    public double RatioInteraction(int a, int b, int p, int q, LocalDerivatives slope)
    {
        double[] squares = SquaredGradient([a, b]);
        double typical = Median(squares), sum = 0, weights = 0;
        double[] fa = _f.First[a], fb = _f.First[b], fap = _f.Second(a, p), fbp = _f.Second(b, p), faq = _f.Second(a, q), fbq = _f.Second(b, q);
        double[] fapq = slope.Second(a, p), fbpq = slope.Second(b, p);
        for (int row = 0; row < _rows; row++)
        {
            if (squares[row] == 0)
                continue;
            double length = Math.Sqrt(squares[row]), na = fa[row] / length, nb = fb[row] / length;
            double ofB = na * na * (nb * (fbpq[row] / length) - fbp[row] / length * (fbq[row] / length));
            double ofA = nb * nb * (na * (fapq[row] / length) - fap[row] / length * (faq[row] / length));
            double weight = Weight(squares[row], typical);
            sum += weight * (ofB - ofA) * (ofB - ofA);
            weights += weight * na * na * nb * nb * na * na * nb * nb;
        }
        return weights > 0 ? Math.Sqrt(sum / weights) : 0;
    }

    /// <summary>Angles between the gradient by a group and another function's: weighted root mean square of the sine, and how many have a cosine above 0.9.</summary>
    public (double Sine, double AlignedShare) Alignment(ReadOnlySpan<int> group, double[][] other)
    {
        double[] squares = SquaredGradient(group);
        double typical = Median(squares), sum = 0, weights = 0;
        int aligned = 0;
        double[][] first = Select(group, i => _f.First[i]);
        for (int row = 0; row < _rows; row++)
        {
            double otherSquare = 0;
            foreach (double[] column in other)
                otherSquare += column[row] * column[row];
            double sine = squares[row] == 0 ? 0 : 1;
            if (squares[row] > 0 && otherSquare > 0)
            {
                double length = Math.Sqrt(squares[row]), otherLength = Math.Sqrt(otherSquare), square = 0;
                for (int i = 0; i < first.Length; i++)
                {
                    for (int j = 0; j < i; j++)
                    {
                        double part = first[i][row] / length * (other[j][row] / otherLength) - first[j][row] / length * (other[i][row] / otherLength);
                        square += part * part;
                    }
                }
                sine = Math.Min(1, Math.Sqrt(square));
            }
            if (1 - sine * sine > 0.9 * 0.9)
                aligned++;
            double weight = Weight(squares[row], typical);
            sum += weight * sine * sine;
            weights += weight;
        }
        return (weights > 0 ? Math.Sqrt(sum / weights) : 0, (double)aligned / _rows);
    }

    private static double Share(double part, double whole) => part == 0 ? 0 : part / whole;

    /// <summary>The direction of a small gradient is uncertain; that of a large one counts once, however large it is.</summary>
    private static double Weight(double square, double typical) => square == 0 ? 0 : square / (square + typical);

    private static double Median(double[] values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }

    private static double[][] Select(ReadOnlySpan<int> group, Func<int, double[]> column)
    {
        double[][] columns = new double[group.Length][];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = column(group[i]);
        return columns;
    }

    private double[] SquaredGradient(ReadOnlySpan<int> group)
    {
        double[] squares = new double[_rows];
        foreach (int i in group)
        {
            for (int row = 0; row < _rows; row++)
                squares[row] += _f.First[i][row] * _f.First[i][row];
        }
        return squares;
    }

    private double RootMeanSquare(Func<int, double> value)
    {
        double largest = 0, sum = 0;
        for (int row = 0; row < _rows; row++)
            largest = Math.Max(largest, Math.Abs(value(row)));
        for (int row = 0; row < _rows && largest > 0; row++)
            sum += value(row) / largest * (value(row) / largest);
        return largest * Math.Sqrt(sum / _rows);
    }
}
