using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class AlgebraicFormsTests
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    [Theory]
    [InlineData("(a + b)/(1 + a*b/c^2)", 0.4, 2)]
    [InlineData("arccos((cos(a) - b/8)/(1 - b/8*cos(a)))", 0.3, 3)]
    [InlineData("arctan(a*sin(b)/(c + a*cos(b)))", 0.3, 1.5)]
    [InlineData("sqrt((a + b)/(c + d^2/9))", 1, 3)]
    [InlineData("a*b/(c*(1 + d/a) + b)", 0.3, 2)]
    [InlineData("sqrt((a - b)^2 + c*d) + b", 0.3, 2)]
    [InlineData("a^2 + b^2 - 2*a*b*cos(c - d)", -3, 3)]
    [InlineData("a + b + 2*sqrt(a*b)*cos(c)", 0.1, 3)]
    [InlineData("a*(1 - b^2/16)/(1 + b/4*sin(c))", 0.2, 3)]
    [InlineData("a*sin(b*c/2)^2/(2 + cos(c))", 0.2, 3)]
    [InlineData("a^2 + 1 + 2*a*cos(b*(c - d))", 0.2, 3)]
    public void Roots_of_relations_are_exact(string law, double low, double high)
    {
        DataView view = View(law, low, high);
        IReadOnlyList<(DataView View, Expression Formula)> found = Find(view);
        Assert.NotEmpty(found);
        Assert.InRange(found.Min(form => FormulaFit.Rmse(form.View.Restore(form.Formula), Names, view.Training.Inputs, view.Training.Targets.Column(0))), 0, 1e-9);
    }

    [Theory]
    [InlineData("exp(a + b) + c")]
    [InlineData("sin(exp(a*b)) + c/d")]
    [InlineData("tanh(a*b) + exp(c*d)")]
    public void What_is_not_algebraic_is_none(string law)
    {
        Assert.Empty(Find(View(law, 0.9, 1.1)));
        Assert.Empty(Find(View(law, 0.3, 2)));
        Assert.Empty(Find(View(law, 0.3, 4)));
    }

    [Fact]
    public void Noise_is_not_algebraic()
    {
        var random = new SeededRandom(6);
        Assert.Empty(Find(View("a + b", -1, 1, y => y + 1e-6 * random.NextGaussian())));
    }

    private static IReadOnlyList<(DataView View, Expression Formula)> Find(DataView view) => AlgebraicForms.Find([view, .. view.Algebraic(SymbolicLibrary.Default)], SymbolicLibrary.Default, 2, default);

    private static DataView View(string law, double low, double high, Func<double, double>? change = null)
    {
        var random = new SeededRandom(5);
        Matrix x = new(150, Names.Length), y = new(150, 1);
        foreach (ref double value in x.Values)
            value = random.NextDouble(low, high);
        new FormulaProgram(Expression.Parse(law, Names), Names).Evaluate(x, y.Column(0));
        foreach (ref double value in y.Values)
            value = change?.Invoke(value) ?? value;
        var data = new Dataset(x, y);
        return DataView.Plain(data, data, new ModelInfo { InputNames = [.. Names], OutputNames = ["y"], InputScaling = Scaling.FromRange(x), OutputScaling = Scaling.Identity(1) });
    }
}
