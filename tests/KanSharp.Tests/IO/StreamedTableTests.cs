using System.Globalization;
using System.Text;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.IO;

public class StreamedTableTests
{
    private static IEnumerable<DataTable> Blocks(string text, int cells = 12) => Csv.ReadBlocks(new MemoryStream(Encoding.UTF8.GetBytes(text)), "data.csv", cells);

    private static string Numbers(int rows, ulong seed = 1)
    {
        var random = new SeededRandom(seed);
        var text = new StringBuilder("a,b,y\n");
        for (int row = 0; row < rows; row++)
            text.Append(CultureInfo.InvariantCulture, $"{random.NextGaussian()},{row},{random.NextDouble()}\n");
        return text.ToString();
    }

    private static StreamedTable Read(string text, TemporaryFolder folder, MissingPolicy missing = MissingPolicy.Error, int cells = 12, ulong seed = 1, bool? classify = null) => StreamedTable.ForTraining(
        Blocks(text, cells), new PreparationOptions { Targets = ["y"], Missing = missing, Classify = classify }, new StreamingOptions { Folder = folder.Path, Blocks = 5, Seed = seed });

    private static IEnumerable<double[]> Rows(IEnumerable<Dataset> blocks) => blocks.SelectMany(block => Enumerable.Range(0, block.Count)
        .Select(row => (double[])[.. Enumerable.Range(0, block.Inputs.Columns).Select(j => block.Inputs[row, j]), .. Enumerable.Range(0, block.Targets.Columns).Select(j => block.Targets[row, j])]));

    [Fact]
    public void Every_row_is_in_one_block_and_the_file_is_gone_at_the_end()
    {
        using var folder = new TemporaryFolder();
        string text = Numbers(2000);
        Dataset whole = PreparedTable.ForTraining(Csv.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "data.csv"), new PreparationOptions { Targets = ["y"] }).ToDataset();
        using (StreamedTable table = Read(text, folder))
        {
            Assert.Single(folder.Names());
            Assert.Equal((4, 1), (table.Training.Count, table.Validation.Count));
            Assert.Equal(2000, table.TrainingRows + table.ValidationRows);
            Assert.InRange(table.ValidationRows, 320, 480);
            double[][] expected = [.. Rows([whole])], found = [.. Rows(table.Training.Concat(table.Validation)).OrderBy(row => row[1])];
            Assert.Equal(expected, found);
            Assert.All(table.Training, block => Assert.InRange(block.Inputs.Column(1).ToArray().Average(), 800, 1200));
            Assert.Equal(Scaling.FromRange(whole.Inputs).Scales.ToArray(), table.Info.InputScaling.Scales.ToArray());
            Assert.Equal(Scaling.FromRange(whole.Inputs).Offsets.ToArray(), table.Info.InputScaling.Offsets.ToArray());
            Scaling moments = Scaling.FromMoments(whole.Targets);
            Assert.Equal(moments.Offsets[0], table.Info.OutputScaling.Offsets[0], 1e-14);
            Assert.Equal(moments.Scales[0], table.Info.OutputScaling.Scales[0], 1e-13);
        }
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void The_same_seed_deals_the_same_whatever_the_blocks_read()
    {
        using var folder = new TemporaryFolder();
        string text = Numbers(300);
        using StreamedTable one = Read(text, folder), same = Read(text, folder, cells: 100), other = Read(text, folder, seed: 2);
        Assert.Equal(Rows(one.Training), Rows(same.Training));
        Assert.NotEqual(Rows(one.Training), Rows(other.Training));
    }

    [Fact]
    public void Rows_drawn_with_the_same_seed_do_not_decide_where_they_go()
    {
        using var folder = new TemporaryFolder();
        var random = new SeededRandom(1);
        string text = "a,y\n" + string.Concat(Enumerable.Range(0, 2000).Select(_ => string.Create(CultureInfo.InvariantCulture, $"{random.NextDouble()},{random.NextDouble()}\n")));
        using StreamedTable table = Read(text, folder);
        Assert.All(table.Validation, block => Assert.InRange(block.Inputs.Column(0).ToArray().Average(), 0.44, 0.56));
    }

    [Fact]
    public void Missing_cells_are_left_out_or_filled_with_the_mean_of_the_whole_column()
    {
        using var folder = new TemporaryFolder();
        string text = Numbers(300) + ",1000,0.5\n7,,0.5\n";
        using StreamedTable dropped = Read(text, folder, MissingPolicy.Drop), filled = Read(text, folder, MissingPolicy.Mean);
        Assert.Equal(300, dropped.TrainingRows + dropped.ValidationRows);
        Assert.Contains("2 of 302 rows left out", Assert.Single(dropped.Warnings));
        double mean = (299 * 300 / 2 + 1000) / 301.0;
        Assert.Equal(mean, Rows(filled.Training.Concat(filled.Validation)).Single(row => row[0] == 7)[1], 1e-12);
        Assert.Contains(filled.Warnings, warning => warning.Contains("1 missing value of column 'b' filled"));
        using var other = new TemporaryFolder();
        Assert.Contains("row 301 (line 302), column 'a'", Assert.Throws<KanDataException>(() => Read(text, other)).Message);
        Assert.Empty(other.Names());
    }

    [Fact]
    public void Columns_of_no_use_are_found_over_all_blocks()
    {
        using var folder = new TemporaryFolder();
        // 'late' is constant and 'twin' repeats 'a' in all blocks but the last.
        string rows = string.Concat(Enumerable.Range(0, 50).Select(row => $"{row},3,1,{row},{row},{2 * row}\n"));
        using StreamedTable table = Read("a,constant,late,copy,twin,y\n" + rows + "50,3,2,50,-1,1\n", folder);
        Assert.Equal(["a", "late", "twin"], table.Info.InputNames.AsEnumerable());
        Assert.Contains(table.Warnings, warning => warning.Contains("'constant' is constant (3)"));
        Assert.Contains(table.Warnings, warning => warning.Contains("'copy' repeats column 'a'"));
    }

    [Fact]
    public void A_target_of_labels_becomes_classes_however_late_a_label_appears()
    {
        using var folder = new TemporaryFolder();
        string text = "a,y\n" + string.Concat(Enumerable.Range(0, 90).Select(row => $"{row},{(row < 80 ? row % 2 == 0 ? "red" : "blue" : "green")}\n"));
        using StreamedTable table = Read(text, folder, cells: 8);
        Assert.Equal(["blue", "green", "red"], table.Info.Classes.AsEnumerable());
        Assert.Equal("y", table.Info.TargetName);
        foreach (double[] row in Rows(table.Training.Concat(table.Validation)))
            Assert.Equal(row[0] < 80 ? row[0] % 2 == 0 ? [0, 0, 1] : [1, 0, 0] : (double[])[0, 1, 0], row[1..]);
        using StreamedTable digits = Read("a,y\n" + string.Concat(Enumerable.Range(0, 90).Select(row => $"{row},{row % 12}\n")), folder, cells: 8, classify: true);
        Assert.Equal(Enumerable.Range(0, 12).Select(digit => $"{digit}"), digits.Info.Classes.AsEnumerable());
    }

    [Theory]
    [InlineData("a,y\nx,1\nz,2\n", "holds text ('x' in row 1 (line 2))")]
    [InlineData("a,y\n1,1\n2,2\n", "has 2 data rows")]
    [InlineData("a,y\n1,1\n2,1\n3,1\n4,1\n5,1\n6,1\n7,1\n8,1\n9,1\n10,1\n", "target 'y' is constant")]
    public void Tables_that_cannot_be_trained_on_are_refused_and_leave_nothing(string text, string message)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(message, Assert.Throws<KanDataException>(() => Read(text, folder)).Message);
        Assert.Empty(folder.Names());
    }
}
