using System.Text.Json;
using KanSharp.Splines;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Splines;

/// <summary>
/// Grid update and refinement of one layer against pykan's. Coefficients are compared where the points of the fit determine them; where they do
/// not, pykan's are arbitrary, and the promise is that the refitted curve keeps the old values at those points as well as least squares can.
/// </summary>
public class GridUpdateReferenceTests
{
    private const double Tolerance = 1e-10;

    // A fit whose singular values span more than this has lost the digits that the comparison is about, in the reference as well.
    private const double WorstConditioning = 1e-5;

    [Fact]
    public void Updates_from_samples_agree_with_the_reference()
    {
        var found = new Discrepancies(Tolerance);
        foreach ((int index, JsonElement reference) in ReferenceData.Cases("grid-update"))
        {
            if (reference.GetProperty("kind").GetString() != "update_grid_from_samples")
                continue;
            double share = reference.GetProperty("grid_eps").GetDouble();
            Layer before = new(reference.GetProperty("before")), after = new(reference.GetProperty("after"));
            for (int i = 0; i < before.Inputs; i++)
            {
                string where = $"case {index}, input {i}, ";
                double[] x = Column(reference.GetProperty("x"), i);
                KnotGrid grid = GridUpdate.FromSamples(before.Grid(i), x, share);
                if (!CompareGrids(after.UsableGrid(i), grid, where, found))
                    continue;
                double[] points = reference.GetProperty("mode").GetString() == "grid" ? GridUpdate.Points(x, 2 * grid.Intervals, share) : x;
                CompareFits(reference, i, before, after, grid, points, "probe_curve_after", where, found);
            }
        }
        found.Assert();
    }

    [Fact]
    public void Grids_from_a_parent_agree_with_the_reference()
    {
        var found = new Discrepancies(Tolerance);
        foreach ((int index, JsonElement reference) in ReferenceData.Cases("grid-update"))
        {
            if (reference.GetProperty("kind").GetString() != "initialize_grid_from_parent")
                continue;
            Layer parent = new(reference.GetProperty("parent")), child = new(reference.GetProperty("child"));
            for (int i = 0; i < parent.Inputs; i++)
            {
                string where = $"case {index}, input {i}, ";
                KnotGrid refined = GridRefinement.Refine(parent.Grid(i), child.Intervals);
                KnotGrid grid = KnotGrid.FromInner(refined.InnerKnots, child.Order);
                if (!CompareGrids(child.UsableGrid(i), grid, where, found))
                    continue;
                // In mode grid pykan fits at the child's inner knots only, whatever number it asks for.
                double[] points = reference.GetProperty("mode").GetString() == "grid"
                    ? grid.InnerKnots.ToArray()
                    : Column(reference.GetProperty("x"), i);
                CompareFits(reference, i, parent, child, grid, points, "probe_curve_child", where, found);
            }
        }
        found.Assert();
    }

    /// <summary>False where pykan's grid is not one that a spline can use: there ours must be.</summary>
    private static bool CompareGrids(KnotGrid? expected, KnotGrid actual, string where, Discrepancies found)
    {
        ReadOnlySpan<double> inner = actual.InnerKnots;
        for (int i = 0; i + 1 < inner.Length; i++)
        {
            if (!(inner[i] < inner[i + 1]))
                found.Fail($"{where}knots {i} and {i + 1} of the new grid do not increase");
        }
        if (expected is null)
            return false;
        found.Compare(expected.Knots, actual.Knots, where + "knot ");
        return true;
    }

    private static void CompareFits(
        JsonElement reference, int input, Layer before, Layer after, KnotGrid grid, double[] points, string probeName, string where, Discrepancies found)
    {
        KnotGrid old = before.Grid(input);
        bool determined = IsDetermined(grid, points) && !IsIllConditioned(reference, input);
        for (int o = 0; o < before.Coefficients[input].Length; o++)
        {
            double[] from = before.Coefficients[input][o], to = after.Coefficients[input][o], ours = new double[grid.BasisCount];
            SplineTransfer.AtPoints(old, from, RangePolicy.Zero, grid, points, ours);
            if (determined)
            {
                found.Compare(to, ours, $"{where}output {o}, coefficient ");
                if (reference.TryGetProperty(probeName, out JsonElement expected))
                {
                    double[] probes = Column(reference.GetProperty("probe_x"), input);
                    double[] curve = [.. expected.EnumerateArray().Select(sample => sample[input][o].Number())];
                    found.Compare(curve, Curve(grid, ours, probes), $"{where}output {o}, {probeName} ");
                }
            }
            else
            {
                double own = Distance(Curve(old, from, points), Curve(grid, ours, points));
                double theirs = Distance(Curve(old, from, points), Curve(after.Grid(input), to, points));
                found.Compare(Math.Min(own, theirs), own, $"{where}output {o}, distance from the old curve");
            }
        }
    }

    private static bool IsDetermined(KnotGrid grid, double[] points) =>
        SplineFit.Solve(grid, RangePolicy.Zero, points, new double[points.Length], [], new double[grid.BasisCount]) == grid.BasisCount;

    private static bool IsIllConditioned(JsonElement reference, int input) =>
        reference.TryGetProperty("fit_singular_values", out JsonElement all)
        && all[input].Vector() is { Length: > 0 } values && values.Min() < WorstConditioning * values.Max();

    private static double[] Curve(KnotGrid grid, double[] coefficients, double[] x)
    {
        double[] y = new double[x.Length];
        Spline.Evaluate(grid, coefficients, x, RangePolicy.Zero, y);
        return y;
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());

    private static double[] Column(JsonElement rows, int column) => [.. rows.EnumerateArray().Select(row => row[column].Number())];

    /// <summary>Grids and coefficients of a layer.</summary>
    private sealed class Layer(JsonElement layer)
    {
        private readonly double[][] _knots = layer.GetProperty("grid").Rows();

        public int Order { get; } = layer.GetProperty("k").GetInt32();

        public int Intervals { get; } = layer.GetProperty("num").GetInt32();

        public int Inputs => _knots.Length;

        public double[][][] Coefficients { get; } = layer.GetProperty("coef").Cube();

        public KnotGrid Grid(int input) => KnotGrid.FromExtended(_knots[input], Order);

        /// <summary>Null where the inner knots do not increase strictly.</summary>
        public KnotGrid? UsableGrid(int input)
        {
            double[] inner = _knots[input][Order..^Order];
            return inner.Zip(inner.Skip(1)).All(pair => pair.First < pair.Second) ? Grid(input) : null;
        }
    }
}
