using KanSharp.Datasets;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

/// <summary>Losses of one's own.</summary>
public class OwnLossTests
{
    private static readonly Dataset s_data = SampleBox.Cube(2).Sample(300, 1, (x, y) => 5 + 3 * Math.Exp(Math.Sin(x) + y * y));

    private static readonly RowLoss s_squared = (outputs, targets, derivative) =>
    {
        double error = outputs[0] - targets[0];
        derivative[0] = 2 * error;
        return error * error;
    };

    private static KanModel Create() => KanModel.Create(new KanSpec(2, 3, 1), 1, ModelInfo.Default(2, 1) with { OutputScaling = new Scaling([10], [4]) });

    [Theory]
    [InlineData(Optimizer.Lbfgs, 10)]
    [InlineData(Optimizer.Adam, 200)]
    public void The_squared_error_written_by_hand_trains_as_the_built_in_one(Optimizer optimizer, int steps)
    {
        var options = new TrainingOptions { Optimizer = optimizer, Steps = steps };
        TrainingResult own = Trainer.Fit(Create(), s_data, options with { OwnLoss = s_squared }, s_data);
        double rmse = Metrics.Measure(own.Model, s_data).Rmse;
        // In the user's units, where an error is four times as large.
        Assert.Equal(rmse * rmse, own.Report.TrainLoss, 1e-12 * own.Report.TrainLoss + 1e-15);
        Assert.Equal(own.Report.TrainLoss, own.Report.ValidationLoss);
        Assert.True(rmse < 2 * Metrics.Measure(Trainer.Fit(Create(), s_data, options).Model, s_data).Rmse + 0.05);
    }

    [Fact]
    public void Targets_may_hold_weights_of_the_rows()
    {
        static double Weighted(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, Span<double> derivative)
        {
            double error = outputs[0] - targets[0];
            derivative[0] = 2 * targets[1] * error;
            return targets[1] * error * error;
        }
        // The second half of the rows is nonsense with weight zero.
        double[] values = [.. Enumerable.Range(0, 300).Select(row => row < 150 ? s_data.Targets[row, 0] : -1000)];
        var data = new Dataset(s_data.Inputs, Matrix.FromColumns([values, [.. values.Select(value => value > -1000 ? 1.0 : 0)]]));
        KanModel model = Trainer.Fit(Create(), data, new TrainingOptions { OwnLoss = Weighted, Steps = 20 }).Model;
        Assert.True(Metrics.Measure(model, s_data.Select([.. Enumerable.Range(0, 150)])).Rmse < 0.3);
    }

    [Fact]
    public void The_result_does_not_depend_on_the_number_of_threads()
    {
        double[] Train(int threads) => Trainer.Fit(Create(), s_data, new TrainingOptions { OwnLoss = s_squared, Steps = 5, Threads = threads }).Model.Parameters.ToArray();
        Assert.Equal(Train(1), Train(4));
    }

    [Fact]
    public void A_checkpoint_needs_the_loss_again()
    {
        TrainingCheckpoint? half = null;
        var options = new TrainingOptions { OwnLoss = s_squared, Steps = 10 };
        TrainingResult whole = Trainer.Fit(Create(), s_data, options, checkpoints: new CheckpointSchedule(checkpoint => half ??= checkpoint, 5));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.kan-checkpoint");
        try
        {
            CheckpointFile.Save(half!, path);
            Assert.Contains("loss", Assert.Throws<KanFormatException>(() => CheckpointFile.Load(path)).Message, StringComparison.Ordinal);
            TrainingResult resumed = Trainer.Resume(CheckpointFile.Load(path, ownLoss: s_squared), s_data);
            Assert.Equal(whole.Model.Parameters.ToArray(), resumed.Model.Parameters.ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_it_cannot_be_combined_with_is_refused()
    {
        void Refused(string message, TrainingOptions options) =>
            Assert.Contains(message, Assert.Throws<KanSharpException>(() => Trainer.Fit(Create(), s_data, options with { OwnLoss = s_squared })).Message, StringComparison.Ordinal);
        Refused("least squares only", new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt });
        Refused("leave one of them out", new TrainingOptions { Loss = Loss.CrossEntropy });
    }
}
