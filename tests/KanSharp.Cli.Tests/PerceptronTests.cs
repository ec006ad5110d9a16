using System.Text.Json;
using KanSharp.Cli.Tests.Support;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Tests;

/// <summary>A multilayer perceptron goes through the verbs as a KAN does, and what cannot be done with one says so.</summary>
public sealed class PerceptronTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _data;
    private readonly string _model;

    public PerceptronTests()
    {
        _data = _folder.WriteWaves();
        _model = _folder["mlp.kan"];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_fitted_predicts_and_is_looked_at_like_any_model()
    {
        JsonElement fit = Fit("--width", "2,8,1", "--lamb", "0");
        Assert.Equal("2,8,1", fit.GetProperty("shape").GetString());
        Assert.InRange(fit.GetProperty("train_rmse").GetDouble(), 0, 0.05);
        KanModel model = ModelFile.Load(_model);
        Assert.False(model.HasSplines);
        Assert.Equal((24, 33), (fit.GetProperty("edges").GetInt32(), fit.GetProperty("trained_parameters").GetInt32()));
        Assert.InRange(Done("evaluate", _model, _data).GetProperty("test_rmse").GetDouble(), 0, 0.05);
        Done("predict", _model, _data, "--out", _folder["p.csv"]);
        Assert.Equal("mlp", Done("inspect", _model).GetProperty("network").GetString());
        string text = CommandRun.Of("inspect", _model).Output;
        Assert.Contains("network   multilayer perceptron, activation silu", text);
        Assert.DoesNotContain("\u221E", text);
        Assert.Contains("2,8,1, multilayer perceptron", CommandRun.Of("evaluate", _model, _data).Output);
        Done("plot", _model, "--data", _data, "--out", _folder["m.svg"]);
        Done("prune", _model, "--data", _data, "--out", _folder["pruned.kan"]);
        Done("tree", _model);
        foreach (string language in (string[])["csharp", "python", "c"])
        {
            Done("export", _model, "--to", language, "--out", _folder["m." + language]);
            Assert.Contains("a multilayer perceptron 2,8,1", File.ReadAllText(_folder["m." + language]));
        }
    }

    [Fact]
    public void It_goes_on_from_a_file_and_from_a_checkpoint()
    {
        string state = _folder["c.kan-checkpoint"];
        Fit("--width", "2,4,1", "--lamb", "0", "--checkpoint", state, "--checkpoint-every", "2");
        CommandRun other = CommandRun.Of("fit", _data, "--target", "y", "--model", "kan", "--width", "2,4,1", "--lamb", "0", "--steps", "30", "--resume", state, "--out", _folder["n.kan"]);
        Assert.Contains("--model is kan, but the training in", other.Error);
        JsonElement more = Done("fit", _data, "--target", "y", "--model", "mlp", "--width", "2,4,1", "--lamb", "0", "--steps", "40", "--resume", state, "--out", _folder["n.kan"]);
        Assert.Equal(40, more.GetProperty("steps").GetInt32());
        JsonElement further = Done("fit", _data, "--target", "y", "--init", _model, "--steps", "5", "--lamb", "0", "--out", _folder["n.kan"]);
        Assert.Equal(5, further.GetProperty("steps").GetInt32());
        Assert.InRange(further.GetProperty("train_rmse").GetDouble(), 0, 0.2);
        Assert.False(ModelFile.Load(_folder["n.kan"]).HasSplines);
    }

    [Fact]
    public void Its_shape_is_chosen_where_none_is_given()
    {
        JsonElement fit = Fit();
        Assert.True(fit.GetProperty("r2").GetDouble() > 0.95, fit.ToString());
        Assert.False(ModelFile.Load(_model).HasSplines);
    }

    [Theory]
    [InlineData("--grid", "5")]
    [InlineData("--order", "3")]
    [InlineData("--range", "clamp")]
    public void Options_about_splines_are_refused(string option, string value)
    {
        CommandRun run = CommandRun.Of("fit", _data, "--target", "y", "--model", "mlp", option, value, "--out", _model);
        Assert.Equal(2, run.Code);
        Assert.Contains($"{option} is about splines, which a multilayer perceptron does not have; leave it out.", run.Error);
        Assert.False(File.Exists(_model));
    }

    [Fact]
    public void Verbs_about_splines_say_in_one_sentence_that_it_has_none()
    {
        Fit("--width", "2,4,1", "--lamb", "0");
        string[][] commands =
        [
            ["refine", _model, "--grid", "10", "--out", _folder["n.kan"]], ["symbolic", _model, "--data", _data, "--out", _folder["n.kan"]],
            ["suggest", _model, "--edge", "0,0,0", "--data", _data], ["fix", _model, "--edge", "0,0,0", "--function", "sin", "--data", _data, "--out", _folder["n.kan"]],
            ["formula", _model], ["export", _model, "--to", "latex", "--out", _folder["n.tex"]], ["export", _model, "--to", "pykan", "--out", _folder["n"]],
        ];
        foreach (string[] command in commands)
        {
            CommandRun run = CommandRun.Of(command);
            Assert.Equal(2, run.Code);
            Assert.Contains("needs a KAN, but the model 2,4,1 is a multilayer perceptron, whose edges are weights without splines.", run.Error);
            Assert.DoesNotContain("kan symbolic", run.Error);
        }
        Assert.DoesNotContain(_folder.Names, name => name.StartsWith("n", StringComparison.Ordinal));
    }

    private JsonElement Fit(params string[] options) => Done(["fit", _data, "--target", "y", "--model", "mlp", "--steps", "30", "--out", _model, .. options]);

    private static JsonElement Done(params string[] arguments)
    {
        CommandRun run = CommandRun.Of([.. arguments, "--json"]);
        Assert.True(run.Code == 0, run.Output + run.Error);
        return run.Json;
    }
}
