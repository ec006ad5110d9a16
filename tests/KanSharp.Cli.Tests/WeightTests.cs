using System.Globalization;
using KanSharp.Cli.Tests.Support;
using KanSharp.Model;

namespace KanSharp.Cli.Tests;

/// <summary>Rows that count more or less, and rows that are wrong.</summary>
public class WeightTests
{
    /// <summary>y = 3 a + b^2; every fifth row is wrong by 50 and has weight 0 and a large standard error.</summary>
    private static string WriteWeighted(WorkFolder folder) => folder.Write("data.csv", "a,b,y,w,s\n" + string.Concat(WorkFolder.Rows(120).Select((row, i) =>
        string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{3 * row[0] + row[1] * row[1] + (i % 5 == 2 ? 50 : 0):R},{(i % 5 == 2 ? 0 : 1)},{(i % 5 == 2 ? 1e9 : 0.1)}\n"))));

    private static string WriteRight(WorkFolder folder) => folder.Write("right.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(120).Where((_, i) => i % 5 != 2).Select(row =>
        string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{3 * row[0] + row[1] * row[1]:R}\n"))));

    [Fact]
    public void Fit_leaves_out_rows_of_weight_zero_as_if_they_were_not_there()
    {
        using var folder = new WorkFolder();
        string data = WriteWeighted(folder), right = WriteRight(folder);
        string[] options = ["--target", "y", "--width", "2,2,1", "--grid", "4", "--lamb", "0", "--steps", "5", "--out", folder["m.kan"]];
        Assert.Equal(0, CommandRun.Of(["fit", right, .. options]).Code);
        byte[] expected = File.ReadAllBytes(folder["m.kan"]);
        CommandRun weighted = CommandRun.Of(["fit", data, "--weight", "w", "--exclude", "s", .. options]);
        Assert.True(weighted.Code == 0, weighted.Error);
        Assert.Equal(expected, File.ReadAllBytes(folder["m.kan"]));
        Assert.Contains("24 of 120 rows left out, their weight is 0", weighted.Error);
        CommandRun measured = CommandRun.Of("evaluate", folder["m.kan"], data, "--sigma", "s", "--json"), plain = CommandRun.Of("evaluate", folder["m.kan"], data, "--json");
        Assert.True(measured.Json.GetProperty("test_rmse").GetDouble() < 1, measured.Output);
        Assert.True(plain.Json.GetProperty("test_rmse").GetDouble() > 10, plain.Output);
    }

    [Theory]
    [InlineData("--weight", "w", "s")]
    [InlineData("--sigma", "s", "w")]
    public void Discover_finds_the_formula_of_the_rows_that_count(string option, string column, string other)
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("discover", WriteWeighted(folder), "--target", "y", option, column, "--exclude", other, "--out-dir", folder["out"], "--json");
        Assert.True(run.Code == 0, run.Error);
        Assert.InRange(run.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-6);
        Assert.Equal(["a", "b"], Formulas.Expression.Parse(run.Json.GetProperty("formula").GetString()!).Variables);
        Assert.Contains(option == "--sigma" ? "standard error of the target" : "weight of the row", File.ReadAllText(folder["out/report.html"]));
    }

    [Fact]
    public void Symbolic_refits_by_the_weights()
    {
        using var folder = new WorkFolder();
        string data = WriteWeighted(folder);
        Assert.Equal(0, CommandRun.Of("fit", data, "--weight", "w", "--exclude", "s", "--target", "y", "--width", "2,1", "--grid", "3", "--lamb", "0", "--out", folder["m.kan"]).Code);
        CommandRun run = CommandRun.Of("symbolic", folder["m.kan"], "--data", data, "--weight", "w", "--lib", "x,x^2", "--out", folder["s.kan"], "--json");
        Assert.True(run.Code == 0, run.Error);
        Assert.InRange(run.Json.GetProperty("rmse").GetDouble(), 0, 1e-9);
    }

    [Fact]
    public void Weight_and_sigma_together_are_refused()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("fit", WriteWeighted(folder), "--target", "y", "--weight", "w", "--sigma", "s", "--out", folder["m.kan"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("--weight w and --sigma s both say how much a row counts", run.Error);
    }

    [Fact]
    public void Huber_is_asked_for_and_its_scale_is_told()
    {
        using var folder = new WorkFolder();
        // Every fiftieth row is far off.
        string data = folder.Write("data.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(300).Select((row, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{3 * row[0] + row[1] * row[1] + (i % 50 == 7 ? 200 : 0):R}\n"))));
        CommandRun run = CommandRun.Of("fit", data, "--target", "y", "--loss", "huber", "--optimizer", "lm", "--width", "2,1", "--grid", "3", "--out", folder["m.kan"], "--json");
        Assert.True(run.Code == 0, run.Error);
        Assert.InRange(run.Json.GetProperty("huber_scale")[0].GetDouble(), 0, 1e-3);
        Assert.InRange(run.Json.GetProperty("test_median_error").GetDouble(), 0, 1e-3);
        CommandRun right = CommandRun.Of("evaluate", folder["m.kan"], WriteRight(folder), "--json");
        Assert.InRange(right.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-2);
        Assert.Contains("Huber: errors beyond", CommandRun.Of("fit", data, "--target", "y", "--loss", "huber", "--width", "2,1", "--grid", "3", "--lamb", "0", "--out", folder["m.kan"]).Output);
    }
}
