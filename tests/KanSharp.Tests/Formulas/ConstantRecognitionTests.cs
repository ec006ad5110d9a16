using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Tests.Formulas;

public class ConstantRecognitionTests
{
    [Theory]
    [InlineData(3.1415926, 1e-6, "pi")]
    [InlineData(-1.5707963, 1e-6, "-pi/2")]
    [InlineData(6.2831853, 1e-6, "2*pi")]
    [InlineData(0.3333333, 1e-6, "1/3")]
    [InlineData(-0.6666667, 1e-6, "-2/3")]
    [InlineData(1.4142136, 1e-6, "sqrt(2)")]
    [InlineData(0.7071068, 1e-6, "1/sqrt(2)")]
    [InlineData(1.2247449, 1e-6, "sqrt(3/2)")]
    [InlineData(2.7182818, 1e-6, "e")]
    [InlineData(0.3989423, 1e-6, "1/sqrt(2*pi)")]
    [InlineData(0.0795775, 1e-6, "1/(4*pi)")]
    [InlineData(41.9999999, 1e-6, "42")]
    [InlineData(1.0000001, 1e-6, "1")]
    [InlineData(3e-9, 1e-6, "0")]
    [InlineData(3.15, 0.02, "pi")]
    public void The_simplest_candidate_comes_first(double value, double tolerance, string expected) =>
        Assert.Equal(expected, ConstantRecognition.Candidates(value, tolerance)[0].ToText());

    [Fact]
    public void A_number_that_stands_for_nothing_has_no_candidates()
    {
        Assert.Empty(ConstantRecognition.Candidates(0.7315926, 1e-7));
        // Two digits do not make 13/11.
        Assert.DoesNotContain(ConstantRecognition.Candidates(1.18, 0.005), candidate => candidate.ToText() == "13/11");
    }

    [Fact]
    public void Every_candidate_is_within_the_tolerance_and_none_is_offered_twice()
    {
        var random = new SeededRandom(5);
        for (int i = 0; i < 300; i++)
        {
            double value = 10 * random.NextGaussian(), tolerance = Math.Pow(10, -1 - 6 * random.NextDouble());
            IReadOnlyList<Expression> candidates = ConstantRecognition.Candidates(value, tolerance);
            Assert.All(candidates, candidate => Assert.InRange(candidate.Compile()([]), value - tolerance - 1e-14, value + tolerance + 1e-14));
            Assert.Equal(candidates.Count, candidates.Distinct().Count());
        }
    }

    [Fact]
    public void A_trained_formula_becomes_the_law_it_was_trained_on()
    {
        // What pykan's tutorial network gives after training its affine parameters.
        Expression trained = Expression.Parse(
            "0.99999999999897504*exp(1.0000000000003177*(x2 + 5.502929160448063e-14)**2 + 1.0000000000005111*sin(3.1415926535895196*x1 - 4.2655529011808991e-14)) + 9.3557545029233901e-13");
        Expression law = ConstantRecognition.Recognise(trained, Error("exp(sin(pi*x1) + x2^2)"), errorFloor: 1e-10);
        Assert.Equal("exp(x2^2 + sin(pi*x1))", law.ToText());
    }

    [Fact]
    public void A_constant_that_only_looks_like_pi_stays()
    {
        Expression law = ConstantRecognition.Recognise(Expression.Parse("sin(3.14159*x1) + 0.33333*x2"), Error("sin(3.14159*x1) + x2/3"), 1e-4);
        Assert.Equal("x2/3 + sin(3.14159*x1)", law.ToText());
    }

    [Fact]
    public void The_error_never_grows_beyond_what_is_allowed()
    {
        var random = new SeededRandom(8);
        Func<Expression, double> error = Error("1.7*exp(-0.53*x1) + 2.2*x2^2 - 0.91");
        for (int i = 0; i < 20; i++)
        {
            Expression start = new Constant(1.7 + 0.01 * random.NextGaussian()) * Expression.Exp(new Constant(-0.53 + 0.01 * random.NextGaussian()) * new Variable("x1"))
                + new Constant(2.2) * new Variable("x2").Pow(2) - new Constant(0.91 + 0.1 * random.NextGaussian());
            double before = error(start), after = error(ConstantRecognition.Recognise(start, error, 0.05, allowedGrowth: 0.01));
            // Four constants, a hundredth each at most.
            Assert.True(after <= before * Math.Pow(1.01, 4), $"{before} grew to {after}");
        }
    }

    [Fact]
    public void Other_constants_are_fitted_again_when_the_caller_can()
    {
        // With the slope off by a little, 2 for the offset is too far unless the slope may follow.
        Func<Expression, double> error = Error("pi*x1 + 2");
        FittedFormula Fit(Expression formula)
        {
            FreeConstants free = FreeConstants.Of(formula);
            Expression fitted = free.Bind([.. free.Values.Select(value => Math.Abs(value - Math.PI) < 0.1 ? 3.14159265 : value)]);
            return new FittedFormula(fitted, error(fitted), [.. free.Values.Select(_ => 0.01)]);
        }
        FittedFormula law = ConstantRecognition.Recognise(Expression.Parse("3.15*x1 + 1.995"), Fit, allowedGrowth: 0.1);
        Assert.Equal("pi*x1 + 2", law.Formula.ToText());
        Assert.InRange(law.Error, 0, 1e-15);
    }

    /// <summary>Root mean square difference from a law on some points.</summary>
    private static Func<Expression, double> Error(string law)
    {
        var random = new SeededRandom(3);
        var data = new Matrix(50, 2);
        foreach (ref double value in data.Values)
            value = 2 * random.NextDouble() - 1;
        double[] expected = new double[data.Rows], actual = new double[data.Rows];
        new FormulaProgram(Expression.Parse(law), ["x1", "x2"]).Evaluate(data, expected);
        return formula =>
        {
            new FormulaProgram(formula, ["x1", "x2"]).Evaluate(data, actual);
            return Math.Sqrt(actual.Zip(expected, (a, b) => (a - b) * (a - b)).Average());
        };
    }
}
