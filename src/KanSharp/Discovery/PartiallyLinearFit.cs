using System.Numerics.Tensors;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>
/// Fits y = H(t) + Σ aⱼ zⱼ with a smooth function H that is not looked for (the partially linear model of Robinson 1988): in short stretches of the rows, sorted by t, cubics in t are taken off y
/// and every z, and what is left of y is regressed on what is left of the others.
/// </summary>
internal static class PartiallyLinearFit
{
    private const int Stretch = 8, Terms = 4;

    /// <summary>Multiples that the rows do not determine are held near zero by this part of the columns' size.</summary>
    private const double Ridge = 1e-13;

    /// <summary>The multiples, and the deviation of y that neither they nor H account for.</summary>
    public static (double[] Multiples, double Left) Run(double[] t, double[] y, IReadOnlyList<double[]> columns)
    {
        int rows = t.Length, count = columns.Count;
        int[] order = [.. Enumerable.Range(0, rows)];
        Array.Sort((double[])t.Clone(), order);
        double[][] rest = [.. columns.Append(y).Select(column => Array.ConvertAll(order, row => column[row]))];
        int freedom = -count;
        Span<double> basis = stackalloc double[Terms * 2 * Stretch];
        for (int start = 0; start < rows;)
        {
            // What is too short for a stretch of its own goes with the last one.
            int length = rows - start < 2 * Stretch ? rows - start : Stretch;
            int terms = Basis(t, order, start, length, basis);
            foreach (double[] column in rest)
            {
                for (int k = 0; k < terms; k++)
                    TakeOff(basis.Slice(k * length, length), column.AsSpan(start, length));
            }
            freedom += length - terms;
            start += length;
        }
        double[] left = rest[count], multiples = new double[count];
        if (count > 0)
        {
            double[] normal = new double[count * count];
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j <= i; j++)
                    normal[i * count + j] = TensorPrimitives.Dot<double>(rest[i], rest[j]);
                normal[i * count + i] += Ridge * TensorPrimitives.SumOfSquares<double>(columns[i]) + double.Epsilon;
                multiples[i] = TensorPrimitives.Dot<double>(rest[i], left);
            }
            if (!Cholesky.TryFactor(normal, count))
                return (multiples, double.PositiveInfinity);
            Cholesky.Solve(normal, multiples);
            for (int i = 0; i < count; i++)
                TensorPrimitives.MultiplyAdd(rest[i], -multiples[i], left, left);
        }
        return (multiples, freedom > 0 ? TensorPrimitives.Norm<double>(left) / Math.Sqrt(freedom) : double.PositiveInfinity);
    }

    /// <summary>Orthonormal powers of t over a stretch, one after the other; fewer where values of t repeat. Returns how many.</summary>
    private static int Basis(double[] t, int[] order, int start, int length, Span<double> basis)
    {
        double low = t[order[start]], width = t[order[start + length - 1]] - low;
        int terms = 0;
        for (int power = 0; power < Terms; power++)
        {
            Span<double> direction = basis.Slice(terms * length, length);
            for (int i = 0; i < length; i++)
                direction[i] = power == 0 ? 1 : direction[i] = Math.Pow(2 * (t[order[start + i]] - low) / width - 1, power);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int k = 0; k < terms; k++)
                    TakeOff(basis.Slice(k * length, length), direction);
            }
            double norm = TensorPrimitives.Norm<double>(direction);
            if (!(norm > 1e-6))
                continue;
            TensorPrimitives.Divide(direction, norm, direction);
            terms++;
        }
        return terms;
    }

    private static void TakeOff(ReadOnlySpan<double> direction, Span<double> column) =>
        TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot(direction, column), column, column);
}
