using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using KanSharp.Cli.Tests.Support;
using KanSharp.Formulas;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Tests;

public class DiscoverTests
{
    private static readonly string[] Written = ["diagram.svg", "formula.cs", "formula.py", "formula.tex", "formula.txt", "model.kan", "pareto.csv", "report.html", "search.json"];

    /// <summary>y = 2.5 a b, with a third column c that does not matter.</summary>
    private static string WriteProduct(WorkFolder folder, string header = "a,b,c,y", int rows = 60, string name = "data.csv") =>
        folder.Write(name, header + "\n" + string.Concat(WorkFolder.Rows(rows).Select((row, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{Math.Sin(7.0 * i):R},{2.5 * row[0] * row[1]:R}\n"))));

    private static CommandRun Discover(WorkFolder folder, string data, params string[] options) =>
        CommandRun.Of(["discover", data, "--target", "y", "--out-dir", folder["out"], "--json", .. options]);

    [Fact]
    public void The_law_its_error_the_front_and_the_files_are_told_as_one_object()
    {
        using var folder = new WorkFolder();
        CommandRun run = Discover(folder, WriteProduct(folder));
        Assert.True(run.Code == 0, run.Output + run.Error);
        string[] keys = ["formula", "latex", "python", "train_rmse", "test_rmse", "r2", "complexity", "shape", "seconds", "seed", "pareto"];
        Assert.Empty(keys.Except(run.Json.EnumerateObject().Select(property => property.Name)));
        Expression formula = Expression.Parse(run.Json.GetProperty("formula").GetString()!);
        Assert.Equal(["a", "b"], formula.Variables);
        Assert.Equal(2.5 * 0.3 * 0.7, formula.Evaluate(new Dictionary<string, double> { ["a"] = 0.3, ["b"] = 0.7 }), 1e-12);
        Assert.InRange(run.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-12);
        Assert.Equal("target_reached", run.Json.GetProperty("stop_reason").GetString());
        JsonElement[] front = [.. run.Json.GetProperty("pareto").EnumerateArray()];
        Assert.Equal(run.Json.GetProperty("formula").GetString(), front[^1].GetProperty("formula").GetString());
        Assert.Equal(front.Select(point => point.GetProperty("validation_rmse").GetDouble()).OrderDescending(), front.Select(point => point.GetProperty("validation_rmse").GetDouble()));
        Assert.Equal([.. Written.Select(name => Path.Combine("out", name))], folder.Names.Where(name => name.StartsWith("out" + Path.DirectorySeparatorChar)));
        Assert.Equal(formula.ToText() + "\n", File.ReadAllText(folder["out/formula.txt"]));
        KanModel model = ModelFile.Load(folder["out/model.kan"]);
        Assert.Equal(run.Json.GetProperty("shape").GetString(), model.Shape);
        CommandRun evaluated = CommandRun.Of("evaluate", folder["out/model.kan"], folder["data.csv"], "--json");
        Assert.InRange(evaluated.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-9);
    }

    [Fact]
    public void Units_leave_only_formulas_that_hold_in_any_units()
    {
        using var folder = new WorkFolder();
        string data = WriteProduct(folder);
        CommandRun run = Discover(folder, data, "--units", "a=kg, b=m/s^2, c=rad, y=N");
        Assert.True(run.Code == 0, run.Output + run.Error);
        Expression formula = Expression.Parse(run.Json.GetProperty("formula").GetString()!);
        Assert.Equal(2.5 * 0.3 * 0.7, formula.Evaluate(new Dictionary<string, double> { ["a"] = 0.3, ["b"] = 0.7 }), 1e-12);
        Fails(folder, [data, "--target", "y", "--units", "a=kg,b=m/s^2,y=N"], "none for 'c'");
        Fails(folder, [data, "--target", "y", "--units", "a=kg,b=furlong,c=1,y=N"], "'furlong'", "is not known");
        Fails(folder, [data, "--target", "y", "--units", "a=kg,b=m,c=1,y=N"], "a constant with a unit must be missing");
        Fails(folder, [data, "--target", "y", "--units", "a:kg"], "'a:kg' in --units is not a column with its unit");
    }

    [Fact]
    public void Inputs_that_stand_for_labels_have_no_unit()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.csv", "l,metal,y\n" + string.Concat(WorkFolder.Rows(80).Select((row, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0] + 2:R},{(i % 3 == 0 ? "iron" : "zinc")},{(i % 3 == 0 ? 3 : 2) * (row[0] + 2):R}\n"))));
        CommandRun run = Discover(folder, data, "--units", "l=m,y=m");
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.InRange(run.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-12);
        Assert.Contains("metal=zinc", run.Json.GetProperty("formula").GetString());
    }

    [Fact]
    public void Another_row_of_the_table_is_taken_at_once_or_from_an_earlier_search()
    {
        using var folder = new WorkFolder();
        string data = WriteProduct(folder);
        CommandRun first = Discover(folder, data, "--select", "1");
        Assert.True(first.Code == 0, first.Error);
        JsonElement[] front = [.. first.Json.GetProperty("pareto").EnumerateArray()];
        Assert.Equal(front[0].GetProperty("formula").GetString(), first.Json.GetProperty("formula").GetString());
        Assert.Contains("<span class=\"tag\">selected</span>", File.ReadAllText(folder["out/report.html"]));
        int last = front.Length;
        CommandRun second = CommandRun.Of("discover", data, "--target", "y", "--resume", folder["out"], "--select", $"{last}", "--json");
        Assert.True(second.Code == 0, second.Error);
        Assert.Equal(0, second.Json.GetProperty("networks").GetInt32());
        Assert.Equal(front[^1].GetProperty("formula").GetString(), second.Json.GetProperty("formula").GetString());
        CommandRun evaluated = CommandRun.Of("evaluate", folder["out/model.kan"], data, "--json");
        Assert.InRange(evaluated.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-9);
        Fails(folder, [data, "--target", "y", "--resume", folder["out"], "--select", "99"], "--select 99 is no row of the table");
        Fails(folder, [data, "--target", "a", "--resume", folder["out"]], "was for 'y', but --target is 'a'");
        Fails(folder, [data, "--target", "y", "--resume", folder["out"], "--seed", "7"], "has the seed 1");
        Fails(folder, [data, "--target", "y", "--resume", folder["none"]], "no search to go on with", "search.json");
        File.WriteAllText(folder["out/search.json"], "{\"format\":\"kansharp-search\",\"formulas\":[\"a+\"]}");
        Fails(folder, [data, "--target", "y", "--resume", folder["out"]], "cannot be read as the record of a search");
    }

    /// <summary>y = exp(a) sin(2 b) with noise, whose table has several rows.</summary>
    private static string WriteNoisy(WorkFolder folder) => folder.Write("data.csv", "a,b,c,y\n" + string.Concat(WorkFolder.Rows(80).Select((row, i) =>
        string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{Math.Sin(7.0 * i):R},{Math.Exp(row[0]) * Math.Sin(2 * row[1]) - 0.2 + 0.3 * Math.Sin(97.0 * i):R}\n"))));

    [Fact]
    public void A_table_is_taken_up_row_by_row_as_it_was()
    {
        using var folder = new WorkFolder();
        string data = WriteNoisy(folder);
        string[] search = ["discover", data, "--target", "y", "--json", "--time-limit", "2"];
        CommandRun first = CommandRun.Of([.. search, "--out-dir", folder["out"], "--exclude", "c", "--complexity", "sin=2", "--test-fraction", "0.3"]);
        Assert.True(first.Code == 0, first.Error);
        string table = first.Json.GetProperty("pareto").ToString();
        int rows = first.Json.GetProperty("pareto").GetArrayLength();
        Assert.InRange(rows, 3, 100);
        for (int row = 1; row <= rows; row += rows - 1)
        {
            CommandRun taken = CommandRun.Of([.. search, "--resume", folder["out"], "--select", $"{row}"]);
            Assert.True(taken.Code == 0, taken.Output);
            Assert.Equal(table, taken.Json.GetProperty("pareto").ToString());
            Assert.Equal(first.Json.GetProperty("pareto")[row - 1].GetProperty("formula").GetString(), taken.Json.GetProperty("formula").GetString());
            Assert.Equal("earlier_search", taken.Json.GetProperty("stop_reason").GetString());
            Assert.DoesNotContain("better than a constant", taken.Output + taken.Error);
        }
    }

    [Fact]
    public void Rows_inputs_and_limits_stay_as_they_were_when_a_search_goes_on()
    {
        using var folder = new WorkFolder();
        string data = WriteNoisy(folder);
        string[] search = ["discover", data, "--target", "y", "--json", "--time-limit", "2"];
        Assert.Equal(0, CommandRun.Of([.. search, "--out-dir", folder["out"], "--exclude", "c", "--lib", "x,x^2", "--max-complexity", "9"]).Code);
        CommandRun second = CommandRun.Of([.. search, "--resume", folder["out"], "--max-complexity", "11"]);
        Assert.True(second.Code == 0, second.Output);
        Assert.Equal("""{"lib":"x,x^2","max_complexity":"11"}""", second.Json.GetProperty("limits").ToString());
        Assert.All(second.Json.GetProperty("pareto").EnumerateArray(), point =>
        {
            Expression formula = Expression.Parse(point.GetProperty("formula").GetString()!);
            Assert.True(IsPolynomial(formula), formula.ToText());
            Assert.DoesNotContain("c", formula.Variables);
            Assert.InRange(formula.Complexity, 1, 11);
        });
        JsonElement options = JsonDocument.Parse(File.ReadAllText(folder["out/search.json"])).RootElement.GetProperty("options");
        Assert.Equal("""{"--exclude":"c","--lib":"x,x^2","--max-complexity":"11"}""", options.GetRawText().Replace(" ", "").Replace("\n", ""));
        Assert.Contains("within           --lib x,x^2 --max-complexity 11", CommandRun.Of([.. search.Where(argument => argument != "--json"), "--resume", folder["out"], "--select", "1"]).Output);
        File.WriteAllText(folder["out/search.json"], File.ReadAllText(folder["out/search.json"]).Replace("\"11\"", "\"many\""));
        Fails(folder, [data, "--target", "y", "--resume", folder["out"]], "The options of the search in", "'many' is no value for --max-complexity");

        static bool IsPolynomial(Expression node) => node.IsConstant || node.Children.All(IsPolynomial) && node is not Call && !(node is Power power && power.Exponent is not Constant { Value: 2 or 3 or 4 });
    }

    [Fact]
    public void A_row_that_is_not_there_costs_no_search()
    {
        using var folder = new WorkFolder();
        CommandRun run = Discover(folder, WriteProduct(folder), "--select", "99");
        Assert.Equal(ExitCode.UserInput, run.Code);
        string error = run.Json.GetProperty("error").GetString()!;
        int rows = File.ReadAllLines(folder["out/pareto.csv"]).Length - 1;
        Assert.Contains($"--select 99 is no row of the table: it has {rows},", error);
        Assert.Contains($"with the recommended formula, row {rows}", error);
        Assert.Contains("--resume", error);
        Assert.Equal([.. Written.Select(name => Path.Combine("out", name))], folder.Names.Where(name => name.StartsWith("out" + Path.DirectorySeparatorChar)));
        Assert.Contains("<span class=\"tag\">recommended</span>", File.ReadAllText(folder["out/report.html"]));
        CommandRun taken = CommandRun.Of("discover", folder["data.csv"], "--target", "y", "--resume", folder["out"], "--select", $"{rows}", "--json");
        Assert.True(taken.Code == 0, taken.Output);
    }

    [Fact]
    public void That_nothing_is_better_than_a_constant_is_told_of_the_whole_table_and_its_limits()
    {
        using var folder = new WorkFolder();
        const string Told = "No formula was found that predicts 'y' better than a constant";
        CommandRun selected = Discover(folder, WriteProduct(folder), "--select", "1");
        Assert.DoesNotContain(Told, selected.Output);
        CommandRun limited = Discover(folder, folder["data.csv"], "--max-complexity", "1", "--time-limit", "1");
        Assert.Contains($"{Told}, within the limits given (--max-complexity 1), which may be the reason.", limited.Json.GetProperty("warnings").ToString());
        CommandRun noise = Discover(folder, folder.Write("noise.csv", "a,y\n" + string.Concat(Enumerable.Range(1, 40).Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{Math.Sin(31.0 * row * row):R},{Math.Sin(1e3 * row * row):R}\n")))));
        Assert.Contains($"{Told}. Noise or rows", noise.Json.GetProperty("warnings").ToString());
    }

    [Fact]
    public void A_search_goes_on_where_the_last_one_stopped_and_is_never_worse()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(80).Select((row, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{Math.Exp(row[0]) * Math.Sin(2 * row[1]) + 0.3 * Math.Sin(97.0 * i):R}\n"))));
        CommandRun first = CommandRun.Of("discover", data, "--target", "y", "--out-dir", folder["out"], "--time-limit", "2", "--json");
        Assert.True(first.Code == 0, first.Error);
        CommandRun second = CommandRun.Of("discover", data, "--target", "y", "--resume", folder["out"], "--time-limit", "2", "--json");
        Assert.True(second.Code == 0, second.Error);
        // Both tables end at the formula that is recommended: up to there, for each formula of the first there is one in the second that is as plain and as good.
        (int Complexity, double Error)[] Table(CommandRun run) => [.. run.Json.GetProperty("pareto").EnumerateArray().Select(point => (point.GetProperty("complexity").GetInt32(), point.GetProperty("validation_rmse").GetDouble()))];
        (int Complexity, double Error)[] later = Table(second);
        foreach ((int complexity, double error) in Table(first).Where(point => point.Complexity <= later.Max(other => other.Complexity)))
            Assert.True(later.Any(other => other.Complexity <= complexity && other.Error <= error * 1.000001), $"{complexity} {error}: {string.Join(" ", later)}");
        Assert.Equal(2, JsonDocument.Parse(File.ReadAllText(folder["out/search.json"])).RootElement.GetProperty("searches").GetInt32());
    }

    [Fact]
    public void Only_formulas_within_the_limits_appear()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(100).Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{Math.Exp(Math.Sin(2 * row[0])) + row[1]:R}\n"))));
        CommandRun run = Discover(folder, data, "--forbid", "exp(sin)", "--complexity", "sin=5", "--max-complexity", "20", "--time-limit", "5");
        Assert.True(run.Code == 0, run.Error);
        foreach (JsonElement point in run.Json.GetProperty("pareto").EnumerateArray())
        {
            string text = point.GetProperty("formula").GetString()!;
            Expression formula = Expression.Parse(text);
            Assert.False(Nests(formula, ElementaryFunction.Exp, ElementaryFunction.Sin) || Nests(formula, ElementaryFunction.Exp, ElementaryFunction.Cos), text);
            Assert.Equal(formula.Complexity + 4 * (text.Split("sin(").Length - 1), point.GetProperty("complexity").GetInt32());
            Assert.InRange(point.GetProperty("complexity").GetInt32(), 1, 20);
        }
        Assert.Contains("exp(sin)", File.ReadAllText(folder["out/report.html"]));
        Fails(folder, [data, "--target", "y", "--forbid", "sin"], "'sin' is no nesting of functions");
        Fails(folder, [data, "--target", "y", "--forbid", "sin(sim)"], "'sim' is no function that formulas call. Did you mean 'sin'?");
        Fails(folder, [data, "--target", "y", "--complexity", "sin=0"], "'sin=0' is no complexity of a function");

        static bool Nests(Expression node, ElementaryFunction outer, ElementaryFunction inner) =>
            node is Call call && call.Function == outer && Has(call.Argument, inner) || node.Children.Any(child => Nests(child, outer, inner));

        static bool Has(Expression node, ElementaryFunction function) => node is Call call && call.Function == function || node.Children.Any(child => Has(child, function));
    }

    [Fact]
    public void Constants_have_error_bars_that_hold_the_truth()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(200).Select((row, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{2.7 * row[0] * row[1] + Math.PI + 0.1 * Math.Sin(97.0 * i * i):R}\n"))));
        CommandRun run = Discover(folder, data);
        Assert.True(run.Code == 0, run.Error);
        JsonElement[] constants = [.. run.Json.GetProperty("constants").EnumerateArray()];
        Assert.Equal(2, constants.Length);
        foreach (double truth in (double[])[2.7, Math.PI])
        {
            JsonElement nearest = constants.MinBy(constant => Math.Abs(constant.GetProperty("fitted").GetDouble() - truth));
            double error = nearest.GetProperty("standard_error").GetDouble();
            Assert.InRange(error, 0.001, 0.05);
            Assert.InRange(Math.Abs(nearest.GetProperty("fitted").GetDouble() - truth), 0, 3 * error);
        }
        string report = File.ReadAllText(folder["out/report.html"]);
        Assert.Contains("How far to trust it", report);
        Assert.Contains("What else fits as well", report);
        Assert.Contains("The data say nothing beyond a from", report);
        CommandRun told = CommandRun.Of("formula", folder["out/model.kan"], "--data", data, "--json");
        Assert.True(told.Code == 0, told.Error);
        Assert.Equal(2, told.Json.GetProperty("constants").GetProperty("y").GetArrayLength());
        Assert.Contains(" ± ", CommandRun.Of("formula", folder["out/model.kan"], "--data", data).Output);
    }

    [Fact]
    public void The_model_predicts_what_the_printed_formula_says_on_noisy_data_too()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(120).Select((row, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{Math.Exp(row[0]) + 3 * row[1] + 0.05 * Math.Sin(97.0 * i):R}\n"))));
        CommandRun run = Discover(folder, data);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.InRange(run.Json.GetProperty("test_rmse").GetDouble(), 0.02, 0.1);
        Expression printed = Expression.Parse(File.ReadAllText(folder["out/formula.txt"]), ["a", "b"]);
        Expression read = Expression.Parse(CommandRun.Of("formula", folder["out/model.kan"]).Output, ["a", "b"]);
        string[] predicted = CommandRun.Of("predict", folder["out/model.kan"], data).Output.Trim().Split('\n')[1..];
        foreach ((string prediction, double[] row) in predicted.Zip(WorkFolder.Rows(120)))
        {
            var point = new Dictionary<string, double> { ["a"] = row[0], ["b"] = row[1] };
            double expected = printed.Evaluate(point);
            Assert.Equal(0, (double.Parse(prediction, CultureInfo.InvariantCulture) - expected) / expected, 1e-12);
            Assert.Equal(0, (read.Evaluate(point) - expected) / expected, 1e-12);
        }
    }

    [Fact]
    public void The_report_is_one_well_formed_page_that_loads_nothing()
    {
        using var folder = new WorkFolder();
        CommandRun run = Discover(folder, WriteProduct(folder, header: "\"a<b\",\"b & \"\"c\"\"\",c,y"));
        Assert.Equal(0, run.Code);
        string page = File.ReadAllText(folder["out/report.html"]);
        Assert.Contains("a&lt;b", page);
        Assert.Contains("b &amp; &quot;c&quot;", page);
        Assert.Contains("input, not needed by the formula", page);
        Assert.Contains("prefers-color-scheme:dark", page);
        Assert.DoesNotContain("href=", page);
        Assert.DoesNotContain("src=", page);
        // Void elements apart, the page is XML: every piece of it is closed.
        XDocument.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_files_but_for_the_time_it_took()
    {
        using var folder = new WorkFolder();
        string data = WriteProduct(folder);
        Assert.Equal(0, Discover(folder, data, "--seed", "5").Code);
        string first = File.ReadAllText(folder["out/pareto.csv"]);
        Assert.Equal(0, Discover(folder, data, "--seed", "5").Code);
        Assert.Equal(first, File.ReadAllText(folder["out/pareto.csv"]));
    }

    [Fact]
    public void A_test_file_tells_the_error()
    {
        using var folder = new WorkFolder();
        string test = WriteProduct(folder, rows: 20, name: "test.csv");
        File.WriteAllText(test, File.ReadAllText(test).Replace("y\n", "y\n0.1,0.1,0,7\n"));
        CommandRun run = Discover(folder, WriteProduct(folder), "--test", test);
        Assert.Equal(0, run.Code);
        Assert.Equal((7 - 0.025) / Math.Sqrt(21), run.Json.GetProperty("test_rmse").GetDouble(), 1e-9);
        Assert.Contains("leave one of them out", Discover(folder, WriteProduct(folder), "--test", test, "--test-fraction", "0.1").Json.GetProperty("error").GetString());
    }

    [Fact]
    public void Only_the_named_functions_appear()
    {
        using var folder = new WorkFolder();
        CommandRun run = Discover(folder, folder.WriteWaves(), "--lib", "x,x^2", "--time-limit", "2");
        Assert.Equal(0, run.Code);
        Assert.DoesNotContain("sin", run.Json.GetProperty("pareto").ToString());
        Assert.Contains("Did you mean 'sin'?", Discover(folder, folder["data.csv"], "--lib", "x,sinn").Json.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("--target a,y", "names 2 columns", "one at a time")]
    [InlineData("--target z", "no column 'z'")]
    [InlineData("--target y --max-complexity 0", "'0' is no value for --max-complexity")]
    [InlineData("--target y --time-limit -3", "'-3' is no value for --time-limit")]
    [InlineData("--target y --lib ,", "--lib ',' names no function")]
    [InlineData("--target y --lib ", "--lib '' names no function")]
    [InlineData("--target y --forbid ", "--forbid '' says nothing; write it like --forbid sin(sin),exp(log), or leave it out")]
    [InlineData("--target y --complexity ,", "--complexity ',' says nothing")]
    [InlineData("--target y --complexity sin=2,sin=3", "--complexity gives two numbers for 'sin'")]
    [InlineData("--target y --units ,", "--units ',' names no column")]
    [InlineData("--target y --test-fraction 1", "'1' is no value for --test-fraction")]
    [InlineData("--target y --exclude a,b,c", "no usable input")]
    [InlineData("--target y --test absent.csv", "no file absent.csv")]
    public void What_does_not_fit_is_an_error_and_leaves_nothing(string options, params string[] expected)
    {
        using var folder = new WorkFolder();
        Fails(folder, [WriteProduct(folder), .. options.Split(' '), "--out-dir", folder["new/out"]], expected);
    }

    [Fact]
    public void Labels_as_the_target_are_sent_to_fit()
    {
        using var folder = new WorkFolder();
        Fails(folder, [folder.WriteClasses(), "--target", "sign", "--out-dir", folder["out"]], "holds text", "formulas for numbers", "kan fit");
    }

    [Fact]
    public void A_folder_that_cannot_be_is_an_error()
    {
        using var folder = new WorkFolder();
        string data = WriteProduct(folder);
        Fails(folder, [data, "--target", "y", "--out-dir", data], "is a file");
        Fails(folder, [data, "--target", "y", "--out-dir", Path.Combine(data, "deeper")], "is a file");
        File.Move(data, folder["pareto.csv"]);
        Fails(folder, [folder["pareto.csv"], "--target", "y", "--out-dir", folder[""]], "is the data itself");
    }

    [Fact]
    public void What_else_is_in_the_folder_stays()
    {
        using var folder = new WorkFolder();
        Directory.CreateDirectory(folder["out"]);
        folder.Write("out/notes.txt", "mine");
        folder.Write("out/formula.txt", "old");
        Assert.Equal(0, Discover(folder, WriteProduct(folder)).Code);
        Assert.Equal("mine", File.ReadAllText(folder["out/notes.txt"]));
        Assert.NotEqual("old", File.ReadAllText(folder["out/formula.txt"]));
        Assert.Equal(Written.Length + 1, Directory.GetFileSystemEntries(folder["out"]).Length);
    }

    [Fact]
    public void A_failure_while_writing_leaves_the_old_files()
    {
        using var folder = new WorkFolder();
        Directory.CreateDirectory(folder["out"]);
        folder.Write("out/b", "old");
        var output = new OutputFolder(folder["out"], ["b", "no/such"]);
        Assert.Throws<KanSharpException>(() => output.Write(new Dictionary<string, byte[]> { ["b"] = [1], ["no/such"] = [2] }));
        Assert.Equal("old", File.ReadAllText(folder["out/b"]));
        Assert.Equal(["out", Path.Combine("out", "b")], folder.Names);
    }

    [Fact]
    public void Columns_at_the_ends_of_the_range_of_numbers_just_work()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("d.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(100).Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0] * 1e300:R},{row[1] * 1e-300:R},{row[0] + 2 * row[1]:R}\n"))));
        CommandRun run = Discover(folder, data);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.InRange(run.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-12);
    }

    [Fact]
    public void A_law_of_values_of_1e300_is_found_written_and_read_back()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("d.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(200).Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0] * 1e300:R},{row[1]:R},{Math.Exp(row[0]) * row[1] * 1e300:R}\n"))));
        CommandRun run = Discover(folder, data);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.InRange(run.Json.GetProperty("test_rmse").GetDouble(), 0, 1e286);
        Assert.DoesNotContain("better than a constant", run.Output);
        foreach (string file in (string[])["out/report.html", "out/pareto.csv", "out/diagram.svg"])
            Assert.DoesNotContain("NaN", File.ReadAllText(folder[file]));
        CommandRun evaluation = CommandRun.Of("evaluate", folder["out/model.kan"], data, "--json");
        Assert.InRange(evaluation.Json.GetProperty("test_rmse").GetDouble(), 0, 1e290);
    }

    [Fact]
    public void A_time_limit_that_cuts_in_is_told()
    {
        using var folder = new WorkFolder();
        CommandRun run = Discover(folder, WriteMixture(folder, rows: 1500), "--time-limit", "0.1");
        Assert.Equal(0, run.Code);
        Assert.Equal("time_limit", run.Json.GetProperty("stop_reason").GetString());
        Assert.Contains("another run may give another result", run.Json.GetProperty("warnings").ToString());
        Assert.StartsWith("Time", run.Json.GetProperty("limit").GetString());
    }

    [Fact]
    public void What_keeps_the_error_up_is_told_rounding_the_functions_the_rows_or_noise()
    {
        using var folder = new WorkFolder();
        Assert.StartsWith("None: the error is rounding", Limit(60, (a, b) => 2.5 * a * b));
        string limited = Limit(60, (a, b) => Math.Sin(3 * a) + b, "--lib", "x", "--max-complexity", "9");
        Assert.StartsWith("The limits given: a network with free curves has an error of", limited);
        Assert.Contains("no better formula within --lib x --max-complexity 9 was found. Widen these limits", limited);
        Assert.StartsWith("The rows: 6 to fit are too few", Limit(10, (a, b) => Math.Sin(3 * a) + b));
        int row = 0;
        string noise = Limit(30, (_, _) => Math.Sin(1e3 * ++row * row));
        Assert.StartsWith("Noise or rows: no network with free curves did clearly better", noise);
        Assert.Contains(noise, File.ReadAllText(folder["out/report.html"]));

        string Limit(int rows, Func<double, double, double> law, params string[] options)
        {
            CommandRun run = Discover(folder, folder.Write("d.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(rows).Select(row =>
                string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{law(row[0], row[1]):R}\n")))), options);
            Assert.True(run.Code == 0, run.Output + run.Error);
            return run.Json.GetProperty("limit").GetString()!;
        }
    }

    [Fact]
    public void Stopped_before_there_is_a_formula_nothing_is_written()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of(null, new CancellationToken(canceled: true), "discover", WriteProduct(folder), "--target", "y", "--out-dir", folder["out"]);
        Assert.Equal(ExitCode.Cancelled, run.Code);
        Assert.Equal(["data.csv"], folder.Names);
    }

    [Fact]
    public void Stopped_later_the_best_so_far_is_written()
    {
        using var folder = new WorkFolder();
        string data = WriteMixture(folder, rows: 120);
        using var cancellation = new CancellationTokenSource();
        var output = new StringWriter();
        var error = new StopAt("round 2", cancellation);
        int code = KanApp.Run(["discover", data, "--target", "y", "--out-dir", folder["out"], "--json"], new Session(output, error, onTerminal: false, cancellation.Token, new HurriedClock()));
        Assert.True(code == ExitCode.Cancelled, output.ToString() + error);
        Assert.Equal("cancelled", JsonDocument.Parse(output.ToString()).RootElement.GetProperty("stop_reason").GetString());
        Assert.True(File.Exists(folder["out/model.kan"]));
    }

    /// <summary>A law that nothing in the first round writes exactly, however fast the machine.</summary>
    private static string WriteMixture(WorkFolder folder, int rows) =>
        folder.Write("data.csv", "a,b,y\n" + string.Concat(WorkFolder.Rows(rows).Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{Math.Sin(3 * row[0] * row[1]) + Math.Tanh(4 * row[0]) / (2 + row[1]):R}\n"))));

    private static void Fails(WorkFolder folder, string[] arguments, params string[] expected)
    {
        string[] before = folder.Names;
        CommandRun run = CommandRun.Of(["discover", .. arguments, "--json"]);
        Assert.True(run.Code == ExitCode.UserInput, run.Output + run.Error);
        Assert.All(expected, text => Assert.Contains(text, run.Json.GetProperty("error").GetString()));
        Assert.Equal(before, folder.Names);
    }
}
