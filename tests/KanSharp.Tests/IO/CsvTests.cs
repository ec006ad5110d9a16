using System.Text;
using KanSharp.IO;
using KanSharp.Numerics;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.IO;

public class CsvTests
{
    private static DataTable Read(string text) => Csv.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "data.csv");

    private static string ErrorOf(string text) => Assert.Throws<KanDataException>(() => Read(text)).Message;

    [Theory]
    [InlineData("x1,x2,y\n1,2,3\n4,5,6\n")]
    [InlineData("x1;x2;y\n1;2;3\n4;5;6\n")]
    [InlineData("x1\tx2\ty\n1\t2\t3\n4\t5\t6\n")]
    [InlineData("\uFEFFx1,x2,y\r\n1,2,3\r\n4,5,6\r\n")]
    [InlineData("\"x1\",\"x2\",\"y\"\n\"1\",\"2\",\"3\"\n4,5,6")]
    [InlineData("x1, x2, y\n 1, +2, 3.0\n\n 4e0, 5 ,60e-1\n\n")]
    public void Any_separator_line_end_and_quoting_gives_the_same_table(string text)
    {
        DataTable table = Read(text);
        Assert.Equal(["x1", "x2", "y"], table.Columns.Select(column => column.Name));
        Assert.Equal([1, 4], table.Column("x1").Values.ToArray());
        Assert.Equal([2, 5], table.Column("x2").Values.ToArray());
        Assert.Equal([3, 6], table.Column("y").Values.ToArray());
        Assert.Empty(table.Warnings);
    }

    [Fact]
    public void A_file_in_utf16_is_recognised_by_its_byte_order_mark()
    {
        byte[] bytes = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("höhe;y\n1;2\n")];
        Assert.Equal([1], Csv.Read(new MemoryStream(bytes), "data.csv").Column("höhe").Values.ToArray());
    }

    [Fact]
    public void Names_may_hold_spaces_separators_quotes_and_any_letters()
    {
        DataTable table = Read("\"Höhe, m\",\"the \"\"x\"\"\",температура\n1,2,3\n");
        Assert.Equal(["Höhe, m", "the \"x\"", "температура"], table.Columns.Select(column => column.Name));
    }

    [Fact]
    public void Numbers_of_any_size_are_read_exactly()
    {
        DataTable table = Read("x\n1e300\n-1e-300\n1700000000.123\n0.1\n");
        Assert.Equal([1e300, -1e-300, 1700000000.123, 0.1], table.Column("x").Values.ToArray());
    }

    [Fact]
    public void A_column_of_labels_is_a_text_column_and_one_bad_cell_does_not_make_one()
    {
        DataTable table = Read("kind,x\nred,1\n7,2\nblue,n/a\n,oops\n");
        Assert.True(table.Column("kind").IsText);
        Assert.Equal("7", table.Column("kind").Text(1));
        Assert.False(table.Column("kind").IsPresent(3));
        Assert.False(table.Column("x").IsText);
        Assert.Equal([1, 2, double.NaN, double.NaN], table.Column("x").Values.ToArray());
        Assert.Equal("oops", table.Column("x").Text(3));
        Assert.Equal(2, table.Column("x").FirstDefect());
    }

    [Fact]
    public void An_empty_line_is_an_empty_cell_only_between_the_rows_of_a_single_column()
    {
        Assert.Equal([1, double.NaN, 2], Read("x\n1\n\n2\n\n\n").Column("x").Values.ToArray());
        Assert.Equal([1, 2], Read("x,y\n1,1\n\n2,2\n\n").Column("x").Values.ToArray());
    }

    [Fact]
    public void A_column_without_a_name_is_left_out_with_a_warning()
    {
        DataTable table = Read(",x,y\n0,1,2\n1,3,4\n");
        Assert.Equal(["x", "y"], table.Columns.Select(column => column.Name));
        Assert.Contains("column 1 has no name", Assert.Single(table.Warnings));
    }

    [Fact]
    public void A_ragged_row_is_named_with_its_number_and_line()
    {
        string message = ErrorOf("a,b\n1,2\n\n3,4,5\n");
        Assert.Contains("row 2 (line 4) has 3 cells, the header has 2", message);
        Assert.Contains("'3,4,5'", message);
        Assert.Contains("row 1 (line 2) has 1 cell,", ErrorOf("a,b\n1\n"));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n\n", "is empty")]
    [InlineData("x,y\n", "no data rows")]
    [InlineData("x,y\n\n\n", "no data rows")]
    [InlineData("x,y,x\n1,2,3\n", "column 'x' appears twice, as column 1 and as column 3")]
    [InlineData("x,y\n1,\"2\n", "never closed")]
    [InlineData("PK\u0003\0\0\0\n1\n", "does not seem to be a CSV file")]
    public void What_is_no_table_is_refused(string text, string expected) => Assert.Contains(expected, ErrorOf(text));

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused()
    {
        byte[] latin = Encoding.Latin1.GetBytes("höhe,y\n1,2\n");
        Assert.Contains("UTF-8", Assert.Throws<KanDataException>(() => Csv.Read(new MemoryStream(latin), "data.csv")).Message);
    }

    [Fact]
    public void A_missing_file_or_a_folder_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("There is no file", Assert.Throws<KanDataException>(() => Csv.Read(folder.File("none.csv"))).Message);
        Assert.Contains("is a folder", Assert.Throws<KanDataException>(() => Csv.Read(folder.Path)).Message);
    }

    [Fact]
    public void An_unknown_column_is_answered_with_the_nearest_name()
    {
        DataTable table = Read("pressure,temperature\n1,2\n");
        string message = Assert.Throws<KanDataException>(() => table.Column("temprature")).Message;
        Assert.Contains("Did you mean 'temperature'?", message);
        Assert.Contains("pressure, temperature", message);
        Assert.DoesNotContain("Did you mean", Assert.Throws<KanDataException>(() => table.Column("y")).Message);
        Assert.Contains("seems to hold data", Assert.Throws<KanDataException>(() => Read("0.1,0.2\n1,2\n").Column("y")).Message);
    }

    [Fact]
    public void What_was_written_is_read_back_bit_by_bit()
    {
        using var folder = new TemporaryFolder();
        double[] values = [Math.PI, 1e300, -1e-300, 0.1, double.Epsilon, -0.0];
        string[] labels = ["a,b", "c\"d", "ü", " ", "line\nbreak", "x"];
        var table = new DataTable([new DataColumn("the value", values), new DataColumn("a;b,c", labels)]);
        Csv.Write(folder.File("out.csv"), table);
        DataTable back = Csv.Read(folder.File("out.csv"));
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), back.Column("the value").Values.ToArray().Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(["a,b", "c\"d", "ü", "", "line\nbreak", "x"], Enumerable.Range(0, 6).Select(back.Column("a;b,c").Text));
        Assert.Equal(["out.csv"], folder.Names());
        var text = new StringWriter();
        Csv.Write(text, table);
        Assert.Equal(File.ReadAllText(folder.File("out.csv")), text.ToString());
    }

    [Fact]
    public void The_hello_sample_is_what_its_formula_and_seed_say()
    {
        DataTable table = Csv.Read(Path.Combine(AppContext.BaseDirectory, "samples", "hello.csv"));
        Assert.Equal(["x1", "x2", "y"], table.Columns.Select(column => column.Name));
        Assert.Equal(1000, table.RowCount);
        var random = new SeededRandom(1);
        for (int i = 0; i < 1000; i++)
        {
            double x1 = random.NextDouble(-1, 1), x2 = random.NextDouble(-1, 1), y = Math.Exp(Math.Sin(Math.PI * x1) + x2 * x2);
            Assert.Equal(x1, table.Column("x1").Values[i]);
            Assert.Equal(x2, table.Column("x2").Values[i]);
            // Mathematical libraries may differ in the last bit of sin and exp.
            Assert.Equal(1, table.Column("y").Values[i] / y, 4e-16);
        }
    }
}
