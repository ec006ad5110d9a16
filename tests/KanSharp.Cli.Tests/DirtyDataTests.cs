using System.Globalization;
using System.Text.Json;
using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

/// <summary>Tables as they come: whatever is in them, the answer is sensible or says what is wrong.</summary>
public sealed class DirtyDataTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly Random _random = new(5);

    public void Dispose() => _folder.Dispose();

    private double Uniform() => 2 * _random.NextDouble() - 1;

    private string Write(string header, int rows, Func<int, double[]> row) =>
        _folder.Write("d.csv", header + "\n" + string.Concat(Enumerable.Range(0, rows).Select(i => string.Join(',', row(i).Select(value => value.ToString("R", CultureInfo.InvariantCulture))) + "\n")));

    private CommandRun Discover(params string[] options) => Done(["discover", _folder["d.csv"], "--target", "y", "--out-dir", _folder["out"], "--json", .. options]);

    private CommandRun Fit(params string[] options) => Done(["fit", _folder["d.csv"], "--target", "y", "--out", _folder["m.kan"], "--json", .. options]);

    /// <summary>Whatever is written is a number.</summary>
    private static CommandRun Done(string[] arguments)
    {
        CommandRun run = CommandRun.Of(arguments);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Equal(JsonValueKind.Number, run.Json.GetProperty("test_rmse").ValueKind);
        return run;
    }

    [Fact]
    public void Outliers_at_a_hundred_sigma_are_named_and_left_out_where_huber_is_asked_for()
    {
        Write("a,b,y", 300, i => (Uniform(), Uniform()) is var (a, b) ? [a, b, 2.5 * a * b + a + (i % 100 == 7 ? 140 : 0)] : []);
        CommandRun robust = Discover("--loss", "huber");
        Assert.Contains("3 of 300 rows are outliers", robust.Error);
        Assert.Contains("rows 8, 108, 208", robust.Error);
        Assert.InRange(robust.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-12);
        Assert.Contains("--loss huber", Fit("--width", "2,3,1", "--grid", "3", "--lamb", "0").Error);
        Assert.DoesNotContain("--loss huber", Fit("--width", "2,3,1", "--grid", "3", "--lamb", "0", "--loss", "huber").Error);
    }

    [Fact]
    public void Noise_has_no_outliers()
    {
        Write("a,b,y", 200, _ => (Uniform(), Uniform()) is var (a, b) ? [a, b, a + b * b + 0.3 * Uniform()] : []);
        Assert.Contains("No row is an outlier", Discover("--loss", "huber", "--time-limit", "3").Error);
        Assert.DoesNotContain("--loss huber", Fit("--width", "2,1", "--grid", "3", "--lamb", "0").Error);
    }

    [Fact]
    public void Of_a_hundred_columns_the_two_that_count_are_found()
    {
        Write(string.Join(',', Enumerable.Range(0, 100).Select(j => $"c{j}")) + ",y", 150, _ => Enumerable.Range(0, 100).Select(_ => Uniform()).ToArray() is var x ? [.. x, 3 * x[7] + x[42] * x[42]] : []);
        CommandRun run = Discover();
        Assert.InRange(run.Json.GetProperty("test_rmse").GetDouble(), 0, 1e-12);
        Assert.Contains("c42^2", run.Json.GetProperty("formula").GetString());
    }

    [Fact]
    public void A_table_of_copies_gives_what_its_rows_give_once()
    {
        double[][] rows = [.. Enumerable.Range(0, 40).Select(_ => (Uniform(), Uniform()) is var (a, b) ? (double[])[a, b, a * b + 0.1 * Uniform()] : [])];
        JsonElement[] results = [.. new[] { 40, 200 }.SelectMany(count =>
        {
            Write("a,b,y", count, i => rows[i % 40]);
            CommandRun fit = Fit("--width", "2,1", "--grid", "3", "--lamb", "0");
            Assert.Equal(count > 40, fit.Error.Contains("160 of 200 rows repeat others"));
            return new[] { fit.Json, Discover("--max-complexity", "7").Json };
        })];
        Assert.Equal(results[0].GetProperty("test_rmse").GetDouble(), results[2].GetProperty("test_rmse").GetDouble());
        Assert.Equal(results[1].GetProperty("formula").GetString(), results[3].GetProperty("formula").GetString());
        // Kinds stand there more than once by nature.
        Write("a,b,y", 120, i => [i % 2, i % 3, i % 2 * (i % 3)]);
        Assert.DoesNotContain("repeat", Fit("--width", "2,1", "--grid", "3", "--lamb", "0").Error);
    }

    [Fact]
    public void Dates_as_seconds_flags_and_columns_that_repeat_others_do_no_harm()
    {
        Write("t,z,x,x2,y", 200, i => (1.7e9 + 86400.0 * i, i % 2, Uniform()) is var (t, z, x) ? [t, z, x, x, (t - 1.7e9) / 1e7 + z + x * x] : []);
        CommandRun run = Discover();
        Assert.InRange(run.Json.GetProperty("r2").GetDouble(), 1 - 1e-12, 1);
        Assert.Contains("Column 'x2' repeats column 'x'", run.Error);
        Assert.InRange(Fit("--width", "3,1", "--grid", "3", "--lamb", "0").Json.GetProperty("r2").GetDouble(), 0.9999, 1);
    }
}
