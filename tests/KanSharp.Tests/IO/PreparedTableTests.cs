using System.Text;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Tests.IO;

public class PreparedTableTests
{
    private static DataTable Read(string text) => Csv.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "data.csv");

    /// <summary>Twelve rows, each cell from the row's number.</summary>
    private static DataTable Table(string header, params Func<int, object>[] cells) => Table(12, header, cells);

    private static DataTable Table(int rows, string header, params Func<int, object>[] cells) =>
        Read(header + "\n" + string.Concat(Enumerable.Range(0, rows).Select(i => string.Join(",", cells.Select(cell => cell(i))) + "\n")));

    private static PreparedTable Prepare(DataTable table, params string[] targets) => PreparedTable.ForTraining(table, new() { Targets = targets });

    private static string ErrorOf(DataTable table, PreparationOptions options) =>
        Assert.Throws<KanDataException>(() => PreparedTable.ForTraining(table, options)).Message;

    [Fact]
    public void Every_column_but_targets_and_excluded_ones_is_an_input()
    {
        PreparedTable prepared = PreparedTable.ForTraining(
            Table("a,note,y,b,z", i => i, _ => "text", i => i * i, i => 3 * i, i => -i), new() { Targets = ["z", "y"], Excluded = ["note"] });
        Assert.Equal(["a", "b"], prepared.InputNames);
        Assert.Equal(["z", "y"], prepared.TargetNames);
        Assert.Equal([3, 9], [prepared.Inputs[3, 0], prepared.Inputs[3, 1]]);
        Assert.Equal([-3, 9], [prepared.Targets![3, 0], prepared.Targets[3, 1]]);
        Assert.Null(prepared.ClassLabels);
        Assert.Empty(prepared.Warnings);
        Assert.Equal(12, prepared.ToDataset().Count);
    }

    [Fact]
    public void Constant_and_repeated_inputs_are_left_out_and_a_copy_of_the_target_stays_with_warnings()
    {
        PreparedTable prepared = Prepare(Table("a,c,b,a2,y", i => i, _ => 5, i => i * i, i => i, i => i * i), "y");
        Assert.Equal(["a", "b"], prepared.InputNames);
        Assert.Collection(prepared.Warnings,
            warning => Assert.Contains("'c' is constant", warning),
            warning => Assert.Contains("'b' equals the target 'y'", warning),
            warning => Assert.Contains("'a2' repeats column 'a'", warning));
    }

    [Fact]
    public void Misused_columns_are_named()
    {
        DataTable table = Table("a,city,y,c", i => i, _ => "Paris", i => i, _ => 1);
        Assert.Contains("'c' is constant (1 in every row)", ErrorOf(table, new() { Targets = ["c"], Excluded = ["city"] }));
        Assert.Contains("'city' is constant ('Paris'", ErrorOf(table, new() { Targets = ["city"] }));
        Assert.Contains("has no column 'yy'. Did you mean 'y'?", ErrorOf(table, new() { Targets = ["yy"] }));
        Assert.Contains("has no column 'town'", ErrorOf(table, new() { Targets = ["y"], Excluded = ["town"] }));
        Assert.Contains("both a target and excluded", ErrorOf(table, new() { Targets = ["y"], Excluded = ["y"] }));
        Assert.Contains("named twice", ErrorOf(table, new() { Targets = ["y", "y"] }));
        Assert.Contains("no usable input", ErrorOf(table, new() { Targets = ["y"], Excluded = ["city", "a"] }));
        Assert.Contains("No target column", ErrorOf(table, new() { Targets = [] }));
    }

    private static readonly string[] s_colours = ["red", "blue", "green"];

    [Fact]
    public void A_text_column_becomes_an_input_of_0_and_1_for_each_label_and_of_two_labels_for_the_second()
    {
        PreparedTable prepared = Prepare(Table("colour,a,sex,y", i => s_colours[i % 3], i => i, i => i % 4 < 2 ? "m" : "f", i => i * i), "y");
        Assert.Equal(["colour=blue", "colour=green", "colour=red", "a", "sex=m"], prepared.InputNames);
        for (int row = 0; row < 12; row++)
        {
            Assert.Equal([row % 3 == 1 ? 1 : 0, row % 3 == 2 ? 1 : 0, row % 3 == 0 ? 1 : 0, row, row % 4 < 2 ? 1 : 0],
                Enumerable.Range(0, 5).Select(j => prepared.Inputs[row, j]));
        }
        Assert.Equal(["colour", "sex"], prepared.Categories.Select(column => column.Name));
        Assert.Equal(["blue", "green", "red"], prepared.Categories[0].Labels.AsEnumerable());
        Assert.Collection(prepared.Warnings,
            warning => Assert.Contains("'colour' holds text; its 3 labels became inputs that are 1 where the label stands and 0 elsewhere: colour=blue, colour=green, colour=red.", warning),
            warning => Assert.Contains("'sex' holds text and became the input 'sex=m': 1 for 'm', 0 for 'f'", warning));
    }

    [Fact]
    public void A_text_column_without_kinds_is_left_out_or_refused()
    {
        Assert.Contains("Column 'city' is constant ('Paris'); left out.", Prepare(Table("a,city,y", i => i, _ => "Paris", i => -i), "y").Warnings);
        string message = ErrorOf(Table("a,name,y", i => i, i => $"No. {i}", i => -i), new() { Targets = ["y"] });
        Assert.Contains("column 'name' holds text ('No. 0' in row 1 (line 2)) with 12 different labels in 12 rows", message);
        Assert.Contains("--exclude \"name\"", message);
        Assert.Contains("looks like numbers. Write decimals with a point.", ErrorOf(Table("a;v;y".Replace(';', ','), i => i, i => $"\"{i},5\"", i => -i), new() { Targets = ["y"] }));
        Assert.Contains("columns 'a' and 'a=b' would both become the input 'a=b=c'", ErrorOf(
            Table("a,a=b,y", i => i % 3 == 0 ? "b=c" : i % 3 == 1 ? "p" : "q", i => i % 3 == 1 ? "c" : i % 3 == 2 ? "r" : "s", i => i), new() { Targets = ["y"] }));
    }

    [Fact]
    public void A_row_without_a_label_is_an_error_or_left_out()
    {
        DataTable table = Table("colour,a,y", i => i == 4 ? "" : s_colours[i % 3], i => i == 6 ? "" : i, i => i * i);
        Assert.Contains("row 5 (line 6), column 'colour': the cell is empty; expected a label", ErrorOf(table, new() { Targets = ["y"] }));
        Assert.Equal(10, PreparedTable.ForTraining(table, new() { Targets = ["y"], Missing = MissingPolicy.Drop }).Rows.Count);
        PreparedTable filled = PreparedTable.ForTraining(table, new() { Targets = ["y"], Missing = MissingPolicy.Mean });
        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11], filled.Rows);
    }

    [Fact]
    public void A_model_takes_the_raw_text_column_and_names_what_it_does_not_know()
    {
        CategoricalColumn[] categories = [new("colour", ["blue", "green", "red"]), new("code", ["1", "2", "x"])];
        string[] inputs = ["code=2", "a", "colour=red"];
        DataTable table = Table("a,code,colour", i => i, i => 1 + i % 2, i => i < 6 ? "red" : "blue");
        PreparedTable matched = PreparedTable.ForModel(table, inputs, ["y"], categories: categories);
        Assert.Equal(inputs, matched.InputNames);
        Assert.Equal([1, 5, 1], Enumerable.Range(0, 3).Select(j => matched.Inputs[5, j]));
        Assert.Equal([0, 6, 0], Enumerable.Range(0, 3).Select(j => matched.Inputs[6, j]));
        string message = Assert.Throws<KanDataException>(() => PreparedTable.ForModel(Table("a,code,colour", i => i, _ => 1, i => i == 7 ? "reed" : "red"), inputs, ["y"], categories: categories)).Message;
        Assert.Contains("data.csv, row 8 (line 9), column 'colour': the label 'reed' is unknown to the model. Did you mean 'red'? It knows blue, green, red.", message);
        Assert.Contains("lacks a column that the model needs: 'colour'",
            Assert.Throws<KanDataException>(() => PreparedTable.ForModel(Table("a,code", i => i, _ => 1), inputs, ["y"], categories: categories)).Message);
        Assert.Contains("column 'a' holds text ('u' in row 1 (line 2)); the model needs numbers there",
            Assert.Throws<KanDataException>(() => PreparedTable.ForModel(Table("a,code,colour", _ => "u", _ => 1, _ => "red"), inputs, ["y"], categories: categories)).Message);
    }

    [Fact]
    public void Of_copied_rows_one_is_kept_with_the_weight_of_all()
    {
        PreparedTable copies = Prepare(Table(120, "a,b,y", i => i % 40, i => i % 40 % 7, i => i % 40 * 0.5), "y");
        Assert.Equal(Enumerable.Range(0, 40), copies.Rows);
        Assert.Null(copies.Weights);
        Assert.Equal([3, 4.5], [copies.Targets![6, 0], copies.Targets[9, 0]]);
        Assert.Contains(copies.Warnings, warning => warning.StartsWith("80 of 120 rows repeat others in all columns: 40 rows are left, each with the weight of its copies"));
        PreparedTable uneven = Prepare(Table(60, "a,b,y", i => i % 40, i => i % 40 % 7, i => i % 40 * 0.5), "y");
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i < 20 ? 2.0 : 1), uneven.Weights);
        DataTable weighted = Table(60, "a,w,y", i => i % 40, i => 1 + i, i => i % 40 * 0.5);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i < 20 ? 42.0 + 2 * i : 1 + i), PreparedTable.ForTraining(weighted, new() { Targets = ["y"], Weight = new WeightColumn("w") }).Weights);
    }

    [Fact]
    public void Rows_that_repeat_others_by_nature_all_stay()
    {
        // Kinds, not measurements; measurements of one place with errors of their own; two copies in fifty rows.
        Assert.Equal(120, Prepare(Table(120, "a,b,y", i => i % 20, i => i % 3, i => i % 20 + i % 3), "y").Rows.Count);
        Assert.Equal(120, Prepare(Table(120, "a,y", i => i % 30, i => i), "y").Rows.Count);
        Assert.Equal(120, Prepare(Table(120, "a,y", i => i % 30, i => i % 60 < 30 ? 0 : 1), "y").Rows.Count);
        Assert.Equal(50, Prepare(Table(50, "a,y", i => i % 48, i => 2 * (i % 48)), "y").Rows.Count);
    }

    [Fact]
    public void A_column_of_weights_or_standard_errors_is_no_input_and_weighs_the_rows()
    {
        DataTable table = Table("a,w,y", i => i, i => i == 3 ? 0 : 1 + i % 2, i => i * i);
        PreparedTable weighted = PreparedTable.ForTraining(table, new() { Targets = ["y"], Weight = new WeightColumn("w") });
        Assert.Equal(["a"], weighted.InputNames);
        Assert.Equal([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11], weighted.Rows);
        Assert.Equal([1, 2, 1, 1, 2, 1, 2, 1, 2, 1, 2], weighted.Weights);
        Assert.Equal(weighted.Weights, weighted.ToDataset().Weights.ToArray());
        Assert.Contains(weighted.Warnings, warning => warning.Contains("1 of 12 rows left out, their weight is 0"));
        PreparedTable sigmas = PreparedTable.ForTraining(Table("a,s,y", i => i, i => i % 2 == 0 ? 0.25 : 2, i => i * i), new() { Targets = ["y"], Weight = new WeightColumn("s", IsStandardError: true) });
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? 16 : 0.25), sigmas.Weights);
        PreparedTable matched = PreparedTable.ForModel(table, ["a"], ["y"], withTargets: true, weight: new WeightColumn("w"));
        Assert.DoesNotContain(matched.Warnings, warning => warning.Contains("not used") && warning.Contains("'w'"));
        Assert.Equal(11, matched.ToDataset().Count);
    }

    [Theory]
    [InlineData("-1", false, "row 5 (line 6), column 'w': -1 is no weight; 0 or a number above is expected")]
    [InlineData("1e-200", true, "a standard error of 1E-200 gives no weight")]
    [InlineData("0", true, "row 5 (line 6), column 'w': 0 is no standard error; a number above 0 is expected")]
    [InlineData("inf", false, "row 5 (line 6), column 'w': 'inf' is no finite number")]
    public void A_wrong_weight_is_named(string cell, bool isStandardError, string message) => Assert.Contains(message,
        ErrorOf(Table("a,w,y", i => i, i => i == 4 ? cell : 1, i => i * i), new() { Targets = ["y"], Weight = new WeightColumn("w", isStandardError) }));

    [Fact]
    public void Weights_that_are_all_zero_or_text_or_the_target_are_refused()
    {
        Assert.Contains("has 0 data rows", ErrorOf(Table("a,w,y", i => i, _ => 0, i => i), new() { Targets = ["y"], Weight = new WeightColumn("w") }));
        Assert.Contains("'w' holds text ('p' in row 1 (line 2)); weights are numbers", ErrorOf(Table("a,w,y", i => i, _ => "p", i => i), new() { Targets = ["y"], Weight = new WeightColumn("w") }));
        Assert.Contains("both a target and the weight", ErrorOf(Table("a,w,y", i => i, i => i, i => i), new() { Targets = ["y"], Weight = new WeightColumn("y") }));
        Assert.Contains("has no column 'v'", ErrorOf(Table("a,w,y", i => i, i => i, i => i), new() { Targets = ["y"], Weight = new WeightColumn("v") }));
    }

    [Theory]
    [InlineData("abc", "'abc' is no finite number")]
    [InlineData("", "the cell is empty")]
    [InlineData("NaN", "'NaN' is no finite number")]
    [InlineData("-Infinity", "'-Infinity' is no finite number")]
    [InlineData("inf", "'inf' is no finite number")]
    [InlineData("1e400", "'1e400' is no finite number")]
    [InlineData("\"1,5\"", "Write decimals with a point")]
    public void A_defective_cell_is_named_with_row_line_and_column(string cell, string expected)
    {
        DataTable table = Table("a,b,y", i => i, i => i == 6 ? cell : i * i, i => i);
        string message = ErrorOf(table, new() { Targets = ["y"] });
        Assert.Contains("data.csv, row 7 (line 8), column 'b'", message);
        Assert.Contains(expected, message);
        Assert.Contains("--missing drop", message);
        Assert.Contains("--missing mean", message);
        Assert.Equal(["a"], PreparedTable.ForTraining(table, new() { Targets = ["y"], Excluded = ["b"] }).InputNames);
        Assert.Contains("row 7 (line 8), column 'b'", ErrorOf(table, new() { Targets = ["b"] }));
    }

    [Fact]
    public void A_column_of_decimal_commas_is_told_what_to_write() => Assert.Contains("Write decimals with a point",
        ErrorOf(Csv.Read(new MemoryStream("a;y\n0,5;1\n0,7;2\n"u8.ToArray()), "data.csv"), new() { Targets = ["y"] }));

    [Fact]
    public void Missing_values_are_dropped_or_filled_on_request()
    {
        DataTable table = Table(14, "a,b,y", i => i, i => i is 2 or 5 ? "oops" : i, i => i == 7 ? "" : i * i);
        Assert.Contains("1 more cell of this column is like that", ErrorOf(table, new() { Targets = ["y"] }));
        PreparedTable dropped = PreparedTable.ForTraining(table, new() { Targets = ["y"], Missing = MissingPolicy.Drop, Excluded = ["a"] });
        Assert.Contains("at least 10", ErrorOf(Table("a,y", i => i < 3 ? "" : i, i => i), new() { Targets = ["y"], Missing = MissingPolicy.Drop }));
        Assert.Equal([0, 1, 3, 4, 6, 8, 9, 10, 11, 12, 13], dropped.Rows);
        Assert.Equal(36, dropped.Targets![4, 0]);
        Assert.Contains("3 of 14 rows left out", Assert.Single(dropped.Warnings));
    }

    [Fact]
    public void The_mean_fills_inputs_while_rows_without_a_target_go()
    {
        DataTable table = Table("a,y", i => i == 2 ? "" : i == 3 ? 1e300 : i == 4 ? 3e300 : 0, i => i == 7 ? "nan" : i);
        PreparedTable filled = PreparedTable.ForTraining(table, new() { Targets = ["y"], Missing = MissingPolicy.Mean });
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11], filled.Rows);
        Assert.Equal(1, filled.Inputs[2, 0] / 4e299, 1e-15);
        Assert.Collection(filled.Warnings,
            warning => Assert.Contains("1 of 12 rows left out", warning),
            warning => Assert.Contains("1 missing value of column 'a'", warning));
    }

    [Fact]
    public void Few_rows_are_refused()
    {
        Assert.Contains("has 9 data rows; at least 10", ErrorOf(Read("x,y\n" + string.Concat(Enumerable.Range(0, 9).Select(i => $"{i},{i}\n"))), new() { Targets = ["y"] }));
    }

    [Fact]
    public void Labels_become_classes_in_order()
    {
        PreparedTable prepared = Prepare(Table("a,kind", i => i, i => i % 3 == 0 ? "red" : "blue"), "kind");
        Assert.Equal(["blue", "red"], prepared.ClassLabels);
        Assert.Equal([0, 1, 1, 0], [prepared.Targets![0, 0], prepared.Targets[0, 1], prepared.Targets[1, 0], prepared.Targets[1, 1]]);
        PreparedTable numbers = PreparedTable.ForTraining(Table("a,y", i => i, i => i % 2 == 0 ? 10 : 9), new() { Targets = ["y"], Classify = true });
        Assert.Equal(["9", "10"], numbers.ClassLabels);
    }

    [Fact]
    public void Targets_that_cannot_be_classes_or_numbers_are_refused()
    {
        DataTable table = Table("a,kind,y", i => i, i => i % 3 == 0 ? "red" : "blue", i => i);
        Assert.Contains("12 different labels in 12 rows", ErrorOf(table, new() { Targets = ["y"], Excluded = ["kind"], Classify = true }));
        Assert.Contains("one target at a time", ErrorOf(table, new() { Targets = ["y", "kind"] }));
        Assert.Contains("'kind' holds text ('red' in row 1 (line 2))", ErrorOf(table, new() { Targets = ["kind"], Classify = false }));
    }

    [Fact]
    public void A_model_finds_its_columns_by_name()
    {
        DataTable table = Table("z,y,b,a", i => i, i => i * i, i => 2 * i, i => 3 * i);
        PreparedTable matched = PreparedTable.ForModel(table, ["a", "b"], ["y"]);
        Assert.Equal([6, 4], [matched.Inputs[2, 0], matched.Inputs[2, 1]]);
        Assert.Null(matched.Targets);
        Assert.Contains("column 'z' not used", Assert.Single(matched.Warnings));
        Assert.Equal(4, PreparedTable.ForModel(table, ["a", "b", "z"], ["y"], withTargets: true).Targets![2, 0]);
    }

    [Fact]
    public void Columns_that_a_model_misses_are_all_named()
    {
        string message = Assert.Throws<KanDataException>(() => PreparedTable.ForModel(Table("a,Speed,y", i => i, i => i, i => i), ["a", "speed", "mass"], ["t"], withTargets: true)).Message;
        Assert.Contains("'speed' (it has 'Speed'), 'mass', 't'", message);
        Assert.Contains("Its columns are: a, Speed, y", message);
    }

    [Fact]
    public void A_label_that_the_model_does_not_know_is_named()
    {
        DataTable table = Table("a,kind", i => i, i => i == 4 ? "rod" : "blue");
        Assert.Contains("row 5 (line 6), column 'kind': the label 'rod' is unknown",
            Assert.Throws<KanDataException>(() => PreparedTable.ForModel(table, ["a"], ["kind"], ["blue", "red"], withTargets: true)).Message);
        Assert.Equal(12, PreparedTable.ForModel(table, ["a"], ["kind"], ["blue", "red"]).Inputs.Rows);
    }
}
