using System.Numerics.Tensors;

namespace KanSharp.Numerics.LinearAlgebra;

/// <summary>Orthonormal vectors, one after the other; twice through is as good as orthogonal to rounding.</summary>
internal static class GramSchmidt
{
    // What is left of a column in parts of its length, if it is rounding.
    private const double Rounding = 1e-10;

    /// <summary>Unit vectors across the basis and each other that span what columns add to it.</summary>
    /// <param name="basis">Unit vectors across each other.</param>
    /// <param name="columns">Vectors of the same length; those that the basis and the columns before span add nothing.</param>
    public static List<double[]> Directions(List<double[]> basis, IEnumerable<double[]> columns)
    {
        List<double[]> added = [];
        foreach (double[] column in columns)
        {
            double[] direction = [.. column];
            double length = TensorPrimitives.Norm<double>(direction);
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] earlier in basis.Concat(added))
                    TensorPrimitives.MultiplyAdd(earlier, -TensorPrimitives.Dot<double>(earlier, direction), direction, direction);
            }
            double rest = TensorPrimitives.Norm<double>(direction);
            if (!(rest > Rounding * length))
                continue;
            TensorPrimitives.Divide(direction, rest, direction);
            added.Add(direction);
        }
        return added;
    }
}
