using System.Text.Json;
using KanSharp.Splines;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Splines;

/// <summary>
/// Coefficients from samples against the reference: pykan's where the samples determine them, the minimum-norm solution (LAPACK gelsd) where they do not.
/// </summary>
public class SplineFitReferenceTests
{
    private const double Tolerance = 1e-10;
    private const double Epsilon = 2.220446049250313e-16;

    [Fact]
    public void Coefficients_curves_and_residuals_agree_with_the_reference()
    {
        var found = new Discrepancies(Tolerance);
        foreach ((int index, JsonElement reference) in ReferenceData.Cases("spline-fit"))
        {
            string prefix = reference.TryGetProperty("min_norm_coef", out _) ? "min_norm_" : "";
            int order = reference.GetProperty("k").GetInt32();
            double[][] grids = reference.GetProperty("grid").Rows(), x = reference.GetProperty("x").Rows();
            double[][][] y = reference.GetProperty("y").Cube(), coef = reference.GetProperty(prefix + "coef").Cube();
            double[][][] fitted = reference.GetProperty(prefix + "y_fit").Cube();
            double[][] residuals = reference.GetProperty(prefix + "residual_norm").Rows();
            for (int i = 0; i < grids.Length; i++)
            {
                var grid = KnotGrid.FromExtended(grids[i], order);
                double[] points = [.. x.Select(row => row[i])];
                int outputs = coef[i].Length;
                double[] values = [.. Enumerable.Range(0, outputs).SelectMany(o => y.Select(sample => sample[i][o]))];
                double[] ours = new double[outputs * grid.BasisCount];
                SplineFit.Solve(grid, RangePolicy.Zero, points, values, [], ours);
                for (int o = 0; o < outputs; o++)
                {
                    string where = $"case {index}, input {i}, output {o}, ";
                    double[] own = ours[(o * grid.BasisCount)..((o + 1) * grid.BasisCount)];
                    found.Compare(coef[i][o], own, where + "coefficient ", Sensitivity(reference, i, coef[i][o], residuals[i][o]) / Tolerance);
                    double[] curve = new double[points.Length];
                    Spline.Evaluate(grid, own, points, RangePolicy.Zero, curve);
                    double[] wanted = [.. fitted.Select(sample => sample[i][o])];
                    // Where hardly determined coefficients are huge, one rounding of them is what shows in the curve.
                    double rounding = Epsilon * coef[i][o].Max(Math.Abs);
                    found.Compare(wanted, curve, where + "fitted value ", rounding / Math.Max(wanted.Max(Math.Abs), 1e-300) / Tolerance);
                    double norm = Math.Sqrt(curve.Select((v, s) => Math.Pow(v - y[s][i][o], 2)).Sum());
                    double size = Math.Sqrt(y.Sum(sample => sample[i][o] * sample[i][o]));
                    found.Compare(residuals[i][o], norm, where + "residual", Math.Max(size, Math.Sqrt(curve.Length) * rounding / Tolerance));
                }
            }
        }
        found.Assert();
    }

    /// <summary>
    /// What one rounding of the basis matrix can do to the coefficients of the best algorithm, relative to them: eps (κ + κ² |r| / (σ_max |c|)),
    /// Golub and Van Loan, Matrix Computations, 5.3.7. It exceeds the tolerance only where samples hardly determine a direction.
    /// </summary>
    private static double Sensitivity(JsonElement reference, int input, double[] coefficients, double residual)
    {
        double[] singular = reference.GetProperty("singular_values")[input].Vector();
        double largest = singular.Max(), size = Math.Sqrt(coefficients.Sum(c => c * c));
        if (largest == 0 || size == 0)
            return 0;
        double condition = largest / singular.Where(value => value > 1e-13 * largest).Min();
        return Epsilon * (condition + condition * condition * residual / (largest * size));
    }
}
