using System.Globalization;
using KanSharp.Cli.Tests.Support;
using KanSharp.Formulas;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Tests;

/// <summary>Text columns as inputs, from the table to the exported formula.</summary>
public class TextColumnTests
{
    private static readonly string[] s_colours = ["blue", "green", "bright red"];
    private static readonly double[] s_offsets = [0, 1, -2];

    /// <summary>y = a^2 + an offset for each colour.</summary>
    private static string WriteColours(WorkFolder folder, int rows = 90, string name = "colours.csv") =>
        folder.Write(name, "colour,a,y\n" + string.Concat(WorkFolder.Rows(rows).Select((row, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{s_colours[i * 7 % 3]},{row[0]:R},{row[0] * row[0] + s_offsets[i * 7 % 3]:R}\n"))));

    [Fact]
    public void A_fitted_model_remembers_the_labels_and_takes_the_raw_column()
    {
        using var folder = new WorkFolder();
        string data = WriteColours(folder), model = folder["m.kan"];
        CommandRun fit = CommandRun.Of("fit", data, "--target", "y", "--width", "4,1", "--grid", "3", "--lamb", "0", "--out", model, "--json");
        Assert.True(fit.Code == 0, fit.Output + fit.Error);
        Assert.Contains("its 3 labels became inputs", fit.Error);
        Assert.True(fit.Json.GetProperty("r2").GetDouble() > 0.999, fit.Output);
        Assert.Equal(["colour=blue", "colour=bright red", "colour=green", "a"], ModelFile.Load(model).Info.InputNames.AsEnumerable());
        Assert.Contains("labels    of colour: blue, bright red, green", CommandRun.Of("inspect", model).Output);
        CommandRun evaluated = CommandRun.Of("evaluate", model, data, "--json");
        Assert.True(evaluated.Json.GetProperty("r2").GetDouble() > 0.999, evaluated.Output);
        CommandRun unknown = CommandRun.Of("predict", model, folder.Write("new.csv", "colour,a\nblue,0.5\npink,0.5\n"));
        Assert.Equal(2, unknown.Code);
        Assert.Contains("row 2 (line 3), column 'colour': the label 'pink' is unknown to the model. It knows blue, bright red, green.", unknown.Error);
        CommandRun pruned = CommandRun.Of("prune", model, "--data", data, "--out", folder["p.kan"]);
        Assert.True(pruned.Code == 0, pruned.Error);
        Assert.Equal(0, CommandRun.Of("evaluate", folder["p.kan"], data).Code);
    }

    [Fact]
    public void A_formula_of_labels_reads_back_and_is_legal_in_every_language()
    {
        using var folder = new WorkFolder();
        string data = WriteColours(folder);
        CommandRun run = CommandRun.Of("discover", data, "--target", "y", "--out-dir", folder["out"], "--time-limit", "30", "--json");
        Assert.True(run.Code == 0, run.Output + run.Error);
        Expression formula = Expression.Parse(run.Json.GetProperty("formula").GetString()!);
        Assert.InRange(run.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-9);
        Assert.Empty(formula.Variables.Except(["colour=blue", "colour=bright red", "colour=green", "a"]));
        string python = File.ReadAllText(folder["out/formula.py"]), csharp = File.ReadAllText(folder["out/formula.cs"]);
        Assert.Contains("# colour_bright_red is 1 where colour is bright red, else 0", python);
        Assert.Contains("double colour_bright_red", csharp);
        Assert.Contains("text, its 3 labels as inputs of 0 and 1, in the formula", File.ReadAllText(folder["out/report.html"]));
        KanModel model = ModelFile.Load(folder["out/model.kan"]);
        Assert.Equal(["blue", "bright red", "green"], model.Info.Categories.Single().Labels.AsEnumerable());
        CommandRun evaluated = CommandRun.Of("evaluate", folder["out/model.kan"], data, "--json");
        Assert.InRange(evaluated.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-9);
        Assert.Equal(0, CommandRun.Of("export", folder["out/model.kan"], "--to", "python", "--out", folder["m.py"]).Code);
    }
}
