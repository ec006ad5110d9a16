using System.Text.Json;
using KanSharp.Splines;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Splines;

/// <summary>
/// The basis against pykan's numbers. Where the support of a basis function holds an empty interval, pykan drops it; there the promise is the
/// 0/0 = 0 convention, and the plain recursion is the reference.
/// </summary>
public class SplineBasisReferenceTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Basis_functions_and_curves_agree_with_the_reference()
    {
        var found = new Discrepancies(Tolerance);
        foreach ((int index, JsonElement reference) in ReferenceData.Cases("spline-basis"))
        {
            if (!reference.TryGetProperty("B", out JsonElement basis))
                continue;
            int order = reference.GetProperty("k").GetInt32();
            double[][] grids = reference.GetProperty("grid").Rows(), x = reference.GetProperty("x").Rows();
            double[][][] expected = basis.Cube();
            for (int i = 0; i < grids.Length; i++)
            {
                double[] knots = grids[i];
                if (knots[order] == knots[^(order + 1)])
                {
                    Assert.Throws<KanSharpException>(() => KnotGrid.FromExtended(knots, order));
                    continue;
                }
                var grid = KnotGrid.FromExtended(knots, order);
                for (int s = 0; s < x.Length; s++)
                {
                    double[] ours = Dense(grid, x[s][i]);
                    double[] recursion = CoxDeBoor.All(knots, order, x[s][i]);
                    double[] wanted = [.. ours.Select((_, j) =>
                        IsSimple(knots, order, j) ? expected[s][i][j] : recursion[j])];
                    string where = $"case {index}, input {i}, sample {s} (x = {x[s][i]:R})";
                    for (int j = 0; j < ours.Length; j++)
                        found.Compare(wanted[j], ours[j], $"{where}, basis {j}");
                    if (reference.TryGetProperty("y", out JsonElement curves))
                        CompareCurves(reference, curves[s][i].Vector(), grid, wanted, i, x[s][i], where, found);
                }
            }
        }
        found.Assert();
    }

    [Fact]
    public void Extension_knots_agree_with_the_reference()
    {
        var found = new Discrepancies(Tolerance);
        foreach ((int index, JsonElement reference) in ReferenceData.Cases("spline-basis"))
        {
            if (!reference.TryGetProperty("extended", out JsonElement extended))
                continue;
            int order = reference.GetProperty("k").GetInt32();
            double[][] inner = reference.GetProperty("inner").Rows(), expected = extended.Rows();
            for (int i = 0; i < inner.Length; i++)
                found.Compare(expected[i], KnotGrid.FromInner(inner[i], order).Knots, $"case {index}, input {i}, knot ");
        }
        found.Assert();
    }

    private static void CompareCurves(
        JsonElement reference, double[] expected, KnotGrid grid, double[] basis, int input, double x, string where, Discrepancies found)
    {
        bool simple = Enumerable.Range(0, basis.Length).All(j => IsSimple(grid.Knots, grid.Order, j));
        for (int o = 0; o < expected.Length; o++)
        {
            double[] coefficients = reference.GetProperty("coef")[input][o].Vector();
            double wanted = simple ? expected[o] : basis.Zip(coefficients, (b, c) => b * c).Sum();
            found.Compare(wanted, Spline.Evaluate(grid, coefficients, x, RangePolicy.Zero), $"{where}, output {o}");
        }
    }

    private static double[] Dense(KnotGrid grid, double x)
    {
        double[] window = new double[grid.Order + 1], all = new double[grid.BasisCount];
        int first = SplineBasis.Evaluate(grid, x, RangePolicy.Zero, window);
        window.CopyTo(all, first);
        return all;
    }

    private static bool IsSimple(ReadOnlySpan<double> knots, int order, int basis)
    {
        for (int i = basis; i <= basis + order; i++)
        {
            if (knots[i] == knots[i + 1])
                return false;
        }
        return true;
    }
}
