using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

/// <summary>Trainings on functions with jumps and kinks: knots go there.</summary>
public class PiecewiseTests
{
    [Theory]
    [InlineData(Optimizer.Lbfgs)]
    [InlineData(Optimizer.LevenbergMarquardt)]
    public void A_jump_and_a_kink_are_learnt_exactly_but_for_the_gap_around_them(Optimizer optimizer)
    {
        Dataset data = Data(1, v => (v[0] > 0.3 ? 2 - v[0] : 0.5) + 3 * Math.Abs(v[0] + 0.4), 500, 1);
        TrainingResult result = Trainer.Fit(KanModel.Create(new KanSpec(1, 1) { GridIntervals = [20], SplineOrders = [1] }, 1), data, new TrainingOptions { Optimizer = optimizer });
        Assert.InRange(result.Report.TrainLoss, 0, 1e-26);
        Assert.Contains(result.Report.GridUpdates, update => update is { Accepted: true, Before: > 1e-8, After: < 1e-20 });
    }

    [Fact]
    public void Several_jumps_are_found_one_after_the_other()
    {
        Dataset data = Data(1, v => v[0] + new[] { -0.67, -0.13, 0.36 }.Count(place => v[0] > place), 600, 5);
        TrainingReport report = Trainer.Fit(KanModel.Create(new KanSpec(1, 1) { GridIntervals = [20], SplineOrders = [1] }, 1), data).Report;
        Assert.InRange(report.TrainLoss, 0, 1e-26);
    }

    [Fact]
    public void A_jump_in_one_input_of_a_sum_is_found_under_the_errors_of_the_others()
    {
        Dataset data = Data(2, v => (v[0] > 0.1 ? 1 : 0) + Math.Sin(3 * v[1]), 600, 2);
        TrainingReport report = Trainer.Fit(KanModel.Create(new KanSpec(2, 1) { GridIntervals = [10] }, 1), data).Report;
        Assert.InRange(Math.Sqrt(report.TrainLoss), 0, 1e-4);
    }

    [Fact]
    public void A_jump_across_a_learnt_direction_is_found_in_the_last_level()
    {
        Dataset data = Data(2, v => v[0] + 2 * v[1] > 0.2 ? 1 : 0, 800, 3);
        KanModel start = KanModel.Create(new KanSpec(2, 1, 1) { GridIntervals = [10] }, 1);
        double jumping = Trainer.Fit(start, data).Report.TrainLoss;
        double smeared = Trainer.Fit(start, data, new TrainingOptions { GridSchedule = GridSchedule.Pykan }).Report.TrainLoss;
        Assert.True(jumping < smeared, $"{jumping}, {smeared}");
    }

    /// <summary>Rows of a jump's gap that validate must not make an earlier model, with the jump smeared over an interval, the best one.</summary>
    [Fact]
    public void Validation_rows_in_the_gap_do_not_undo_a_jump()
    {
        Dataset training = Data(1, v => v[0] > 0 ? 1 : 0, 60, 4);
        double below = training.Inputs.Column(0).ToArray().Where(x => x <= 0).Max(), above = training.Inputs.Column(0).ToArray().Where(x => x > 0).Min();
        double[] x = [-0.9, -0.5, -0.2, 0.2, 0.4, 0.7, 0.9, below / 2 + above / 2 > 0 ? 1e-9 : -1e-9];
        var validation = new Dataset(Matrix.FromColumns([x]), Matrix.FromColumns([[.. x.Select(v => v > 0 ? 1.0 : 0)]]));
        TrainingResult result = Trainer.Fit(KanModel.Create(new KanSpec(1, 1) { GridIntervals = [10], SplineOrders = [1] }, 1), training, validation: validation);
        Assert.InRange(result.Report.TrainLoss, 0, 1e-26);
    }

    [Fact]
    public void Fixed_grids_and_unguarded_schedules_know_no_breaks()
    {
        Dataset data = Data(1, v => v[0] > 0.3 ? 1 : 0, 300, 1);
        foreach (GridSchedule schedule in (GridSchedule[])[GridSchedule.None, GridSchedule.Pykan])
        {
            KanModel model = Trainer.Fit(KanModel.Create(new KanSpec(1, 1) { GridIntervals = [20], SplineOrders = [1] }, 1), data, new TrainingOptions { GridSchedule = schedule }).Model;
            Assert.Equal(21, model.Layers[0].Grids[0].InnerKnots.ToArray().Distinct().Count());
        }
    }

    [Fact]
    public void Knots_at_a_jump_survive_the_model_file_and_refinement()
    {
        Dataset data = Data(1, v => v[0] > 0.3 ? Math.Sin(5 * v[0]) : 0, 300, 1);
        KanModel model = Trainer.Fit(KanModel.Create(new KanSpec(1, 1) { GridIntervals = [20] }, 1), data).Model;
        KnotGrid grid = model.Layers[0].Grids[0];
        Assert.Equal(4, grid.InnerKnots.ToArray().GroupBy(knot => knot).Max(group => group.Count()));
        double[] expected = model.Predict(data.Inputs).Values.Column(0).ToArray();
        Assert.Equal(expected, GridUpdater.Refine(model, 40).Predict(data.Inputs).Values.Column(0).ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    private static Dataset Data(int inputs, Func<double[], double> law, int rows, ulong seed)
    {
        var random = new SeededRandom(seed);
        var x = new Matrix(rows, inputs);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1, 1);
        return new Dataset(x, Matrix.FromColumns([[.. Enumerable.Range(0, rows).Select(row => law([.. Enumerable.Range(0, inputs).Select(i => x[row, i])]))]]));
    }
}
