using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class SimilarityFormsTests
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    [Theory]
    [InlineData("a^2/b*exp(b*c/d)/(1 + (b*c/d)^3)", 0.3, 2)]
    [InlineData("a*b*tanh(a*c/d)", 0.3, 2)]
    [InlineData("a/c^2*sqrt(1 + (b/d)^2)", 0.3, 2)]
    [InlineData("b*c*exp(-a*d)", -1, 1)]
    [InlineData("d/c*exp(-((a - b)/c)^2)", 0.5, 2)]
    [InlineData("b*cos(a*c)", 0.5, 2)]
    public void A_curve_of_one_product_is_seen_as_such(string law, double low, double high)
    {
        DataView view = View(law, low, high);
        DataView curve = SimilarityForms.Find(view, 2, default)[0];
        Assert.Single(curve.Info.InputNames);
        // Sorted by the one input, most targets lie near the line between their neighbours'.
        double[] x = curve.Training.Inputs.Column(0).ToArray(), y = curve.Training.Targets.Column(0).ToArray();
        Array.Sort(x, y);
        double[] misses = [.. Enumerable.Range(1, y.Length - 2).Select(i => Math.Abs(y[i] - (y[i - 1] + (y[i + 1] - y[i - 1]) * (x[i] - x[i - 1]) / (x[i + 1] - x[i - 1])))).Order()];
        Assert.InRange(misses[misses.Length / 2], 0, 1e-3 * (y.Max() - y.Min()));
    }

    [Theory]
    [InlineData("a*b + c*d + a*c", -1, 1)]
    [InlineData("sin(3*a*b) + c/d", 0.3, 2)]
    public void What_is_no_curve_is_none(string law, double low, double high) => Assert.Empty(SimilarityForms.Find(View(law, low, high), 2, default));

    [Fact]
    public void Rows_where_the_products_are_not_defined_are_left_out()
    {
        DataView view = View("a*tanh(c/(b*d))", 0.3, 2, x => x[0, 0] = x[1, 2] = 0);
        DataView curve = SimilarityForms.Find(view, 2, default)[0];
        Assert.InRange(view.Training.Count - curve.Training.Count, 1, 2);
    }

    private static DataView View(string law, double low, double high, Action<Matrix>? change = null)
    {
        var random = new SeededRandom(5);
        Matrix x = new(200, Names.Length), y = new(200, 1);
        foreach (ref double value in x.Values)
            value = random.NextDouble(low, high);
        change?.Invoke(x);
        new FormulaProgram(Expression.Parse(law, Names), Names).Evaluate(x, y.Column(0));
        var data = new Dataset(x, y);
        return DataView.Plain(data, data, new ModelInfo { InputNames = [.. Names], OutputNames = ["y"], InputScaling = Scaling.FromRange(x), OutputScaling = Scaling.Identity(1) });
    }
}
