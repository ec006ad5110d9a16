using System.Collections.Immutable;
using System.Text.Json;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Interpretation;

public class SymbolicReferenceTests
{
    private const double GoodFit = 0.9999;

    [Fact]
    public void The_first_suggestion_is_as_good_and_as_simple()
    {
        var failures = new List<string>();
        int compared = 0;
        foreach ((int index, JsonElement c) in ReferenceData.Cases("symbolic"))
        {
            if (!c.TryGetProperty("edges", out JsonElement edges))
                continue;
            KanModel model = ReferenceNet.Build(c.GetProperty("net"));
            Activations activations = model.Activate(c.GetProperty("x").ToMatrix());
            SymbolicLibrary shortLibrary = SymbolicLibrary.Default.Select(c.GetProperty("short_library").EnumerateArray().Select(name => name.GetString()!));
            foreach (JsonElement entry in edges.EnumerateArray())
            {
                var edge = new EdgeIndex(entry.GetProperty("l").GetInt32(), entry.GetProperty("i").GetInt32(), entry.GetProperty("j").GetInt32());
                Compare($"case {index} edge ({edge})", entry.GetProperty("whole_library_weight_simple_0.8"), SymbolicEdges.Suggest(activations, edge)[0]);
                Compare($"case {index} edge ({edge}), short library", entry.GetProperty("short_library_weight_simple_0"), SymbolicEdges.Suggest(activations, edge, shortLibrary)[0]);
            }
        }
        Assert.True(compared > 0, "Nothing was compared.");
        Assert.True(failures.Count == 0, string.Join('\n', failures));

        void Compare(string what, JsonElement pykan, FunctionSuggestion ours)
        {
            double r2 = pykan.GetProperty("best_r2").GetDouble();
            if (r2 <= GoodFit)
                return;
            compared++;
            if (ours.Fit.R2 < r2 - 1e-9 || ours.Function.Complexity > pykan.GetProperty("best_complexity").GetInt32())
                failures.Add($"{what}: {ours.Function} with R2 {ours.Fit.R2:R}, pykan's {pykan.GetProperty("best").GetString()} with R2 {r2:R}");
        }
    }

    [Fact]
    public void Edges_hand_out_the_samples_that_pykan_sees()
    {
        var differences = new Differences(1e-10);
        foreach ((int index, JsonElement c) in ReferenceData.Cases("symbolic"))
        {
            if (!c.TryGetProperty("edges", out JsonElement edges))
                continue;
            Activations activations = ReferenceNet.Build(c.GetProperty("net")).Activate(c.GetProperty("x").ToMatrix());
            foreach (JsonElement entry in edges.EnumerateArray())
            {
                var edge = new EdgeIndex(entry.GetProperty("l").GetInt32(), entry.GetProperty("i").GetInt32(), entry.GetProperty("j").GetInt32());
                (double[] x, double[] y) = activations.EdgeSamples(edge);
                differences.Check($"case {index} edge ({edge}) x", x, entry.GetProperty("edge_x").Vector());
                differences.Check($"case {index} edge ({edge}) y", y, entry.GetProperty("edge_y").Vector());
            }
        }
        differences.Assert();
    }

    [Fact]
    public void Formulas_have_the_values_of_the_networks()
    {
        var differences = new Differences(1e-10);
        foreach ((int index, JsonElement c) in ReferenceData.Cases("symbolic"))
        {
            if (!c.TryGetProperty("y_forward", out JsonElement expected))
                continue;
            KanModel model = ReferenceNet.Build(c.GetProperty("net"));
            if (c.TryGetProperty("normalizer", out JsonElement inputs))
            {
                double[][] input = inputs.Rows(), output = c.GetProperty("output_normalizer").Rows();
                model = model.With(model.Info with { InputScaling = new Scaling(input[0], input[1]), OutputScaling = new Scaling(output[0], output[1]) });
                expected = c.GetProperty("y_expected_from_forward");
            }
            double[][] x = c.GetProperty("x").Rows(), y = expected.Rows();
            ImmutableArray<Expression> formulas = model.ToFormulas();
            for (int o = 0; o < formulas.Length; o++)
            {
                CompiledFormula formula = formulas[o].Compile([.. model.Info.InputNames]);
                for (int row = 0; row < x.Length; row++)
                    differences.Check($"case {index} output {o} row {row}", formula(x[row]), y[row][o]);
            }
        }
        differences.Assert();
    }
}
