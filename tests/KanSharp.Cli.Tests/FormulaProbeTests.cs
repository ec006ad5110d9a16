using KanSharp.Cli.Commands;
using KanSharp.Formulas;
using KanSharp.Model;

namespace KanSharp.Cli.Tests;

public class FormulaProbeTests
{
    private static readonly KanModel s_model = KanModel.Create(new KanSpec(2, 1));

    [Theory]
    [InlineData("1000000*sin(x1) + 3.2662228477420285e-10", "1000000*sin(x1)")]
    [InlineData("exp(sin(3.1415926535897927*x1) + 1.0000000000000002*(x2 - 3.4e-17)^2)", "exp(x2^2 + sin(pi*x1))")]
    [InlineData("x1 + 3.1415927*x2", "x1 + 3.1415927*x2")]
    [InlineData("1e-9*x1 + 1e-12", "1e-9*x1 + 1e-12")]
    public void What_is_only_rounding_goes_and_all_else_stays(string text, string expected)
    {
        Expression formula = Expression.Parse(text, ["x1", "x2"]);
        var probe = new FormulaProbe(s_model, formula);
        Assert.Equal(Expression.Parse(expected, ["x1", "x2"]).Simplify(), probe.Tidy());
        Assert.True(probe.Difference(probe.Tidy()) <= 1e-14 * probe.Difference(0));
    }
}
