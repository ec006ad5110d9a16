using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Formulas;

namespace KanSharp.Tests.Interpretation;

public class FormulaCompilerTests
{
    private static readonly string[] s_names = ["x", "y", "z"];

    /// <summary>Points that random formulas are likely to be defined at.</summary>
    private static readonly Matrix s_points = Matrix.FromRows([[0.3, 0.7, 1.9], [1.2, 0.4, 0.6], [2.5, 1.1, 0.8], [0.9, 3.2, 1.4], [-0.6, 0.5, -1.3], [1.7, -2.1, 0.2]]);

    private static readonly Matrix s_nearby = Matrix.FromColumns([.. Enumerable.Range(0, 3).Select(i => s_points.Column(i).ToArray().Select(x => x * (1 + 1e-13 * (1 + i * i))).ToArray())]);

    [Theory]
    [InlineData("exp(sin(pi*x1) + x2^2)", "2,1,1")]
    [InlineData("x1", "1,1")]
    [InlineData("3*x1 + 2*x2 - 5", "2,1")]
    [InlineData("2*sin(3*x1 + 1) - 4", "1,1")]
    [InlineData("x1*x2", "2,[0,1]")]
    [InlineData("2.5*x1*x2/x3^2 + 1", "3,[0,1:3]")]
    [InlineData("exp(-2*(x1 - 1)^2)", "1,1")]
    [InlineData("x1 + 2*(x2 - 4*x3)", "3,1")]
    [InlineData("x1 + sin(x1)", "1,2,1")]
    [InlineData("x1*x2*exp(x3 + sin(x4))", "4,[1,1],[0,1]")]
    [InlineData("sin(x1 + x2)*(x1 + x2)", "2,1,[0,1]")]
    [InlineData("sqrt(x1*x2) + 1/(x1*x2)", "2,[0,2],1")]
    [InlineData("x1^2.5", "1,[0,1]")]
    [InlineData("x1^10", "1,1,1")]
    [InlineData("x1^0.3", "1,1,1")]
    [InlineData("2^x1", "1,1")]
    [InlineData("x1^x2", "2,[0,1],1")]
    [InlineData("sinh(x1) + arccosh(cosh(x2))", "2,2,1")]
    public void A_formula_becomes_a_small_network(string formula, string shape)
    {
        string[] inputs = [.. Expression.Parse(formula).Variables];
        KanModel model = FormulaCompiler.Compile(formula, inputs);
        Assert.Equal(shape, model.Shape);
        Matrix x = Random(100, inputs.Length, 0.5, 2, 1);
        AssertAgree(Values(Expression.Parse(formula), inputs, x), model.Predict(x).Values.Column(0));
        AssertAgree(Values(Expression.Parse(formula), inputs, x), Values(model.ToFormulas()[0], inputs, x));
    }

    [Property(MaxTest = 300, Replay = RandomExpressions.Seed)]
    public Property Any_formula_is_compiled_to_itself_or_refused() => Prop.ForAll(Arb.From(RandomExpressions.Plain()), formula =>
    {
        KanModel model;
        try
        {
            model = FormulaCompiler.Compile(formula, s_names, s_points);
        }
        catch (KanSharpException refusal)
        {
            return refusal.Message.StartsWith("The formula cannot be compiled: ", StringComparison.Ordinal) && IsHard(formula);
        }
        double[][] parts = [.. Parts(formula).Select(part => Values(part, s_names, s_points))];
        double[] expected = Values(formula, s_names, s_points), nearby = Values(formula, s_names, s_nearby);
        ReadOnlySpan<double> actual = model.Predict(s_points).Values.Column(0);
        for (int row = 0; row < expected.Length; row++)
        {
            // Where rounding of the inputs already changes the value, or terms cancel, there are fewer digits to agree in. 1^NaN is 1 and 1/infinity 0.
            bool isSteady = parts.All(part => double.IsFinite(part[row])) && Math.Abs(nearby[row] - expected[row]) <= 1e-10 * Math.Abs(expected[row]) && Math.Abs(expected[row]) > 1e-6;
            if (isSteady && !(Math.Abs(actual[row] - expected[row]) <= 1e-8 * Math.Abs(expected[row])))
                return false;
        }
        return true;
    });

    private static IEnumerable<Expression> Parts(Expression formula) => formula.Children.SelectMany(Parts).Append(formula);

    /// <summary>What may be refused: nowhere defined here, with a constant part that is no number, or with a varying exponent over a base that is not positive.</summary>
    private static bool IsHard(Expression formula) => Values(formula, s_names, s_points).All(value => !double.IsFinite(value)) || HasHardPart(formula);

    private static bool HasHardPart(Expression node) => node.Children.Any(HasHardPart)
        || node.IsConstant && !double.IsFinite(node.Evaluate(new Dictionary<string, double>()))
        || node is Product zero && zero.Factors.Contains(new Constant(0))
        || node is Product product && !double.IsFinite(Product.Of([.. product.Factors.Where(factor => factor.IsConstant)]).Evaluate(new Dictionary<string, double>()))
        || node is Power { Exponent.IsConstant: false } power && Values(power.Base, s_names, s_points).Any(value => !(value > 0));

    [Fact]
    public void Several_formulas_share_what_they_have_in_common()
    {
        Expression[] formulas = [Expression.Parse("sin(x + y)*z"), Expression.Parse("exp(x + y)"), Expression.Parse("7"), Expression.Parse("x + y")];
        KanModel model = FormulaCompiler.Compile(formulas, s_names, ["a", "b", "c", "d"]);
        Assert.Equal(["a", "b", "c", "d"], model.Info.OutputNames.ToArray());
        Matrix x = Random(50, 3, -1, 1, 2);
        Matrix values = model.Predict(x).Values;
        for (int o = 0; o < formulas.Length; o++)
            AssertAgree(Values(formulas[o], s_names, x), values.Column(o));
        Assert.Single(model.Layers[0].SymbolicEdges, edge => edge.Input == 0);
    }

    [Fact]
    public void A_saved_network_is_the_formula_still()
    {
        string[] inputs = ["x", "y"];
        KanModel model = FormulaCompiler.Compile("cosh(x)*y^7.5 + x^y", inputs, Random(20, 2, 0.5, 2, 3));
        using var stream = new MemoryStream();
        ModelFile.Save(model, stream);
        stream.Position = 0;
        Matrix x = Random(50, 2, 0.5, 2, 4);
        Assert.Equal(model.Predict(x).Values.Values.ToArray(), ModelFile.Load(stream, "model").Predict(x).Values.Values.ToArray());
    }

    [Fact]
    public void Samples_give_the_grids_their_range()
    {
        Matrix x = Random(100, 2, 2, 5, 5);
        KanModel model = FormulaCompiler.Compile("exp(x) + y", ["x", "y"], x);
        for (int i = 0; i < 2; i++)
        {
            KnotGrid grid = model.Layers[0].Grids[i];
            Assert.Equal((x.Column(i).ToArray().Min(), x.Column(i).ToArray().Max()), (grid.Start, grid.End));
        }
    }

    [Theory]
    [InlineData("log(x)", 0.5, 2)]
    [InlineData("sqrt(1 - x^2)", -1, 1)]
    [InlineData("x^2", -1, 1)]
    public void Without_samples_the_range_is_where_the_formula_is_defined(string formula, double low, double high)
    {
        KnotGrid grid = FormulaCompiler.Compile(formula).Layers[0].Grids[0];
        Assert.Equal((low, high), (grid.Start, grid.End));
    }

    [Fact]
    public void A_difference_of_large_numbers_loses_no_digits()
    {
        // 0.001 (t - t0) is not 0.001 t - 0.001 t0 where t is a date in seconds.
        Matrix dates = Random(200, 1, 1.7e9, 1.7e9 + 1000, 6);
        KanModel model = FormulaCompiler.Compile("sin(0.003*(t - 1700000500.25))", ["t"], dates);
        AssertAgree(Values(Expression.Parse("sin(0.003*(t - 1700000500.25))"), ["t"], dates), model.Predict(dates).Values.Column(0));
    }

    [Theory]
    [InlineData(5e300, 1e-300)]
    [InlineData(1e-12, 1e-9)]
    [InlineData(1e150, 1e150)]
    public void Very_large_and_small_values_get_units_of_their_own(double first, double second)
    {
        string[] inputs = ["a", "b"];
        Matrix x = Random(100, 2, 0.5, 2, 7);
        foreach (ref double value in x.Column(0))
            value *= first;
        foreach (ref double value in x.Column(1))
            value *= second;
        Expression formula = 3 * (new Variable("a") / first).Pow(2) / (new Variable("b") / second) + new Variable("a") / first;
        KanModel model = FormulaCompiler.Compile(formula, inputs, x);
        AssertAgree(Values(formula, inputs, x), model.Predict(x).Values.Column(0));
        for (int i = 0; i < 2; i++)
        {
            (double scale, KnotGrid range) = (model.Info.InputScaling.Scales[i], model.Layers[0].Grids[i]);
            Assert.Equal((x.Column(i).ToArray().Min(), x.Column(i).ToArray().Max()), (scale * range.Start, scale * range.End));
        }
        Assert.All(model.Layers, layer => Assert.All(layer.Grids, grid => Assert.InRange(Math.Max(Math.Abs(grid.Start), Math.Abs(grid.End)), 1.0 / 256, 256)));
        Assert.All(Enumerable.Range(0, model.Layers.Length + 1), level => Assert.All(model.Activate(x).Nodes(level).Values.ToArray(), value => Assert.InRange(Math.Abs(value), 1e-4, 256)));
    }

    [Theory]
    [InlineData("x + log(-2)", "log(-2)", "not a number")]
    [InlineData("x + exp(1000)", "exp(1000)", "beyond the range")]
    [InlineData("(-2)^x", "(-2)^x", "base above zero")]
    [InlineData("1e200*1e200*x", "1e200*1e200*x", "multiply to")]
    [InlineData("x^5000", "x^5000", "up to 4096")]
    [InlineData("x + 1/(0*x)", "1/0", "beyond the range")]
    [InlineData("sqrt(-1 - x^2)", "not defined at any", "give samples")]
    public void What_cannot_be_compiled_is_named(string formula, params string[] expected)
    {
        string message = Assert.Throws<KanSharpException>(() => FormulaCompiler.Compile(formula, ["x"])).Message;
        Assert.StartsWith("The formula cannot be compiled: ", message);
        Assert.All(expected, part => Assert.Contains(part, message));
    }

    [Fact]
    public void Values_from_very_small_to_very_large_do_not_vanish_in_the_units()
    {
        Matrix x = Matrix.FromRows([[-480], [10], [480]]);
        AssertAgree(Values(Expression.Parse("exp(x)^1.2"), ["x"], x), FormulaCompiler.Compile("exp(x)^1.2", ["x"], x).Predict(x).Values.Column(0));
    }

    [Theory]
    [InlineData("(x*y)^(y/y)")]
    [InlineData("(-x)^sgn(x)")]
    public void A_negative_base_is_refused_even_where_its_exponent_is_rounded(string formula) =>
        Assert.Contains("NaN", Assert.Throws<KanSharpException>(() => FormulaCompiler.Compile(formula, ["x", "y"], Matrix.FromRows([[2, -3], [3, -1]]))).Message);

    [Fact]
    public void A_power_that_the_network_cannot_follow_is_refused_by_the_samples()
    {
        // (-2)^2 is 4, and exp(2 log(-2)) is not.
        string message = Assert.Throws<KanSharpException>(() => FormulaCompiler.Compile("x^n", ["x", "n"], Matrix.FromRows([[-2, 2], [3, 2]]))).Message;
        Assert.Contains("x = -2, n = 2", message);
        Assert.Contains("NaN", message);
    }

    [Fact]
    public void Names_and_samples_have_to_fit()
    {
        Assert.Contains("uses 'y'", Assert.Throws<KanSharpException>(() => FormulaCompiler.Compile("x + y", ["x", "z"])).Message);
        Assert.Contains("no variables", Assert.Throws<KanSharpException>(() => FormulaCompiler.Compile("3")).Message);
        Assert.Contains("1 columns", Assert.Throws<KanDataException>(() => FormulaCompiler.Compile("x + y", null, new Matrix(3, 1))).Message);
        Assert.Contains("listed twice", Assert.Throws<KanSharpException>(() => FormulaCompiler.Compile("x", ["x", "x"])).Message);
    }

    private static Matrix Random(int rows, int columns, double low, double high, ulong seed)
    {
        var random = new SeededRandom(seed);
        var x = new Matrix(rows, columns);
        foreach (ref double value in x.Values)
            value = random.NextDouble(low, high);
        return x;
    }

    private static double[] Values(Expression formula, string[] names, Matrix x)
    {
        double[] values = new double[x.Rows];
        new FormulaProgram(formula, names).Evaluate(x, values);
        return values;
    }

    private static void AssertAgree(double[] expected, ReadOnlySpan<double> actual)
    {
        for (int row = 0; row < expected.Length; row++)
            Assert.True(Math.Abs(actual[row] - expected[row]) <= 1e-12 * Math.Abs(expected[row]), $"row {row}: {actual[row]:R}, expected {expected[row]:R}");
    }
}
