using KanSharp.Cli.Tests.Support;
using KanSharp.IO;

namespace KanSharp.Cli.Tests;

public class HistoryTests
{
    private static string[] Fit(WorkFolder folder, params string[] options) =>
        ["fit", folder["data.csv"], "--target", "y", "--width", "2,2,1", "--grid", "3", "--lamb", "0", "--steps", "5", "--out", folder["m.kan"], .. options];

    private static void Done(params string[] arguments)
    {
        CommandRun run = CommandRun.Of(arguments);
        Assert.True(run.Code == 0, run.Output + run.Error);
    }

    private static string[] Versions(WorkFolder folder) => [.. CommandRun.Of("history", folder["m.kan"], "--json").Json.GetProperty("versions").EnumerateArray()
        .Select(version => $"{version.GetProperty("version")} from {version.GetProperty("parent")}: {version.GetProperty("operation").GetString()!.Split(' ')[0]}")];

    [Fact]
    public void Every_change_of_a_file_is_a_version_to_compare_and_go_back_to()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves(rows: 100), model = folder["m.kan"];
        Done(Fit(folder));
        byte[] first = File.ReadAllBytes(model);
        Done("history", model, "--init");
        Done("fix", model, "--edge", "0,0,0", "--function", "sin", "--data", data, "--out", model);
        Done("refine", model, "--grid", "6", "--out", model);
        Done("history", model, "restore", "0.1");
        Done("fit", data, "--target", "y", "--init", model, "--lamb", "0", "--steps", "2", "--out", model);
        Assert.Equal(["0.0 from : trained", "0.1 from 0.0: fixed", "0.2 from 0.1: refined", "1.1 from 0.1: went", "1.2 from 1.1: trained"], Versions(folder));
        CommandRun list = CommandRun.Of("history", model);
        Assert.Contains("* 1.2", list.Output.ReplaceLineEndings(" ").Replace("  ", " "));

        Done("history", model, "restore", "0.0", "--out", folder["old.kan"]);
        Assert.Equal(first, File.ReadAllBytes(folder["old.kan"]));
        CommandRun diff = CommandRun.Of("history", model, "diff", "0.0", "0.1", "--json"), text = CommandRun.Of("history", model, "diff", "0.0");
        Assert.Equal("""[{"edge":"0,0,0","before":"spline","after":"sin"}]""", diff.Json.GetProperty("changed_edges").GetRawText());
        Assert.Contains("edge      0,0,0: spline -> sin", text.Output);
        Assert.Contains("with      trained 2 steps", text.Output);
        Assert.True(CommandRun.Of("history", model, "diff", "0.1", "1.1", "--json").Json.GetProperty("same").GetBoolean());
        Assert.Contains("refined to 6", CommandRun.Of("history", model, "show", "0.2").Output);
        Assert.Equal("2,2,1", CommandRun.Of("history", model, "show", "0.2", "--json").Json.GetProperty("shape").GetString());
        // Five versions, four models, the index and its lock.
        Assert.Equal(6, Directory.GetFiles(model + ".versions").Length);
    }

    [Fact]
    public void Nothing_is_kept_unless_asked_for_and_from_a_file_that_is_not_there_yet_too()
    {
        using var folder = new WorkFolder();
        folder.WriteWaves();
        Done(Fit(folder));
        Assert.Equal(["data.csv", "m.kan"], folder.Names);
        File.Delete(folder["m.kan"]);
        Done("history", folder["m.kan"], "--init");
        Assert.Contains("is not there", CommandRun.Of("history", folder["m.kan"]).Output);
        Done(Fit(folder));
        Done(Fit(folder, "--seed", "2"));
        Assert.Equal(["0.0 from : trained", "1.0 from : trained"], Versions(folder));
        Assert.Equal(["data.csv", "m.kan", "m.kan.versions"], folder.Names.Where(name => !name.Contains(Path.DirectorySeparatorChar)));
    }

    [Fact]
    public void What_something_else_put_there_is_kept_and_what_is_damaged_can_be_restored()
    {
        using var folder = new WorkFolder();
        string model = folder["m.kan"];
        folder.WriteWaves();
        Done(Fit(folder));
        Done("history", model, "--init");
        byte[] first = File.ReadAllBytes(model);
        Done([.. Fit(folder)[..^2], "--seed", "3", "--out", folder["other.kan"]]);
        File.Copy(folder["other.kan"], model, overwrite: true);
        Assert.Contains("was made by something else", CommandRun.Of("history", model).Output);
        Done("refine", model, "--grid", "4", "--out", model);
        Assert.Equal("1.1 from 1.0: refined", Versions(folder)[^1]);

        folder.Write("m.kan", "nonsense");
        Assert.Contains("is no readable model", CommandRun.Of("history", model).Output);
        CommandRun restored = CommandRun.Of("history", model, "restore", "0.0");
        Assert.Equal(0, restored.Code);
        Assert.Contains("no version", restored.Error);
        Assert.Equal(first, File.ReadAllBytes(model));

        // The work itself is saved even where no version can be.
        File.WriteAllText(Path.Combine(model + ".versions", "versions.json"), "nonsense");
        CommandRun refined = CommandRun.Of("refine", model, "--grid", "5", "--out", model);
        Assert.Equal(0, refined.Code);
        Assert.Contains("No version is kept", refined.Error);
        Assert.Equal(5, ModelFile.Load(model).Layers[0].Intervals);
    }

    [Theory]
    [InlineData("There is no file", "none.kan")]
    [InlineData("'lst' is nothing that history can do. Did you mean 'list'?", "m.kan", "lst")]
    [InlineData("takes one version such as 0.1, but 0 were given", "m.kan", "show")]
    [InlineData("takes one or two versions", "m.kan", "diff", "0.0", "0.0", "0.0")]
    [InlineData("takes no version", "m.kan", "list", "0.0")]
    [InlineData("There is no version '0.7'", "m.kan", "show", "0.7")]
    [InlineData("There is no version 'x'", "m.kan", "restore", "x")]
    [InlineData("--out says where to restore", "m.kan", "show", "0.0", "--out", "f.kan")]
    [InlineData("are kept already", "m.kan", "--init")]
    [InlineData("does not go together with 'show'", "m.kan", "show", "0.0", "--init")]
    [InlineData("there is no folder", "m.kan", "restore", "0.0", "--out", "no/such/f.kan")]
    [InlineData("is not a readable model file", "data.csv", "--init")]
    public void What_is_wrong_is_said(string expected, params string[] arguments)
    {
        using var folder = new WorkFolder();
        folder.WriteWaves();
        Done(Fit(folder));
        Done("history", folder["m.kan"], "--init");
        string[] before = [.. folder.Names, .. Directory.GetFiles(folder["m.kan.versions"])];
        CommandRun run = CommandRun.Of(["history", .. arguments.Select(argument => argument.EndsWith(".kan", StringComparison.Ordinal) || argument.EndsWith(".csv", StringComparison.Ordinal) ? folder[argument] : argument)]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(expected, run.Error);
        string[] after = [.. folder.Names, .. Directory.GetFiles(folder["m.kan.versions"])];
        Assert.Equal(before, after);
    }
}
