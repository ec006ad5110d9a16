using KanSharp.Splines;

namespace KanSharp.Training.Optimizers;

/// <summary>How much a spline bends at one place: a linear form in three of its coefficients, which follow each other among the parameters.</summary>
/// <param name="First">Index of the first of them.</param>
/// <param name="A">Its factor.</param>
/// <param name="B">That of the second.</param>
/// <param name="C">That of the third.</param>
internal readonly record struct BendingRow(int First, double A, double B, double C)
{
    public double this[int i] => i switch { 0 => A, 1 => B, _ => C };

    public double Value(ReadOnlySpan<double> parameters) => A * parameters[First] + B * parameters[First + 1] + C * parameters[First + 2];

    /// <summary>Adds half the second derivatives of weight · value², where the parameter <paramref name="from"/> stands first in <paramref name="normal"/>.</summary>
    public void AddNormal(double weight, int from, Span<double> normal, int size)
    {
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
                normal[(First - from + i) * size + First - from + j] += weight * this[i] * this[j];
        }
    }

    /// <summary>The coefficients of the second derivative (de Boor, A Practical Guide to Splines, chapter X), in units of an interval of the grid.</summary>
    /// <param name="grid">The spline's grid.</param>
    /// <param name="first">Index of its first coefficient.</param>
    public static IEnumerable<BendingRow> Of(KnotGrid grid, int first)
    {
        double step = (grid.End - grid.Start) / grid.Intervals;
        for (int i = 0; i + 2 < grid.BasisCount; i++)
        {
            double left = Slope(i, 1, grid.Order), right = Slope(i + 1, 1, grid.Order), outer = Slope(i, 2, grid.Order - 1);
            // Across as many equal knots the spline may jump; what lies on both sides is not bent.
            if (double.IsFinite(outer) && double.IsFinite(left) && double.IsFinite(right))
                yield return new BendingRow(first + i, outer * left, -outer * (left + right), outer * right);
        }

        // A spline of order 0 or 1 has no such derivative: plain differences.
        double Slope(int i, int derivative, int order) =>
            order > 0 ? step * order / (grid.Knots[i + derivative + order] - grid.Knots[i + derivative]) : 1;
    }
}
