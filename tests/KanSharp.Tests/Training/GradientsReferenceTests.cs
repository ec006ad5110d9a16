using System.Text.Json;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Tests.Training;

public class GradientsReferenceTests
{
    [Fact]
    public void Losses_and_gradients_agree()
    {
        var differences = new Differences(1e-10);
        foreach ((int index, JsonElement c) in ReferenceData.Cases("gradients"))
        {
            KanModel model = ReferenceNet.Build(c.GetProperty("net"));
            Matrix x = c.GetProperty("x").ToMatrix(), target = c.GetProperty("target").ToMatrix();
            differences.Check($"case {index} y", model.Evaluate(x).Values, c.GetProperty("y").ToMatrix().Values);
            foreach (JsonElement loss in c.GetProperty("losses").EnumerateArray())
            {
                Regularization regularization = Read(loss, c.GetProperty("lamb"));
                var objective = new NetworkObjective(model.Network, x, target, LossFunction.MeanSquaredError, regularization);
                double[] gradient = new double[model.Parameters.Length];
                double value = objective.Evaluate(model.Parameters, gradient);
                string what = $"case {index} {regularization.Metric} lambda {regularization.Lambda}";
                bool failedInPykan = loss.TryGetProperty("error", out _);
                if (!failedInPykan)
                    differences.Check(what, value, loss.GetProperty("value").Number());
                // pykan cuts the gradient of these three on purpose or by accident; ours is the exact one (docs/pykan-differences.md).
                bool cutInPykan = regularization.Lambda > 0 && regularization.Metric is RegularizationMetric.NormalizedEdgeDeviation
                    or RegularizationMetric.EdgeScore or RegularizationMetric.NodeScore;
                if (cutInPykan || failedInPykan)
                    CheckByDifferences(what, objective, model.Parameters.ToArray(), gradient);
                else
                    CheckGradient(differences, what, model, loss.GetProperty("grads"), gradient);
            }
        }
        differences.Assert();
    }

    private static Regularization Read(JsonElement loss, JsonElement lambdas)
    {
        if (loss.GetProperty("loss").GetString() == "mse")
            return Regularization.None;
        return new Regularization
        {
            Lambda = lambdas.GetProperty("lamb").GetDouble(),
            LambdaL1 = lambdas.GetProperty("lamb_l1").GetDouble(),
            LambdaEntropy = lambdas.GetProperty("lamb_entropy").GetDouble(),
            LambdaCoefficients = lambdas.GetProperty("lamb_coef").GetDouble(),
            LambdaCoefficientDifferences = lambdas.GetProperty("lamb_coefdiff").GetDouble(),
            Metric = ReferenceNet.Metric(loss.GetProperty("reg_metric").GetString()!),
        };
    }

    private static void CheckGradient(Differences differences, string what, KanModel model, JsonElement grads, double[] gradient)
    {
        double[] expected = [.. Enumerable.Range(0, model.Layers.Length).SelectMany(l => ReferenceNet.Flatten(grads[l], model.Layers[l]))];
        differences.Check(what + " gradient", gradient, expected, expected.Max(Math.Abs));
    }

    private static void CheckByDifferences(string what, NetworkObjective objective, double[] parameters, double[] gradient)
    {
        double[] unused = new double[gradient.Length];
        double scale = gradient.Max(Math.Abs);
        for (int p = 0; p < parameters.Length; p++)
        {
            double old = parameters[p], step = 1e-5 * Math.Max(1, Math.Abs(old));
            parameters[p] = old + step;
            double above = objective.Evaluate(parameters, unused);
            parameters[p] = old - step;
            double below = objective.Evaluate(parameters, unused);
            parameters[p] = old;
            double difference = (above - below) / (2 * step);
            Assert.True(Math.Abs(difference - gradient[p]) <= 2e-6 * scale, $"{what} parameter {p}: gradient {gradient[p]:R}, central difference {difference:R}");
        }
    }
}
