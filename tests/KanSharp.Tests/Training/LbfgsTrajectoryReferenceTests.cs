using System.Text.Json;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

/// <summary>
/// Training from given nets on given data. The first step agrees to rounding; after that rounding parts any two runs (each case holds a
/// repeat of pykan's with another row order that shows it), so the level reached is compared.
/// </summary>
public class LbfgsTrajectoryReferenceTests
{
    [Fact]
    public void The_first_steps_agree_and_the_level_reached_is_as_low()
    {
        var first = new Differences(1e-9);
        foreach ((int index, JsonElement c) in ReferenceData.Cases("lbfgs-trajectory"))
        {
            (KanModel model, Dataset train, Dataset test, TrainingOptions options) = Read(c);
            TrainingReport report = Trainer.Fit(model, train, options, test).Report;
            double[] expectedTrain = c.GetProperty("train_loss").Vector(), expectedTest = c.GetProperty("test_loss").Vector();
            double[] repeatTrain = c.GetProperty("repeat_with_other_row_order").GetProperty("train_loss").Vector();
            double[] actual = [.. report.Steps.Select(step => Math.Sqrt(step.TrainLoss))];
            double[] actualTest = [.. report.Steps.Select(step => Math.Sqrt(step.ValidationLoss!.Value))];
            string what = $"case {index} ({c.GetProperty("kind").GetString()})";
            Assert.True(actual.Length == expectedTrain.Length, $"{what}: {actual.Length} steps, expected {expectedTrain.Length}, stopped by {report.StopReason}");

            // Where pykan cuts the penalty's gradient (docs/pykan-differences.md) its steps are not ours.
            bool cut = options.Regularization is { Lambda: > 0, Metric: RegularizationMetric.NormalizedEdgeDeviation or RegularizationMetric.EdgeScore or RegularizationMetric.NodeScore };
            for (int step = 0; !cut && step < actual.Length; step++)
            {
                // As long as pykan's own two runs agree to rounding, so do ours; further on a line search may part them.
                if (Math.Abs(repeatTrain[step] - expectedTrain[step]) > 1e-13 * expectedTrain[step])
                    break;
                first.Check($"{what} train {step}", actual[step], expectedTrain[step]);
                first.Check($"{what} test {step}", actualTest[step], expectedTest[step]);
            }

            // The level: rounding alone moves pykan's own loss by up to an eighth in these runs; half as much again is the same level.
            double ours = report.Steps[^1].TrainLoss + report.Steps[^1].Penalty;
            double theirs = expectedTrain[^1] * expectedTrain[^1] + options.Regularization.Lambda * c.GetProperty("reg").Vector()[^1];
            Assert.True(ours <= 1.5 * theirs, $"{what}: reached an objective of {ours:R}, pykan {theirs:R}");
        }
        first.Assert();
    }

    private static (KanModel, Dataset, Dataset, TrainingOptions) Read(JsonElement c)
    {
        JsonElement data = ReferenceData.Load("lbfgs-trajectory").GetProperty("datasets").GetProperty(c.GetProperty("dataset").GetString()!);
        JsonElement arguments = c.GetProperty("fit_arguments");
        double Argument(string name, double otherwise) => arguments.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;
        bool updatesGrid = !arguments.TryGetProperty("update_grid", out JsonElement update) || update.GetBoolean();
        JsonElement net = c.GetProperty("net_initial");
        var options = new TrainingOptions
        {
            Optimizer = arguments.GetProperty("opt").GetString() == "Adam" ? Optimizer.Adam : Optimizer.Lbfgs,
            Steps = arguments.GetProperty("steps").GetInt32(),
            LearningRate = Argument("lr", 1),
            GridSchedule = updatesGrid ? GridSchedule.Pykan : GridSchedule.None,
            Parts = new TrainableParts { NodeAffine = net.GetProperty("affine_trainable").GetBoolean() },
            KeepBest = false,
            Regularization = new Regularization
            {
                Lambda = Argument("lamb", 0),
                LambdaL1 = Argument("lamb_l1", 1),
                LambdaEntropy = Argument("lamb_entropy", 2),
                LambdaCoefficients = Argument("lamb_coef", 0),
                LambdaCoefficientDifferences = Argument("lamb_coefdiff", 0),
                Metric = ReferenceNet.Metric(arguments.TryGetProperty("reg_metric", out JsonElement metric) ? metric.GetString()! : "edge_forward_spline_n"),
            },
        };
        return (ReferenceNet.Build(net), Data("train"), Data("test"), options);

        Dataset Data(string part) => new(data.GetProperty(part + "_input").ToMatrix(), data.GetProperty(part + "_label").ToMatrix());
    }
}
