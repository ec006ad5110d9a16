using FsCheck.Xunit;
using KanSharp.Formulas;

namespace KanSharp.Tests.Formulas;

public class FormulaTextTests
{
    [Property(Arbitrary = [typeof(RandomExpressions)], MaxTest = 1000, Replay = RandomExpressions.Seed)]
    public bool Printed_text_reads_back_to_an_equal_formula(Expression expression) => Expression.Parse(expression.ToText()).Equals(expression);

    [Theory]
    [InlineData("1+2*3", "1 + 2*3")]
    [InlineData("a-b-c", "a - b - c")]
    [InlineData("a-(b-c)", "a - (b - c)")]
    [InlineData("a/b/c", "a/(b*c)")]
    [InlineData("a/(b/c)", "a/b*c")]
    [InlineData("a*(b*c)", "a*b*c")]
    [InlineData("-x^2", "-x^2")]
    [InlineData("(-x)^2", "(-x)^2")]
    [InlineData("-2^2", "-2^2")]
    [InlineData("(-2)^2", "(-2)^2")]
    [InlineData("2**-1", "1/2")]
    [InlineData("x^y^z", "x^(y^z)")]
    [InlineData("(x^y)^z", "(x^y)^z")]
    [InlineData("--x", "x")]
    [InlineData("+x - -3", "x + 3")]
    [InlineData("1/x", "1/x")]
    [InlineData("-1/x^2", "-1/x^2")]
    [InlineData("3*(x+1)/(2*y)", "3*(x + 1)/(2*y)")]
    [InlineData("ln(x)+asin(y)*sign(z)", "log(x) + arcsin(y)*sgn(z)")]
    [InlineData("2*PI", "2*PI")]
    [InlineData("2*pi*E + e", "2*pi*e + e")]
    [InlineData(".5e1", "5")]
    [InlineData("1E-05*x", "1e-05*x")]
    [InlineData("pow(x, 1.5)", "x^1.5")]
    [InlineData("`flow rate`*`a``b`", "`flow rate`*`a``b`")]
    [InlineData("größe + x_1", "größe + x_1")]
    [InlineData("gaussian(2*x)", "exp(-(2*x)^2)")]
    [InlineData("  exp( x2^2+sin(3.14159*x1) ) ", "exp(x2^2 + sin(3.14159*x1))")]
    public void Text_is_read_and_printed_in_one_form(string text, string printed)
    {
        Assert.Equal(printed, Expression.Parse(text).ToText());
        Assert.Equal(Expression.Parse(text), Expression.Parse(printed));
    }

    [Theory]
    [InlineData("", 1, "expected a number, a name")]
    [InlineData("1 +", 4, "found the end")]
    [InlineData("(x", 3, "expected ')'")]
    [InlineData("x)", 2, "expected an operator or the end")]
    [InlineData("2x", 2, "expected an operator")]
    [InlineData("sin x", 5, "expected '(' after the function 'sin'")]
    [InlineData("sni(x)", 1, "Did you mean 'sin'?")]
    [InlineData("x(y)", 1, "A product needs its '*'")]
    [InlineData("x # y", 3, "unexpected character '#'")]
    [InlineData("`x", 1, "not closed")]
    [InlineData("1e999", 1, "too large")]
    [InlineData("x + 1 , 2", 7, "expected an operator")]
    public void A_text_that_is_no_formula_is_refused_with_place_and_expectation(string text, int position, string message)
    {
        var exception = Assert.Throws<KanFormatException>(() => Expression.Parse(text));
        Assert.Contains($"position {position}:", exception.Message);
        Assert.Contains(message, exception.Message);
    }

    [Theory]
    [InlineData('(')]
    [InlineData('-')]
    [InlineData('^')]
    public void Deep_nesting_never_overflows_the_stack(char kind)
    {
        string text = kind switch
        {
            '(' => new string('(', 100_000) + "x" + new string(')', 100_000),
            '-' => new string('-', 100_001) + "x",
            _ => string.Join('^', Enumerable.Repeat("x", 100_000)),
        };
        if (kind == '-')
            Assert.Equal("-x", Expression.Parse(text).ToText());
        else
            Assert.Contains("nested", Assert.Throws<KanFormatException>(() => Expression.Parse(text)).Message);
    }

    [Fact]
    public void Declared_names_win_over_constants_and_functions()
    {
        Expression formula = Expression.Parse("E*e + sin", ["E", "sin"]);
        Assert.Equal(["E", "sin"], formula.Variables);
        Assert.Equal("`E`*e + `sin`", formula.ToText());
    }

    [Fact]
    public void Rounding_to_digits_leaves_whole_numbers_and_named_constants()
    {
        Expression formula = Expression.Parse("3.14159265*x + 2*pi*y^1.23456 - 1234567 + 0.000123456");
        Assert.Equal("3.14*x + 2*pi*y^1.23 - 1230000 + 0.000123", formula.ToText(3));
        Assert.Equal(formula.Round(3).ToText(), formula.ToText(3));
        Assert.Throws<KanSharpException>(() => formula.Round(0));
    }
}
