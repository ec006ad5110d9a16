using System.Text.Json;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

/// <summary>Piecewise functions, held against what pykan reaches on them.</summary>
public class SeedCasesReferenceTests
{
    [Fact]
    public void Piecewise_functions_are_learnt_no_worse_than_by_pykan_at_its_own_settings()
    {
        List<string> failures = [];
        foreach ((int index, JsonElement reference) in Piecewise())
        {
            JsonElement arguments = reference.GetProperty("model_arguments");
            (Dataset training, Dataset test) = Data(reference);
            KanModel model = Fit(training, arguments.GetProperty("grid").GetInt32(), arguments.GetProperty("k").GetInt32(), reference.GetProperty("fit_arguments").GetProperty("steps").GetInt32());
            double rmse = Metrics.Measure(model, test).Rmse, level = reference.GetProperty("final_test_rmse").GetDouble();
            if (!(rmse <= 1.01 * level))
                failures.Add($"case {index}: {rmse}, pykan {level}");
        }
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Fact]
    public void With_40_intervals_only_rows_between_the_two_training_rows_around_a_break_are_wrong()
    {
        List<string> failures = [];
        foreach ((int index, JsonElement reference) in Piecewise().DistinctBy(entry => entry.Case.GetProperty("name").GetString()))
        {
            bool smooth = reference.GetProperty("name").GetString() == "c-flatsine";
            (Dataset training, Dataset test) = Data(reference);
            double[] known = training.Inputs.Column(0).ToArray();
            double below = known.Where(x => x <= 0.5).Max(), above = known.Where(x => x > 0.5).Min();
            KanModel model = Fit(training, 40, smooth ? 3 : 1, 50);
            double[] predicted = model.Predict(test.Inputs).Values.Column(0).ToArray();
            for (int row = 0; row < test.Count; row++)
            {
                double x = test.Inputs[row, 0], error = Math.Abs(predicted[row] - test.Targets[row, 0]);
                if (!(x > below && x < above) && !(error < (smooth ? 1e-4 : 1e-6)))
                    failures.Add($"case {index}: {error} at {x}");
            }
        }
        Assert.True(failures.Count == 0, string.Join("\n", failures.Take(20)));
    }

    private static IEnumerable<(int Index, JsonElement Case)> Piecewise() =>
        ReferenceData.Cases("seed-cases").Where(entry => entry.Case.GetProperty("width").GetArrayLength() == 2 && !entry.Case.GetProperty("fit_arguments").TryGetProperty("update_grid", out _));

    private static KanModel Fit(Dataset training, int grid, int order, int steps)
    {
        ModelInfo info = ModelInfo.Default(1, 1) with { InputScaling = Scaling.FromRange(training.Inputs), OutputScaling = Scaling.FromMoments(training.Targets) };
        return Trainer.Fit(KanModel.Create(new KanSpec(1, 1) { GridIntervals = [grid], SplineOrders = [order] }, 1, info), training, new TrainingOptions { Steps = steps }).Model;
    }

    private static (Dataset Training, Dataset Test) Data(JsonElement reference)
    {
        JsonElement files = reference.GetProperty("files");
        return (Read(files.GetProperty("train").GetString()!), Read(files.GetProperty("test").GetString()!));
    }

    private static Dataset Read(string file) =>
        PreparedTable.ForTraining(Csv.Read(ReferenceData.FileOf(file)), new PreparationOptions { Targets = ["y"] }).ToDataset();
}
