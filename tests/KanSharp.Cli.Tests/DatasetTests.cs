using System.Text.Json;
using KanSharp.Cli.Tests.Support;
using KanSharp.IO;

namespace KanSharp.Cli.Tests;

public class DatasetTests
{
    [Fact]
    public void A_Feynman_problem_comes_by_name_or_number_and_the_same_seed_gives_the_same_file()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("dataset", "feynman", "I.6.20", "--rows", "1000", "--seed", "1", "--out", folder["f.csv"], "--json");
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Equal(("I.6.20", "y", 1000), (run.Json.GetProperty("name").GetString(), run.Json.GetProperty("target").GetString(), run.Json.GetProperty("rows").GetInt32()));
        DataTable table = Csv.Read(folder["f.csv"]);
        Assert.Equal(["theta", "sigma", "y"], table.Columns.Select(column => column.Name));
        for (int row = 0; row < 1000; row++)
        {
            double theta = table.Columns[0].Values[row], sigma = table.Columns[1].Values[row];
            Assert.InRange(theta, -1, 1);
            Assert.InRange(sigma, 0.5, 2);
            Assert.Equal(Math.Exp(-theta * theta / (2 * sigma * sigma)) / Math.Sqrt(2 * Math.PI * sigma * sigma), table.Columns[2].Values[row], 1e-14);
        }
        CommandRun.Of("dataset", "feynman", "2", "--rows", "1000", "--seed", "1", "--out", folder["g.csv"]);
        CommandRun.Of("dataset", "feynman", "2", "--rows", "1000", "--seed", "2", "--out", folder["h.csv"]);
        Assert.Equal(File.ReadAllBytes(folder["f.csv"]), File.ReadAllBytes(folder["g.csv"]));
        Assert.NotEqual(File.ReadAllBytes(folder["f.csv"]), File.ReadAllBytes(folder["h.csv"]));
    }

    [Fact]
    public void Moons_are_two_classes_that_fit_learns_as_such()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("dataset", "moons", "--rows", "300", "--noise", "0.1", "--out", folder["m.csv"]);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Contains("class (upper, lower)", run.Output);
        CommandRun fit = CommandRun.Of("fit", folder["m.csv"], "--target", "class", "--width", "2,3,2", "--steps", "20", "--out", folder["m.kan"], "--json");
        Assert.True(fit.Code == 0, fit.Output + fit.Error);
        Assert.Contains("classes   of class: lower, upper", CommandRun.Of("inspect", folder["m.kan"]).Output);
    }

    [Fact]
    public void A_formula_is_sampled_in_the_ranges_given()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("dataset", "formula", "exp(sin(pi*x1)+x2^2)", "--range", "x1=-1:1,x2=-pi/3:2,unused=0:1", "--rows", "50", "--out", folder["h.csv"]);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Contains("formula   y = exp(", run.Output);
        Assert.Contains("x2, from -1.0472 to 2", run.Output);
        DataTable table = Csv.Read(folder["h.csv"]);
        Assert.Equal(["x1", "x2", "unused", "y"], table.Columns.Select(column => column.Name));
        Assert.Equal(50, table.RowCount);
        for (int row = 0; row < 50; row++)
            Assert.Equal(Math.Exp(Math.Sin(Math.PI * table.Columns[0].Values[row]) + Math.Pow(table.Columns[1].Values[row], 2)), table.Columns[3].Values[row], 1e-11);
    }

    [Fact]
    public void Noise_has_the_deviation_asked_for_and_leaves_the_inputs_alone()
    {
        using var folder = new WorkFolder();
        string[] common = ["dataset", "formula", "x1 + y", "--rows", "4000", "--out"];
        CommandRun.Of([.. common, folder["clean.csv"]]);
        CommandRun.Of([.. common, folder["noisy.csv"], "--noise", "0.3"]);
        DataTable clean = Csv.Read(folder["clean.csv"]), noisy = Csv.Read(folder["noisy.csv"]);
        Assert.Equal(["x1", "y", "f"], clean.Columns.Select(column => column.Name));
        Assert.Equal(clean.Columns[0].Values.ToArray(), noisy.Columns[0].Values.ToArray());
        double[] noise = [.. Enumerable.Range(0, 4000).Select(row => noisy.Columns[2].Values[row] - clean.Columns[2].Values[row])];
        Assert.Equal(0.3, Math.Sqrt(noise.Average(value => value * value)), 0.02);
        Assert.Equal(0, noise.Average(), 0.02);
    }

    [Fact]
    public void Points_where_a_formula_is_not_defined_are_drawn_again_and_told()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("dataset", "formula", "log(x)", "--rows", "500", "--out", folder["l.csv"]);
        Assert.Equal(0, run.Code);
        Assert.Contains("Warning: log(x) has no finite value at", run.Error);
        DataTable table = Csv.Read(folder["l.csv"]);
        Assert.Equal(500, table.RowCount);
        Assert.All(table.Columns[0].Values.ToArray(), x => Assert.True(x > 0));
    }

    [Theory]
    [InlineData("feynmann I.6.20", "Did you mean 'feynman'?")]
    [InlineData("feynman I.6.2", "no Feynman problem 'I.6.2'", "Did you mean 'I.6.20'?")]
    [InlineData("feynman 121", "number from 1 to 120")]
    [InlineData("feynman", "Which Feynman problem?")]
    [InlineData("feynman I.6.20 --range theta=0:1", "has its own")]
    [InlineData("moons 3", "take nothing after 'moons'")]
    [InlineData("moons --range x=0:1", "moons have none")]
    [InlineData("moons --rows 1", "--rows", "from 2 to")]
    [InlineData("moons --noise -1", "--noise", "at least 0")]
    [InlineData("formula", "Which formula?")]
    [InlineData("formula x+", "position 3", "expected a number")]
    [InlineData("formula 3", "no variables")]
    [InlineData("formula log(-1-x^2)", "at 0 of 1000 points", "choose ranges")]
    [InlineData("formula x+z --range x=0:1", "nothing about 'z'")]
    [InlineData("formula x --range x=1:0", "range 1 to 0")]
    [InlineData("formula x --range x=0:a", "'a' in the range 'x=0:a' is no number")]
    [InlineData("formula x --range x", "'x' is no range", "x1=-1:1")]
    [InlineData("formula x --range x=0:1,x=0:2", "names a variable twice")]
    public void Mistakes_are_named_and_nothing_is_written(string arguments, params string[] expected)
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of([.. ("dataset " + arguments).Split(' '), "--out", folder["o.csv"]]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.All(expected, part => Assert.Contains(part, run.Error));
        Assert.False(File.Exists(folder["o.csv"]));
        Assert.True(run.Error.Split('\n').Length <= 2, run.Error);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_told_before_anything_else()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("dataset", "moons", "--out", Path.Combine(folder["none"], "m.csv"), "--json");
        Assert.Equal(2, run.Code);
        Assert.Equal(JsonValueKind.String, run.Json.GetProperty("error").ValueKind);
    }
}
