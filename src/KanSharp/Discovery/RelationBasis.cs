using KanSharp.Numerics;
using KanSharp.Splines;
using MathNet.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>
/// The curves that a column may be bent to, as an orthonormal basis over the rows: splines of its ranks, so that neither units nor outliers matter, or one constant for each
/// value where there are few. The constant is not among them.
/// </summary>
internal sealed class RelationBasis
{
    private const int Order = 3, MostIntervals = 10, RowsPerInterval = 60;

    /// <summary>Directions below this part of the largest variance are rounding.</summary>
    private const double LeastVariance = 1e-9;

    private RelationBasis(double[][] functions, double[] ranks, bool isNumber)
    {
        Functions = functions;
        Ranks = ranks;
        IsNumber = isNumber;
    }

    /// <summary>The values of each basis function over the rows: mean 0, mean square 1, and mean products 0. None for a constant column.</summary>
    public double[][] Functions { get; }

    /// <summary>Place of each row's value in order of size, from -1 to 1; equal ones share the mean of theirs.</summary>
    public double[] Ranks { get; }

    /// <summary>Whether the column has an order: numbers, of which there are not just a few different ones.</summary>
    public bool IsNumber { get; }

    /// <summary>The basis of a column, of at most so many functions where it holds numbers.</summary>
    public static RelationBasis Create(Matrix data, RelationColumn column, int most)
    {
        double[] values = data.Column(column.First).ToArray(), ranks = RanksOf(values);
        if (column.Count > 1)
            return new RelationBasis(Orthonormal([.. Enumerable.Range(column.First, column.Count).Select(j => data.Column(j).ToArray())]), ranks, isNumber: false);
        int intervals = Math.Clamp(values.Length / RowsPerInterval, 1, Math.Min(MostIntervals, Math.Max(1, most - Order)));
        double[] distinct = [.. values.Distinct().Order()];
        if (distinct.Length <= intervals + Order)
            return new RelationBasis(Orthonormal([.. distinct.Select(level => values.Select(value => value == level ? 1.0 : 0).ToArray())]), ranks, isNumber: false);
        var grid = KnotGrid.Uniform(-1, 1, intervals, Order);
        double[][] functions = [.. Enumerable.Range(0, grid.BasisCount).Select(_ => new double[values.Length])];
        double[] local = new double[Order + 1];
        for (int row = 0; row < values.Length; row++)
        {
            int first = SplineBasis.Evaluate(grid, ranks[row], RangePolicy.Clamp, local);
            for (int k = 0; k <= Order; k++)
                functions[first + k][row] = local[k];
        }
        return new RelationBasis(Orthonormal(functions), ranks, isNumber: true);
    }

    private static double[] RanksOf(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort((double[])values.Clone(), order);
        double[] ranks = new double[values.Length];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && values[order[end]] == values[order[start]]; end++)
            {
            }
            foreach (int row in order.AsSpan(start, end - start))
                ranks[row] = (double)(start + end - 1) / (values.Length - 1) - 1;
        }
        return ranks;
    }

    private static double[][] Orthonormal(double[][] functions)
    {
        int rows = functions[0].Length;
        Matrix<double> raw = Matrix<double>.Build.Dense(rows, functions.Length, (row, k) => functions[k][row]);
        for (int k = 0; k < functions.Length; k++)
            raw.SetColumn(k, raw.Column(k) - raw.Column(k).Sum() / rows);
        var decomposition = (raw.TransposeThisAndMultiply(raw) / rows).Evd(Symmetricity.Symmetric);
        double[] variances = [.. decomposition.EigenValues.Select(value => value.Real)];
        double least = LeastVariance * variances.Max();
        return [.. Enumerable.Range(0, variances.Length).Where(k => variances[k] > least && variances[k] > 0).Select(k => (raw * decomposition.EigenVectors.Column(k) / Math.Sqrt(variances[k])).ToArray())];
    }
}
