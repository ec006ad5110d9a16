using KanSharp.IO;

namespace KanSharp.Cli.Tests;

public class ColumnListTests
{
    private static readonly DataTable s_table = new([new DataColumn("a, b", [1.0]), new DataColumn("y", [1.0])]);

    [Theory]
    [InlineData("y", "y")]
    [InlineData("y, z", "y", "z")]
    [InlineData("a, b", "a, b")]
    [InlineData("\"a, b\",y", "a, b", "y")]
    [InlineData("")]
    [InlineData(null)]
    public void Names_are_split_at_commas_outside_quotes_and_names(string? text, params string[] expected) =>
        Assert.Equal(expected, ColumnList.Split(text, s_table));
}
