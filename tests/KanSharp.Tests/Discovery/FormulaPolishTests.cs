using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Tests.Discovery;

public class FormulaPolishTests
{
    private static readonly string[] Names = ["x", "y"];

    [Theory]
    [InlineData("y + 0.13*sin(2.14*x)")]
    [InlineData("213.80941*y*exp(-0.54723748*x) - 2.31")]
    [InlineData("1.74*x^0.426 + y^(1/3)/1000")]
    public void Constants_of_exact_formulas_have_the_digits_they_need(string law) => Assert.Equal(law, Polished(law, 0));

    [Fact]
    public void Constants_of_noisy_data_keep_all_digits_of_their_fit() => Assert.True(Polished("0.131*sin(2.14*x) + y", 1e-4).Length > 40);

    private static string Polished(string law, double noise)
    {
        var random = new SeededRandom(3);
        Matrix x = new(100, 2), y = new(100, 1);
        foreach (ref double value in x.Values)
            value = random.NextDouble(0, 2);
        new FormulaProgram(Expression.Parse(law, Names), Names).Evaluate(x, y.Column(0));
        foreach (ref double value in y.Values)
            value += noise * random.NextGaussian();
        Expression near = Expression.Parse(law, Names);
        FreeConstants constants = FreeConstants.Of(near);
        near = constants.Bind([.. constants.Values.Select(value => value * (1 + 1e-3))]);
        return new FormulaPolish(Names, x, y.Column(0).ToArray()).Run(near, default)!.Formula.ToString();
    }
}
