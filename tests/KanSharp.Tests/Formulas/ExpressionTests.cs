using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Tests.Formulas;

public class ExpressionTests
{
    private static readonly Variable s_x = new("x"), s_y = new("y");

    [Fact]
    public void Equal_structure_is_equal_and_has_equal_hashes()
    {
        Expression first = Expression.Parse("2*sin(x + 1)/y"), second = 2 * Expression.Sin(s_x + 1) / s_y;
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.NotEqual(first, Expression.Parse("2*sin(1 + x)/y"));
        Assert.NotEqual(s_x + s_y, s_x * s_y);
        Assert.NotEqual<Expression>(new Constant(Math.PI), NamedConstant.Pi);
    }

    [Theory]
    [InlineData("7", 1)]
    [InlineData("x", 1)]
    [InlineData("-x", 1)]
    [InlineData("pi/2", 1)]
    [InlineData("sqrt(2)/3 + 1", 1)]
    [InlineData("x + y", 3)]
    [InlineData("x - y", 3)]
    [InlineData("x - 1.5", 3)]
    [InlineData("2*x/3", 3)]
    [InlineData("2*pi*x", 3)]
    [InlineData("x*y*z", 5)]
    [InlineData("x/y", 3)]
    [InlineData("1/x", 3)]
    [InlineData("-1/x", 3)]
    [InlineData("1/(x*y)", 5)]
    [InlineData("x^2", 3)]
    [InlineData("x/y^2", 5)]
    [InlineData("1/x^2", 5)]
    [InlineData("1/sqrt(x)", 4)]
    [InlineData("sin(x)", 2)]
    [InlineData("exp(x2^2 + sin(3.14159*x1))", 9)]
    [InlineData("x + 1 + y + pi", 5)]
    public void Complexity_counts_nodes_with_signs_free_and_constants_as_one(string text, int expected) =>
        Assert.Equal(expected, Expression.Parse(text).Complexity);

    [Fact]
    public void A_formula_evaluates_by_names_and_says_which_value_is_missing()
    {
        Expression formula = Expression.Parse("x^2/(y - 1) + pi");
        Assert.Equal(9 / 4.0 + Math.PI, formula.Evaluate(new Dictionary<string, double> { ["x"] = 3, ["y"] = 5, ["unused"] = 1 }));
        Assert.Contains("'y'", Assert.Throws<KanSharpException>(() => formula.Evaluate(new Dictionary<string, double> { ["x"] = 3 })).Message);
    }

    [Fact]
    public void Substitution_replaces_all_variables_at_once()
    {
        Expression swapped = Expression.Parse("x - 2*y").Substitute(new Dictionary<string, Expression> { ["x"] = s_y, ["y"] = s_x });
        Assert.Equal("y - 2*x", swapped.ToText());
        Assert.Equal("sin(x + 1)", Expression.Sin(s_y).Substitute("y", s_x + 1).ToText());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_constant_must_be_finite(double value) => Assert.ThrowsAny<KanSharpException>(() => new Constant(value));

    public static TheoryData<string> Differentiable =>
    [
        "3", "x", "x^3 - 2*x", "x*y*sin(x)", "x^y", "y^x", "2^x", "1/x^2 + y/x", "exp(x*y)/(1 + x^2)", "sqrt(x)*log(x)", "abs(x - y)", "sgn(x)",
        "tan(x) + tanh(x)", "arcsin(x/3) + arccos(x/3) + arctan(x) + arctanh(x/3)", "sinh(x)*cosh(x)", "arcsinh(x) + arccosh(x + 1)", "cos(x)^2.5",
    ];

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Derivatives_agree_with_central_differences(string text)
    {
        Expression formula = Expression.Parse(text);
        CompiledFormula value = formula.Compile("x", "y"), derivative = formula.Differentiate("x").Compile("x", "y");
        foreach (double x in (double[])[0.3, 0.9, 1.3])
        {
            const double step = 1e-5;
            double difference = (value([x + step, 1.7]) - value([x - step, 1.7])) / (2 * step), exact = derivative([x, 1.7]);
            Assert.True(Math.Abs(exact - difference) <= 1e-8 * Math.Max(1, Math.Abs(exact)), $"{text} at {x}: {exact} against {difference}");
        }
    }

    [Fact]
    public void Every_library_function_equals_its_expression()
    {
        foreach (SymbolicFunction function in SymbolicLibrary.Default.Functions)
        {
            CompiledFormula formula = function.ToExpression(s_x).Compile("x");
            foreach (double x in (double[])[-2.3, -0.7, 0.2, 0.9, 3.1])
            {
                double expected = function.Value(x), actual = formula([x]);
                Assert.True(expected.Equals(actual) || Math.Abs(actual - expected) <= 1e-14 * Math.Abs(expected), $"{function} at {x}: {actual}, expected {expected}");
            }
        }
    }

    [Fact]
    public void A_function_defined_by_a_formula_works_like_a_built_in_one()
    {
        SymbolicFunction ricker = SymbolicFunction.Define("ricker", "x*exp(-x)", domain: FunctionDomain.All);
        SymbolicLibrary library = SymbolicLibrary.Default.With(ricker);
        Assert.Equal(2 * Math.Exp(-2), ricker.Value(2), 15);
        Assert.Equal(-Math.Exp(-2), ricker.FirstDerivative(2), 15);
        Assert.Equal(0, ricker.SecondDerivative(2), 15);
        Assert.Equal(4, ricker.Complexity);
        Assert.Equal("3*2*y*exp(-2*y)", Expression.Parse("3*ricker(2*y)", library: library).ToText());
        Assert.Equal(-100, ricker.Guarded(-50, 100));
        Assert.Contains("'y'", Assert.Throws<KanSharpException>(() => SymbolicFunction.Define("bad", "x + y")).Message);
    }

    [Fact]
    public void A_program_over_rows_equals_the_formula_at_each_row()
    {
        Expression formula = Expression.Parse("exp(sin(pi*x) + y^2)/(2 + cos(pi*x)) - sqrt(abs(x*y)) + x^9 + y^2.5");
        var random = new SeededRandom(1);
        var data = new Matrix(301, 2);
        foreach (ref double value in data.Values)
            value = random.NextDouble();
        double[] values = new double[data.Rows];
        new FormulaProgram(formula, ["x", "y"]).Evaluate(data, values);
        CompiledFormula compiled = formula.Compile("x", "y");
        for (int row = 0; row < data.Rows; row++)
        {
            double x = data[row, 0], y = data[row, 1];
            Assert.Equal(compiled([x, y]), values[row]);
            Assert.Equal(Math.Exp(Math.Sin(Math.PI * x) + y * y) / (2 + Math.Cos(Math.PI * x)) - Math.Sqrt(Math.Abs(x * y)) + Math.Pow(x, 9) + Math.Pow(y, 2.5), values[row], 13);
        }
    }

    [Theory]
    [InlineData("1.5*sin(2.5*x + 0.5) - 0.25*y^2/(x + 3.5) + 1.25")]
    [InlineData("exp(-0.5*(x - 1.5)^2)*0.75^y - 1/(1.5*x)")]
    [InlineData("abs(x - 0.1)^2.5/(y*(x + 0.7)*1.1) + sqrt(0.3*x) - (0.9*x)^3")]
    [InlineData("tan(0.3*x) + tanh(1.2*y) + arctan(x/1.7) + log(x + 1.5)*log(y + 2.5) - sgn(x)*0.5")]
    [InlineData("0.5*x + 0.5*x + 0.5")]
    [InlineData("3*x + y")]
    public void The_jacobian_by_the_constants_agrees_with_central_differences(string text)
    {
        FreeConstants free = FreeConstants.Of(Expression.Parse(text));
        var program = new FormulaProgram(free.Template, ["x", "y"], free.Names);
        Matrix data = Matrix.FromRows([[0.3, 0.9], [1.4, 0.2], [2.2, 1.8]]);
        double[] parameters = [.. free.Values], values = new double[3], above = new double[3], below = new double[3];
        var jacobian = new Matrix(3, parameters.Length);
        program.Linearize(data, parameters, values, jacobian);
        program.Evaluate(data, parameters, above);
        Assert.Equal(above, values);
        for (int p = 0; p < parameters.Length; p++)
        {
            const double step = 1e-5;
            double center = parameters[p];
            parameters[p] = center + step;
            program.Evaluate(data, parameters, above);
            parameters[p] = center - step;
            program.Evaluate(data, parameters, below);
            parameters[p] = center;
            for (int row = 0; row < 3; row++)
            {
                double difference = (above[row] - below[row]) / (2 * step);
                Assert.True(Math.Abs(jacobian[row, p] - difference) <= 1e-8 * Math.Max(1, Math.Abs(difference)), $"{text}, constant {free.Values[p]}, row {row}: {jacobian[row, p]} against {difference}");
            }
        }
        Assert.Equal(Expression.Parse(text), free.Bind(free.Values.AsSpan()));
    }

    [Fact]
    public void Free_constants_are_the_decimal_ones_unless_the_caller_chooses()
    {
        Expression formula = Expression.Parse("2*x^1.5 + pi*1.25*x + 3/4");
        Assert.Equal([1.25], [.. FreeConstants.Of(formula).Values]);
        Assert.Equal([2, 1.5, 1.25, 3, 4, -1], [.. FreeConstants.Of(formula, _ => true).Values]);
        Assert.Equal(["$$0"], [.. FreeConstants.Of(1.5 * new Variable("$0")).Names]);
    }

    [Fact]
    public void A_program_refuses_names_it_does_not_know_and_data_of_the_wrong_shape()
    {
        Expression formula = Expression.Parse("mass*x");
        Assert.Contains("Did you mean 'mas'?", Assert.Throws<KanSharpException>(() => formula.Compile("mas", "x")).Message);
        Assert.Contains("twice", Assert.Throws<KanSharpException>(() => formula.Compile("mass", "x", "x")).Message);
        Assert.Contains("2", Assert.Throws<KanSharpException>(() => formula.Compile("mass", "x")([1])).Message);
        Assert.Contains("3 columns", Assert.Throws<KanSharpException>(() => new FormulaProgram(formula, ["mass", "x"]).Evaluate(new Matrix(1, 3), new double[1])).Message);
    }
}
