using KanSharp.Discovery;
using KanSharp.Formulas;

namespace KanSharp.Tests.Discovery;

public class AblationTests
{
    [Theory]
    [InlineData("exp(x2^2 + sin(pi*x1))", "x2^2 + sin(3.141592653589793*x1)")]
    [InlineData("5*exp(-0.7*t)*sin(2*x)/2", "2.5*exp(-0.7*t)")]
    [InlineData("sqrt(2)*x + y^2", "1.4142135623730951*x")]
    public void A_part_of_a_formula_has_its_constants_free_again(string formula, string part)
    {
        IEnumerable<string> inner = Ablation.Of(Expression.Parse(formula)).Select(variant => variant.Simplify().ToText());
        string expected = (new Constant(Math.PI / 10) + new Constant(Math.E / 3) * Expression.Parse(part)).Simplify().ToText();
        Assert.Contains(expected, inner);
    }

    [Fact]
    public void Each_variant_lacks_one_term_factor_or_function() =>
        Assert.Equal(4, Ablation.Of(Expression.Parse("exp(x^2 + y)")).Count());
}
