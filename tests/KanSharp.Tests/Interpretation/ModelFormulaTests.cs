using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Tests.Interpretation;

public class ModelFormulaTests
{
    /// <summary>Functions that are finite everywhere, whatever the layers before make of the inputs.</summary>
    private static readonly string[] Safe = ["x", "x^2", "x^3", "exp", "abs", "sin", "cos", "tanh", "sgn", "arctan", "gaussian", "0"];

    [Theory]
    [InlineData("1,1")]
    [InlineData("3,2")]
    [InlineData("2,5,1")]
    [InlineData("2,[2,2],[1,1:3],2")]
    [InlineData("3,[0,3:2/3/4],[1,2:1/2],1")]
    [InlineData("2,[0,1:5],1")]
    public void The_formulas_are_the_network(string shape)
    {
        for (ulong seed = 1; seed <= 12; seed++)
        {
            KanModel model = RandomSymbolic(shape, seed, activeShare: seed % 3 == 0 ? 0.5 : 1);
            Matrix x = UserUnits(model, Nets.Samples(40, model.InputCount, seed));
            AssertSame($"{shape}, seed {seed}", model, x);
        }
    }

    [Fact]
    public void Every_function_of_the_library_is_in_a_formula_what_it_is_on_an_edge()
    {
        foreach (SymbolicFunction function in SymbolicLibrary.Default.Functions)
            AssertSame(function.Name, Nets.Symbolic("1,1", (new EdgeIndex(0, 0, 0), function.Name, [0.3, 0.45, 1.7, -0.2])), Nets.Samples(50, 1));
    }

    [Fact]
    public void A_formula_reads_as_one_would_write_it()
    {
        KanModel model = Nets.Symbolic("2,1,1", (new EdgeIndex(0, 0, 0), "sin", [3, 0, 1, 0]), (new EdgeIndex(0, 1, 0), "x^2", [1, 0, 1, 0]), (new EdgeIndex(1, 0, 0), "exp", [1, 0, 1, 0]));
        Assert.Equal("exp(sin(3*x1) + x2^2)", model.ToFormulas()[0].ToText());
    }

    [Fact]
    public void Splines_on_a_path_are_named_and_others_do_not_matter()
    {
        KanModel model = RandomSymbolic("2,3,1", 4, 1);
        KanModel spline = model.UnfixEdge(new EdgeIndex(0, 1, 2)).UnfixEdge(new EdgeIndex(1, 0, 0));
        Assert.Contains("2 of its edges are still splines, (0,1,2) (1,0,0).", Assert.Throws<KanSharpException>(() => spline.ToFormulas()).Message);

        // Node 0 gets a constant, node 2 leads nowhere: neither spline is needed for the formula.
        KanModel cut = ModelSurgery.SwitchOff(spline, edge => edge is { Layer: 0, Output: 0 } or { Layer: 1, Input: 2 });
        AssertSame("cut", cut, UserUnits(cut, Nets.Samples(30, 2)));
        KanModel apart = ModelSurgery.SwitchOff(spline, edge => edge is { Layer: 0 });
        AssertSame("apart", apart, UserUnits(apart, Nets.Samples(30, 2)));
        Assert.True(apart.ToFormulas()[0].IsConstant);
    }

    private static void AssertSame(string what, KanModel model, Matrix x)
    {
        Matrix expected = model.Predict(x).Values;
        ImmutableArray<Expression> formulas = model.ToFormulas();
        Assert.Equal(model.OutputCount, formulas.Length);
        for (int o = 0; o < formulas.Length; o++)
        {
            CompiledFormula formula = formulas[o].Compile([.. model.Info.InputNames]);
            for (int row = 0; row < x.Rows; row++)
            {
                double actual = formula([.. Enumerable.Range(0, x.Columns).Select(i => x[row, i])]);
                double difference = Math.Abs(actual - expected[row, o]);
                Assert.True(difference <= 1e-12 * Math.Abs(expected[row, o]) + 1e-13,
                    $"{what}, output {o}, row {row}: {actual:R}, the network says {expected[row, o]:R}");
            }
        }
    }

    private static Matrix UserUnits(KanModel model, Matrix x) => model.Info.InputScaling.Invert(x);

    private static KanModel RandomSymbolic(string shape, ulong seed, double activeShare)
    {
        var random = new SeededRandom(seed);
        KanModel start = KanModel.Create(KanSpec.Parse(shape), seed);
        ImmutableArray<KanLayer> layers = [.. start.Layers.Select(layer => layer.With(
            numericMask: [.. new double[layer.EdgeCount]],
            symbolicEdges: [.. from e in Enumerable.Range(0, layer.EdgeCount)
                where random.NextDouble() < activeShare
                select new SymbolicEdge(e / layer.SubnodeCount, e % layer.SubnodeCount, SymbolicLibrary.Default[Safe[(int)(random.NextDouble() * Safe.Length)]])]))];
        KanModel model = ModelSurgery.ReplaceLayers(start, layers);
        double[] parameters = model.Parameters.ToArray();
        for (int l = 0; l < layers.Length; l++)
        {
            KanLayer layer = layers[l];
            foreach (ref double value in parameters.AsSpan(model.Network.Offsets[l] + layer.AffineOffset, layer.ParameterCount - layer.AffineOffset))
                value = random.NextDouble(-0.9, 0.9);
        }
        ModelInfo info = ModelInfo.Default(model.InputCount, model.OutputCount) with
        {
            InputNames = [.. Enumerable.Range(0, model.InputCount).Select(i => $"flow rate {i}")],
            InputScaling = new Scaling([.. Enumerable.Range(0, model.InputCount).Select(_ => random.NextDouble(-1, 1))], [.. Enumerable.Range(0, model.InputCount).Select(_ => random.NextDouble(0.5, 2))]),
            OutputScaling = new Scaling([.. Enumerable.Range(0, model.OutputCount).Select(_ => random.NextDouble(-1, 1))], [.. Enumerable.Range(0, model.OutputCount).Select(_ => random.NextDouble(0.5, 2))]),
        };
        return new KanModel(layers, start.BaseFunction, RangePolicy.Linear, parameters, info);
    }
}
