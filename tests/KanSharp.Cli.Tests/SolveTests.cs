using System.Text.Json;
using KanSharp.Cli.Tests.Support;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Tests;

public class SolveTests
{
    private const string Problem = """
        inputs: {x: [0, 1], y: [0, 1]}
        unknowns: u
        equations: [u_xx + u_yy = 4]
        conditions: [{on: boundary, equation: u = x^2 + y^2}]
        exact: {u: x^2 + y^2}
        sampling: {interior: 100, boundary: 20}
        network: {hidden: [], order: 3, grids: [3], steps: 10}
        """;

    [Fact]
    public void Equations_from_a_file_become_a_model_a_formula_and_a_report()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("solve", folder.Write("p.yaml", Problem), "--out", folder["m.kan"], "--out-dir", folder["report"], "--json");
        Assert.Equal(0, run.Code);
        JsonElement json = run.Json;
        Assert.True(json.GetProperty("mse").GetDouble() < 1e-16);
        Assert.True(json.GetProperty("relative_l2").GetDouble() < 1e-8);
        Assert.True(json.GetProperty("residual").GetDouble() < 1e-6);
        Assert.True(json.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal("x^2 + y^2", json.GetProperty("formula").GetProperty("u").GetString());
        KanModel model = ModelFile.Load(folder["m.kan"]);
        Assert.Equal(["u"], model.Info.OutputNames.ToArray());
        Assert.Equal(["error-u.svg", "report.html", "residual.svg", "solution-u.svg"],
            Directory.GetFiles(folder["report"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("u_xx + u_yy = 4", File.ReadAllText(Path.Combine(folder["report"], "report.html")));
    }

    [Fact]
    public void Without_a_search_there_is_no_formula()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("solve", folder.Write("p.yaml", Problem), "--out", folder["m.kan"], "--formula-time", "0");
        Assert.Equal(0, run.Code);
        Assert.StartsWith("error     mean squared", run.Output);
        Assert.DoesNotContain("formula", run.Output);
    }

    [Theory]
    [InlineData("u_xx + u_yy = 4", "u_xx + w_yy = 4", "Line 3: 'w_yy' in 'u_xx + w_yy = 4' is unknown.")]
    [InlineData("on: boundary", "on: x = 2", "Line 4: The place 'x = 2' lies outside the domain: x runs from 0 to 1.")]
    [InlineData("conditions", "condition", "p.yaml, line 4: 'condition' is unknown in a problem. Did you mean 'conditions'?")]
    [InlineData("[{on: boundary, equation: u = x^2 + y^2}]", "[]", "There is no condition for the unknown u")]
    public void Faults_are_told_before_anything_is_written(string old, string replacement, string message)
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("solve", folder.Write("p.yaml", Problem.Replace(old, replacement)), "--out", folder["m.kan"], "--out-dir", folder["report"], "--json");
        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Json.GetProperty("error").GetString());
        Assert.Equal(["p.yaml"], folder.Names);
    }
}
