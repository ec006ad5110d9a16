using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void Levenberg_Marquardt_learns_a_product_with_the_smallest_net_to_machine_precision()
    {
        Dataset data = Data(2, v => [v[0] * v[1]], 400);
        TrainingResult result = Trainer.Fit(KanModel.Create(KanSpec.Parse("2,[0,1]"), 1), data, new TrainingOptions
        {
            Optimizer = Optimizer.LevenbergMarquardt,
            Steps = 200,
            GridSchedule = GridSchedule.None,
        });
        Assert.InRange(Math.Sqrt(result.Report.TrainLoss), 0, 1e-12);
    }

    [Theory]
    [InlineData("1,1", 3, 1e-15)]
    [InlineData("2,1", 3, 1e-15)]
    [InlineData("2,1,1", 3, 1e-12)]
    [InlineData("2,1,1", 10, 1e-12)]
    [InlineData("3,2,1", 5, 1e-12)]
    public void Levenberg_Marquardt_meets_a_target_that_is_an_input(string shape, int grid, double rmse)
    {
        KanSpec spec = KanSpec.Parse(shape) with { GridIntervals = [grid] };
        foreach (int rows in (int[])[48, 300])
        {
            Dataset data = Data(spec.Widths[0].Nodes, v => [v[0]], rows);
            for (ulong seed = 1; seed <= 5; seed++)
            {
                TrainingReport report = Trainer.Fit(KanModel.Create(spec, seed), data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 100 }).Report;
                Assert.True(Math.Sqrt(report.TrainLoss) < rmse, $"{rows} rows, seed {seed}: {Math.Sqrt(report.TrainLoss)}, {report.StopReason}");
            }
        }
    }

    [Fact]
    public void Levenberg_Marquardt_ends_where_the_squared_error_is_least_and_not_where_curves_are_plain()
    {
        var random = new SeededRandom(8);
        Dataset data = Data(1, v => [Math.Sin(3 * v[0]) + 0.1 * random.NextGaussian()], 100);
        KanModel model = KanModel.Create(new KanSpec(1, 1) { GridIntervals = [8] }, 1);
        double LossAfter(int steps) => Trainer.Fit(model, data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = steps, GridSchedule = GridSchedule.None }).Report.TrainLoss;
        // A run of 19 steps never smooths; one layer is a linear problem with one least value.
        Assert.Equal(LossAfter(19), LossAfter(50), 1e-12);
    }

    [Fact]
    public void Adam_with_mini_batches_learns()
    {
        Dataset data = Data(2, v => [v[0] + v[1] * v[1]], 500);
        var options = new TrainingOptions { Optimizer = Optimizer.Adam, LearningRate = 0.02, BatchSize = 50, Steps = 600 };
        Assert.InRange(Trainer.Fit(KanModel.Create(new KanSpec(2, 3, 1), 1), data, options).Report.TrainLoss, 0, 0.01);
    }

    [Fact]
    public void Cross_entropy_separates_classes()
    {
        Dataset data = Data(2, v => v[0] * v[0] + v[1] * v[1] < 0.5 ? [1, 0] : [0, 1], 400);
        KanModel model = Trainer.Fit(KanModel.Create(new KanSpec(2, 2), 1), data, new TrainingOptions { Loss = Loss.CrossEntropy, Steps = 20 }).Model;
        Matrix scores = model.Predict(data.Inputs).Values;
        int right = Enumerable.Range(0, data.Count).Count(row => scores[row, 0] > scores[row, 1] == (data.Targets[row, 0] == 1));
        Assert.InRange(right, 390, 400);
    }

    [Fact]
    public void Frozen_edges_keep_every_parameter()
    {
        Dataset data = Data(2, v => [Math.Sin(2 * v[0]) * v[1]], 200);
        KanModel before = KanModel.Create(new KanSpec(2, 3, 1), 1);
        var frozen = new EdgeIndex(0, 1, 2);
        KanModel after = Trainer.Fit(before, data, new TrainingOptions
        {
            Steps = 5,
            GridSchedule = GridSchedule.None,
            Parts = new TrainableParts { FrozenEdges = [frozen] },
        }).Model;
        double[] x = [-1, -0.3, 0.2, 0.9];
        Assert.Equal(before.EvaluateEdge(frozen, x), after.EvaluateEdge(frozen, x));
        Assert.NotEqual(before.EvaluateEdge(new EdgeIndex(0, 1, 1), x), after.EvaluateEdge(new EdgeIndex(0, 1, 1), x));
    }

    [Fact]
    public void Training_stops_early_and_returns_the_best_model_on_the_validation_rows()
    {
        var random = new SeededRandom(5);
        Dataset noisy = Data(2, v => [v[0] + random.NextGaussian()], 60);
        (Dataset training, Dataset validation) = noisy.Split(0.4, 1);
        KanModel start = KanModel.Create(new KanSpec(2, 8, 1) { GridIntervals = [10] }, 1);
        TrainingResult result = Trainer.Fit(start, training, new TrainingOptions { Steps = 100, Patience = 5 }, validation);
        Assert.Equal(StopReason.EarlyStopping, result.Report.StopReason);
        // On noise alone, the start may be the best.
        double? before = Trainer.Fit(start, training, new TrainingOptions { Steps = 0 }, validation).Report.ValidationLoss;
        Assert.InRange(result.Report.ValidationLoss!.Value, 0, 1.01 * Math.Min(before!.Value, result.Report.Steps.Min(step => step.ValidationLoss!.Value)));
    }

    [Fact]
    public void Where_validation_has_nothing_more_to_say_training_rows_decide()
    {
        var random = new SeededRandom(5);
        Dataset training = Data(1, v => [Math.Exp(Math.Sin(3 * v[0]))], 100), validation = Data(1, v => [Math.Exp(Math.Sin(3 * v[0])) + 10 * random.NextGaussian()], 50);
        TrainingReport report = Trainer.Fit(KanModel.Create(new KanSpec(1, 1), 1), training, new TrainingOptions { Steps = 30 }, validation).Report;
        double lowest = report.Steps.Min(step => step.ValidationLoss!.Value);
        Assert.InRange(report.ValidationLoss!.Value, lowest, 1.01 * lowest);
        Assert.Equal(report.Steps.Where(step => step.ValidationLoss <= 1.01 * lowest).Min(step => step.TrainLoss), report.TrainLoss, 1e-12);
        Assert.True(report.TrainLoss < report.Steps.MinBy(step => step.ValidationLoss)!.TrainLoss);
    }

    [Fact]
    public void Cancelling_returns_the_best_so_far()
    {
        using var stop = new CancellationTokenSource();
        var progress = new StopAfter(3, stop);
        TrainingResult result = Trainer.Fit(KanModel.Create(new KanSpec(2, 3, 1), 1), Data(2, v => [v[0] * v[1]], 200), new TrainingOptions { Steps = 50 }, progress: progress, cancellation: stop.Token);
        Assert.Equal(StopReason.Cancelled, result.Report.StopReason);
        Assert.Equal(3, result.Report.Steps.Length);
    }

    [Fact]
    public void A_guarded_grid_update_never_raises_the_objective()
    {
        TrainingReport report = Trainer.Fit(KanModel.Create(new KanSpec(2, 5, 1), 2), Data(2, v => [Math.Exp(Math.Sin(3 * v[0]) + v[1])], 300), new TrainingOptions { Steps = 50 }).Report;
        Assert.NotEmpty(report.GridUpdates);
        Assert.All(report.GridUpdates, update => Assert.True(!update.Accepted || update.After <= update.Before));
    }

    [Fact]
    public void Layer_by_layer_grids_move_as_those_of_the_whole_model_and_grids_that_fit_stay()
    {
        Matrix inputs = Data(2, v => [v[0] * v[1]], 300).Inputs;
        KanModel start = KanModel.Create(new KanSpec(2, 4, 3, 1) { NoiseScale = 1 }, 3), whole = GridUpdater.UpdateScaled(start, inputs, 0.3), model = start;
        for (int l = 0; l < 3; l++)
        {
            KanModel updated = GridUpdater.UpdateLayer(model, l, inputs, 0.3)!;
            Assert.NotSame(model, updated);
            Assert.Same(updated, GridUpdater.UpdateLayer(updated, l, inputs, 0.3));
            model = updated;
        }
        Assert.Equal(whole.Parameters.ToArray(), model.Parameters.ToArray());
    }

    [Fact]
    public void Where_one_layer_cannot_follow_without_loss_the_others_do()
    {
        TrainingReport report = Trainer.Fit(KanModel.Create(new KanSpec(2, 5, 1), 2), Data(2, v => [Math.Exp(Math.Sin(3 * v[0]) + v[1])], 300), new TrainingOptions { Steps = 50 }).Report;
        Assert.Contains(report.GridUpdates.GroupBy(update => update.Step), step => step.Any(update => update.Accepted) && step.Any(update => !update.Accepted));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Grids_follow_all_rows_when_batches_are_small(bool guarded)
    {
        // Most rows are near zero: a batch of four hardly ever sees the ends.
        var random = new SeededRandom(3);
        double[] x = [.. Enumerable.Range(0, 200).Select(_ => Math.Pow(random.NextDouble(-1, 1), 5))];
        var data = new Dataset(Matrix.FromRows([.. x.Select(v => new[] { v })]), Matrix.FromRows([.. x.Select(v => new[] { Math.Sin(3 * v) })]));
        TrainingResult result = Trainer.Fit(KanModel.Create(new KanSpec(1, 2, 1), 1), data, new TrainingOptions
        {
            Optimizer = Optimizer.Adam,
            BatchSize = 4,
            Steps = 60,
            GridSchedule = new GridSchedule { Guarded = guarded },
        });
        Assert.NotEmpty(result.Report.GridUpdates);
        KnotGrid grid = result.Model.Layers[0].Grids[0];
        Assert.True(grid.Start <= x.Min() && grid.End >= x.Max(), $"grid from {grid.Start} to {grid.End}");
        Assert.All(result.Report.GridUpdates.Where(update => update.Accepted), update => Assert.InRange(update.After, 0, 1.5 * update.Before));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        Dataset data = Data(3, v => [v[0] * v[1] + v[2]], 3000);
        double[] Train(int threads) => Trainer.Fit(KanModel.Create(new KanSpec(3, 6, 4, 1), 7), data, new TrainingOptions
        {
            Steps = 3,
            Threads = threads,
            Regularization = new Regularization { Lambda = 1e-3 },
        }).Model.Parameters.ToArray();
        Assert.Equal(Train(1), Train(2));
    }

    [Fact]
    public void A_start_that_is_not_finite_is_reported_and_leaves_the_model_as_it_was()
    {
        KanModel model = KanModel.Create(new KanSpec(1, 1), 1);
        double[] huge = [.. model.Parameters.ToArray().Select(_ => 1e200)];
        TrainingResult result = Trainer.Fit(model.With(huge), Data(1, v => [v[0]], 50));
        Assert.Equal(StopReason.NotFinite, result.Report.StopReason);
        Assert.Equal(huge, result.Model.Parameters.ToArray());
    }

    [Fact]
    public void Random_trainings_never_end_in_a_model_that_is_not_finite()
    {
        var random = new SeededRandom(1);
        string[] shapes = ["2,1", "2,3,1", "2,[1,1],1", "2,[0,2:3],1", "2,2,2,1"];
        for (int run = 0; run < 120; run++)
        {
            double scale = Math.Pow(10, random.NextDouble(-6, 6));
            Dataset data = Data(2, v => [scale * (v[0] / (v[1] + 1.1) + 0.1 * random.NextGaussian())], 30 + random.NextInt(60));
            KanModel model = KanModel.Create(KanSpec.Parse(shapes[run % shapes.Length]) with
            {
                GridIntervals = [1 + random.NextInt(12)],
                SplineOrders = [random.NextInt(6)],
                RangePolicy = (RangePolicy)random.NextInt(4),
            }, random.NextBits());
            var options = new TrainingOptions
            {
                Optimizer = (Optimizer)(run % 3),
                LearningRate = run % 3 == 1 ? null : Math.Pow(10, random.NextDouble(-3, 1.5)),
                Steps = 5,
                Regularization = run % 3 == 0 ? new Regularization { Lambda = 0.01 } : Regularization.None,
            };
            TrainingResult result = Trainer.Fit(model, data, options);
            Assert.True(double.IsFinite(result.Report.TrainLoss), $"run {run}: loss {result.Report.TrainLoss}");
            foreach (double parameter in result.Model.Parameters)
                Assert.True(double.IsFinite(parameter), $"run {run}");
        }
    }

    [Theory]
    [InlineData("Levenberg-Marquardt solves least squares only", Optimizer.LevenbergMarquardt, Loss.CrossEntropy, 0.0, null)]
    [InlineData("cannot lower a sparsity penalty", Optimizer.LevenbergMarquardt, Loss.MeanSquaredError, 0.1, null)]
    [InlineData("needs all rows at once", Optimizer.LevenbergMarquardt, Loss.MeanSquaredError, 0.0, 10)]
    [InlineData("A penalty weight of -1", Optimizer.Lbfgs, Loss.MeanSquaredError, -1.0, null)]
    [InlineData("A batch of 0 rows", Optimizer.Lbfgs, Loss.MeanSquaredError, 0.0, 0)]
    public void What_an_optimiser_cannot_do_is_said(string message, Optimizer optimizer, Loss loss, double lambda, int? batch)
    {
        var options = new TrainingOptions { Optimizer = optimizer, Loss = loss, BatchSize = batch, Regularization = new Regularization { Lambda = lambda } };
        var exception = Assert.Throws<KanSharpException>(() => Trainer.Fit(KanModel.Create(new KanSpec(2, 2), 1), Data(2, v => [1, v[0]], 20), options));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    private sealed class StopAfter(int steps, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Latest.Step == steps)
                stop.Cancel();
        }
    }

    private static Dataset Data(int inputs, Func<double[], double[]> law, int rows)
    {
        var random = new SeededRandom(3);
        var x = new Matrix(rows, inputs);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1, 1);
        return new Dataset(x, Matrix.FromRows([.. Enumerable.Range(0, rows).Select(row => law([.. Enumerable.Range(0, inputs).Select(i => x[row, i])]))]));
    }

    [Fact]
    public void Progress_hands_out_the_model_of_its_step_and_only_while_it_is_reported()
    {
        (KanModel model, Dataset data) = (KanModel.Create(new KanSpec(1, 2, 1), 3), ModelData());
        List<(TrainingProgress Progress, KanModel Model)> seen = [];
        TrainingResult result = Trainer.Fit(model, data, new TrainingOptions { Steps = 4 }, progress: new Listener(progress => seen.Add((progress, progress.Model))));
        Assert.Equal(4, seen.Count);
        Assert.All(seen, entry => Assert.Equal(entry.Progress.Latest.TrainLoss, Math.Pow(Metrics.Measure(entry.Model, data).Rmse, 2), 1e-12));
        Assert.Equal(result.Model.Parameters.ToArray(), seen[^1].Model.Parameters.ToArray());
        Assert.Contains("The model of step 2 is gone", Assert.Throws<KanSharpException>(() => seen[1].Progress.Model).Message);

        static Dataset ModelData()
        {
            Matrix inputs = new(30, 1), targets = new(30, 1);
            for (int row = 0; row < 30; row++)
                (inputs[row, 0], targets[row, 0]) = (row / 15.0 - 1, Math.Sin(row / 5.0));
            return new Dataset(inputs, targets);
        }
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
