using System.Globalization;
using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

public class DerivedInputTests
{
    [Fact]
    public void A_model_of_computed_inputs_predicts_from_the_original_columns_and_prints_its_formula_in_them()
    {
        using var folder = new WorkFolder();
        string data = Table(folder, "d.csv", 200, 1), other = Table(folder, "other.csv", 50, 2);
        CommandRun fit = CommandRun.Of("fit", data, "--target", "y", "--let", "beta=v/c", "--let", "gamma=1/sqrt(1-beta^2)", "--exclude", "v,c,beta",
            "--width", "2,1", "--grid", "5", "--lamb", "0", "--optimizer", "lm", "--test", other, "--out", folder["m.kan"], "--json");
        Assert.True(fit.Code == 0, fit.Output + fit.Error);
        Assert.Equal("", fit.Error);
        CommandRun inspect = CommandRun.Of("inspect", folder["m.kan"]);
        Assert.Contains("gamma = 1/sqrt(1 - (v/c)^2), from 1 to ", inspect.Output);
        Assert.DoesNotContain("beta", inspect.Output);

        CommandRun symbolic = CommandRun.Of("symbolic", folder["m.kan"], "--data", data, "--out", folder["s.kan"]);
        Assert.True(symbolic.Code == 0, symbolic.Output + symbolic.Error);
        Assert.Equal("2/sqrt(1 - (v/c)^2) + m0", CommandRun.Of("formula", folder["s.kan"], "--digits", "6").Output.Trim());

        CommandRun predicted = CommandRun.Of("predict", folder["s.kan"], other);
        Assert.Equal((0, ""), (predicted.Code, predicted.Error));
        string[] lines = predicted.Output.Trim().Split('\n'), rows = File.ReadAllText(other).Trim().Split('\n');
        Assert.Equal(51, lines.Length);
        for (int row = 1; row < lines.Length; row++)
            Assert.Equal(double.Parse(rows[row].Split(',')[3], CultureInfo.InvariantCulture), double.Parse(lines[row], CultureInfo.InvariantCulture), 1e-6);
        CommandRun export = CommandRun.Of("export", folder["s.kan"], "--to", "python", "--out", folder["s.py"]);
        Assert.True(export.Code == 0, export.Error);
        string source = File.ReadAllText(folder["s.py"]);
        Assert.Contains("def predict(m0, c, v):", source);
        Assert.Contains("gamma = 1/math.sqrt(1 - (v/c)**2)", source);
        Assert.Contains("column 2 of its inputs is gamma = 1/sqrt(1 - (v/c)^2)", CommandRun.Of("export", folder["s.kan"], "--to", "pykan", "--out", folder["p"]).Error);
    }

    [Theory]
    [InlineData("gamma", "'gamma' defines no column")]
    [InlineData("g=v/d", "position 3", "'d' is unknown", "Known are")]
    [InlineData("g=v/(c", "expected")]
    [InlineData("g=v*y", "made of the target 'y'")]
    [InlineData("v=c", "a column of that name already")]
    [InlineData("g=log(v-10)", "no finite number", "log(v - 10) at v = ")]
    public void Mistakes_are_named(string let, params string[] expected)
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of("fit", Table(folder, "d.csv", 50, 1), "--target", "y", "--let", let, "--out", folder["m.kan"]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.All(expected, part => Assert.Contains(part, run.Error));
        Assert.False(File.Exists(folder["m.kan"]));
    }

    [Fact]
    public void A_target_is_a_column_of_the_table_and_a_model_to_go_on_from_has_its_own_inputs()
    {
        using var folder = new WorkFolder();
        string data = Table(folder, "d.csv", 50, 1);
        Assert.Contains("'z' is the target", CommandRun.Of("fit", data, "--target", "z", "--let", "z=2*v", "--out", folder["m.kan"]).Error);
        CommandRun first = CommandRun.Of("fit", data, "--target", "y", "--let", "b=v/c", "--width", "4,1", "--steps", "3", "--out", folder["m.kan"]);
        Assert.True(first.Code == 0, first.Error);
        Assert.Contains("--let makes a new network", CommandRun.Of("fit", data, "--target", "y", "--let", "b=v/c", "--init", folder["m.kan"], "--out", folder["n.kan"]).Error);
        Assert.Equal(0, CommandRun.Of("fit", data, "--target", "y", "--steps", "3", "--init", folder["m.kan"], "--out", folder["n.kan"]).Code);
        Assert.Contains("b = v/c", CommandRun.Of("inspect", folder["n.kan"]).Output);
    }

    /// <summary>y = m0 + 2 gamma.</summary>
    private static string Table(WorkFolder folder, string name, int rows, ulong seed)
    {
        CommandRun run = CommandRun.Of("dataset", "formula", "m0 + 2/sqrt(1-(v/c)^2)", "--range", "m0=0:1,v=0:0.9,c=1:2", "--rows", $"{rows}", "--seed", $"{seed}", "--out", folder[name]);
        Assert.True(run.Code == 0, run.Error);
        return folder[name];
    }
}
