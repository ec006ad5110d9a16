using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

/// <summary>What a user can get wrong: exit code 2, a message with value, place and remedy, nothing left behind, existing output untouched.</summary>
public class InputErrorTests
{
    private const string Quick = "--width 2,1 --grid 3 --lamb 0 --steps 1";

    private static readonly string s_rows = string.Concat(WorkFolder.Rows(20).Select(row => FormattableString.Invariant($"{row[0]},{row[1]},{row[2]}\n")));

    private static void Fails(WorkFolder folder, string[] arguments, params string[] expected)
    {
        folder.Write("out.kan", "what was there before");
        string[] before = folder.Names;
        CommandRun run = CommandRun.Of([.. arguments, "--json"]);
        Assert.True(run.Code == 2, $"exit code {run.Code}: {run.Output}{run.Error}");
        string message = run.Json.GetProperty("error").GetString()!;
        Assert.All(expected, part => Assert.Contains(part, message));
        Assert.Equal(before, folder.Names);
        Assert.Equal("what was there before", File.ReadAllText(folder["out.kan"]));
    }

    private static string[] Fit(WorkFolder folder, string data, string options) =>
        ["fit", data, "--out", folder["out.kan"], .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a,b,y\n", "no data rows", "header")]
    [InlineData("a,b,y\n1,2,3\n4,5,6\n", "has 2 data rows", "at least 10")]
    [InlineData("a,b,b,y\n1,2,3,4\n", "'b' appears twice")]
    [InlineData("a,b,y\n1,2,3\n1,2\n", "line 3", "2 cells", "3")]
    [InlineData("a,b,y\n#ROWS1,zwei,3\n", "row 21", "column 'b'", "'zwei'", "--missing drop", "--missing mean")]
    [InlineData("a,b,y\n#ROWS1,NaN,3\n", "row 21", "column 'b'", "'NaN'")]
    [InlineData("a,b,y\n#ROWS1,2,Infinity\n", "row 21", "column 'y'", "'Infinity'")]
    [InlineData("a,b,y\n#ROWS1,,3\n", "row 21", "column 'b'", "empty")]
    [InlineData("a,b,z\n#ROWS", "no column 'y'", "a, b, z")]
    public void A_table_that_cannot_be_used(string text, params string[] expected)
    {
        using var folder = new WorkFolder();
        Fails(folder, Fit(folder, folder.Write("data.csv", text.Replace("#ROWS", s_rows)), $"--target y {Quick}"), expected);
    }

    [Fact]
    public void A_constant_target()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.csv", "a,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},7\n")));
        Fails(folder, Fit(folder, data, "--target y"), "'y' is constant (7 in every row)");
    }

    [Theory]
    [InlineData("--target Y", "no column 'Y'", "Did you mean 'y'?")]
    [InlineData("--target y,q", "no column 'q'")]
    [InlineData("--target y --exclude a,b", "no usable input")]
    [InlineData("--target y --width 3,5,1", "begins with 3", "2 input columns (a, b)", "begin with 2")]
    [InlineData("--target y --width 2,5,2", "ends with 2", "1 target", "(y)")]
    [InlineData("--target y --width 2,0,1", "at least one node")]
    [InlineData("--target y --width 2;5;1", "'2;5;1'", "2,5,1")]
    [InlineData("--target y --width 2", "at least inputs and outputs")]
    [InlineData("--target y --width 2,100000,100000,1", "parameters", "at most")]
    [InlineData("--target y --width 2,90000,1 --grid 10000", "parameters", "at most")]
    [InlineData("--target y --order -1", "'-1' is no value for --order", "0 to")]
    [InlineData("--target y --order 1000", "'1000' is no value for --order")]
    [InlineData("--target y --grid 0", "'0' is no value for --grid", "from 1 to 10000")]
    [InlineData("--target y --grid -5", "'-5' is no value for --grid")]
    [InlineData("--target y --grid 1e9", "'1e9' is no value for --grid")]
    [InlineData("--target y --optimizer lbgfs", "'lbgfs'", "Did you mean 'lbfgs'?")]
    [InlineData("--target y --loss mes", "'mes'", "Did you mean 'mse'?")]
    [InlineData("--target y --tets x.csv", "'--tets'", "Did you mean '--test'?")]
    [InlineData("--target y --test nowhere.csv", "no file nowhere.csv")]
    [InlineData("--target y --init nowhere.kan", "no file nowhere.kan")]
    [InlineData("--target y --optimizer lm --lr 0.1 --width 2,1 --grid 3", "Levenberg-Marquardt", "learning rate")]
    [InlineData("--target y --optimizer lm --lamb 0.1 --width 2,1 --grid 3", "Levenberg-Marquardt", "penalty")]
    [InlineData("--target y --optimizer lm --batch 10 --width 2,1 --grid 3", "Levenberg-Marquardt", "batch")]
    public void Options_that_do_not_fit(string options, params string[] expected)
    {
        using var folder = new WorkFolder();
        Fails(folder, Fit(folder, folder.WriteWaves(), options), expected);
    }

    [Theory]
    [InlineData("no such folder/m.kan", "no folder")]
    [InlineData("", "is a folder")]
    public void An_output_that_cannot_be_written(string path, string expected)
    {
        using var folder = new WorkFolder();
        Fails(folder, ["fit", folder.WriteWaves(), "--target", "y", "--out", folder[path]], expected);
    }

    [Fact]
    public void The_data_as_the_output()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves();
        string before = File.ReadAllText(data);
        Fails(folder, ["fit", data, "--target", "y", "--out", data], "is the data itself");
        Assert.Equal(before, File.ReadAllText(data));
    }

    [Fact]
    public void A_full_disk()
    {
        if (!File.Exists("/dev/full"))
            return;
        using var folder = new WorkFolder();
        Fails(folder, ["fit", folder.WriteWaves(), "--target", "y", .. Quick.Split(' '), "--out", "/dev/full"], "/dev/full cannot be written", "No space left");
    }

    [Fact]
    public void No_such_file()
    {
        using var folder = new WorkFolder();
        Fails(folder, Fit(folder, folder["absent.csv"], "--target y"), "no file", "absent.csv");
        Fails(folder, ["predict", folder["absent.kan"], folder.WriteWaves()], "no file", "absent.kan");
        Fails(folder, ["evaluate", folder["absent.kan"], folder.WriteWaves()], "no file", "absent.kan");
        Fails(folder, ["inspect", folder["absent.kan"]], "no file", "absent.kan");
    }

    [Fact]
    public void A_file_that_is_no_model()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves();
        Fails(folder, ["predict", data, data], "data.csv");
        Fails(folder, ["evaluate", folder.Write("empty.kan", ""), data], "empty.kan");
        Fails(folder, ["inspect", folder.Write("text.kan", new string('x', 5000))], "text.kan");
    }

    [Fact]
    public void Data_without_the_models_columns()
    {
        using var folder = new WorkFolder();
        string model = folder["m.kan"];
        Assert.Equal(0, CommandRun.Of(["fit", folder.WriteWaves(), "--target", "y", "--out", model, .. Quick.Split(' ')]).Code);
        string other = folder.WriteWaves("other.csv", header: "A,c,z");
        Fails(folder, ["predict", model, other, "--out", folder["out.kan"]], "lacks 2 columns", "'a' (it has 'A')", "'b'");
        Fails(folder, ["evaluate", model, folder.WriteWaves("noy.csv", header: "a,b,z")], "lacks a column", "'y'");
        Fails(folder, ["predict", model, folder.Write("bad.csv", "b,a\n1,2\n3,x\n4,5\n")], "row 2", "column 'a'", "'x'");
    }
}
