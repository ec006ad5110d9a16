using System.Text.Json;
using KanSharp.Cli.Commands;
using KanSharp.Cli.Tests.Support;
using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Tests;

public class BenchRecoveryTests
{
    private static readonly Relay<ProgressStep> s_unheard = new(_ => { });

    [Fact]
    public void Cases_are_chosen_by_a_part_of_their_name_and_counted()
    {
        CommandRun run = CommandRun.Of("bench", "recovery", "--only", "kink, 40", "x1*x2, 2,[0,1]", "--runs", "2", "--json");
        Assert.Equal(0, run.Code);
        JsonElement[] cases = [.. JsonDocument.Parse(run.Output).RootElement.GetProperty("cases").EnumerateArray()];
        Assert.Equal(["x1*x2, 2,[0,1],1", "kink, 40 intervals"], cases.Select(item => item.GetProperty("name").GetString()));
        Assert.All(cases, item => Assert.Equal((2, 2), (item.GetProperty("runs").GetInt32(), item.GetProperty("found").GetInt32())));
    }

    [Fact]
    public void Beyond_the_range_pruned_nets_err_at_most_half_as_much_with_linear_edges_as_with_zero_ones()
    {
        CommandRun run = CommandRun.Of("bench", "recovery", "--only", "pruned, linear", "--runs", "5", "--json");
        JsonElement only = Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("cases").EnumerateArray());
        Assert.Equal(("hello, pruned, linear beyond the range", 0.5, 5), (only.GetProperty("name").GetString(), only.GetProperty("bound").GetDouble(), only.GetProperty("found").GetInt32()));
        Assert.InRange(only.GetProperty("median_error").GetDouble(), 0.1, 0.5);
    }

    [Fact]
    public void A_text_that_no_case_has_is_refused_and_so_are_parts_of_benchmarks_that_have_none()
    {
        Assert.Contains("hello, 5 % noise, discover", CommandRun.Of("bench", "recovery", "--only", "jmup").Error);
        Assert.Contains("leave --only out", CommandRun.Of("bench", "digits", "--only", "jump").Error);
    }

    [Fact]
    public void Stopped_it_tells_what_became_of_the_runs_that_were_finished()
    {
        using var stop = new CancellationTokenSource();
        var bench = new BenchRecovery(new Session(TextWriter.Null, TextWriter.Null, onTerminal: false, stop.Token), runs: 3);
        BenchRecovery.Result[] results = bench.Run([new("first", 1, (_, _) => 0.5), new("second", 1, (seed, _) =>
        {
            if (seed == 3)
                stop.Cancel();
            return 2 * seed - 2;
        }), new("third", 1, (_, _) => 0)], s_unheard);
        Assert.Equal(["first", "second"], results.Select(result => result.Name));
        Assert.Equal([0, 2], results[1].Errors);
        Assert.Equal((3, 1), (results[0].Found, results[1].Found));
        Assert.Throws<OperationCanceledException>(() => bench.Run([new("first", 1, (_, _) => 0)], s_unheard));
    }

    [Fact]
    public void Stopped_accuracy_keeps_the_curves_of_the_starts_that_were_finished()
    {
        using var stop = new CancellationTokenSource();
        var curves = new BenchAccuracy(new Session(TextWriter.Null, TextWriter.Null, onTerminal: false, stop.Token), starts: 5).Run(new Relay<ProgressStep>(_ => stop.Cancel()));
        Assert.Equal(1UL, Assert.Single(curves).Seed);
    }

    [Theory]
    [InlineData("2.1*cos(x1) + 0.37*x2^2", true)]
    [InlineData("2*cos(x1 + 1/100) + pi/8*x2^2", true)]
    [InlineData("2*cos(x1) + 0.4*x2^4", false)]
    [InlineData("2*cos(x1) + 0.4*x2", false)]
    public void In_few_rows_a_formula_has_the_form_of_the_law_if_constants_of_it_make_it_the_law(string formula, bool found)
    {
        var random = new SeededRandom(4);
        Matrix inputs = new(200, 2), targets = new(200, 1);
        foreach (ref double x in inputs.Values)
            x = random.NextDouble(-2, 2);
        new FormulaProgram(Expression.Parse("2*cos(x1) + 0.4*x2^2"), ["x1", "x2"]).Evaluate(inputs, targets.Column(0));
        Assert.Equal(found, FewRowsCase.HasForm(Expression.Parse(formula), ["x1", "x2"], new Dataset(inputs, targets)));
    }

    [Theory]
    [InlineData("exp(sin(pi*x1) + x2^2)", true)]
    [InlineData("exp(1.0001*sin(pi*x1) + x2^2)", true)]
    [InlineData("exp(sin(3.1416*x1) + 0.9999*x2^2)", true)]
    [InlineData("exp(1.2*sin(pi*x1) + x2^2)", false)]
    [InlineData("exp(sin(pi*x1) + x2^2) - 0.001", false)]
    [InlineData("exp(sin(pi*x1) + x2^4)", false)]
    public void Under_noise_the_form_must_be_the_true_one_and_constants_within_three_standard_errors(string formula, bool found)
    {
        Dataset data = HelloBenchmark.Data(1);
        var random = new SeededRandom(2);
        Matrix targets = data.Targets.Clone();
        foreach (ref double y in targets.Column(0))
            y += 0.01 * random.NextGaussian();
        double deviation = RecoveryCase.Deviation(Expression.Parse(formula), Expression.Parse("exp(x2^2 + sin(pi*x1))"), new Dataset(data.Inputs, targets));
        Assert.Equal(found, deviation <= 3);
    }
}
