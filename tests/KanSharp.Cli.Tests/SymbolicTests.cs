using System.Globalization;
using System.Text.Json;
using KanSharp.Cli.Tests.Support;
using KanSharp.Formulas;
using KanSharp.IO;

namespace KanSharp.Cli.Tests;

/// <summary>From a trained net to a formula with suggest, fix, unfix, symbolic and formula.</summary>
public class SymbolicTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _data;
    private readonly string _model;

    public SymbolicTests()
    {
        _data = _folder.WriteWaves(rows: 200);
        _model = _folder["m.kan"];
        Assert.Equal(0, CommandRun.Of("fit", _data, "--target", "y", "--width", "2,1", "--grid", "5", "--lamb", "0", "--steps", "10", "--out", _model).Code);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement Done(params string[] arguments)
    {
        CommandRun run = CommandRun.Of([.. arguments, "--json"]);
        Assert.True(run.Code == 0, run.Output + run.Error);
        return run.Json;
    }

    private string[] WithData(string verb, string model, params string[] more) => [verb, model, "--data", _data, .. more];

    [Fact]
    public void Suggest_ranks_the_true_function_first()
    {
        JsonElement suggestions = Done(WithData("suggest", _model, "--edge", "0,1,0")).GetProperty("suggestions");
        Assert.Equal("x^2", suggestions[0].GetProperty("function").GetString());
        Assert.InRange(suggestions[0].GetProperty("r2").GetDouble(), 0.9999, 1);
        string text = CommandRun.Of(WithData("suggest", _model, "--edge", "0,1,0")).Output;
        Assert.StartsWith("function", text);
        Assert.StartsWith("x^2", text.Split('\n')[1]);
    }

    [Fact]
    public void An_edge_is_fixed_and_freed_again()
    {
        JsonElement done = Done(WithData("fix", _model, "--edge", "0,1,0", "--function", "x^2", "--out", _folder["f.kan"]));
        Assert.InRange(done.GetProperty("r2").GetDouble(), 0.9999, 1);
        Assert.Equal("x^2", Assert.Single(ModelFile.Load(_folder["f.kan"]).Layers[0].SymbolicEdges).Function.Name);
        Done("unfix", _folder["f.kan"], "--edge", "0,1,0", "--out", _folder["u.kan"]);
        Assert.Equal(Done("predict", _model, _data).ToString(), Done("predict", _folder["u.kan"], _data).ToString());
    }

    [Fact]
    public void Symbolic_finds_the_formula_and_every_notation_says_the_same()
    {
        JsonElement done = Done(WithData("symbolic", _model, "--lib", "x,x^2,sin,exp", "--out", _folder["s.kan"]));
        Assert.InRange(done.GetProperty("rmse").GetDouble(), 0, 1e-10);
        string text = CommandRun.Of("formula", _folder["s.kan"]).Output.Trim();
        Expression formula = Expression.Parse(text, ["a", "b"]);
        foreach (double[] row in WorkFolder.Rows(20))
            Assert.Equal(row[2], formula.Evaluate(new Dictionary<string, double> { ["a"] = row[0], ["b"] = row[1] }), 1e-10);
        Assert.Contains(@"\sin\left(3 a\right)", CommandRun.Of("formula", _folder["s.kan"], "--format", "latex", "--digits", "6").Output);
        Assert.Contains("Math.Sin(3.0*a)", CommandRun.Of("formula", _folder["s.kan"], "--format", "csharp", "--digits", "6").Output);
        CommandRun python = CommandRun.Of("formula", _folder["s.kan"], "--format", "python", "--digits", "6");
        Assert.Contains("math.sin(3*a)", python.Output);
        Assert.Contains("Rounding to 6 digits changes the value by", python.Error);
        Assert.Equal("sin", Done("inspect", _folder["s.kan"]).GetProperty("symbolic_edges")[0].GetProperty("function").GetString());
    }

    [Fact]
    public void Symbolic_makes_one_of_nodes_that_share_a_job()
    {
        Done("fit", _data, "--target", "y", "--width", "2,2,1", "--grid", "10", "--lamb", "0", "--optimizer", "lm", "--steps", "10", "--out", _folder["two.kan"]);
        JsonElement done = Done(WithData("symbolic", _folder["two.kan"], "--lib", "x,x^2,sin,exp", "--out", _folder["one.kan"]));
        Assert.Equal("2,1,1", done.GetProperty("shape").GetString());
        Assert.InRange(done.GetProperty("rmse").GetDouble(), 0, 1e-10);
        Assert.Contains(ModelFile.Load(_folder["one.kan"]).Info.History, line => line.StartsWith("pruned by error: 2,2,1 -> 2,1,1", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_in_which_a_formula_is_not_defined_are_told_and_not_trained_on()
    {
        string rows = _folder.Write("rows.csv", "a,b,y\n0.5,1,0\n-2,3,1\n1,1,2\n" + string.Concat(Enumerable.Range(1, 20).Select(i => $"{i},{i},{i}\n")));
        Done("compile", "log(a) + b", "--data", rows, "--out", _folder["log.kan"]);
        JsonElement done = Done("evaluate", _folder["log.kan"], rows);
        Assert.Equal(1, done.GetProperty("rows_undefined").GetInt32());
        Assert.Equal(JsonValueKind.Null, done.GetProperty("test_rmse").ValueKind);
        Assert.Contains("no finite value in 1 of 23 rows", done.GetProperty("warnings")[0].GetString());
        Assert.Contains("not defined", CommandRun.Of("evaluate", _folder["log.kan"], rows).Output);
        CommandRun predicted = CommandRun.Of("predict", _folder["log.kan"], rows);
        Assert.Equal("NaN", predicted.Output.Split('\n')[2].Trim());
        Assert.Contains("1 of 23 rows", predicted.Error);
        foreach (string[] refused in (string[][])[
            ["fit", rows, "--target", "y", "--init", _folder["log.kan"], "--test-fraction", "0.01"], ["symbolic", _folder["log.kan"], "--data", rows], ["prune", _folder["log.kan"], "--data", rows]])
        {
            CommandRun run = CommandRun.Of([.. refused, "--out", _folder["no.kan"]]);
            Assert.Equal(2, run.Code);
            Assert.Contains("no finite value in 1 of ", run.Error);
        }
        Assert.False(File.Exists(_folder["no.kan"]));
    }

    [Fact]
    public void What_rounding_costs_is_told_over_the_range_or_in_the_rows_of_a_table()
    {
        string rows = _folder.Write("rows.csv", "a,b,y\n0.5,1,0\n-2,3,1\n1,1,2\n");
        Done("compile", "0.123456*a + 2*b", "--data", rows, "--out", _folder["r.kan"]);
        JsonElement table = Done("formula", _folder["r.kan"], "--digits", "2", "--data", rows), range = Done("formula", _folder["r.kan"], "--digits", "2");
        Assert.Equal(2 * 0.003456, table.GetProperty("rounding_largest").GetProperty("y").GetDouble(), 1e-12);
        Assert.Equal(0.003456 * Math.Sqrt((0.25 + 4 + 1) / 3), table.GetProperty("rounding_rmse").GetProperty("y").GetDouble(), 1e-12);
        Assert.InRange(range.GetProperty("rounding_largest").GetProperty("y").GetDouble(), 1.9 * 0.003456, 2 * 0.003456);
        Assert.Contains("in the 3 rows of rows.csv", CommandRun.Of("formula", _folder["r.kan"], "--digits", "2", "--data", rows).Error);
    }

    [Fact]
    public void A_classifier_becomes_formulas_of_its_scores()
    {
        string data = _folder.WriteClasses(rows: 200);
        Done("fit", data, "--target", "sign", "--width", "2,2", "--grid", "3", "--lamb", "0.001", "--steps", "10", "--out", _folder["c.kan"]);
        Done("symbolic", _folder["c.kan"], "--data", data, "--lib", "x,x^3,tanh", "--out", _folder["cs.kan"]);
        Assert.InRange(Done("evaluate", _folder["cs.kan"], data).GetProperty("accuracy").GetDouble(), 0.95, 1);
        string[] lines = CommandRun.Of("formula", _folder["cs.kan"], "--digits", "4").Output.Trim().Split('\n');
        Assert.StartsWith("minus = ", lines[0]);
        Assert.StartsWith("plus = ", lines[1]);
    }

    [Theory]
    [InlineData("formula M", "no formula yet", "kan symbolic")]
    [InlineData("suggest M --edge 0,2,0 --data D", "Edge (0,2,0) does not exist", "inputs 0 to 1")]
    [InlineData("suggest M --edge 0;1;0 --data D", "'0;1;0' is no value for --edge", "0,1,0")]
    [InlineData("fix M --edge 0,1,0 --function sinn --data D --out O", "Unknown function 'sinn'", "Did you mean 'sin'?")]
    [InlineData("unfix M --edge 0,1,0 --out O", "Edge (0,1,0) is not symbolic")]
    [InlineData("symbolic M --lib x,sinus --data D --out O", "Unknown function 'sinus'", "Known functions")]
    [InlineData("symbolic M --data NOY --out O", "lacks a column", "'y'")]
    [InlineData("bench hallo", "Unknown benchmark 'hallo'", "Did you mean 'hello'?")]
    public void What_cannot_be_done_is_told(string line, params string[] expected)
    {
        _folder.WriteWaves("noy.csv", header: "a,b,z");
        string[] arguments = [.. line.Split(' ').Select(word => word switch { "M" => _model, "D" => _data, "O" => _folder["o.kan"], "NOY" => _folder["noy.csv"], _ => word })];
        CommandRun run = CommandRun.Of(arguments);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.All(expected, part => Assert.Contains(part, run.Error));
        Assert.False(File.Exists(_folder["o.kan"]));
    }

    [Fact]
    public void The_hello_course_ends_at_the_exact_formula()
    {
        JsonElement result = Done("bench", "hello");
        Assert.InRange(result.GetProperty("test_rmse").GetDouble(), 0, 1e-8);
        Assert.Equal(9, result.GetProperty("stages").GetArrayLength());
        Assert.Equal(result.GetProperty("seconds").GetDouble(), result.GetProperty("stages").EnumerateArray().Sum(stage => stage.GetProperty("seconds").GetDouble()), 0.01);
        Expression formula = Expression.Parse(result.GetProperty("formula").GetString()!, ["x1", "x2"]);
        double value = formula.Evaluate(new Dictionary<string, double> { ["x1"] = 0.3, ["x2"] = -0.7 });
        Assert.Equal(Math.Exp(Math.Sin(Math.PI * 0.3) + 0.49), value, 1e-8);
    }

    [Fact]
    public void The_whole_way_from_a_fit_to_a_formula_holds_for_values_of_1e300()
    {
        string data = _folder.Write("huge.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(150).Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0] * 1e300:R},{row[1] * 1e-300:R},{row[2] * 1e300:R}\n"))));
        Done("fit", data, "--target", "y", "--width", "2,1", "--grid", "5", "--lamb", "0", "--out", _folder["h.kan"]);
        Done("prune", _folder["h.kan"], "--data", data, "--out", _folder["p.kan"]);
        Done("refine", _folder["p.kan"], "--grid", "10", "--data", data, "--out", _folder["r.kan"]);
        JsonElement symbolic = Done("symbolic", _folder["r.kan"], "--data", data, "--lib", "x,x^2,sin,exp", "--out", _folder["s.kan"]);
        Assert.InRange(symbolic.GetProperty("rmse").GetDouble(), 0, 1e290);
        Assert.InRange(Done("evaluate", _folder["s.kan"], data).GetProperty("test_rmse").GetDouble(), 0, 1e290);
        Done("plot", _folder["s.kan"], "--data", data, "--out", _folder["n.svg"]);
        Assert.DoesNotContain("NaN", File.ReadAllText(_folder["n.svg"]));
        string text = Done("formula", _folder["s.kan"]).GetProperty("formulas").GetProperty("y").GetString()!;
        Func<double, double, double> formula = (a, b) => Expression.Parse(text, ["a", "b"]).Evaluate(new Dictionary<string, double> { ["a"] = a, ["b"] = b });
        foreach (double[] row in WorkFolder.Rows(20))
            Assert.Equal(row[2], formula(row[0] * 1e300, row[1] * 1e-300) / 1e300, 1e-9);
    }
}
