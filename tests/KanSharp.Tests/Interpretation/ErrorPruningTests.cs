using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Interpretation;

public class ErrorPruningTests
{
    [Fact]
    public void Of_nodes_that_share_one_job_one_is_left()
    {
        (Dataset training, Dataset validation) = Hello(600, 2);
        KanModel trained = Train(new KanSpec(2, 3, 1) { GridIntervals = [10] }, training);
        // Three nodes share what one does alone with a somewhat larger error.
        (KanModel model, double error) = trained.PruneByError(training, validation, 4);
        Assert.Equal("2,1,1", model.Shape);
        Assert.InRange(error, 0, 2e-3);
        Assert.Equal("2,3,1", trained.Shape);
    }

    [Fact]
    public void An_input_that_does_not_matter_loses_its_edges()
    {
        (Dataset training, Dataset validation) = Hello(600, 3);
        KanModel model = Train(new KanSpec(3, 1, 1) { GridIntervals = [8] }, training, seed: 2).PruneByError(training, validation).Model;
        Assert.True(model.Layers[0].IsActive(0, 0) && model.Layers[0].IsActive(1, 0));
        Assert.False(model.Layers[0].IsActive(2, 0));
    }

    [Fact]
    public void An_output_keeps_at_least_one_edge()
    {
        var random = new SeededRandom(3);
        var x = new Matrix(100, 1);
        var y = new Matrix(100, 1);
        for (int n = 0; n < 100; n++)
            (x[n, 0], y[n, 0]) = (random.NextDouble(-1, 1), 1);
        var data = new Dataset(x, y);
        Assert.Equal(1, Train(new KanSpec(1, 1), data).PruneByError(data, data, 10).Model.ActiveEdgeCount);
    }

    [Fact]
    public void No_output_is_left_on_a_hidden_node_that_no_input_reaches()
    {
        var random = new SeededRandom(3);
        var x = new Matrix(100, 1);
        var y = new Matrix(100, 1);
        for (int n = 0; n < 100; n++)
            (x[n, 0], y[n, 0]) = (random.NextDouble(-1, 1), random.NextGaussian());
        var data = new Dataset(x, y);
        KanModel model = Train(new KanSpec(1, 1, 1), data).PruneByError(data, data, 10).Model;
        Assert.Equal(2, model.ActiveEdgeCount);
    }

    private static KanModel Train(KanSpec spec, Dataset data, ulong seed = 1) => Trainer.Fit(KanModel.Create(spec, seed), data, new TrainingOptions
    {
        Optimizer = Optimizer.LevenbergMarquardt,
        Steps = 60,
        GridSchedule = GridSchedule.None,
    }).Model;

    private static (Dataset Training, Dataset Validation) Hello(int rows, int inputs)
    {
        var random = new SeededRandom(2);
        var x = new Matrix(rows, inputs);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1, 1);
        var y = new Matrix(rows, 1);
        for (int n = 0; n < rows; n++)
            y[n, 0] = Math.Exp(Math.Sin(Math.PI * x[n, 0]) + x[n, 1] * x[n, 1]);
        return new Dataset(x, y).Split(0.25, 1);
    }
}
