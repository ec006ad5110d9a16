using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class PowerFactorsTests
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    [Theory]
    [InlineData("a^2/(b*c)*(d/e + e/d - sin(2*d))", 2)]
    [InlineData("sqrt(a)*b*(1 + exp(c - d*e))", 3)]
    [InlineData("a*b^2*c/(d + e^3)", 2)]
    [InlineData("a*cos(b)*((c - 1)/(c + 2)*d^3/e^2 - e)", 3)]
    public void Inputs_that_are_mere_factors_are_divided_by(string law, int left)
    {
        DataView view = View(law);
        DataView found = PowerFactors.Find(view, SymbolicLibrary.Default, default)!;
        Assert.Equal(left, found.Info.InputNames.Length);
        // What is left does not change with the factors: a formula of the view is one of the target.
        Assert.Equal(Names.Length, found.Restore(Sum.Of([.. found.Info.InputNames.Select(name => new Variable(name))])).Variables.Count());
    }

    [Theory]
    [InlineData("a*b + c*d*e")]
    [InlineData("exp(a*b*c*d*e)")]
    public void Where_no_input_is_a_factor_there_is_no_view(string law) => Assert.Null(PowerFactors.Find(View(law), SymbolicLibrary.Default, default));

    private static DataView View(string law)
    {
        var random = new SeededRandom(5);
        Matrix x = new(150, Names.Length), y = new(150, 1);
        foreach (ref double value in x.Values)
            value = random.NextDouble(0.5, 2);
        new FormulaProgram(Expression.Parse(law, Names), Names).Evaluate(x, y.Column(0));
        var data = new Dataset(x, y);
        return DataView.Plain(data, data, new ModelInfo { InputNames = [.. Names], OutputNames = ["y"], InputScaling = Scaling.FromRange(x), OutputScaling = Scaling.Identity(1) });
    }
}
