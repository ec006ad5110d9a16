using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Interpretation;

public class EdgeForecastTests
{
    private static double Cost(double rmse, int complexity) => rmse;

    [Fact]
    public void The_foretold_error_is_that_after_a_refit()
    {
        (KanModel model, SymbolicRows rows) = Trained(new KanSpec(2, 1), Sum, noise: 0.1);
        var forecast = new EdgeForecast(model, new EdgeIndex(0, 0, 0), rows);
        foreach (ForetoldChoice choice in forecast.Best(SymbolicLibrary.Default.Functions, 4, 100, Cost))
        {
            (KanModel chosen, double[] moved) = forecast.Apply(choice);
            var refit = new SymbolicRefit(chosen, rows, moved);
            refit.Run(50, default);
            Assert.InRange(choice.Rmse / refit.Rmse, 0.98, 1.02);
        }
    }

    [Fact]
    public void Moved_parameters_have_the_foretold_error_where_the_outputs_are_linear_in_them()
    {
        (KanModel model, SymbolicRows rows) = Trained(new KanSpec(2, 1), Sum, noise: 0.1);
        var forecast = new EdgeForecast(model, new EdgeIndex(0, 0, 0), rows);
        // A poor choice, for which the other edge makes up as far as it can.
        ForetoldChoice choice = forecast.Best(SymbolicLibrary.Default.Select(["x^2"]).Functions, 1, 100, Cost)[0];
        (KanModel chosen, double[] moved) = forecast.Apply(choice);
        double still = new SymbolicRefit(chosen, rows).Rmse, started = new SymbolicRefit(chosen, rows, moved).Rmse;
        Assert.True(started < still, $"{started} is not below {still}.");
        // The curve is foretold from some of its points.
        Assert.InRange(started / choice.Rmse, 0.98, 1.02);
    }

    [Fact]
    public void A_choice_has_the_constants_of_the_function_behind_the_data_on_a_coarse_grid_and_on_a_fine_one()
    {
        (KanModel coarse, SymbolicRows rows) = Trained(new KanSpec(2, 1, 1), x => Math.Exp(Sum(x)), noise: 0);
        KanModel fine = GridUpdater.Refine(coarse, 40);
        foreach (KanModel model in new[] { coarse, fine })
        {
            ForetoldChoice choice = new EdgeForecast(model, new EdgeIndex(0, 0, 0), rows).Best(SymbolicLibrary.Default.Select(["sin"]).Functions, 1, 100, Cost)[0];
            Assert.InRange(Math.Abs(choice.A), 2.9, 3.1);
        }
    }

    [Fact]
    public void Of_sine_and_cosine_the_first_alone_is_a_choice()
    {
        (KanModel model, SymbolicRows rows) = Trained(new KanSpec(2, 1), Sum, noise: 0.1);
        List<ForetoldChoice> choices = new EdgeForecast(model, new EdgeIndex(0, 0, 0), rows).Best(SymbolicLibrary.Default.Select(["sin", "cos", "x^2"]).Functions, 3, 100, Cost);
        Assert.Equal(["sin", "x^2"], choices.Select(choice => choice.Function.Name));
    }

    private static double Sum(double[] x) => Math.Sin(3 * x[0]) + x[1] * x[1];

    private static (KanModel Model, SymbolicRows Rows) Trained(KanSpec spec, Func<double[], double> law, double noise)
    {
        var random = new SeededRandom(3);
        Matrix x = new(300, 2), y = new(300, 1);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1, 1);
        for (int row = 0; row < 300; row++)
            y[row, 0] = law([x[row, 0], x[row, 1]]) + noise * random.NextGaussian();
        var data = new Dataset(x, y);
        KanModel model = Trainer.Fit(KanModel.Create(spec, 1), data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 30 }).Model;
        return (model, SymbolicRows.Of(data, model.Info));
    }
}
