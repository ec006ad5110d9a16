using FsCheck;
using FsCheck.Fluent;
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
    [InlineData("Math.Exp(Math.Sin(Math.PI*x) + Math.Pow(y, 2.0))", "exp(sin(pi*x) + y^2)")]
    [InlineData("Math.Asin(x)/Math.Atanh(y)*Math.E", "arcsin(x)/arctanh(y)*e")]
    [InlineData("(double)Math.Sign(x)/(double)Math.Sign(y)", "sgn(x)/sgn(y)")]
    [InlineData("math.fabs(x)*math.acos(y)**2 - math.pow(x, -1)", "abs(x)*arccos(y)^2 - 1/x")]
    [InlineData("np.sqrt(np.abs(x)) + np.arctan(numpy.pi*x) + np.square(x) + np.power(x, y)", "sqrt(abs(x)) + arctan(pi*x) + x^2 + x^y")]
    [InlineData("1.0*exp(0.5*sin(3.14*x_1)) + Abs(x_2) - log(x_1, 10) + Pow(x_2, 3)", "exp(0.5*sin(3.14*x_1)) + abs(x_2) - log(x_1)/log(10) + x_2^3")]
    [InlineData("torch.tanh(x) + sympy.asinh(x) + log10(x)*log2(y)", "tanh(x) + arcsinh(x) + log(x)/log(10)*log(y)/log(2)")]
    [InlineData("System.Math.Cos(System.Math.PI*x) + MathF.Tan(y) + double.Pow(x, 3)*double.Pi", "cos(pi*x) + tan(y) + x^3*pi")]
    [InlineData("Sin(x) + SQRT(y) - Abs(Pow(x, 2)) + Log(x)", "sin(x) + sqrt(y) - abs(x^2) + log(x)")]
    [InlineData("np.expm1(x)*log1p(y) + sec(x)/csc(y) - cot(z)", "(exp(x) - 1)*log(1 + y) + 1/cos(x)*sin(y) - 1/tan(z)")]
    [InlineData("sec + 2*cot", "sec + 2*cot")]
    [InlineData("double*(double)", "double*double")]
    [InlineData("gamma*lambda + math", "gamma*lambda + math")]
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
    [InlineData("x + Math.Sine(x)", 5, "unknown function 'Math.Sine'. Did you mean 'sin'?")]
    [InlineData("atan2(x, y)", 1, "unknown function 'atan2'. Did you mean 'atan'?")]
    [InlineData("x + foo(", 5, "unknown function 'foo'")]
    [InlineData("Sni(x)", 1, "Did you mean 'sin'?")]
    [InlineData("System.sin(x)", 1, "'System' is no module")]
    [InlineData("maths.sin(x)", 1, "'maths' is no module")]
    [InlineData("2*np.py", 3, "expected pi or e")]
    [InlineData("pow(x)", 6, "expected ','")]
    [InlineData("sin(x, y)", 6, "expected ')'")]
    [InlineData("log(x, 2, 3)", 9, "expected ')'")]
    [InlineData("y = 2*x", 3, "unexpected character '='")]
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

    [Theory]
    [InlineData("E*lambda + gamma", "E gamma lambda")]
    [InlineData("gamma^2*E", "gamma E")]
    public void Letters_of_physics_are_inputs_where_they_are_declared(string text, string declared) =>
        Assert.Equal(declared.Split(' ').Order(StringComparer.Ordinal), Expression.Parse(text, declared.Split(' ')).Variables);

    [Fact]
    public void A_declared_name_that_is_called_is_a_forgotten_product()
    {
        var exception = Assert.Throws<KanFormatException>(() => Expression.Parse("2*gamma(x + 1)", ["gamma", "x"]));
        Assert.Contains("position 3: 'gamma' is a variable", exception.Message);
    }

    [Property(MaxTest = 300, Replay = RandomExpressions.Seed)]
    public Property What_is_written_as_CSharp_reads_back() => Prop.ForAll(Arb.From(RandomExpressions.Plain()), expression => Expression.Parse(expression.ToCSharp()).Equals(expression));

    [Property(MaxTest = 300, Replay = RandomExpressions.Seed)]
    public Property What_is_written_as_Python_reads_back() => Prop.ForAll(
        Arb.From(RandomExpressions.Plain().Where(expression => !expression.ToText().Contains("sgn"))), expression => Expression.Parse(expression.ToPython()).Equals(expression));

    [Fact]
    public void Rounding_to_digits_leaves_whole_numbers_and_named_constants()
    {
        Expression formula = Expression.Parse("3.14159265*x + 2*pi*y^1.23456 - 1234567 + 0.000123456");
        Assert.Equal("3.14*x + 2*pi*y^1.23 - 1230000 + 0.000123", formula.ToText(3));
        Assert.Equal(formula.Round(3).ToText(), formula.ToText(3));
        Assert.Throws<KanSharpException>(() => formula.Round(0));
    }
}
