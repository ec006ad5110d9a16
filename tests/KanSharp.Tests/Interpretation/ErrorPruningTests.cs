using KanSharp.Formulas;
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
    public void Two_nodes_of_which_none_reads_enough_alone_become_one()
    {
        (Dataset training, Dataset validation) = Rows(800, 2, x => Math.Sqrt(1.5 + Math.Sin(Math.PI * x[0]) + x[1] * x[1]));
        KanModel pruned = ModelSurgery.SwitchOff(KanModel.Create(new KanSpec(2, 2, 1) { GridIntervals = [10] }, 1), edge => edge == new EdgeIndex(0, 1, 0));
        KanModel trained = Train(pruned, training);
        (KanModel model, double error) = trained.PruneByError(training, validation);
        Assert.Equal("2,1,1", model.Shape);
        Assert.True(model.Layers[0].IsActive(0, 0) && model.Layers[0].IsActive(1, 0));
        Assert.InRange(error, 0, ErrorPruning.NetworkRmse(trained, validation));
    }

    [Fact]
    public void Edges_that_are_symbolic_stay()
    {
        (Dataset training, Dataset validation) = Rows(300, 2, x => Math.Sin(3 * x[0]));
        KanModel model = Train(KanModel.Create(new KanSpec(2, 1) { GridIntervals = [8] }, 1), training);
        Assert.False(model.PruneByError(training, validation).Model.Layers[0].IsActive(1, 0));
        KanModel kept = SymbolicEdges.Fix(model, new EdgeIndex(0, 1, 0), SymbolicLibrary.Default["x"], 1, 0, 1, 0).PruneByError(training, validation).Model;
        Assert.Equal("x", Assert.Single(kept.Layers[0].SymbolicEdges).Function.Name);
    }

    [Fact]
    public void Progress_grows_to_nearly_all()
    {
        (Dataset training, Dataset validation) = Hello(300, 2);
        List<double> told = [];
        Train(new KanSpec(2, 2, 1) { GridIntervals = [4] }, training).PruneByError(training, validation, progress: new Listed(told));
        Assert.Equal(told.Order(), told);
        Assert.InRange(told[^1], 0.7, 1);
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

    private sealed class Listed(List<double> told) : IProgress<double>
    {
        public void Report(double value) => told.Add(value);
    }

    private static KanModel Train(KanSpec spec, Dataset data, ulong seed = 1) => Train(KanModel.Create(spec, seed), data);

    private static KanModel Train(KanModel model, Dataset data) => Trainer.Fit(model, data, new TrainingOptions
    {
        Optimizer = Optimizer.LevenbergMarquardt,
        Steps = 60,
        GridSchedule = GridSchedule.None,
    }).Model;

    private static (Dataset Training, Dataset Validation) Hello(int rows, int inputs) => Rows(rows, inputs, x => Math.Exp(Math.Sin(Math.PI * x[0]) + x[1] * x[1]));

    private static (Dataset Training, Dataset Validation) Rows(int rows, int inputs, Func<double[], double> function)
    {
        var random = new SeededRandom(2);
        var x = new Matrix(rows, inputs);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1, 1);
        var y = new Matrix(rows, 1);
        for (int n = 0; n < rows; n++)
            y[n, 0] = function([.. Enumerable.Range(0, inputs).Select(i => x[n, i])]);
        return new Dataset(x, y).Split(0.25, 1);
    }
}
