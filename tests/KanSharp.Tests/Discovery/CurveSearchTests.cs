using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Tests.Discovery;

public class CurveSearchTests
{
    [Theory]
    [InlineData("x^3/(exp(0.7*x) - 1)", 0.1, 6)]
    [InlineData("2*x/sqrt(1 - x^2)", -0.9, 0.9)]
    [InlineData("sqrt((1 + x)/(1 - x))", -0.9, 0.9)]
    [InlineData("(sin(1.3*x)/x)^2", 0.2, 6)]
    [InlineData("1/(exp(x) + exp(-x))", -2, 2)]
    [InlineData("x^2*exp(-x^2/2)", 0.1, 3)]
    [InlineData("x^4/(x^2 - 9)^2", 0.1, 2)]
    [InlineData("3*tanh(2/x)", 0.5, 4)]
    [InlineData("x*log(1 + 2*x)", 0.1, 3)]
    [InlineData("(2 + x)/(1 + 3*x)", 0, 4)]
    [InlineData("x^2*exp(x)/(exp(x) - 1)^2", 0.2, 5)]
    public void Curves_of_more_than_one_step_are_exact(string law, double low, double high)
    {
        (double[] x, double[] y) = Curve(law, low, high);
        Expression found = CurveSearch.Find(x, y, new Variable("x"), SymbolicLibrary.Default, 2, default)[0];
        double largest = y.Max(Math.Abs);
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(y[i] / largest, found.Evaluate(new Dictionary<string, double> { ["x"] = x[i] }) / largest, 1e-6);
    }

    [Theory]
    [InlineData("x^6 - 2*x^3 + x", -1, 1)]
    [InlineData("(x + 1)^3/(x^2 - x + 1)", -1, 1)]
    [InlineData("log(x^3 + 1.4*x^2 + 1.3*x + 1.82)", 0, 2)]
    [InlineData("1.3*exp(-0.7*x)*cos(5*x + 0.4) + 0.2", 0, 6)]
    [InlineData("sin(x^2)*cos(x) - 1", -1, 1)]
    [InlineData("1.2*sin(3*x) + 0.5*sin(7.3*x + 1)", -2, 2)]
    [InlineData("x/2 + exp(-x^2/2)", -2, 2)]
    [InlineData("tanh(2*x) + 0.3*x^2", -2, 2)]
    [InlineData("exp(0.3*sin(4*x) + x)", -1, 1)]
    [InlineData("log(1 + 2*x)*sin(3*x)", 0, 3)]
    public void Quotients_of_polynomials_and_curves_of_two_functions_are_exact(string law, double low, double high)
    {
        (double[] x, double[] y) = Curve(law, low, high);
        Expression found = CurveSearch.Find(x, y, new Variable("x"), SymbolicLibrary.Default, 2, default, rich: true)[0];
        double largest = y.Max(Math.Abs);
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(y[i] / largest, found.Evaluate(new Dictionary<string, double> { ["x"] = x[i] }) / largest, 1e-9);
    }

    [Fact]
    public void Functions_outside_the_library_do_not_appear()
    {
        (double[] x, double[] y) = Curve("1/(exp(x) - 1)", 0.5, 3);
        IReadOnlyList<Expression> found = CurveSearch.Find(x, y, new Variable("x"), SymbolicLibrary.Default.Select(["x", "x^2", "1/x"]), 2, default, rich: true);
        Assert.NotEmpty(found);
        Assert.All(found, formula => Assert.True(IsRational(formula), formula.ToText()));

        static bool IsRational(Expression node) => node is not Call && (node is not Power { Exponent: Constant exponent } || double.IsInteger(exponent.Value)) && node.Children.All(IsRational);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    public void Zeros_of_inputs_and_targets_do_not_stop_the_search(double low, double high)
    {
        double[] x = [.. Enumerable.Range(0, 101).Select(i => low + (high - low) * i / 100)], y = [.. x.Select(value => value * Math.Exp(-value))];
        IReadOnlyList<Expression> found = CurveSearch.Find(x, y, new Variable("x"), SymbolicLibrary.Default, 2, default, rich: true);
        Assert.Equal(high > low, found.Any(formula => x.Zip(y).All(sample => sample.First == 0 || Math.Abs(formula.Evaluate(new Dictionary<string, double> { ["x"] = sample.First }) - sample.Second) < 1e-6)));
    }

    [Fact]
    public void Noise_is_no_curve()
    {
        var random = new SeededRandom(1);
        double[] x = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble(0.1, 1))], y = [.. x.Select(_ => random.NextGaussian())];
        Assert.Empty(CurveSearch.Find(x, y, new Variable("x"), SymbolicLibrary.Default, 2, default, rich: true));
    }

    private static (double[] X, double[] Y) Curve(string law, double low, double high)
    {
        var random = new SeededRandom(2);
        Expression expected = Expression.Parse(law, ["x"]);
        double[] x = [.. Enumerable.Range(0, 150).Select(_ => random.NextDouble(low, high))];
        return (x, [.. x.Select(value => expected.Evaluate(new Dictionary<string, double> { ["x"] = value }))]);
    }
}
