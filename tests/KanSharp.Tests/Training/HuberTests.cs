using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

public class HuberTests
{
    private static Dataset Hello(ulong seed, int rows, double outlierShare)
    {
        var random = new SeededRandom(seed);
        Matrix x = RandomNets.Inputs(random, rows, 2), y = new(rows, 1);
        for (int n = 0; n < rows; n++)
        {
            y[n, 0] = Math.Exp(Math.Sin(Math.PI * x[n, 0]) + x[n, 1] * x[n, 1]);
            // The standard deviation of the target is about 1.4.
            if (random.NextDouble() < outlierShare)
                y[n, 0] += random.NextDouble() < 0.5 ? 140 : -140;
        }
        return new Dataset(x, y);
    }

    [Theory]
    [InlineData(Optimizer.LevenbergMarquardt)]
    [InlineData(Optimizer.Lbfgs)]
    public void One_percent_of_outliers_at_a_hundred_sigma_hardly_matters(Optimizer optimizer)
    {
        Dataset dirty = Hello(1, 1000, 0.01), clean = Hello(2, 1000, 0);
        double Error(Loss loss, Scaling scaling)
        {
            KanModel model = KanModel.Create(new KanSpec(2, 5, 1) { GridIntervals = [5] }, 1, ModelInfo.Default(2, 1) with { OutputScaling = scaling });
            return Metrics.Measure(Trainer.Fit(model, dirty, new TrainingOptions { Optimizer = optimizer, Loss = loss, Steps = 50 }).Model, clean).Rmse;
        }

        double squares = Error(Loss.MeanSquaredError, Scaling.FromMoments(dirty.Targets)), huber = Error(Loss.Huber, Scaling.FromMedians(dirty.Targets));
        Assert.True(squares > 1, $"squares {squares}");
        Assert.True(huber < 0.05, $"Huber {huber}");
    }

    [Fact]
    public void The_scale_and_the_loss_only_fall()
    {
        List<double> losses = [];
        TrainingResult result = Trainer.Fit(KanModel.Create(new KanSpec(2, 2, 1), 1), Hello(3, 300, 0.02),
            new TrainingOptions { Loss = Loss.Huber, Optimizer = Optimizer.LevenbergMarquardt, GridSchedule = GridSchedule.None, Steps = 30 });
        losses.AddRange(result.Report.Steps.Select(step => step.TrainLoss));
        Assert.Equal(losses.OrderDescending(), losses);
        Assert.InRange(result.Report.HuberScale!.Value, 1e-12, 1);
        Assert.Null(Trainer.Fit(KanModel.Create(new KanSpec(2, 1), 1), Hello(3, 30, 0), new TrainingOptions { Steps = 1 }).Report.HuberScale);
    }

    [Fact]
    public void The_median_and_its_deviations_scale_a_column_untouched_by_outliers()
    {
        Scaling scaling = Scaling.FromMedians(Matrix.FromColumns([[1, 2, 3, 4, 1e9], [5, 5, 5, 6, 7]]));
        Assert.Equal([3, 5.6], scaling.Offsets.ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(1.482602218505602, scaling.Scales[0], 1e-15);
        Assert.Equal(Scaling.FromMoments(Matrix.FromColumns([[5, 5, 5, 6, 7]])).Scales[0], scaling.Scales[1]);
    }
}
