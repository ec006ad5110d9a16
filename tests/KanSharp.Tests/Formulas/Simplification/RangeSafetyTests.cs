using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Tests.Formulas.Simplification;

public class RangeSafetyTests
{
    [Theory]
    [InlineData("(1e300*x)^2", 1e-300, "(1e300*x)^2")]
    [InlineData("4.5*(2e300*x)^2", 1e-300, "(4.242640687119285e300*x)^2")]
    [InlineData("1e-200*(x*1.0)^2*1.0", 1e120, "1e-200*x^2")]
    [InlineData("(1e-200*x)^2*1e200", 1e200, "(1e-100*x)^2")]
    [InlineData("x*1e-300*x*1e-300", 1e300, "x*1e-300*x*1e-300")]
    [InlineData("x*y*(x + 1)", 1e200, "x*y*(x + 1)")]
    [InlineData("(x + 1)*1.0*y*x", 1e200, "x*y*(x + 1)")]
    [InlineData("2*x + 3*x", 1.0, "5*x")]
    public void Nothing_overflows_or_vanishes_that_did_not_before(string text, double size, string expected)
    {
        var inputs = new Matrix(3, 2);
        for (int row = 0; row < 3; row++)
            (inputs[row, 0], inputs[row, 1]) = ((row + 1) * size, 1 / size);
        Assert.Equal(expected, Expression.Parse(text).Simplify(["x", "y"], inputs).ToText());
    }
}
