using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

public sealed class RelationsTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Columns a, b and y = sin(3 a) + b², a text that says whether k is above 5, and more.</summary>
    private string WriteTable(int rows = 300) => _folder.Write("d.csv", "name,a,b,y,k,size,same\n" + string.Concat(WorkFolder.Rows(rows).Select((row, n) =>
        string.Create(CultureInfo.InvariantCulture, $"n{n},{row[0]:R},{row[1]:R},{row[2]:R},{n * 7 % 11},{(n * 7 % 11 > 5 ? "large" : "small")},1\n"))));

    [Fact]
    public void Groups_are_told_as_text_JSON_and_picture()
    {
        string data = WriteTable();
        CommandRun text = CommandRun.Of("relations", data, "--plot", _folder["r.svg"]);
        Assert.True(text.Code == 0, text.Error);
        Assert.Contains("rows      300, 6 columns\n", text.Output.ReplaceLineEndings("\n"));
        Assert.Contains("k, size\n", text.Output.ReplaceLineEndings("\n"));
        Assert.Contains("a, b, y\n", text.Output.ReplaceLineEndings("\n"));
        Assert.Contains($"kan discover {data} --target y --exclude name,k,size,same", text.Output);
        Assert.Contains("constant  same", text.Output);
        Assert.Contains("'name' holds text with 300 different labels; left out", text.Error);
        Assert.Contains("group 2", XDocument.Load(_folder["r.svg"]).Root!.Value);

        JsonElement json = CommandRun.Of("relations", data, "--json").Json;
        Assert.Equal(300, json.GetProperty("rows").GetInt32());
        JsonElement large = json.GetProperty("relations").EnumerateArray().Single(relation => relation.GetProperty("columns").EnumerateObject().Count() == 3);
        Assert.Equal(["a", "b", "y"], large.GetProperty("columns").EnumerateObject().Select(column => column.Name));
        Assert.Equal("y", large.GetProperty("follows").GetString());
        Assert.InRange(large.GetProperty("score").GetDouble(), 0.99, 1);
        Assert.Equal("same", json.GetProperty("constant")[0].GetString());
    }

    [Fact]
    public void The_command_for_the_formula_can_be_pasted()
    {
        string data = _folder.Write("my data.csv", File.ReadAllText(WriteTable()).Replace("name,a,b,y,k,size,same", "name,a,b,the y,k,\"size, of k\",same"));
        Assert.Contains($"kan discover '{data}' --target 'the y' --exclude 'name,k,\"size, of k\",same'", CommandRun.Of("relations", data).Output);
        CommandRun run = CommandRun.Of("discover", data, "--target", "the y", "--exclude", "name,k,\"size, of k\",same", "--out-dir", _folder["found"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("sin(3*a)", run.Output);
    }

    [Fact]
    public void Where_nothing_depends_on_anything_it_says_so()
    {
        CommandRun run = CommandRun.Of("relations", WriteTable(), "--exclude", "y,size,name");
        Assert.Equal(0, run.Code);
        Assert.Matches(@"relations none: \w and \w come nearest, with -?[\d.]+ standard errors where 3\.\d are needed\.", run.Output);
        Assert.DoesNotContain("left out", run.Error);
        Assert.Contains("fewer than two columns vary", CommandRun.Of("relations", WriteTable(), "--exclude", "a,b,y,size,name").Output);
    }

    [Fact]
    public void Missing_cells_and_few_rows_are_told()
    {
        string holed = _folder.Write("h.csv", File.ReadAllText(WriteTable(60)).Replace("n3,", "n3,?"));
        CommandRun refused = CommandRun.Of("relations", holed);
        Assert.Equal(2, refused.Code);
        Assert.Contains("'a'", refused.Error);
        CommandRun dropped = CommandRun.Of("relations", holed, "--missing", "drop");
        Assert.True(dropped.Code == 0, dropped.Error);
        Assert.Contains("With 59 rows only strong relations", dropped.Error);
    }

    [Fact]
    public void Wrong_input_is_named()
    {
        void Says(string part, params string[] arguments)
        {
            CommandRun run = CommandRun.Of(["relations", .. arguments]);
            Assert.Equal(2, run.Code);
            Assert.Contains(part, run.Error);
        }

        string data = WriteTable();
        Says("one column, 'a'", data, "--exclude", "b,y,k,size,same");
        Says("at least 20", WriteTable(19));
        Says("no column 'z'", data, "--exclude", "z");
        Says("is the data itself", data, "--plot", data);
    }

    [Fact]
    public void Stopped_it_writes_nothing()
    {
        CommandRun run = CommandRun.Of(null, new CancellationToken(canceled: true), "relations", WriteTable(), "--plot", _folder["r.svg"]);
        Assert.Equal(ExitCode.Cancelled, run.Code);
        Assert.Equal(["d.csv"], _folder.Names);
    }
}
