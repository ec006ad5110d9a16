using System.Globalization;
using System.Text;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Tests.IO;

public class CsvBlocksTests
{
    private static DataTable[] Blocks(string text, int cells) => [.. Csv.ReadBlocks(new MemoryStream(Encoding.UTF8.GetBytes(text)), "data.csv", cells)];

    private static void AssertSame(DataTable whole, IReadOnlyList<DataTable> blocks)
    {
        Assert.Equal(whole.RowCount, blocks.Sum(block => block.RowCount));
        foreach (DataColumn column in whole.Columns)
        {
            Assert.Equal(column.Values.ToArray(), blocks.SelectMany(block => block.Column(column.Name).Values.ToArray()));
            Assert.Equal(Enumerable.Range(0, whole.RowCount).Select(column.Text), blocks.SelectMany(block => Enumerable.Range(0, block.RowCount).Select(block.Column(column.Name).Text)));
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(4, 3)]
    [InlineData(6, 2)]
    [InlineData(1000, 1)]
    public void Blocks_put_together_are_the_table(int cells, int count)
    {
        const string text = "x,label\n1,a\n2.5,b\n\n,\"two\nlines\"\n1e400,d\n-3e-2,e\n";
        DataTable[] blocks = Blocks(text, cells);
        Assert.Equal(count, blocks.Length);
        AssertSame(Csv.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "data.csv"), blocks);
    }

    [Fact]
    public void A_block_knows_where_in_the_file_it_stands()
    {
        DataTable[] blocks = Blocks("x,y\n1,2\n3,4\n\n5,oops\n7,8\n", 4);
        string message = Assert.Throws<KanDataException>(() => PreparedTable.ForModel(blocks[1], ["x", "y"], [])).Message;
        Assert.Contains("row 3 (line 5)", message);
        Assert.Contains("'oops'", message);
    }

    [Fact]
    public void A_row_of_another_length_is_found_in_its_block_and_named_by_its_place_in_the_file()
    {
        using IEnumerator<DataTable> blocks = Csv.ReadBlocks(new MemoryStream("x,y\n1,2\n3,4\n5\n"u8.ToArray()), "data.csv", 4).GetEnumerator();
        Assert.True(blocks.MoveNext());
        Assert.Contains("row 3 (line 4) has 1 cell, the header has 2", Assert.Throws<KanDataException>(() => blocks.MoveNext()).Message);
    }

    [Fact]
    public void A_file_read_on_all_processors_gives_what_one_gives()
    {
        var text = new StringBuilder("x,\"y, z\",label\r\n");
        var random = new SeededRandom(3);
        for (int row = 0; text.Length < 1_500_000; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{random.NextGaussian():R},\"{random.NextGaussian():E3}\",{(row % 7 == 0 ? "\"a \"\"b\"\"\n\"" : row % 11 == 0 ? "" : "c")}\r\n");
            if (row % 13 == 0)
                text.Append("\r\n");
        }
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        DataTable[] parallel = [.. Csv.ReadBlocks(new MemoryStream(bytes), "data.csv", 10_000)], alone = [.. Csv.ReadBlocks(new Unseekable(bytes), "data.csv", 10_000)];
        Assert.True(alone.Length > 3);
        Assert.Equal(alone.Length, parallel.Length);
        AssertSame(Csv.Read(new Unseekable(bytes), "data.csv"), parallel);
        Assert.Equal(alone.Select(block => block.Place(block.RowCount - 1)), parallel.Select(block => block.Place(block.RowCount - 1)));
    }

    [Fact]
    public void Tables_written_one_after_the_other_are_read_as_one()
    {
        using var folder = new Support.TemporaryFolder();
        string path = Path.Combine(folder.Path, "out.csv");
        Csv.Write(path, [new DataTable([new DataColumn("a", [1.0, 0.1])]), new DataTable([new DataColumn("a", [-3.0])])]);
        Assert.Equal("a\n1\n0.1\n-3\n", File.ReadAllText(path));
    }

    [Theory]
    [InlineData(MissingPolicy.Drop)]
    [InlineData(MissingPolicy.Mean)]
    public void A_model_takes_blocks_as_it_takes_the_table(MissingPolicy missing)
    {
        const string text = "extra,y,a,b\n1,2,3,4\n1,,5,6\n1,2,,8\n1,0,1e300,8\n1,5,-1e300,\n1,2,7,7\n";
        PreparedTable whole = PreparedTable.ForModel(Csv.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "data.csv"), ["b", "a"], ["y"], null, missing, withTargets: true);
        for (int cells = 4; cells <= 24; cells += 4)
        {
            var blocks = new PreparedBlocks(Blocks(text, cells), ModelInfo.Default(2, 1) with { InputNames = ["b", "a"] }, missing, withTargets: true);
            PreparedTable[] prepared = [.. blocks];
            for (int j = 0; j < 2; j++)
                Assert.Equal(whole.Inputs.Column(j).ToArray(), prepared.SelectMany(block => block.Inputs.Column(j).ToArray()));
            Assert.Equal(whole.Targets!.Column(0).ToArray(), prepared.SelectMany(block => block.Targets!.Column(0).ToArray()));
            Assert.Equal(whole.Warnings.Order(), blocks.Warnings.Order());
        }
    }

    [Fact]
    public void A_table_without_a_usable_row_is_an_error_after_its_last_block()
    {
        var blocks = new PreparedBlocks(Blocks("x1\nn/a\n\n1e999\nNaN\n", 1), ModelInfo.Default(1, 1), MissingPolicy.Drop);
        Assert.Contains("no row without missing values", Assert.Throws<KanDataException>(() => blocks.Count()).Message);
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
