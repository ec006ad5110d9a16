using KanSharp.Formulas;

namespace KanSharp.Tests.Formulas;

public class FunctionScopeTests
{
    [Theory]
    [InlineData("x", "3*a + b^3*a - 1/2", "1/a", "a/b", "sqrt(a)", "abs(a)", "a^1.5", "a^0.3", "exp(a)")]
    [InlineData("x,1/x", "a/b^2", "sqrt(a)", "a^-1.5")]
    [InlineData("x,sqrt", "sqrt(a)*a^2.5 + abs(a - 1)", "1/sqrt(a)", "1/a", "a^0.3")]
    [InlineData("x,1/sqrt", "a/sqrt(b) + sqrt(a)/b", "exp(a)", "a^0.3")]
    [InlineData("x,sin", "cos(2*a + 1)*sin(b)", "tan(a)", "exp(a)", "arcsin(a)", "sin(a)/b")]
    [InlineData("x,cos,1/x", "tan(a)*sin(b)/b", "tanh(a)")]
    [InlineData("x,exp", "2^a*exp(a*b) + cosh(a)", "tanh(a)", "exp(a)/b", "log(a)", "a^b", "a^0.3")]
    [InlineData("x,exp,1/x", "tanh(a)/(1 + exp(b))", "log(a)")]
    [InlineData("x,exp,log", "a^0.3/b^1.7 + a^b", "sin(a)")]
    [InlineData("x,gaussian", "b*exp(-(a - 1)^2/2)", "exp(-a)", "exp(a^2)", "exp(-a^2 - b)", "exp(a)")]
    [InlineData("gaussian", "exp(-a^2 + 2*a*b - b^2 + a - 1)", "exp(a*b - a^2)")]
    [InlineData("abs", "abs(a - 1)", "sgn(a)", "sqrt(a)")]
    [InlineData("sgn", "sgn(a) + abs(b)", "sqrt(a)")]
    [InlineData("abs,1/x", "sgn(a)", "sqrt(a)")]
    [InlineData("arcsin", "arccos(a)", "arctan(a)")]
    [InlineData("x", "sqrt(2)*a + exp(1)*log(3)/7*b + pi", "log(3*a)")]
    public void What_a_library_can_write_and_what_not(string library, string covered, params string[] others)
    {
        SymbolicLibrary functions = SymbolicLibrary.Default.Select(library.Split(','));
        Assert.True(functions.Covers(Expression.Parse(covered)), covered);
        Assert.True(functions.Covers(Expression.Parse(covered).Simplify()), Expression.Parse(covered).Simplify().ToText());
        Assert.All(others, other => Assert.False(functions.Covers(Expression.Parse(other)) || functions.Covers(Expression.Parse(other).Simplify()), other));
    }

    [Fact]
    public void A_users_function_brings_what_its_formula_has()
    {
        SymbolicLibrary library = SymbolicLibrary.Default.Select(["x"]).With(SymbolicFunction.Define("ricker", "(1 - x^2)*exp(-x^2/2)")).With(SymbolicFunction.Define("root", "x^0.3"))
            .With(SymbolicFunction.Define("step", x => x > 0 ? 1 : 0));
        Expression a = new Variable("a");
        Assert.True(library.Covers(library["ricker"].ToExpression(2 * a) * library["root"].ToExpression(a) + library["step"].ToExpression(a)));
        Assert.False(library.Covers(Expression.Parse("exp(-a)")));
        Assert.False(library.Covers(Expression.Parse("a^0.4")));
        Assert.False(SymbolicLibrary.Default.Select(["x"]).Covers(library["step"].ToExpression(a)));
    }

    [Fact]
    public void The_whole_library_covers_everything() => Assert.True(SymbolicLibrary.Default.Covers(Expression.Parse("arcsinh(a)^b/cosh(a)")));
}
