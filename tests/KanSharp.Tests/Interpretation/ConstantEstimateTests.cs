using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Numerics;

namespace KanSharp.Tests.Interpretation;

public class ConstantEstimateTests
{
    [Fact]
    public void Exact_constants_are_estimated_too_and_exponents_and_signs_are_not()
    {
        var random = new SeededRandom(1);
        Matrix x = new(300, 2);
        foreach (ref double value in x.Values)
            value = random.NextDouble(0.5, 2);
        double[] y = [.. Enumerable.Range(0, 300).Select(n => 3 * Math.Sin(Math.PI * x[n, 0]) / 2 - Math.Pow(x[n, 1], 3) + 7 + 0.01 * random.NextGaussian())];
        ConstantEstimate[] constants = [.. ConstantEstimate.Of(Expression.Parse("3*sin(pi*x1)/2 - x2^3 + 7"), ["x1", "x2"], x, y)];
        Assert.Equal([1.5, Math.PI, 7], constants.Select(constant => constant.Value).Order());
        Assert.Contains(constants, constant => constant.Written == "pi");
        Assert.All(constants, constant =>
        {
            Assert.InRange(constant.StandardError, 1e-4, 1e-2);
            Assert.InRange(Math.Abs(constant.Fitted - constant.Value), 0, 4 * constant.StandardError);
        });
    }

    /// <summary>A straight line has the textbook's standard errors.</summary>
    [Fact]
    public void A_line_has_the_standard_errors_of_linear_regression()
    {
        Matrix x = Matrix.FromColumns([[1, 2, 3, 4, 5]]);
        double[] y = [2.1, 3.9, 6.2, 7.8, 10.1];
        ConstantEstimate[] constants = [.. ConstantEstimate.Of(Expression.Parse("2*x + 0.1"), ["x"], x, y)];
        // Slope 1.99 and offset 0.05; s^2 = 0.107/3 and sum of squares of x about its mean 10.
        double variance = 0.107 / 3;
        ConstantEstimate slope = constants.Single(constant => constant.Value == 2), offset = constants.Single(constant => constant.Value == 0.1);
        Assert.Equal(1.99, slope.Fitted, 1e-8);
        Assert.Equal(0.05, offset.Fitted, 1e-8);
        Assert.Equal(Math.Sqrt(variance / 10), slope.StandardError, 1e-10);
        Assert.Equal(Math.Sqrt(variance * (1.0 / 5 + 9.0 / 10)), offset.StandardError, 1e-10);
    }

    [Fact]
    public void Constants_that_make_up_for_each_other_are_told_as_undetermined()
    {
        Matrix x = Matrix.FromColumns([[1, 2, 3, 4, 5]]);
        ConstantEstimate[] constants = [.. ConstantEstimate.Of(Expression.Parse("0.5*x + 1.5"), ["x"], x, [2, 2, 2, 2, 2])];
        Assert.Equal(0, constants.Single(constant => constant.Value == 0.5).Fitted, 1e-9);
        Assert.Equal(double.PositiveInfinity, ConstantEstimate.Of(Expression.Parse("exp(0.3*x + 0.2) * 0.7"), ["x"], Matrix.FromColumns([[1, 1, 1, 1, 1]]), [2, 2, 2, 2, 2])[0].StandardError);
    }
}
