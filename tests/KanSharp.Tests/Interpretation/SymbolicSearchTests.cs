using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Interpretation;

public class SymbolicSearchTests
{
    private static readonly SymbolicSearchOptions Options = new() { Library = SymbolicLibrary.Default.Select(["x", "x^2", "exp", "sin"]) };
    private readonly Dataset _data;
    private readonly KanModel _model;

    public SymbolicSearchTests()
    {
        var random = new SeededRandom(3);
        var x = new Matrix(200, 2);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1, 1);
        var y = new Matrix(200, 1);
        for (int row = 0; row < 200; row++)
            y[row, 0] = Math.Sin(3 * x[row, 0]) + x[row, 1] * x[row, 1];
        _data = new Dataset(x, y);
        _model = Trainer.Fit(KanModel.Create(new KanSpec(2, 1), 1), _data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 20 }).Model;
    }

    [Fact]
    public void Every_edge_becomes_the_function_behind_the_data()
    {
        ImmutableArray<SymbolicNetwork> found = SymbolicSearch.Run(_model, _data, Options);
        Assert.Equal(0, found[0].Model.NumericEdgeCount);
        Assert.Equal(["sin", "x^2"], found[0].Model.Layers[0].SymbolicEdges.OrderBy(edge => edge.Input).Select(edge => edge.Function.Name));
        Assert.InRange(found[0].TrainRmse, 0, 1e-12);
    }

    [Fact]
    public void Progress_is_told_after_each_edge()
    {
        var told = new List<SymbolicProgress>();
        SymbolicSearch.Run(_model, _data, Options, new Recorder(told.Add));
        Assert.Equal([(1, 2), (2, 2)], told.Select(step => (step.EdgesDone, step.Edges)));
        Assert.InRange(told[1].BestRmse, 0, 1e-9);
    }

    [Fact]
    public void A_cancelled_search_returns_what_it_had_reached()
    {
        using var cancellation = new CancellationTokenSource();
        ImmutableArray<SymbolicNetwork> found = SymbolicSearch.Run(_model, _data, Options, new Recorder(_ => cancellation.Cancel()), cancellation.Token);
        Assert.Equal(1, found[0].Model.NumericEdgeCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    [InlineData(301)]
    [InlineData(452)]
    [InlineData(603)]
    [InlineData(999)]
    public void A_function_that_one_row_forbids_is_not_chosen_though_it_fits_the_others_exactly(int lone)
    {
        var random = new SeededRandom(4);
        Matrix x = new(1000, 1), y = new(1000, 1);
        for (int row = 0; row < 1000; row++)
        {
            x[row, 0] = row == lone ? -0.2 : random.NextDouble(0, 1);
            y[row, 0] = row == lone ? 0 : Math.Sqrt(x[row, 0]);
        }
        var data = new Dataset(x, y);
        KanModel model = Trainer.Fit(KanModel.Create(new KanSpec(1, 1), 1), data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 20 }).Model;
        KanModel found = SymbolicSearch.Run(model, data)[0].Model;
        Assert.InRange(Metrics.Measure(found, data).Rmse, 0, 0.1);
    }

    private sealed class Recorder(Action<SymbolicProgress> report) : IProgress<SymbolicProgress>
    {
        public void Report(SymbolicProgress value) => report(value);
    }
}
