using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class SeparateCurvesTests
{
    private static readonly string[] Names = ["a", "b"];

    [Theory]
    [InlineData("sin(a) + sin(2*b^2)", false)]
    [InlineData("2*exp(-a^2/2) + b*sin(3*b)", false)]
    [InlineData("a/(1 + a^2)*tanh(b^2)", true)]
    public void Sums_and_products_of_composed_curves_are_exact(string law, bool isProduct)
    {
        CandidateNetwork network = Train(law, isProduct);
        Expression[] found = [.. SeparateCurves.Find(network, SymbolicLibrary.Default, default)];
        Assert.NotEmpty(found);
        Assert.InRange(found.Min(formula => FormulaFit.Run(formula.Simplify(), Names, network.View.Training.Inputs, network.View.Training.Targets.Column(0)).Rmse), 0, 1e-9);
    }

    [Fact]
    public void What_is_no_sum_of_curves_has_none() => Assert.Empty(SeparateCurves.Find(Train("sin(3*a*b)", false), SymbolicLibrary.Default, default));

    private static CandidateNetwork Train(string law, bool isProduct)
    {
        var random = new SeededRandom(5);
        Matrix x = new(200, 2), y = new(200, 1);
        foreach (ref double value in x.Values)
            value = random.NextDouble(0, 2);
        new FormulaProgram(Expression.Parse(law, Names), Names).Evaluate(x, y.Column(0));
        var data = new Dataset(x, y);
        DataView view = DataView.Plain(data, data, new ModelInfo { InputNames = [.. Names], OutputNames = ["y"], InputScaling = Scaling.FromRange(x), OutputScaling = Scaling.Identity(1) });
        LayerWidth last = isProduct ? new LayerWidth(0, [2]) : new LayerWidth(1);
        return CandidateNetwork.Train(new ShapeStart(new KanSpec([new LayerWidth(2), last]), 1, Separate: isProduct), 1, view, default)!.Refine(default);
    }
}
