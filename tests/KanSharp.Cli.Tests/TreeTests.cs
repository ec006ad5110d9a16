using System.Text.Json;
using System.Xml.Linq;
using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

public sealed class TreeTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _model;

    public TreeTests()
    {
        _model = _folder["m.kan"];
        Assert.Equal(0, CommandRun.Of("compile", "(a + b)*c^2 + exp(d) + 0*unused", "--inputs", "a,b,c,d,unused", "--out", _model).Code);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tree_is_told_as_text_JSON_and_picture()
    {
        CommandRun text = CommandRun.Of("tree", _model, "--out", _folder["t.svg"]);
        Assert.Equal(0, text.Code);
        Assert.StartsWith("""
            y, sum of functions of
              function of a sum, or product, of functions of
                function of a sum, or product, of functions of
                  a
                  b
                c
              d
            unused     unused
            """.ReplaceLineEndings(), text.Output);
        Assert.Equal("svg", XDocument.Load(_folder["t.svg"]).Root!.Name.LocalName);

        JsonElement json = CommandRun.Of("tree", _model, "--json").Json;
        Assert.Equal("(((a, b), c), d)", json.GetProperty("groups").GetString());
        Assert.Equal("sum", json.GetProperty("tree").GetProperty("kind").GetString());
        Assert.Equal("d", json.GetProperty("tree").GetProperty("of")[1].GetString());
        Assert.True(json.GetProperty("lowest_symmetry").GetDouble() < json.GetProperty("highest_symmetry").GetDouble());
    }

    [Fact]
    public void Rows_of_a_table_are_used_where_given()
    {
        // In these rows c never changes, so nothing is said about it.
        string data = _folder["d.csv"];
        File.WriteAllLines(data, ["a,b,c,d,unused", .. Enumerable.Range(0, 1500).Select(row => FormattableString.Invariant($"{row * 7 % 11},{row * 3 % 7},2,{row % 5 / 5.0},1"))]);
        Assert.Equal("(a, b, d)", CommandRun.Of("tree", _model, "--data", data, "--json").Json.GetProperty("groups").GetString());
    }

    [Fact]
    public void Wrong_input_is_named()
    {
        void Says(string part, params string[] arguments)
        {
            CommandRun run = CommandRun.Of(["tree", .. arguments]);
            Assert.Equal(2, run.Code);
            Assert.Contains(part, run.Error);
        }

        Says("no output 'z'", _model, "--output", "z");
        Says("no.kan", _folder["no.kan"]);
        Says("--symmetry", _model, "--symmetry", "-1");
        File.WriteAllText(_folder["d.csv"], "a,b\n1,2\n");
        Says("c", _model, "--data", _folder["d.csv"]);
        Says("overwritten", _model, "--out", _model);
        string two = _folder["two.kan"], labels = _folder["labels.csv"];
        File.WriteAllLines(labels, ["x,y,z,k", .. Enumerable.Range(0, 40).Select(row => $"{row},{row % 7},{row % 3},{(row % 2 == 0 ? "no" : "yes")}")]);
        Assert.Equal(0, CommandRun.Of("fit", labels, "--target", "y,z", "--exclude", "k", "--width", "1,2", "--steps", "1", "--out", two).Code);
        Says("--output", two);
        Assert.Equal(0, CommandRun.Of("tree", two, "--output", "z").Code);
        Assert.Equal(0, CommandRun.Of("fit", labels, "--target", "k", "--width", "3,2", "--steps", "1", "--out", two).Code);
        Says("classifier", two);
    }
}
