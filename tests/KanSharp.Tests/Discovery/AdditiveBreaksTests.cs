using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Tests.Discovery;

public class AdditiveBreaksTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    [Theory]
    [InlineData("1.5*abs(a + 0.37) + b^3 - b", 0, "kink in a at -0.370")]
    [InlineData("1.5*abs(a + 0.37) + b^3 - b", 1e-3, "kink in a at -0.370")]
    [InlineData("abs(b - 0.3) + sin(2*a)", 1e-3, "kink in b at 0.300")]
    [InlineData("0.6*abs(a - 0.1) + exp(b) + cos(2*c)", 1e-3, "kink in a at 0.100")]
    [InlineData("2*abs(a + 0.5) - abs(b - 0.2)", 1e-3, "kink in a at -0.500, kink in b at 0.200")]
    [InlineData("sgn(a) + abs(b - 0.4) + c^2", 0, "jump in a at 0.000, kink in b at 0.400")]
    [InlineData("sgn(a) + abs(b - 0.4) + c^2", 1e-3, "jump in a at 0.000, kink in b at 0.400")]
    [InlineData("2*sgn(b + 0.2) + exp(a)", 1e-2, "jump in b at -0.200")]
    public void Breaks_under_other_curves_are_seen_under_noise_too(string law, double noise, string expected)
    {
        foreach (ulong seed in (ulong[])[2, 3, 4])
        {
            AdditiveBreaks.Break[] found = Find(law, noise, seed);
            Assert.Equal(expected.Split(", ").Select(text => text[..text.IndexOf(" at ", StringComparison.Ordinal)]), found.OrderBy(at => at.Input).Select(at => $"{(at.Jumps ? "jump" : "kink")} in {Names[at.Input]}"));
            double[] places = [.. expected.Split(", ").Select(text => double.Parse(text.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture))];
            Assert.All(found.OrderBy(at => at.Input).Zip(places), pair => Assert.InRange(Math.Abs(pair.First.Place - pair.Second), 0, pair.First.Jumps ? 0.02 : Math.Max(2 * noise, 1e-5)));
        }
    }

    [Theory]
    [InlineData("tanh(8*a) + sin(b)")]
    [InlineData("sin(9*a) + b")]
    [InlineData("exp(-50*a^2) + b")]
    [InlineData("exp(sin(3*a) + b^2) + tanh(8*c)")]
    [InlineData("exp(4*a)*b + c")]
    [InlineData("sqrt(a + 1) + b")]
    [InlineData("abs(a - b) + c")]
    public void Smooth_curves_interactions_and_the_ends_of_the_range_are_no_breaks(string law)
    {
        foreach (double noise in (double[])[0, 1e-3, 1e-2])
            Assert.Empty(Find(law, noise, 3));
    }

    [Fact]
    public void An_input_of_few_values_has_no_breaks_and_hides_none()
    {
        var random = new SeededRandom(2);
        var x = new Matrix(300, 2);
        double[] y = new double[300];
        for (int row = 0; row < y.Length; row++)
        {
            (x[row, 0], x[row, 1]) = (random.NextDouble(-1, 1), Math.Floor(random.NextDouble(0, 4)));
            y[row] = Math.Abs(x[row, 0] - 0.2) + (x[row, 1] == 2 ? 3 : 0) + 1e-3 * random.NextGaussian();
        }
        AdditiveBreaks.Break found = Assert.Single(AdditiveBreaks.Find(x, y, default));
        Assert.Equal((0, false), (found.Input, found.Jumps));
        Assert.Equal(0.2, found.Place, 0.005);
    }

    /// <summary>300 rows; the noise is relative to the target's standard deviation.</summary>
    private static AdditiveBreaks.Break[] Find(string law, double noise, ulong seed)
    {
        Expression formula = Expression.Parse(law, Names);
        string[] names = [.. Names.Where(formula.Variables.Contains)];
        var random = new SeededRandom(seed);
        var x = new Matrix(300, names.Length);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1, 1);
        double[] y = new double[x.Rows];
        new FormulaProgram(formula, names).Evaluate(x, y);
        double mean = y.Average(), deviation = Math.Sqrt(y.Average(value => (value - mean) * (value - mean)));
        return AdditiveBreaks.Find(x, [.. y.Select(value => value + noise * deviation * random.NextGaussian())], default);
    }
}
