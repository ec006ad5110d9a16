using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class FormulaSearchTests
{
    private static readonly string[] Names = ["x1", "x2", "x3", "x4"];

    [Fact]
    public void The_law_behind_the_hello_data_comes_out_exactly()
    {
        DiscoveryResult result = Search(2, v => Math.Exp(Math.Sin(Math.PI * v[0]) + v[1] * v[1]), -1, 1, rows: 500);
        Assert.Equal("exp(x2^2 + sin(pi*x1))", result.Recommended.Formula.ToText());
        Assert.Equal(DiscoveryStop.TargetReached, result.Stop);
    }

    [Fact]
    public void A_product_comes_out_as_a_product() =>
        Assert.Equal("x1*x2", Search(2, v => v[0] * v[1], -1, 1).Recommended.Formula.ToText());

    [Theory]
    [InlineData("2*x1*(1 - cos(x2*x3))", 0, 1)]
    [InlineData("x1*x2/((x3 - x4)^2 + 1)", -1, 1)]
    [InlineData("3*x1*sin(2*x2)/(x3*x4^3)", 0.5, 2)]
    [InlineData("x1/x2^5/(exp(x3/(x2*x4)) - 1)", 0.5, 2)]
    [InlineData("x1*x2^2/(x3*sqrt(9 - x2^2/x4^2))", 0.8, 1.5)]
    [InlineData("x1*x2 + x2*x3 - 2*x3*x4", -1, 1)]
    [InlineData("x1*(x2 + x3*sin(2*x4))", -1, 1)]
    public void Laws_of_several_inputs_are_found_among_products_quotients_and_combined_inputs(string law, double low, double high)
    {
        Expression expected = Expression.Parse(law, Names);
        string[] names = [.. Names.Where(expected.Variables.Contains)];
        DiscoveryResult result = Search(names.Length, v => expected.Evaluate(names.Zip(v).ToDictionary(pair => pair.First, pair => pair.Second)), low, high);
        (Dataset fresh, _) = Data(names.Length, _ => 0, low, high, 100);
        double[] found = new double[fresh.Count], wanted = new double[fresh.Count];
        new FormulaProgram(result.Recommended.Formula, names).Evaluate(fresh.Inputs, found);
        new FormulaProgram(expected, names).Evaluate(fresh.Inputs, wanted);
        for (int row = 0; row < found.Length; row++)
            Assert.Equal(wanted[row], found[row], 1e-9);
    }

    [Fact]
    public void A_jump_is_a_sign_at_the_roundest_place_between_its_rows() =>
        Assert.Equal("1 - sgn(x1 - 3/10)", Search(1, v => v[0] <= 0.3 ? 2 : 0, -1, 1).Recommended.Formula.ToText());

    [Theory]
    [InlineData("x1/2 + abs(x1 - 1/4)/2")]
    [InlineData("sin(4*(x1 + abs(x1 - 1/4)))")]
    public void Kinks_are_absolute_values(string law)
    {
        Expression expected = Expression.Parse(law, Names);
        string[] names = [.. Names.Where(expected.Variables.Contains)];
        FormulaCandidate found = Search(names.Length, v => expected.Evaluate(names.Zip(v).ToDictionary(pair => pair.First, pair => pair.Second)), -1, 1, rows: 600).Recommended;
        Assert.InRange(found.ValidationRmse, 0, 1e-12);
        Assert.Contains("abs(x1 - 1/4)", found.Formula.ToText());
    }

    [Fact]
    public void A_column_that_does_not_matter_drops_out() =>
        Assert.Equal(["x1", "x2"], Search(3, v => Math.Sin(2 * v[0]) + v[1] * v[1], -1, 1).Recommended.Formula.Variables);

    [Fact]
    public void Noise_does_not_grow_a_monster()
    {
        var random = new SeededRandom(9);
        DiscoveryResult result = Search(2, v => 3 * v[0] * v[0] + v[1] + 0.1 * random.NextGaussian(), -1, 1, rows: 500);
        Assert.InRange(result.Recommended.Complexity, 5, 9);
        Assert.InRange(result.Recommended.ValidationRmse, 0.08, 0.115);
    }

    [Fact]
    public void Every_network_computes_its_formula_on_noisy_data_too()
    {
        var random = new SeededRandom(9);
        (Dataset training, Dataset validation) = Data(2, v => 300 * v[0] * v[0] + 40 * Math.Sin(3.3 * v[1]) + random.NextGaussian(), -1, 1, 400);
        foreach (ref double value in training.Inputs.Column(0))
            value = 1.7e9 + 1e5 * value;
        foreach (ref double value in validation.Inputs.Column(0))
            value = 1.7e9 + 1e5 * value;
        DiscoveryResult result = FormulaSearch.Run(training, validation, ["time", "x2"], "height");
        Assert.Null(result.CompilationFailure);
        Assert.InRange(result.Recommended.ValidationRmse, 0.5, 2);
        Assert.Same(result.Recommended.Model, result.Model);
        Assert.Contains(result.Recommended, result.Pareto);
        foreach (FormulaCandidate candidate in result.Pareto)
        {
            KanModel model = candidate.Model!;
            Assert.Equal(["time", "x2", "height"], [.. model.Info.InputNames, .. model.Info.OutputNames]);
            Assert.Equal($"compiled from {candidate.Formula.ToText()}", model.Info.History[^1]);
            double[] expected = Values(candidate.Formula, validation.Inputs), read = Values(model.ToFormulas()[0], validation.Inputs);
            ReadOnlySpan<double> predicted = model.Predict(validation.Inputs).Values.Column(0);
            for (int row = 0; row < expected.Length; row++)
            {
                Assert.True(Math.Abs(predicted[row] - expected[row]) <= 1e-12 * Math.Abs(expected[row]), $"{candidate.Formula}, row {row}: {predicted[row]:R}, expected {expected[row]:R}");
                Assert.True(Math.Abs(read[row] - expected[row]) <= 1e-12 * Math.Abs(expected[row]), $"{candidate.Formula} read back, row {row}: {read[row]:R}, expected {expected[row]:R}");
            }
        }
        KnotGrid grid = result.Model.Layers[0].Grids[0];
        double scale = result.Model.Info.InputScaling.Scales[0];
        Assert.Equal((training.Inputs.Column(0).ToArray().Min(), training.Inputs.Column(0).ToArray().Max()), (scale * grid.Start, scale * grid.End));

        static double[] Values(Expression formula, Matrix x)
        {
            double[] values = new double[x.Rows];
            new FormulaProgram(formula, ["time", "x2"]).Evaluate(x, values);
            return values;
        }
    }

    [Fact]
    public void A_formula_that_no_network_computes_keeps_the_one_it_was_read_from()
    {
        KanModel read = FormulaCompiler.Compile("x");
        Expression formula = Expression.Parse("(-2)^x");
        var candidate = new FormulaCandidate(formula, formula.Complexity, 0, 0, read);
        Matrix rows = Matrix.FromRows([[1], [2]]);
        FormulaCandidate compiled = Assert.Single(FormulaModels.Compile([candidate], read.Info, rows));
        Assert.Same(read, compiled.Model);
        Assert.Contains("(-2)^x", FormulaModels.FailureOf(compiled, rows));
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        DiscoveryResult one = Search(2, v => v[0] / (1 + v[1]), 1, 3, threads: 1), two = Search(2, v => v[0] / (1 + v[1]), 1, 3, threads: 2);
        Assert.Equal(one.Pareto.Select(c => (c.Formula.ToText(), c.ValidationRmse)), two.Pareto.Select(c => (c.Formula.ToText(), c.ValidationRmse)));
    }

    [Fact]
    public void A_search_cut_short_still_returns_something_and_says_so()
    {
        using var deadline = new CancellationTokenSource();
        deadline.Cancel();
        (Dataset training, Dataset validation) = Data(2, v => v[0], -1, 1, 100);
        DiscoveryResult result = FormulaSearch.Run(training, validation, Names[..2], options: new DiscoveryOptions { Deadline = deadline.Token });
        Assert.Equal(DiscoveryStop.Deadline, result.Stop);
        Assert.NotEmpty(result.Pareto);
    }

    [Fact]
    public void A_formula_is_never_above_the_complexity_allowed()
    {
        (Dataset training, Dataset validation) = Data(2, v => Math.Exp(v[0]) + v[1] * v[1], -1, 1, 200);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        DiscoveryResult result = FormulaSearch.Run(training, validation, Names[..2], options: new DiscoveryOptions { MaxComplexity = 4, Deadline = deadline.Token });
        Assert.All(result.Pareto, candidate => Assert.True(candidate.Complexity <= 4));
    }

    [Theory]
    [InlineData("x1*x2/x3^2", 1, 3, "x,x^2")]
    [InlineData("2*pi*sqrt(x1/x2)", 1, 10, "x,x^2,exp")]
    [InlineData("abs(x1 + 0.37) + x2^3", -1, 1, "x,x^2,x^3")]
    [InlineData("arcsin(x1*sin(x2))", 0.1, 0.9, "x,sin")]
    [InlineData("x1*exp(-x2^2/2)", -2, 2, "x,gaussian")]
    [InlineData("x1/(1 + x2)", 1, 2, "x,exp")]
    public void Only_functions_of_the_library_appear_in_any_row(string law, double low, double high, string library)
    {
        Expression expected = Expression.Parse(law, Names);
        string[] names = [.. Names.Where(expected.Variables.Contains)];
        (Dataset training, Dataset validation) = Data(names.Length, v => expected.Evaluate(names.Zip(v).ToDictionary(pair => pair.First, pair => pair.Second)), low, high, 150);
        var options = new DiscoveryOptions { Library = SymbolicLibrary.Default.Select(library.Split(',')), MaxRounds = 1 };
        DiscoveryResult result = FormulaSearch.Run(training, validation, names, options: options);
        Assert.All(result.Pareto, candidate => Assert.True(options.Library.Covers(candidate.Formula), candidate.Formula.ToText()));
        Assert.InRange(result.Recommended.ValidationRmse, 0, 0.5 * result.Pareto[0].ValidationRmse);
    }

    [Fact]
    public void Parts_of_a_law_beyond_the_limits_are_found_within_them()
    {
        (Dataset training, Dataset validation) = Data(3, v => v[0] * v[0] * v[1] / v[2], 0.5, 4, 150);
        DiscoveryResult whole = FormulaSearch.Run(training, validation, Names[..3]);
        Assert.Equal(0, whole.Recommended.ValidationRmse, 1e-13);
        DiscoveryResult limited = FormulaSearch.Run(training, validation, Names[..3], options: new DiscoveryOptions { MaxComplexity = 5, MaxRounds = 1 });
        foreach (FormulaCandidate candidate in whole.Pareto.Where(candidate => candidate.Complexity <= 5))
            Assert.Contains(limited.Pareto, other => other.Complexity <= candidate.Complexity && other.ValidationRmse <= candidate.ValidationRmse);
        Assert.InRange(limited.Pareto.Length, 2, 100);
    }

    [Fact]
    public void Without_rounds_the_formulas_to_begin_with_are_the_table_as_they_are()
    {
        (Dataset training, Dataset validation) = Data(2, v => v[0] + 0.1 * v[1], -1, 1, 100);
        Expression[] table = [new Constant(-0.42355), Expression.Parse("0.9*x1"), Expression.Parse("x1 + 0.3*x2 + 0.001"), Expression.Parse("x1 + 0.5*x2^2 - 1")];
        DiscoveryResult result = FormulaSearch.Run(training, validation, Names[..2], options: new DiscoveryOptions { Start = [.. table], MaxRounds = 0 });
        Assert.Equal(table, result.Pareto.Select(candidate => candidate.Formula));
        // With its constants fitted to the others, it is exact on each part of the rows.
        Assert.Equal(table[2], result.Recommended.Formula);
        Assert.All(result.Pareto, candidate => Assert.Equal(FormulaFit.Rmse(candidate.Formula, Names[..2], validation.Inputs, validation.Targets.Column(0)), candidate.ValidationRmse));
        Assert.Equal(0, result.NetworksTrained);
    }

    [Fact]
    public void A_search_that_goes_on_is_at_no_complexity_worse_than_what_it_began_with()
    {
        var random = new SeededRandom(7);
        (Dataset training, Dataset validation) = Data(2, v => Math.Exp(v[0]) * Math.Sin(2 * v[1]) - 0.2 + 0.3 * random.NextGaussian(), -1, 1, 120);
        Expression[] start = [.. FormulaSearch.Run(training, validation, Names[..2], options: new DiscoveryOptions { MaxRounds = 1 }).Pareto.Select(candidate => candidate.Formula), Expression.Parse("0.123456*x1 - 0.2345")];
        DiscoveryResult on = FormulaSearch.Run(training, validation, Names[..2], options: new DiscoveryOptions { Start = [.. start], MaxRounds = 1, SearchesBefore = 1 });
        // The table ends where nothing is better than the recommended formula.
        foreach (Expression formula in start.Where(formula => formula.Complexity <= on.Recommended.Complexity))
        {
            double error = FormulaFit.Rmse(formula, Names[..2], validation.Inputs, validation.Targets.Column(0));
            Assert.Contains(on.Pareto, candidate => candidate.Complexity <= formula.Complexity && candidate.ValidationRmse <= error);
        }
    }

    [Theory]
    [InlineData(1e300, 1, 1, "(1e-300*x1)^2")]
    [InlineData(1e-300, 1, 1, "(1e300*x1)^2")]
    [InlineData(1e300, 1, 1e300, "1e300*x2*exp(1e-300*x1)")]
    [InlineData(1, 1e-300, 1e-300, "x2*exp(x1)")]
    [InlineData(1e200, 1e-200, 1, "x1*x2")]
    public void Laws_of_values_at_the_ends_of_the_range_of_numbers_are_found(double first, double second, double size, string law)
    {
        Expression formula = Expression.Parse(law);
        (Dataset training, Dataset validation) = Data(2, _ => 0, -1, 1, 250);
        foreach (Dataset data in (Dataset[])[training, validation])
        {
            foreach (ref double x in data.Inputs.Column(0))
                x *= first;
            foreach (ref double x in data.Inputs.Column(1))
                x *= second;
            new FormulaProgram(formula, Names[..2]).Evaluate(data.Inputs, data.Targets.Column(0));
        }
        DiscoveryResult result = FormulaSearch.Run(training, validation, Names[..2]);
        Assert.InRange(result.Recommended.ValidationRmse, 0, 1e-14 * size);
        Assert.InRange(FormulaFit.Rmse(result.Recommended.Formula, Names[..2], training.Inputs, training.Targets.Column(0)), 0, 1e-14 * size);
        Assert.Equal(law, result.Recommended.Formula.ToText(12));
        Assert.InRange(Metrics.Measure(result.Model, validation).Rmse, 0, 1e-9 * size);
    }

    private static DiscoveryResult Search(int inputs, Func<double[], double> law, double low, double high, int rows = 250, int threads = 2)
    {
        (Dataset training, Dataset validation) = Data(inputs, law, low, high, rows);
        return FormulaSearch.Run(training, validation, Names[..inputs], options: new DiscoveryOptions { Threads = threads });
    }

    private static (Dataset Training, Dataset Validation) Data(int inputs, Func<double[], double> law, double low, double high, int rows)
    {
        var random = new SeededRandom(4);
        var x = new Matrix(rows, inputs);
        foreach (ref double value in x.Values)
            value = random.NextDouble(low, high);
        var y = new Matrix(rows, 1);
        for (int row = 0; row < rows; row++)
            y[row, 0] = law([.. Enumerable.Range(0, inputs).Select(i => x[row, i])]);
        return new Dataset(x, y).Split(0.2, 1);
    }
}
