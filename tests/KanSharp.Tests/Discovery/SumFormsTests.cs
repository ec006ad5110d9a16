using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class SumFormsTests
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    [Theory]
    [InlineData("a*b + c*d - 2*a*c/b", -1, 1)]
    [InlineData("a/2 + 3*b^2/c + 0.7*c*d", 0.3, 2)]
    [InlineData("a*b - c*d + b*c + a*d - 1", -1, 1)]
    public void Sums_of_products_are_exact(string law, double low, double high)
    {
        DataView view = View(law, low, high);
        Expression found = SumForms.FindProducts(view, 2, default)!;
        Assert.InRange(FormulaFit.Rmse(found, Names, view.Training.Inputs, view.Training.Targets.Column(0)), 0, 1e-9);
    }

    [Theory]
    [InlineData("a*log(b) + c/d - 2", 0.01, 2)]
    [InlineData("b - b*log(b) + 0.3*c*d*log(a)", 0.1, 2)]
    public void Sums_of_products_with_logarithms_are_exact(string law, double low, double high) => Sums_of_products_are_exact(law, low, high);

    [Theory]
    [InlineData("sin(3*a*b) + c/d")]
    [InlineData("exp(a + b) + c")]
    public void What_is_no_sum_of_products_is_none(string law) => Assert.Null(SumForms.FindProducts(View(law, 0.3, 2), 2, default));

    [Theory]
    [InlineData("b*c + c*d*sin(2*a)", -1, 1)]
    [InlineData("a/sqrt(1 - (c/d)^2/16) - b*d*exp(c/d)", 0.6, 2)]
    [InlineData("a + c*d*cos(a - b)", -1.5, 1.5)]
    public void Sums_of_products_times_curves_are_found(string law, double low, double high)
    {
        DataView view = View(law, low, high);
        IReadOnlyList<Expression> found = SumForms.FindCurves(view, SymbolicLibrary.Default, 2, default);
        Assert.NotEmpty(found);
        Assert.InRange(found.Min(formula => FormulaFit.Run(formula.Simplify(), Names, view.Training.Inputs, view.Training.Targets.Column(0)).Rmse), 0, 1e-6);
    }

    [Fact]
    public void Noise_is_no_sum()
    {
        var random = new SeededRandom(6);
        DataView view = View("a + b", -1, 1, y => y + 2 * random.NextGaussian());
        Assert.Null(SumForms.FindProducts(view, 2, default));
        Assert.Empty(SumForms.FindCurves(view, SymbolicLibrary.Default, 2, default));
    }

    [Fact]
    public void Of_two_inputs_higher_powers_are_tried()
    {
        DataView view = View("a^3/5 + b^5/2 - b - a^4*b", -2, 2, names: ["a", "b"]);
        Expression found = SumForms.FindProducts(view, 2, default)!;
        Assert.InRange(FormulaFit.Rmse(found, ["a", "b"], view.Training.Inputs, view.Training.Targets.Column(0)), 0, 1e-9);
    }

    private static DataView View(string law, double low, double high, Func<double, double>? change = null, string[]? names = null)
    {
        var random = new SeededRandom(5);
        names ??= Names;
        Matrix x = new(200, names.Length), y = new(200, 1);
        foreach (ref double value in x.Values)
            value = random.NextDouble(low, high);
        new FormulaProgram(Expression.Parse(law, names), names).Evaluate(x, y.Column(0));
        foreach (ref double value in y.Values)
            value = change?.Invoke(value) ?? value;
        var data = new Dataset(x, y);
        return DataView.Plain(data, data, new ModelInfo { InputNames = [.. names], OutputNames = ["y"], InputScaling = Scaling.FromRange(x), OutputScaling = Scaling.Identity(1) });
    }
}
