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
    public void The_linear_parameters_alone_have_their_part_of_the_equations()
    {
        (SmoothStart smooth, _, double[] values) = Create(new KanSpec(2, 2, 1), 3);
        int all = values.Length, count = smooth.LinearCount;
        // Two edges of seven coefficients and a base scale.
        Assert.Equal((16, all - 16), (count, smooth.FirstLinear));
        double[] normal = new double[all * all], gradient = new double[all], part = new double[count * count], partGradient = new double[count];
        Assert.Equal(smooth.Linearize(values, normal, gradient), smooth.LinearizeLinear(values, part, partGradient));
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(gradient[smooth.FirstLinear + i], partGradient[i], 1e-14);
            for (int j = 0; j < count; j++)
                Assert.Equal(normal[(smooth.FirstLinear + i) * all + smooth.FirstLinear + j], part[i * count + j], 1e-14);
        }
        // Linear they are: a step solves for them.
        double[] move = new double[all];
        for (int i = 0; i < count; i++)
            move[smooth.FirstLinear + i] = 0.1 * (i - 5);
        double At(double t) => smooth.Evaluate([.. values.Zip(move, (value, m) => value + t * m)]);
        Assert.Equal(At(3), At(0) + 3 * (At(1) - At(0)) + 3 * (At(2) - 2 * At(1) + At(0)), 1e-10);
    }

    [Theory]
    [InlineData("2,2,1", 5, 1e-9)]
    [InlineData("2,[0,1],1", 5, 1e-12)]
    public void A_product_is_learnt_by_the_smallest_nets(string shape, int grid, double bound)
    {
        double[] errors = [.. Enumerable.Range(1, 10).Select(seed => ProductError(shape, grid, (ulong)seed))];
        Assert.True(errors.Count(error => error < bound) >= 9, string.Join("  ", errors));

        static double ProductError(string shape, int grid, ulong seed)
        {
            var random = new SeededRandom(seed);
            Matrix x = new(500, 2), y = new(500, 1);
            foreach (ref double value in x.Values)
                value = random.NextDouble(-1, 1);
            for (int row = 0; row < x.Rows; row++)
                y[row, 0] = x[row, 0] * x[row, 1];
            var data = new Dataset(x, y);
            KanModel start = KanModel.Create(KanSpec.Parse(shape) with { GridIntervals = [grid] }, seed);
            KanModel model = Trainer.Fit(start, data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 200 }).Model;
            return Metrics.Measure(model, data).Rmse;
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1e3)]
    public void Targets_in_other_units_are_learnt_as_well(double unit)
    {
        var random = new SeededRandom(7);
        Matrix x = new(400, 2), y = new(400, 1);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1, 1);
        for (int row = 0; row < x.Rows; row++)
            y[row, 0] = unit * x[row, 0] * x[row, 1];
        var data = new Dataset(x, y);
        double[] errors = [.. Enumerable.Range(1, 5).Select(seed => Metrics.Measure(Trainer.Fit(KanModel.Create(KanSpec.Parse("2,2,1"), (ulong)seed), data,
            new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 200 }).Model, data).Rmse / unit)];
        Assert.True(errors.Order().ElementAt(2) < 1e-8, string.Join("  ", errors));
    }

    [Fact]
    public void Curves_on_fine_grids_go_on_smoothly_where_no_samples_are()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Dataset training = Wave(500, seed), test = Wave(500, seed + 1000);
            KanModel model = KanModel.Create(new KanSpec(2, 1, 1) { GridIntervals = [3] }, 3);
            foreach (int grid in new[] { 3, 10, 30 })
                model = Trainer.Fit(GridUpdater.Refine(model, grid), training, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 60 }).Model;
            Assert.InRange(Metrics.Measure(model, test).Rmse, 0, 20 * Metrics.Measure(model, training).Rmse + 1e-4);
        }

        static Dataset Wave(int rows, ulong seed)
        {
            var random = new SeededRandom(seed);
            Matrix x = new(rows, 2), y = new(rows, 1);
            foreach (ref double value in x.Values)
                value = random.NextDouble(-1, 1);
            for (int row = 0; row < rows; row++)
                y[row, 0] = Math.Exp(Math.Sin(Math.PI * x[row, 0]) + x[row, 1] * x[row, 1]);
            return new Dataset(x, y);
        }
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
        return (new SmoothStart(inner, model, free, 1, 1), inner, [.. free.Select(p => model.Parameters[p])]);
    }
}
