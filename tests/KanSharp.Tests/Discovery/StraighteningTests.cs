using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Tests.Discovery;

public class StraighteningTests
{
    private static readonly Matrix Rows = CreateRows();

    [Theory]
    [InlineData("49.8725*y*sin(0.01999*x)", "sin")]
    [InlineData("601.5 - 600.5*cos(0.0577*x)", "cos")]
    [InlineData("y + 1e4*exp(1.5e-4*x + 3)", "exp")]
    public void A_function_that_is_practically_a_polynomial_becomes_it(string text, string function)
    {
        Expression formula = Expression.Parse(text);
        Expression simpler = Straightening.Simpler(formula, ["x", "y"], Rows).First();
        Assert.DoesNotContain(function, simpler.ToText());
        Assert.True(simpler.Complexity < formula.Complexity);
        double[] before = new double[Rows.Rows], after = new double[Rows.Rows];
        new FormulaProgram(formula, ["x", "y"]).Evaluate(Rows, before);
        new FormulaProgram(simpler, ["x", "y"]).Evaluate(Rows, after);
        for (int row = 0; row < before.Length; row++)
            Assert.Equal(before[row], after[row], 1e-2);
    }

    [Theory]
    [InlineData("sin(3*x) + exp(y)")]
    [InlineData("x^2*y^3")]
    [InlineData("sqrt(x + 1.1)")]
    public void Curves_stay(string text) => Assert.Empty(Straightening.Simpler(Expression.Parse(text), ["x", "y"], Rows));

    private static Matrix CreateRows()
    {
        var random = new SeededRandom(2);
        var rows = new Matrix(100, 2);
        foreach (ref double value in rows.Values)
            value = random.NextDouble(-1, 1);
        return rows;
    }
}
