using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Tests.Training;

public class SmoothStartTests
{
    [Fact]
    public void The_gradient_is_that_of_the_weighted_sum()
    {
        (SmoothStart smooth, _, double[] values) = Create(new KanSpec(2, 2, 1), 3);
        double[] normal = new double[values.Length * values.Length], half = new double[values.Length];
        Assert.Equal(smooth.Evaluate(values), smooth.Linearize(values, normal, half), 1e-12);
        for (int i = 0; i < values.Length; i++)
        {
            const double h = 1e-5;
            double[] up = [.. values], down = [.. values];
            up[i] += h;
            down[i] -= h;
            Assert.Equal((smooth.Evaluate(up) - smooth.Evaluate(down)) / (2 * h), 2 * half[i], 1e-7);
            for (int j = 0; j < i; j++)
                Assert.Equal(normal[i * values.Length + j], normal[j * values.Length + i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_straight_line_does_not_bend_on_uneven_knots_either(int order)
    {
        (SmoothStart smooth, NetworkLeastSquares inner, double[] values) = Create(new KanSpec(1, 1) { SplineOrders = [order] }, order);
        // The coefficients of x are the Greville abscissae; the base function is off.
        KnotGrid grid = UnevenGrid(order);
        for (int b = 0; b < grid.BasisCount; b++)
            values[b] = Enumerable.Range(b + 1, order).Average(k => grid.Knots[k]);
        Array.Clear(values, grid.BasisCount, values.Length - grid.BasisCount);
        Assert.Equal(inner.Evaluate(values), smooth.Evaluate(values), 1e-12);
        values[2] += 0.1;
        Assert.True(smooth.Evaluate(values) > inner.Evaluate(values) + 1e-3);
    }

    [Fact]
    public void The_weight_falls_and_is_never_worth_more_than_the_errors()
    {
        (SmoothStart smooth, NetworkLeastSquares inner, double[] values) = Create(new KanSpec(2, 2, 1), 3);
        smooth.Lower(values, 1e9);
        Assert.Equal(0.8, smooth.Weight, 1e-15);
        smooth.Lower(values, 1e-6);
        Assert.Equal(1e-6, smooth.Evaluate(values) - inner.Evaluate(values), 1e-12);
    }

    private static KnotGrid UnevenGrid(int order) => KnotGrid.FromInner([-1, -0.7, 0.1, 0.3, 1], order);

    private static (SmoothStart Smooth, NetworkLeastSquares Inner, double[] Values) Create(KanSpec spec, int order)
    {
        KanModel start = KanModel.Create(spec with { GridIntervals = [4] }, 5);
        var model = new KanModel([.. start.Layers.Select(layer => layer.With(grids: [.. layer.Grids.Select(_ => UnevenGrid(order))]))],
            start.BaseFunction, start.RangePolicy, start.Parameters);
        var random = new SeededRandom(2);
        Matrix x = new(60, model.InputCount), y = new(60, 1);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1, 1);
        foreach (ref double value in y.Values)
            value = random.NextGaussian();
        int[] free = TrainableParameters.ForLeastSquares(model, TrainableParameters.Mask(model, TrainableParts.Default));
        var inner = new NetworkLeastSquares(model.Network, model.Parameters, free, x, y);
        return (new SmoothStart(inner, model, free, 1), inner, [.. free.Select(p => model.Parameters[p])]);
    }
}
