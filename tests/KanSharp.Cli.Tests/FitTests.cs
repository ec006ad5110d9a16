using System.Text.Json;
using KanSharp.Cli.Tests.Support;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Tests;

public class FitTests
{
    private static CommandRun Fit(WorkFolder folder, string data, params string[] options) =>
        CommandRun.Of(["fit", data, "--out", folder["m.kan"], "--json", .. options]);

    private static string[] Keys(CommandRun run) => [.. run.Json.EnumerateObject().Select(property => property.Name)];

    [Fact]
    public void A_table_is_trained_on_block_by_block_if_asked_for()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves(rows: 400), test = folder.WriteWaves("test.csv", rows: 50);
        CommandRun run = CommandRun.Of("fit", data, "--target", "y", "--width", "2,3,1", "--grid", "5", "--lamb", "0", "--stream", "on", "--steps", "400", "--batch", "64", "--test", test, "--out", folder["m.kan"], "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal(400, run.Json.GetProperty("steps").GetInt32());
        Assert.True(run.Json.GetProperty("test_rmse").GetDouble() < 0.05, run.Output);
        Assert.Equal(["data.csv", "m.kan", "test.csv"], folder.Names);
        CommandRun again = CommandRun.Of("evaluate", folder["m.kan"], test, "--json");
        Assert.Equal(run.Json.GetProperty("test_rmse").GetDouble(), again.Json.GetProperty("test_rmse").GetDouble());
    }

    [Theory]
    [InlineData("--optimizer", "lm", "--optimizer lm needs all rows at once")]
    [InlineData("--checkpoint", "c", "--checkpoint is not possible for a table that is trained on block by block")]
    public void What_needs_all_rows_is_refused_block_by_block(string option, string value, string message)
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("fit", folder.WriteWaves(), "--target", "y", "--stream", "on", option, option == "--checkpoint" ? folder[value] : value, "--out", folder["m.kan"]);
        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error);
        Assert.Equal(["data.csv"], folder.Names);
    }

    [Fact]
    public void Fit_saves_a_model_and_tells_how_good_it_is()
    {
        using var folder = new WorkFolder();
        CommandRun run = Fit(folder, folder.WriteWaves(), "--target", "y", "--width", "2,2,1", "--grid", "4", "--lamb", "0", "--steps", "15");
        Assert.Equal(0, run.Code);
        Assert.Equal(["train_rmse", "test_rmse", "r2", "steps", "stop_reason", "seconds", "parameters", "trained_parameters", "edges", "shape", "rows_outside", "farthest_outside", "rows_undefined", "model"], Keys(run).Except(["warnings"]));
        Assert.Equal(("2,2,1", 15, 6, "max_steps"), (run.Json.GetProperty("shape").GetString(), run.Json.GetProperty("steps").GetInt32(),
            run.Json.GetProperty("edges").GetInt32(), run.Json.GetProperty("stop_reason").GetString()));
        Assert.InRange(run.Json.GetProperty("train_rmse").GetDouble(), 0, 0.05);
        KanModel model = ModelFile.Load(folder["m.kan"]);
        Assert.Equal(["a", "b"], model.Info.InputNames.AsEnumerable());
        Assert.Equal(["y"], model.Info.OutputNames.AsEnumerable());
        Assert.Equal(4, model.Layers[0].Intervals);
        Assert.Equal(run.Json.GetProperty("parameters").GetInt32(), model.Parameters.Length);
    }

    [Fact]
    public void What_is_left_to_choice_is_chosen_and_the_choice_can_be_repeated_by_name()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves();
        CommandRun run = Fit(folder, data, "--target", "y", "--steps", "6");
        Assert.Equal(0, run.Code);
        Assert.True(run.Json.GetProperty("r2").GetDouble() > 0.99, run.Output);
        byte[] chosen = File.ReadAllBytes(folder["m.kan"]);
        KanModel model = ModelFile.Load(folder["m.kan"]);
        string lambda = model.Info.History[^1].Split(' ')[^1];
        CommandRun named = Fit(folder, data, "--target", "y", "--steps", "6", "--width", model.Shape, "--grid", $"{model.Layers[0].Intervals}", "--lamb", lambda);
        Assert.Equal(0, named.Code);
        Assert.Equal(chosen, File.ReadAllBytes(folder["m.kan"]));
    }

    [Theory]
    [InlineData("x1*x2", "2,1,1", true)]
    [InlineData("x1*x2", "2,1", true)]
    [InlineData("x1*x2 + sin(3*x1)", "2,1,1", true)]
    [InlineData("x1*x2", "2,2,1", false)]
    [InlineData("x1^2 + sin(3*x2)", "2,1", false)]
    [InlineData("exp(x1 - x2^2)", "2,1,1", false)]
    public void A_shape_that_is_the_limit_is_named_with_one_to_try(string formula, string width, bool limit)
    {
        using var folder = new WorkFolder();
        Assert.Equal(0, CommandRun.Of("dataset", "formula", formula, "--rows", "600", "--out", folder["d.csv"]).Code);
        CommandRun fit = Fit(folder, folder["d.csv"], "--target", "y", "--width", width, "--grid", "5", "--lamb", "0");
        Assert.Equal(0, fit.Code);
        if (!limit)
        {
            Assert.DoesNotContain("is the limit", fit.Error);
            return;
        }
        Assert.Contains($"The shape {width} is the limit", fit.Error);
        string better = fit.Error.Split("Try --width ")[1].Split('\n')[0].TrimEnd('.', '\r');
        CommandRun wider = Fit(folder, folder["d.csv"], "--target", "y", "--width", better, "--grid", "5", "--lamb", "0");
        Assert.True(wider.Json.GetProperty("test_rmse").GetDouble() < 0.5 * fit.Json.GetProperty("test_rmse").GetDouble(), wider.Output + fit.Output);
    }

    [Fact]
    public void Noise_is_no_limit_of_the_shape()
    {
        using var folder = new WorkFolder();
        var random = new Random(1);
        string data = folder.Write("d.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(600).Select(row => $"{row[0]:R},{row[1]:R},{row[2] + 0.5 * random.NextDouble():R}\n")));
        CommandRun fit = Fit(folder, data, "--target", "y", "--width", "2,1", "--grid", "5", "--lamb", "0");
        Assert.DoesNotContain("is the limit", fit.Error);
    }

    [Fact]
    public void A_test_file_is_measured_as_evaluate_measures_it()
    {
        using var folder = new WorkFolder();
        string test = folder.WriteWaves("test.csv", rows: 25);
        CommandRun fit = Fit(folder, folder.WriteWaves(), "--target", "y", "--test", test, "--width", "2,1,1", "--grid", "3", "--lamb", "0", "--steps", "4");
        CommandRun evaluated = CommandRun.Of("evaluate", folder["m.kan"], test, "--json");
        Assert.Equal((0, 0), (fit.Code, evaluated.Code));
        Assert.Equal(["train_rmse", "test_rmse", "r2", "steps", "stop_reason", "seconds", "parameters", "trained_parameters", "edges", "shape", "rows_outside", "farthest_outside", "rows_undefined"], Keys(evaluated).Except(["warnings"]));
        foreach (string key in new[] { "train_rmse", "test_rmse", "r2", "steps", "stop_reason", "parameters", "trained_parameters", "edges", "shape" })
            Assert.Equal(fit.Json.GetProperty(key).ToString(), evaluated.Json.GetProperty(key).ToString());
    }

    [Fact]
    public void Labels_as_the_target_make_a_classifier()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteClasses(rows: 200);
        CommandRun fit = Fit(folder, data, "--target", "sign", "--width", "2,2", "--grid", "3", "--lamb", "0", "--steps", "5");
        Assert.Equal(0, fit.Code);
        Assert.InRange(fit.Json.GetProperty("accuracy").GetDouble(), 0.9, 1);
        CommandRun predicted = CommandRun.Of("predict", folder["m.kan"], data);
        string[] lines = predicted.Output.Split('\n');
        Assert.Equal("sign,P(minus),P(plus)", lines[0]);
        string[] truth = [.. File.ReadAllLines(data).Skip(1).Select(line => line.Split(',')[2])];
        int right = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            string[] cells = lines[i + 1].Split(',');
            double minus = double.Parse(cells[1]), plus = double.Parse(cells[2]);
            Assert.Equal(1, minus + plus, 1e-12);
            Assert.Equal(minus > plus ? "minus" : "plus", cells[0]);
            right += cells[0] == truth[i] ? 1 : 0;
        }
        Assert.True(right > 0.9 * truth.Length);
    }

    [Fact]
    public void Training_goes_on_from_a_model()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves();
        string[] target = ["--target", "y", "--steps", "3", "--lamb", "0"];
        double before = Fit(folder, data, [.. target, "--width", "2,2,1", "--grid", "3"]).Json.GetProperty("train_rmse").GetDouble();
        File.Copy(folder["m.kan"], folder["first.kan"]);
        CommandRun run = Fit(folder, data, [.. target, "--init", folder["first.kan"], "--range", "clamp"]);
        Assert.Equal(0, run.Code);
        Assert.True(run.Json.GetProperty("train_rmse").GetDouble() < before);
        Assert.Equal(Splines.RangePolicy.Clamp, ModelFile.Load(folder["m.kan"]).RangePolicy);

        Assert.Contains("--width makes a new network", Fit(folder, data, [.. target, "--init", folder["first.kan"], "--width", "2,1"]).Json.GetProperty("error").GetString());
        Assert.Contains("needs mse", Fit(folder, data, [.. target, "--init", folder["first.kan"], "--loss", "cross-entropy"]).Json.GetProperty("error").GetString());
        Assert.Contains("predicts y, but --target is a", Fit(folder, data, "--target", "a", "--init", folder["first.kan"]).Json.GetProperty("error").GetString());
    }

    [Fact]
    public void A_model_stays_in_the_precision_it_was_trained_in()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves();
        string[] target = ["--target", "y", "--steps", "3", "--lamb", "0"];
        Assert.Equal(0, Fit(folder, data, [.. target, "--width", "2,2,1", "--grid", "3", "--precision", "single"]).Code);
        Assert.Equal(Model.Precision.Single, ModelFile.Load(folder["m.kan"]).Info.Precision);
        File.Copy(folder["m.kan"], folder["first.kan"]);
        Assert.Equal(0, Fit(folder, data, [.. target, "--init", folder["first.kan"]]).Code);
        Assert.Equal(Model.Precision.Single, ModelFile.Load(folder["m.kan"]).Info.Precision);
        Assert.Equal(0, Fit(folder, data, [.. target, "--init", folder["first.kan"], "--precision", "double"]).Code);
        Assert.Equal(Model.Precision.Double, ModelFile.Load(folder["m.kan"]).Info.Precision);
    }

    [Fact]
    public void Of_several_starts_the_best_half_way_goes_on()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves();
        double Rmse(int seed, int steps, params string[] more) => Fit(folder, data, ["--target", "y", "--width", "2,2,1", "--grid", "3", "--lamb", "0", "--steps", $"{steps}",
            "--seed", $"{seed}", "--test", data, .. more]).Json.GetProperty("train_rmse").GetDouble();
        int best = Enumerable.Range(1, 3).MinBy(seed => Rmse(seed, 2));
        Assert.Equal(Rmse(best, 4), Rmse(1, 4, "--restarts", "3"));
    }

    [Theory]
    [InlineData(";", "\n", "a,b,y")]
    [InlineData("\t", "\r\n", "a,b,y")]
    [InlineData(",", "\r\n", "\uFEFFa,b,y")]
    [InlineData(";", "\n", "\"größe in m\",\"x \"\"2\"\"\",y")]
    public void Separators_line_ends_marks_and_quoted_names_just_work(string separator, string newLine, string header)
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves(rows: 30, separator: separator, newLine: newLine, header: header);
        Assert.Equal(0, Fit(folder, data, "--target", "y", "--width", "2,1", "--grid", "3", "--lamb", "0", "--steps", "2").Code);
        Assert.Equal(0, CommandRun.Of("predict", folder["m.kan"], data, "--out", folder["p.csv"]).Code);
        Assert.Equal(31, File.ReadAllLines(folder["p.csv"]).Length);
    }

    [Theory]
    [InlineData(1e300, 1e-300, 1)]
    [InlineData(1, 1e290, 1e300)]
    [InlineData(1e-300, 1, 1e-300)]
    [InlineData(1e5, 1e-5, 1e-12)]
    public void Columns_of_any_scale_just_work(double scaleA, double scaleB, double scaleY)
    {
        using var folder = new WorkFolder();
        string data = folder.Write("d.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(60).Select(row =>
            FormattableString.Invariant($"{row[0] * scaleA:R},{1.7e9 * scaleB + row[1] * scaleB * 1e8:R},{row[2] * scaleY:R}\n"))));
        CommandRun run = Fit(folder, data, "--target", "y", "--width", "2,1", "--grid", "3", "--lamb", "0", "--steps", "3");
        Assert.Equal(0, run.Code);
        Assert.InRange(run.Json.GetProperty("r2").GetDouble(), 0.9, 1);
        Assert.InRange(run.Json.GetProperty("test_rmse").GetDouble() / scaleY, 0, 0.3);
    }

    [Fact]
    public void A_training_can_be_filmed()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves();
        string[] options = ["--target", "y", "--width", "2,2,1", "--grid", "3", "--lamb", "0", "--steps", "5"];
        CommandRun run = Fit(folder, data, [.. options, "--frames", folder["f.svg"]]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal((5, folder["f.svg"]), (run.Json.GetProperty("frames").GetProperty("count").GetInt32(), run.Json.GetProperty("frames").GetProperty("out").GetString()));
        Assert.Equal(5, System.Xml.Linq.XElement.Load(folder["f.svg"]).Elements().Count(element => (string?)element.Attribute("class") == "kan-frame"));
        byte[] filmed = File.ReadAllBytes(folder["m.kan"]);
        Assert.Equal(0, Fit(folder, data, options).Code);
        Assert.Equal(File.ReadAllBytes(folder["m.kan"]), filmed);
        File.Delete(folder["f.svg"]);
        foreach ((string width, string expected, string[] more) in ((string, string, string[])[])[("2,2,1", "--restarts 2", ["--restarts", "2"]), ("2,2,1", "--steps 0", ["--steps", "0"]), ("2,50,100,1", "5200 edges", [])])
        {
            CommandRun failed = Fit(folder, data, ["--target", "y", "--width", width, "--grid", "3", "--lamb", "0", "--frames", folder["f.svg"], .. more]);
            Assert.Equal(2, failed.Code);
            Assert.Contains(expected, failed.Output + failed.Error);
            Assert.False(File.Exists(folder["f.svg"]));
        }
        Assert.Contains("different names", Fit(folder, data, [.. options, "--frames", folder["m.kan"]]).Output);
        Assert.Contains("would be overwritten", Fit(folder, data, [.. options, "--frames", data]).Output);
    }
}
