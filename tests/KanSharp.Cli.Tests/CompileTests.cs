using System.Globalization;
using System.Text.Json;
using KanSharp.Cli.Tests.Support;
using KanSharp.IO;

namespace KanSharp.Cli.Tests;

public class CompileTests
{
    [Fact]
    public void A_formula_becomes_a_model_that_predicts_it()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("compile", "m1*m2/r^2", "--inputs", "m1,m2,r", "--out", folder["m.kan"], "--json");
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Equal(("m1*m2/r^2", "3,[0,1:3]", 3), (run.Json.GetProperty("formula").GetString(), run.Json.GetProperty("shape").GetString(), run.Json.GetProperty("edges").GetInt32()));
        string data = folder.Write("d.csv", "r,m2,m1\n2,5,3\n10,0.5,7\n");
        CommandRun predicted = CommandRun.Of("predict", folder["m.kan"], data);
        Assert.Equal(("y\n3.75\n0.035\n", ""), (predicted.Output.ReplaceLineEndings("\n"), predicted.Error));
        Assert.Equal("m1*m2/r^2\n", CommandRun.Of("formula", folder["m.kan"]).Output.ReplaceLineEndings("\n"));
        Assert.Contains("compiled from m1*m2/r^2", CommandRun.Of("inspect", folder["m.kan"]).Output);
    }

    [Fact]
    public void Data_tell_the_range_and_what_is_a_variable()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("d.csv", "E,gamma\n100,1\n200,4\n300,2\n");
        CommandRun run = CommandRun.Of("compile", "E*log(E + gamma - 60)", "--data", data, "--out", folder["m.kan"], "--json");
        Assert.True(run.Code == 0, run.Output + run.Error);
        JsonElement[] inputs = [.. run.Json.GetProperty("inputs").EnumerateArray()];
        Assert.Equal(["E", "gamma"], inputs.Select(input => input.GetProperty("name").GetString()));
        Assert.Equal((100, 300), (inputs[0].GetProperty("low").GetDouble(), inputs[0].GetProperty("high").GetDouble()));
        double value = double.Parse(CommandRun.Of("predict", folder["m.kan"], data).Output.Split('\n')[1], CultureInfo.InvariantCulture);
        Assert.Equal(100 * Math.Log(41), value, 1e-10);
    }

    [Theory]
    [InlineData("-x^2 + 1", "", "-x^2 + 1")]
    [InlineData("-2*x", "", "-2*x")]
    [InlineData("-x", "--", "-x")]
    [InlineData("--x", "--", "x")]
    public void A_formula_may_begin_with_a_minus(string formula, string dashes, string read)
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of(["compile", "--out", folder["m.kan"], .. dashes.Split(' ', StringSplitOptions.RemoveEmptyEntries), formula]);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Contains($"formula   {read}", run.Output);
    }

    [Fact]
    public void A_formula_that_looks_like_an_option_is_told_where_to_go() =>
        Assert.Contains("A value that begins with '-' goes after all options and '--'.", CommandRun.Of("compile", "-x", "--out", "m.kan").Error);

    [Fact]
    public void The_summary_names_shape_ranges_and_file()
    {
        using var folder = new WorkFolder();
        string output = CommandRun.Of("compile", "Math.Sqrt(a) + np.sin(b)", "--out", folder["m.kan"]).Output;
        Assert.Contains("formula   sqrt(a) + sin(b)", output);
        Assert.Contains("shape     2,1, 2 edges", output);
        Assert.Contains("a, drawn from 0.5 to 2", output);
        Assert.Contains("m.kan", output);
    }

    [Theory]
    [InlineData("m1*m2/", "", "position 7", "expected a number", "found the end")]
    [InlineData("m1 m2", "", "position 4", "expected an operator")]
    [InlineData("sni(x)", "", "position 1", "Did you mean 'sin'?")]
    [InlineData("x + y", "--inputs x,z", "uses 'y'", "'x', 'z'")]
    [InlineData("x + y", "--inputs x,x", "'x' is listed twice")]
    [InlineData("3", "", "no variables")]
    [InlineData("x + log(-1)", "", "log(-1)", "not a number")]
    [InlineData("log(x - 1000)", "", "not defined", "samples")]
    [InlineData("x", "--data nosuch.csv", "nosuch.csv")]
    [InlineData("a + q", "--data D", "lacks a column", "'q'")]
    [InlineData("a", "--input a", "Unknown option '--input'", "--inputs")]
    public void A_formula_that_cannot_be_compiled_is_told_why(string formula, string options, params string[] expected)
    {
        using var folder = new WorkFolder();
        folder.Write("m.kan", "what was there before");
        string data = folder.WriteWaves();
        string[] names = folder.Names;
        CommandRun run = CommandRun.Of(["compile", formula, .. options.Replace("D", data, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries), "--out", folder["m.kan"], "--json"]);
        Assert.True(run.Code == 2, $"exit code {run.Code}: {run.Output}{run.Error}");
        string message = run.Json.GetProperty("error").GetString()!;
        Assert.All(expected, part => Assert.Contains(part, message));
        Assert.Equal("what was there before", File.ReadAllText(folder["m.kan"]));
        Assert.Equal(names, folder.Names);
    }

    [Fact]
    public void The_data_itself_are_not_overwritten()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves();
        CommandRun run = CommandRun.Of("compile", "a + b", "--data", data, "--out", data);
        Assert.Equal(2, run.Code);
        Assert.Contains("would be overwritten", run.Error);
        Assert.Equal(60, Csv.Read(data).RowCount);
    }
}
