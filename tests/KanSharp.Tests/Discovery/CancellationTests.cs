using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Tests.Discovery;

public class CancellationTests
{
    [Theory]
    [InlineData("601.96 - 601.97*cos(0.04*x)", true)]
    [InlineData("exp(601.96 - 601.97*cos(0.04*x)) + 1", true)]
    [InlineData("1e9 + sin(x)", false)]
    [InlineData("sin(2*(x - 1e9)) + x^2", false)]
    [InlineData("3*cos(x) - 3", false)]
    public void Large_curved_terms_that_cancel_are_found_and_plain_origins_are_none(string formula, bool expected)
    {
        var x = new Matrix(50, 1);
        for (int row = 0; row < 50; row++)
            x[row, 0] = -1 + row / 25.0;
        Assert.Equal(expected, Cancellation.Dominates(Expression.Parse(formula), ["x"], x));
    }
}
