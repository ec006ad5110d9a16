using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class DataViewTests
{
    private static DataView Plain(string formula, params (string Name, double Low, double High)[] inputs) => Plain(120, formula, inputs);

    private static DataView Plain(int rows, string formula, params (string Name, double Low, double High)[] inputs)
    {
        var random = new SeededRandom(4);
        string[] names = [.. inputs.Select(input => input.Name)];
        Matrix x = new(rows, inputs.Length), y = new(rows, 1);
        for (int row = 0; row < x.Rows; row++)
        {
            for (int j = 0; j < inputs.Length; j++)
                x[row, j] = random.NextDouble(inputs[j].Low, inputs[j].High);
        }
        new FormulaProgram(Expression.Parse(formula, names), names).Evaluate(x, y.Column(0));
        (Dataset training, Dataset validation) = new Dataset(x, y).Split(0.2, 1);
        return DataView.Plain(training, validation, new ModelInfo
        {
            InputNames = [.. names],
            OutputNames = ["y"],
            TargetName = "y",
            InputScaling = Scaling.Identity(names.Length),
            OutputScaling = Scaling.Identity(1),
        });
    }

    [Fact]
    public void A_target_is_divided_by_the_inputs_whose_signs_it_follows()
    {
        DataView divided = Assert.IsType<DataView>(Plain("-q1*q2/r^2", ("q1", -1, 1), ("q2", -1, 1), ("r", 0.5, 2), ("z", -1, 1)).Divided());
        Assert.Equal(["r", "z"], divided.Info.InputNames.ToArray());
        for (int row = 0; row < divided.Training.Count; row++)
            Assert.Equal(-1 / Math.Pow(divided.Training.Inputs[row, 0], 2), divided.Training.Targets[row, 0], 1e-12);
        Assert.Equal(Expression.Parse("q1*q2*r", ["q1", "q2", "r"]).Simplify(), divided.Restore(new Variable("r")).Simplify());
    }

    [Theory]
    [InlineData("x + z")]
    [InlineData("x^2 + 1")]
    public void A_target_of_other_signs_is_not_divided(string formula) => Assert.Null(Plain(formula, ("x", -1, 1), ("z", -1, 1)).Divided());

    [Fact]
    public void Functions_of_the_target_lead_back_to_it()
    {
        DataView plain = Plain("-2/x", ("x", 1, 2));
        Assert.Equal(3, plain.Transformed(SymbolicLibrary.Default).Length);
        foreach (DataView view in plain.Transformed(SymbolicLibrary.Default))
        {
            // A formula of the view's target, restored, is one of the target: take the view's values for granted.
            for (int row = 0; row < 5; row++)
                Assert.Equal(plain.Training.Targets[row, 0], view.Restore(new Constant(view.Training.Targets[row, 0])).Evaluate(new Dictionary<string, double>()), 1e-12);
        }
        Assert.Single(plain.Transformed(SymbolicLibrary.Default.Select(["x", "exp"])));
        Assert.Empty(Plain("x", ("x", -1, 1)).Transformed(SymbolicLibrary.Default));
        Assert.Equal(2, Plain("exp(12*x)", ("x", -1, 1)).Transformed(SymbolicLibrary.Default).Length);
    }

    [Fact]
    public void Combined_inputs_lead_back_to_the_inputs()
    {
        DataView view = Plain("sin(a*b) + c", ("a", -1, 1), ("b", -1, 1), ("c", -1, 1));
        Variable a = new("a"), b = new("b"), c = new("c");
        DataView once = view.Replace([a * b], "a", "b");
        Assert.Equal(["c", "v1"], once.Info.InputNames.ToArray());
        Assert.Equal(view.Training.Inputs[3, 0] * view.Training.Inputs[3, 1], once.Training.Inputs[3, 1]);
        DataView twice = once.Replace([c - new Variable("v1")], "c", "v1");
        Assert.Equal(["v2"], twice.Info.InputNames.ToArray());
        Assert.Equal((c - a * b).Simplify(), twice.Restore(new Variable("v2")).Simplify());
        Assert.Equal(["b", "c"], view.Replace([], "a").Info.InputNames.ToArray());
    }

    [Theory]
    [InlineData("(a + abs(a))/2", 2)]
    [InlineData("sgn(a - 1/3) + a^2", 3)]
    [InlineData("abs(a + 1/2) - abs(a - 1/4)", 3)]
    public void An_input_whose_curve_breaks_becomes_one_for_each_piece(string law, int pieces) =>
        Assert.Equal(pieces, BrokenInputs.Split(Plain(600, law, ("a", -1, 1)), 1, default)!.Info.InputNames.Length);

    [Theory]
    [InlineData("abs(a - 0.3) + sin(2*b)", 300, 3)]
    [InlineData("abs(a - 0.3) + sin(2*b)", 1000, 3)]
    [InlineData("2*sgn(a + 0.2) + exp(b)", 300, 4)]
    [InlineData("sgn(b - 0.6)/3 + sin(3*a)", 500, 4)]
    [InlineData("(a + abs(a - 0.1))/2 + b^2 + cos(3*c)", 500, 4)]
    [InlineData("abs(a + 0.4) - 2*abs(b - 0.25)", 400, 4)]
    public void Under_the_curves_of_other_inputs_breaks_are_found_too(string law, int rows, int pieces) =>
        Assert.Equal(pieces, BrokenInputs.Split(Plain(rows, law, [.. "abc".Where(name => law.Replace("abs", "").Replace("cos", "").Contains(name)).Select(name => (name.ToString(), -1.0, 1.0))]), 1, default)?.Info.InputNames.Length);

    [Theory]
    [InlineData("tanh(10*a) + b^2")]
    [InlineData("exp(sin(3*a) + b^2)")]
    [InlineData("a*b")]
    [InlineData("sqrt(a + 1.001) + sin(20*b)")]
    [InlineData("1/(1 + 25*a^2) + b")]
    [InlineData("abs(a - b)")]
    public void Smooth_curves_are_not_split(string law) => Assert.Null(BrokenInputs.Split(Plain(600, law, ("a", -1, 1), ("b", -1, 1)), 1, default));

    [Fact]
    public void Of_many_inputs_those_with_an_effect_stay()
    {
        (string, double, double)[] inputs = [.. Enumerable.Range(0, 60).Select(j => ($"c{j}", -1.0, 1.0))];
        Assert.Equal(["c7", "c42"], InputScreening.Screen(Plain("3*c7 + sin(2*c42)", inputs))!.Info.InputNames.ToArray());
        Assert.Null(InputScreening.Screen(Plain("c3^2", inputs[..10])));
        // A hash of a number that c59 alone does not enter: nothing has an effect.
        Assert.Null(InputScreening.Screen(Plain("sin(1e6*c59)", inputs)));
    }
}
