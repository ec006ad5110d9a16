using KanSharp.IO;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Tests.Training;

/// <summary>Single precision beside double, of one source.</summary>
public class PrecisionTests
{
    [Theory]
    [InlineData("3,[4,2],2", 5, 0)]
    [InlineData("3,[4,2],2", 5, 0.01)]
    [InlineData("3,4,1", 40, 0)]
    [InlineData("3,[20,1],2", 5, 0)]
    [InlineData("3,20,18", 30, 0.01)]
    [InlineData("mlp 3,20,[18,1],2", 5, 0)]
    [InlineData("mlp 3,5,5,2", 5, 0.01)]
    public void The_gradient_in_single_precision_is_that_in_double_rounded(string shape, int grid, double lambda)
    {
        var random = new SeededRandom(3);
        KanModel model = RandomNets.Create(shape, 3, grid, BaseFunction.Silu, RangePolicy.Linear, true, random);
        Matrix x = RandomNets.Inputs(random, 300, model.InputCount), y = RandomNets.Inputs(random, 300, model.OutputCount);
        double[][] gradients = [new double[model.Parameters.Length], new double[model.Parameters.Length]];
        double[] losses = [0, 0];
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            var objective = new NetworkObjective(model.Network, x, y, LossFunction.MeanSquaredError, new Regularization { Lambda = lambda }, precision: precision);
            losses[(int)precision] = objective.Evaluate(model.Parameters, gradients[(int)precision]);
        }
        Assert.Equal(losses[0], losses[1], 1e-5 * losses[0]);
        Assert.NotEqual(losses[0], losses[1]);
        double scale = gradients[0].Max(Math.Abs);
        for (int p = 0; p < gradients[0].Length; p++)
            Assert.True(Math.Abs(gradients[0][p] - gradients[1][p]) <= 1e-4 * scale, $"parameter {p}: {gradients[1][p]:R} in single, {gradients[0][p]:R} in double precision, largest {scale:R}");
    }

    [Fact]
    public void A_model_remembers_its_precision_and_predicts_in_it()
    {
        using var folder = new TemporaryFolder();
        KanModel model = KanModel.Create(new KanSpec(2, 5, 1) { Precision = Precision.Single });
        Matrix x = RandomNets.Inputs(new SeededRandom(1), 50, 2);
        string path = folder.File("single.kan");
        ModelFile.Save(model, path);
        KanModel loaded = ModelFile.Load(path);
        Assert.Equal(Precision.Single, loaded.Info.Precision);
        Prediction single = loaded.Predict(x), twice = loaded.WithPrecision(Precision.Double).Predict(x);
        for (int row = 0; row < x.Rows; row++)
        {
            Assert.Equal((float)single.Values[row, 0], single.Values[row, 0]);
            Assert.Equal(twice.Values[row, 0], single.Values[row, 0], 1e-6);
        }
    }

    [Fact]
    public void Training_in_single_precision_reaches_what_seven_digits_allow()
    {
        var random = new SeededRandom(4);
        Matrix x = RandomNets.Inputs(random, 500, 2), y = new(500, 1);
        for (int row = 0; row < 500; row++)
            y[row, 0] = Math.Exp(Math.Sin(Math.PI * x[row, 0]) + x[row, 1] * x[row, 1]);
        var data = new Dataset(x, y);
        KanModel model = KanModel.Create(new KanSpec(2, 5, 1) { Precision = Precision.Single });
        TrainingResult result = Trainer.Fit(model, data, new TrainingOptions { Steps = 40 });
        Assert.Equal(Precision.Single, result.Model.Info.Precision);
        Assert.InRange(Metrics.Measure(result.Model, data).Rmse, 0, 0.05);
    }
}
