using KanSharp.Discovery;
using KanSharp.Interpretation;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class PowerLawTests
{
    private static readonly string[] Names = ["q1", "q2", "r"];

    private static Dataset Coulomb(Func<int, double> factor)
    {
        var random = new SeededRandom(3);
        var x = new Matrix(200, 3);
        var y = new Matrix(200, 1);
        for (int row = 0; row < 200; row++)
        {
            (x[row, 0], x[row, 1], x[row, 2]) = (random.NextDouble(1e-9, 1e-6), random.NextDouble(1e-9, 1e-6), random.NextDouble(0.01, 1));
            y[row, 0] = factor(row) * 8.9875e9 * x[row, 0] * x[row, 1] / (x[row, 2] * x[row, 2]);
        }
        return new Dataset(x, y);
    }

    [Fact]
    public void A_law_over_orders_of_magnitude_comes_out_with_a_network_that_computes_it()
    {
        (Dataset training, Dataset validation) = Coulomb(_ => -1).Split(0.2, 1);
        DiscoveryResult result = FormulaSearch.Run(training, validation, Names, "F");
        Assert.Equal("-8987500000*q1*q2/r^2", result.Recommended.Formula.Round(12).ToText());
        KanModel model = result.Model;
        double[] formula = new double[validation.Count];
        new FormulaProgram(result.Recommended.Formula, Names).Evaluate(validation.Inputs, formula);
        Matrix predicted = model.Predict(validation.Inputs).Values;
        for (int row = 0; row < formula.Length; row++)
            Assert.Equal(1, predicted[row, 0] / formula[row], 1e-10);
        Assert.Equal(1, model.ToFormulas()[0].Evaluate(new Dictionary<string, double> { ["q1"] = 1e-7, ["q2"] = 2e-7, ["r"] = 0.1 }) / (-8.9875e9 * 2e-14 / 0.01), 1e-10);
    }

    [Fact]
    public void Targets_of_both_signs_are_no_power_law() => Assert.Empty(PowerLaw.Fit(Coulomb(row => row % 2 == 0 ? 1 : -1), Names));
}
