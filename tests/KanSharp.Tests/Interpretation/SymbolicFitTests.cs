using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Numerics;

namespace KanSharp.Tests.Interpretation;

public class SymbolicFitTests
{
    /// <summary>Name; arguments at both ends of the samples. The whole library but 0.</summary>
    public static TheoryData<string, double, double> Cases => new()
    {
        { "x", -1, 2 }, { "x^2", -1, 2 }, { "x^3", 0.3, 2 }, { "x^4", -2, 0.5 }, { "x^5", -1.5, 1 },
        { "1/x", 0.2, 3 }, { "1/x", -0.5, -2 }, { "1/x^2", 3, 0.5 }, { "1/x^3", 0.5, 1 }, { "1/x^4", 0.7, 2 }, { "1/x^5", -2, -0.9 },
        { "sqrt", 0, 3 }, { "sqrt", 2, 0.4 }, { "x^1.5", 0.2, 4 }, { "1/sqrt", 0.3, 2 }, { "exp", -3, 1 }, { "exp", 2, -1 }, { "log", 0.05, 3 },
        { "log", 4, 1 }, { "abs", -1, 0.4 }, { "sin", -3, 14 }, { "sin", 0.2, 1.9 }, { "cos", -20, 35 }, { "cos", -1, 1 }, { "tan", -1.2, 0.9 },
        { "tanh", -1, 3 }, { "tanh", -30, 20 }, { "sgn", -1, 2 }, { "arcsin", -0.8, 0.9 }, { "arccos", 0.3, -0.9 }, { "arctan", -4, 1 },
        { "arctanh", -0.5, 0.97 }, { "gaussian", -2, 1 }, { "gaussian", 0.1, 2 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_curve_of_the_library_is_found_to_machine_precision_at_any_scale(string name, double first, double last)
    {
        SymbolicFunction function = SymbolicLibrary.Default[name];
        foreach ((double start, double width, double scale) in new[] { (-1.0, 2.0, 1.0), (3e4, 1e5, 1e-6), (-2e-3, 5e-3, 7e8) })
        {
            double[] x = Places(150, start, width);
            double[] y = [.. x.Select(v => scale * (1.3 - 0.7 * function.Value(first + (last - first) * (v - start) / width)))];
            AffineFit fit = new SymbolicFit(x, y).Fit(function)!.Value;
            double spread = y.Max() - y.Min();
            Assert.True(fit.ResidualRms < 1e-12 * spread, $"{name} from {start}: residual {fit.ResidualRms / spread:E1} of the spread, {fit}");
            Assert.Equal(1, fit.R2, 1e-12);
            for (int n = 0; n < x.Length; n++)
                Assert.Equal(y[n], fit.C * function.Value(fit.A * x[n] + fit.B) + fit.D, 1e-11 * spread);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Noise_is_fitted_at_least_as_well_as_by_the_true_curve(string name, double first, double last)
    {
        SymbolicFunction function = SymbolicLibrary.Default[name];
        double[] x = Places(120, -1, 2), clean = [.. x.Select(v => function.Value(first + (last - first) * (v + 1) / 2))];
        var random = new SeededRandom(9);
        double[] noise = [.. x.Select(_ => 0.02 * (random.NextDouble() - 0.5) * (clean.Max() - clean.Min()))];
        AffineFit fit = new SymbolicFit(x, [.. clean.Zip(noise, (v, e) => v + e)]).Fit(function)!.Value;
        double noiseRms = Math.Sqrt(noise.Average(e => e * e));
        Assert.True(fit.ResidualRms <= noiseRms, $"{name}: {fit.ResidualRms / noiseRms} of the noise, {fit}");
    }

    [Theory]
    [InlineData("x", 1.0, 0.0)]
    [InlineData("x^3", 1.0, 0.25)]
    [InlineData("1/x", 1.0, 2.25)]
    [InlineData("exp", 1.7, 0.0)]
    [InlineData("sin", 1.7, 0.4)]
    [InlineData("gaussian", 1.7, 0.4)]
    public void Of_equivalent_constants_the_plain_ones_are_reported(string name, double a, double b)
    {
        double[] x = Places(90, -1, 2);
        double inner = name is "sin" or "gaussian" ? -a : a;
        AffineFit fit = new SymbolicFit(x, [.. x.Select(v => 3 - 2 * SymbolicLibrary.Default[name].Value(inner * v + (name is "sin" or "gaussian" ? -b : b)))])
            .Fit(SymbolicLibrary.Default[name])!.Value;
        Assert.Equal(a, fit.A, 1e-9);
        Assert.Equal(b, fit.B, 1e-9);
    }

    [Fact]
    public void A_constant_is_fitted_by_everything_and_one_place_only_by_x_and_0()
    {
        double[] x = Places(30, -1, 2);
        foreach (SymbolicFunction function in SymbolicLibrary.Default.Functions)
        {
            AffineFit? constant = new SymbolicFit(x, [.. x.Select(_ => 4.5)]).Fit(function);
            Assert.True(constant is { R2: 1, D: 4.5, C: 0 }, $"{function}: {constant}");
            AffineFit? single = new SymbolicFit([2, 2, 2], [1, 2, 6]).Fit(function);
            Assert.True(function.Name is "x" or "0" ? single is { C: 0, D: 3 } : single is null, $"{function}: {single}");
        }
    }

    [Fact]
    public void Two_samples_are_enough_and_huge_ones_do_not_overflow()
    {
        foreach (SymbolicFunction function in SymbolicLibrary.Default.Functions)
        {
            foreach ((double[] x, double[] y) in new (double[], double[])[] { ([1, 2], [5, 7]), ([-1e300, 0, 1e300], [-1e300, 1e300, 3e299]), ([0, 1e-300], [1e-300, 0]) })
            {
                AffineFit? fit = new SymbolicFit(x, y).Fit(function);
                Assert.True(fit is null || double.IsFinite(fit.Value.A + fit.Value.B + fit.Value.C + fit.Value.D + fit.Value.R2 + fit.Value.ResidualRms), $"{function}: {fit}");
            }
        }
    }

    [Fact]
    public void No_sample_leaves_the_domain()
    {
        double[] x = Places(60, -1, 2), y = [.. x.Select(v => Math.Cos(5 * v))];
        foreach (SymbolicFunction function in SymbolicLibrary.Default.Functions)
        {
            AffineFit fit = new SymbolicFit(x, y).Fit(function)!.Value;
            Assert.All(x, v => Assert.True(function.Domain.Contains(fit.A * v + fit.B), $"{function} at {v}"));
            bool pole = function.Domain.ExcludesZero;
            Assert.True(!pole || Math.Sign(fit.B - fit.A) == Math.Sign(fit.B + fit.A), $"{function}: pole among the samples");
        }
    }

    [Fact]
    public void The_order_of_samples_does_not_matter()
    {
        double[] x = [0.3, -0.8, 0.9, -0.1, 0.5, -0.5], y = [1, 2, 4, 0, 2, 1];
        Assert.Equal(
            new SymbolicFit(x, y).Fit(SymbolicLibrary.Default["gaussian"]),
            new SymbolicFit([.. x.Reverse()], [.. y.Reverse()]).Fit(SymbolicLibrary.Default["gaussian"]));
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused()
    {
        Assert.Contains("Value 1 is NaN", Assert.Throws<KanDataException>(() => new SymbolicFit([1, 2], [1, double.NaN])).Message);
        Assert.Contains("2 places and 1 values", Assert.Throws<KanDataException>(() => new SymbolicFit([1, 2], [1])).Message);
    }

    private static double[] Places(int count, double start, double width)
    {
        var random = new SeededRandom(21);
        return [start, .. Enumerable.Range(0, count - 2).Select(_ => start + width * random.NextDouble()), start + width];
    }
}
