using System.Text.Json;
using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

/// <summary>Models that come from other programs and go to them: import, export.</summary>
public class InteropTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _data;
    private readonly string _model;

    public InteropTests()
    {
        _data = _folder.WriteWaves();
        _model = _folder["m.kan"];
        Assert.Equal(0, CommandRun.Of("fit", _data, "--target", "y", "--width", "2,2,1", "--grid", "3", "--range", "zero", "--steps", "8", "--out", _model).Code);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement Done(params string[] arguments)
    {
        CommandRun run = CommandRun.Of([.. arguments, "--json"]);
        Assert.True(run.Code == 0, run.Output + run.Error);
        return run.Json;
    }

    [Fact]
    public void A_model_goes_to_pykan_and_comes_back_with_the_same_predictions()
    {
        CommandRun export = CommandRun.Of("export", _model, "--to", "pykan", "--out", _folder["p"]);
        Assert.Equal(0, export.Code);
        Assert.Contains("KAN.loadckpt(", export.Output);
        Assert.Contains("one layer more", export.Error);
        Assert.Contains("the inputs are a, b, in this order", export.Error);
        JsonElement imported = Done("import", _folder["p"], "--from", "pykan", "--out", _folder["i.kan"]);
        Assert.Equal("2,2,2,1", imported.GetProperty("shape").GetString());
        Assert.Equal("x2", imported.GetProperty("inputs")[1].GetString());
        string renamed = _folder.WriteWaves("renamed.csv", header: "x1,x2,y");
        double[] before = Predictions(_model, _data), after = Predictions(_folder["i.kan"], renamed);
        for (int i = 0; i < before.Length; i++)
            Assert.Equal(before[i], after[i], 1e-12);
        Assert.Contains("columns   x1, x2 -> y", CommandRun.Of("import", _folder["p"], "--out", _folder["i.kan"]).Output);
        Assert.Contains("pykan has no column names", Done("export", _model, "--to", "pykan", "--out", _folder["p"]).GetProperty("warnings").ToString());
    }

    [Fact]
    public void A_network_becomes_a_source_file()
    {
        JsonElement done = Done("export", _model, "--to", "c", "--out", _folder["waves.c"]);
        Assert.False(done.GetProperty("formula").GetBoolean());
        Assert.Contains("double predict(double a, double b)", File.ReadAllText(_folder["waves.c"]));
        Done("export", _model, "--to", "python", "--out", _folder["waves.py"]);
        Assert.Contains("def predict(a, b):", File.ReadAllText(_folder["waves.py"]));
        Assert.Contains("the network 2,2,1 of a, b for y", CommandRun.Of("export", _model, "--to", "csharp", "--out", _folder["Waves.cs"]).Output);
        Assert.Contains("public static class Waves", File.ReadAllText(_folder["Waves.cs"]));
    }

    [Fact]
    public void A_symbolic_model_becomes_its_formula_in_every_notation()
    {
        string data = _folder.WriteWaves(rows: 200), fitted = _folder["f.kan"], symbolic = _folder["s.kan"];
        Done("fit", data, "--target", "y", "--width", "2,1", "--grid", "5", "--lamb", "0", "--steps", "10", "--out", fitted);
        Done("symbolic", fitted, "--data", data, "--lib", "x,x^2,sin", "--out", symbolic);
        foreach ((string target, string[] parts) in ((string, string[])[])
            [("c", ["double predict(double a, double b)", "sin(3.0*a)"]), ("csharp", ["Predict(double a, double b)", "Math.Sin(3.0*a)"]), ("python", ["def predict(a, b):", "math.sin(3*a)"]),
            ("latex", ["\\[\ny = ", @"\sin\left(3 a\right)"]), ("mathml", ["<math xmlns=", "<mi>y</mi><mo>=</mo>", "<mi>sin</mi>"])])
        {
            Assert.True(Done("export", symbolic, "--to", target, "--out", _folder["e"]).GetProperty("formula").GetBoolean());
            string text = File.ReadAllText(_folder["e"]);
            Assert.All(parts, part => Assert.Contains(part, text));
            Assert.DoesNotContain("spline", text, StringComparison.OrdinalIgnoreCase);
        }
        CommandRun formula = CommandRun.Of("formula", symbolic, "--format", "latex");
        Done("export", symbolic, "--to", "latex", "--out", _folder["e"]);
        Assert.Equal($"\\[\ny = {formula.Output.Trim()}\n\\]\n", File.ReadAllText(_folder["e"]));
    }

    [Theory]
    [InlineData("export M --to latex --out P", "no formula yet", "'kan symbolic' the other")]
    [InlineData("export M --to mathml --out P", "no formula yet")]
    [InlineData("export M --to java --out P", "'java' is no value for --to", "csharp, python, c, latex, mathml, pykan")]
    [InlineData("export M --out P", "Option '--to' is required")]
    [InlineData("export M --to c", "Option '--out' is required")]
    [InlineData("export M --to c --out M", "would be overwritten")]
    [InlineData("export M --to c --out N", "there is no folder")]
    [InlineData("import P --out O", "There is no file", "p_config.yml")]
    [InlineData("import D --out O", "There is no file", "data.csv_config.yml")]
    [InlineData("import P --from torch --out O", "'torch' is no value for --from", "pykan")]
    [InlineData("import P", "--out")]
    [InlineData("export M --to pykann --out P", "'pykann' is no value for --to", "Did you mean 'pykan'?")]
    [InlineData("export D --to pykan --out P", "is not a readable model file")]
    [InlineData("export M --to pykan --out N", "there is no folder")]
    public void What_cannot_be_done_is_told(string line, params string[] expected)
    {
        string[] arguments = [.. line.Split(' ').Select(word => word switch { "M" => _model, "D" => _data, "O" => _folder["o.kan"], "P" => _folder["p"], "N" => _folder["none/p"], _ => word })];
        CommandRun run = CommandRun.Of(arguments);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.All(expected, part => Assert.Contains(part, run.Error));
        Assert.Equal(["data.csv", "m.kan"], _folder.Names);
    }

    [Fact]
    public void A_damaged_checkpoint_is_told_with_the_name_of_the_file()
    {
        Done("export", _model, "--to", "pykan", "--out", _folder["p"]);
        _folder.Write("p_state", "not a zip archive, but longer than the end of one");
        CommandRun run = CommandRun.Of("import", _folder["p"], "--out", _folder["o.kan"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("p_state is not readable as part of a pykan checkpoint", run.Error);
        Assert.False(File.Exists(_folder["o.kan"]));
    }

    private static double[] Predictions(string model, string data) =>
        [.. Done("predict", model, data).GetProperty("predictions").GetProperty("y").EnumerateArray().Select(value => value.GetDouble())];
}
