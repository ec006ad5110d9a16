using System.Numerics.Tensors;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>
/// Curves of a column and of others that agree as well as can be, by least squares (Breiman and Friedman, Estimating optimal transformations for multiple regression and
/// correlation, 1985; here all curves are found at once, as a canonical correlation of their bases), and how they agree on rows that were left out.
/// </summary>
internal sealed class RelationFits
{
    private const int Folds = 5, Splits = 7;

    /// <summary>Added to the diagonal, whose entries are near 1.</summary>
    private const double Ridge = 1e-6;

    /// <summary>Curves that are explained to this part of the best one are as good.</summary>
    private const double NearlyBest = 0.95;

    private readonly double[][] _basis;
    private readonly int[] _starts;
    private readonly int _size;
    private readonly int[] _rowsOf = new int[Folds];
    private readonly double[] _products;
    private readonly double[][] _foldProducts;
    private readonly (int[] Fitted, int[] Tested)[] _halves;

    /// <param name="bases">The bases of the columns.</param>
    /// <param name="seed">Deals the rows out to folds and halves.</param>
    /// <param name="threads">Threads to use at most.</param>
    public RelationFits(RelationBasis[] bases, ulong seed, int threads)
    {
        _basis = [.. bases.SelectMany(basis => basis.Functions)];
        _size = _basis.Length;
        _starts = new int[bases.Length + 1];
        for (int j = 0; j < bases.Length; j++)
            _starts[j + 1] = _starts[j] + bases[j].Functions.Length;
        Rows = bases[0].Ranks.Length;
        var random = new SeededRandom(seed);
        int[] order = random.NextPermutation(Rows);
        double[][][] parts = new double[Folds][][];
        for (int fold = 0; fold < Folds; fold++)
        {
            int[] rows = [.. order.Where((_, place) => place % Folds == fold)];
            _rowsOf[fold] = rows.Length;
            parts[fold] = [.. _basis.Select(function => rows.Select(row => function[row]).ToArray())];
        }
        _halves = [.. Enumerable.Range(0, Splits).Select(_ => random.NextPermutation(Rows)).Select(rows => (rows[..(Rows / 2)], rows[(Rows / 2)..]))];
        _foldProducts = [.. Enumerable.Range(0, Folds).Select(_ => new double[_size * _size])];
        _products = new double[_size * _size];
        Parallel.For(0, _size, new ParallelOptions { MaxDegreeOfParallelism = threads }, p =>
        {
            for (int q = 0; q < _size; q++)
            {
                for (int fold = 0; fold < Folds; fold++)
                {
                    double sum = TensorPrimitives.Dot<double>(parts[fold][Math.Max(p, q)], parts[fold][Math.Min(p, q)]);
                    _foldProducts[fold][p * _size + q] = sum;
                    _products[p * _size + q] += sum;
                }
            }
        });
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>The share of the curve of <paramref name="column"/> that curves of the <paramref name="others"/> explain, on rows left out of the fit, a fifth at a time.</summary>
    public double Score(int column, ReadOnlySpan<int> others)
    {
        int[] mine = Indices([column]), all = Indices(others);
        double residual = 0, total = 0;
        for (int fold = 0; fold < Folds; fold++)
        {
            double[] leftOut = _foldProducts[fold];
            double rows = Rows - _rowsOf[fold];
            var solution = Solve(mine, all, (p, q) => (_products[p * _size + q] - leftOut[p * _size + q]) / rows);
            double[] own = solution.Curves[^1], theirs = Predict(own, solution.Solved);
            double yy = Form(own, mine, own, mine, leftOut);
            total += yy;
            residual += yy - 2 * Form(own, mine, theirs, all, leftOut) + Form(theirs, all, theirs, all, leftOut);
        }
        return total > 0 ? 1 - residual / total : 0;
    }

    /// <summary>
    /// How sure it is that one more column explains a part of a column that those <paramref name="before"/>, which may be none, leave: the correlation of this part with what
    /// the prediction gains, in standard errors. Curves are fitted to one half of the rows and correlated on the other, so that nothing in the test has chosen them; of several ways to
    /// halve the rows the median counts, which by chance is above a limit at most twice as often as a single one (Rüger, Das maximale Signifikanzniveau, 1978).
    /// </summary>
    public double Significance(int column, ReadOnlySpan<int> before, int added)
    {
        int[] mine = Indices([column]), all = Indices([.. before, added]), own = [.. Enumerable.Range(0, mine.Length)];
        int old = Indices(before).Length;
        double[] sure = new double[_halves.Length];
        for (int split = 0; split < sure.Length; split++)
        {
            (int[] fitted, int[] tested) = _halves[split];
            double[][] basis = [.. mine.Concat(all).Select(p => fitted.Select(row => _basis[p][row]).ToArray())];
            var solution = Solve(own, [.. Enumerable.Range(mine.Length, all.Length)], Mean);
            double[] left = Curve(solution.Curves[^1], mine, tested), gain = Curve(Predict(solution.Curves[^1], solution.Solved), all, tested);
            if (old > 0)
            {
                double[] known = Curve(Predict(solution.Curves[^1], Solve(own, [.. Enumerable.Range(mine.Length, old)], Mean).Solved), all, tested);
                TensorPrimitives.Subtract<double>(left, known, left);
                TensorPrimitives.Subtract<double>(gain, known, gain);
            }
            sure[split] = Correlation(left, gain) * Math.Sqrt(tested.Length - 1);

            double Mean(int p, int q) => TensorPrimitives.Dot<double>(basis[p], basis[q]) / fitted.Length;
        }
        Array.Sort(sure);
        return sure[sure.Length / 2];
    }

    /// <summary>
    /// Of the curves of a column that others explain nearly as well as the best one, the one most like <paramref name="shape"/>, from all rows. There are many where a column is a
    /// function of one other: whatever is done to both.
    /// </summary>
    public double[] CurveOf(int column, ReadOnlySpan<int> others, double[] shape)
    {
        int[] mine = Indices([column]), rows = [.. Enumerable.Range(0, Rows)];
        (double[][] curves, double[] explained, _) = Solve(mine, Indices(others), (p, q) => _products[p * _size + q] / Rows);
        double[] weights = new double[curves.Length];
        for (int c = 0; c < curves.Length; c++)
        {
            if (explained[c] < NearlyBest * explained[^1])
                continue;
            double likeness = TensorPrimitives.Dot<double>(shape, Curve(curves[c], mine, rows));
            TensorPrimitives.MultiplyAdd(curves[c], likeness, weights, weights);
        }
        return Curve(weights, mine, rows);
    }

    /// <summary>The weights of the others' basis functions that predict a curve of the column.</summary>
    private static double[] Predict(double[] curve, double[][] solved)
    {
        double[] weights = new double[solved[0].Length];
        for (int k = 0; k < solved.Length; k++)
            TensorPrimitives.MultiplyAdd(solved[k], curve[k], weights, weights);
        return weights;
    }

    /// <summary>
    /// Curves of a column, as weights of its basis functions, each explained by the others independently of the rest; what share of each is, ascending; and for each basis function
    /// of the column the weights of the others' that predict it.
    /// </summary>
    private static (double[][] Curves, double[] Explained, double[][] Solved) Solve(int[] mine, int[] all, Func<int, int, double> mean)
    {
        double[] normal = new double[all.Length * all.Length];
        for (int a = 0; a < all.Length; a++)
        {
            for (int b = 0; b <= a; b++)
                normal[a * all.Length + b] = mean(all[a], all[b]);
            normal[a * all.Length + a] += Ridge;
        }
        double[][] cross = [.. mine.Select(m => all.Select(a => mean(m, a)).ToArray())];
        double[][] solved = [.. cross.Select(right => (double[])right.Clone())];
        // The ridge makes the matrix definite: means of products, to rounding far below it.
        if (!Cholesky.TryFactor(normal, all.Length))
            throw new InvalidOperationException("The products of basis functions are not definite.");
        foreach (double[] right in solved)
            Cholesky.Solve(normal, right);
        var explained = Matrix<double>.Build.Dense(mine.Length, mine.Length, (a, b) => TensorPrimitives.Dot<double>(cross[Math.Max(a, b)], solved[Math.Min(a, b)]));
        var decomposition = explained.Evd(Symmetricity.Symmetric);
        return ([.. decomposition.EigenVectors.EnumerateColumns().Select(vector => vector.ToArray())], [.. decomposition.EigenValues.Select(value => value.Real)], solved);
    }

    private double Form(double[] left, int[] leftAt, double[] right, int[] rightAt, double[] products)
    {
        double sum = 0;
        for (int a = 0; a < left.Length; a++)
        {
            double part = 0;
            for (int b = 0; b < right.Length; b++)
                part += products[leftAt[a] * _size + rightAt[b]] * right[b];
            sum += left[a] * part;
        }
        return sum;
    }

    private static double Correlation(double[] x, double[] y)
    {
        double xMean = x.Average(), yMean = y.Average(), xx = 0, xy = 0, yy = 0;
        for (int row = 0; row < x.Length; row++)
        {
            (double p, double q) = (x[row] - xMean, y[row] - yMean);
            (xx, xy, yy) = (xx + p * p, xy + p * q, yy + q * q);
        }
        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : 0;
    }

    /// <summary>The sum of basis functions with these weights, at some rows.</summary>
    private double[] Curve(double[] weights, ReadOnlySpan<int> functions, int[] rows)
    {
        double[] sum = new double[rows.Length];
        for (int k = 0; k < weights.Length; k++)
        {
            double[] function = _basis[functions[k]];
            for (int n = 0; n < rows.Length; n++)
                sum[n] += weights[k] * function[rows[n]];
        }
        return sum;
    }

    private int[] Indices(ReadOnlySpan<int> columns)
    {
        var indices = new List<int>();
        foreach (int column in columns)
            indices.AddRange(Enumerable.Range(_starts[column], _starts[column + 1] - _starts[column]));
        return [.. indices];
    }
}
