using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

/// <summary>Values at and beyond the edges of grids, in training and after.</summary>
public class RangeEdgeTests
{
    [Theory]
    [InlineData(1.3)]
    [InlineData(4)]
    [InlineData(10)]
    public void Hidden_grids_are_widened_in_training_without_forgetting(double times)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            (KanModel model, Matrix old, Matrix wide) = Net(seed, times);
            KanModel widened = GridUpdater.WidenScaled(model, wide);
            Assert.NotSame(model, widened);
            Assert.Equal(model.Parameters.Length, widened.Parameters.Length);
            AssertSameOutputs(model, widened, old);
        }
    }

    [Theory]
    [InlineData(1.3)]
    [InlineData(4)]
    [InlineData(10)]
    public void With_knots_added_all_grids_hold_the_rows_and_nothing_changes_anywhere(double times)
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            (KanModel model, Matrix old, Matrix wide) = Net(seed, times);
            KanModel widened = GridUpdater.Widen(model, wide);
            AssertSameOutputs(model, widened, old);
            AssertSameOutputs(model, widened, wide);
            for (int l = 0; l < model.Layers.Length; l++)
            {
                Matrix nodes = widened.Activate(wide).Nodes(l);
                for (int i = 0; i < nodes.Columns; i++)
                {
                    KnotGrid grid = widened.Layers[l].Grids[i];
                    Assert.All(nodes.Column(i).ToArray(), value => Assert.InRange(value, grid.Start - 1e-11, grid.End + 1e-11));
                    Assert.Empty(model.Layers[l].Grids[i].InnerKnots.ToArray().Except(grid.InnerKnots.ToArray()));
                }
            }
            Assert.Same(widened, GridUpdater.Widen(widened, old));
        }
    }

    private static (KanModel Model, Matrix Old, Matrix Wide) Net(ulong seed, double times)
    {
        var random = new SeededRandom(seed);
        KanSpec spec = new(2, 4, 3, 1) { NoiseScale = 1, RangePolicy = (RangePolicy)(seed % 3), SplineOrders = [3 - (int)(seed / 20)] };
        Matrix old = Box(random, 200, 1);
        return (GridUpdater.Update(KanModel.Create(spec, seed), old), old, Box(random, 200, times));
    }

    private static void AssertSameOutputs(KanModel before, KanModel after, Matrix rows) =>
        Assert.All(before.Predict(rows).Values.Column(0).ToArray().Zip(after.Predict(rows).Values.Column(0).ToArray()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-12 * Math.Max(1, Math.Abs(pair.First))));

    [Fact]
    public void Beyond_the_data_hello_errs_half_as_much_with_linear_edges_as_with_zero_ones()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var random = new SeededRandom(seed);
            Dataset training = Hello(Box(random, 1000, 1)), wide = Hello(Box(random, 1000, 1.2));
            KanModel model = Trainer.Fit(KanModel.Create(new KanSpec(2, 5, 1) { GridIntervals = [10] }, seed), training, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt }).Model;
            double Error(RangePolicy policy) => Metrics.Measure(new KanModel(model.Layers, model.BaseFunction, policy, model.Parameters, model.Info), wide).Rmse;
            Assert.True(2 * Error(RangePolicy.Linear) <= Error(RangePolicy.Zero), $"seed {seed}: linear {Error(RangePolicy.Linear)}, zero {Error(RangePolicy.Zero)}");
        }
    }

    [Fact]
    public void Rows_sorted_by_a_column_in_mini_batches_make_neither_grids_swing_nor_the_loss_jump()
    {
        var random = new SeededRandom(2);
        Matrix inputs = Box(random, 1000, 1);
        inputs.Column(0).Sort();
        Dataset data = Hello(inputs);
        TrainingReport report = Trainer.Fit(KanModel.Create(new KanSpec(2, 5, 1), 1), data,
            new TrainingOptions { Optimizer = Optimizer.Adam, LearningRate = 0.01, BatchSize = 50, Steps = 400 }).Report;
        Assert.Contains(report.GridUpdates, update => update.Accepted);
        Assert.All(report.GridUpdates.Where(update => update.Accepted), update => Assert.InRange(update.After, 0, 1.01 * update.Before));
        Assert.InRange(Math.Sqrt(report.TrainLoss), 0, 0.2);
    }

    [Fact]
    public void Blocks_that_are_slices_of_sorted_rows_make_neither_grids_swing_nor_the_loss_jump()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var random = new SeededRandom(seed);
            Matrix inputs = Box(random, 1000, 1);
            inputs.Column(0).Sort();
            Dataset data = Hello(inputs);
            var watch = new Watch(data);
            KanModel model = Trainer.Fit(KanModel.Create(new KanSpec(2, 5, 1), seed), [.. Enumerable.Range(0, 20).Select(slice => data.Select([.. Enumerable.Range(50 * slice, 50)]))],
                new TrainingOptions { Optimizer = Optimizer.Adam, LearningRate = 0.01, BatchSize = 50, Steps = 400 }, progress: watch).Model;
            Assert.Equal(100, watch.Errors.Count);
            Assert.All(watch.Errors.Zip(watch.Errors.Skip(1)), pair => Assert.InRange(pair.Second, 0, 1.2 * pair.First));
            Assert.InRange(watch.Errors[^1], 0, 0.3);
            Assert.Equal((-1, 1), (model.Layers[0].Grids[0].Start, model.Layers[0].Grids[0].End));
        }
    }

    [Fact]
    public void No_guarded_grid_update_leaves_the_training_loss_over_one_percent_higher()
    {
        int accepted = 0;
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var random = new SeededRandom(seed);
            int inputs = 1 + random.NextInt(3);
            Matrix x = Box(random, 100, Math.Pow(10, random.NextDouble(-1, 1)), inputs), y = new(100, 1);
            double frequency = random.NextDouble(0.5, 8);
            for (int row = 0; row < y.Rows; row++)
                y[row, 0] = Math.Sin(frequency * x[row, 0]) + (inputs > 1 ? x[row, 1] * x[row, inputs - 1] : 0) + (random.NextInt(2) == 0 ? 0.1 * random.NextGaussian() : 0);
            KanSpec spec = KanSpec.Parse(random.NextInt(2) == 0 ? $"{inputs},3,1" : $"{inputs},[1,1],1") with { GridIntervals = [1 + random.NextInt(10)], SplineOrders = [random.NextInt(5)] };
            var options = new TrainingOptions { Optimizer = (Optimizer)random.NextInt(3), Steps = 30 };
            if (options.Optimizer == Optimizer.Adam)
                options = options with { LearningRate = 0.05, BatchSize = random.NextInt(2) == 0 ? 20 : null };
            foreach (GridUpdateReport update in Trainer.Fit(KanModel.Create(spec, seed), new Dataset(x, y), options).Report.GridUpdates.Where(update => update.Accepted))
            {
                Assert.True(update.After <= 1.01 * update.Before, $"seed {seed}: {update}");
                accepted++;
            }
        }
        Assert.True(accepted > 20, $"{accepted} updates were accepted");
    }

    /// <summary>The error on all rows, each time training reports.</summary>
    private sealed class Watch(Dataset data) : IProgress<TrainingProgress>
    {
        public List<double> Errors { get; } = [];

        public void Report(TrainingProgress value) => Errors.Add(Metrics.Measure(value.Model, data).Rmse);
    }

    private static Matrix Box(SeededRandom random, int rows, double half, int columns = 2)
    {
        var x = new Matrix(rows, columns);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-half, half);
        return x;
    }

    private static Dataset Hello(Matrix x) => new(x, Matrix.FromColumns([[.. Enumerable.Range(0, x.Rows).Select(row => Math.Exp(Math.Sin(Math.PI * x[row, 0]) + x[row, 1] * x[row, 1]))]]));
}
