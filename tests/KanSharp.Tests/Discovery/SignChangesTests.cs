using System.Globalization;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Tests.Discovery;

public class SignChangesTests
{
    private static readonly Matrix s_rows = Matrix.FromRows([[-1.2], [-0.502], [-0.497], [0.4], [0.507], [2]]);

    [Theory]
    [InlineData("sgn(x + 0.50061)", "sgn(x + 1/2)")]
    [InlineData("sgn(x - 0.50061)", "sgn(x - 1/2)")]
    [InlineData("sgn(x)", "sgn(x)")]
    public void The_place_of_a_jump_is_the_shortest_decimal_between_its_rows(string formula, string expected)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            // As in Swedish, where a minus is no hyphen.
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NegativeSign = "\u2212";
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(Expression.Parse(expected, ["x"]).Simplify(), SignChanges.Round(Expression.Parse(formula, ["x"]), ["x"], s_rows).Simplify());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
