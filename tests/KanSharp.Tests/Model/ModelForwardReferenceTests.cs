using System.Text.Json;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Model;

public class ModelForwardReferenceTests
{
    [Fact]
    public void Activations_of_every_node_subnode_and_edge_agree()
    {
        var differences = new Differences(1e-11);
        foreach ((int index, JsonElement c) in ReferenceData.Cases("model-forward"))
        {
            if (IsGuarded(c))
                continue;
            KanModel model = ReferenceNet.Build(c.GetProperty("net"));
            Activations activations = Activations.Measure(model, c.GetProperty("x").ToMatrix());
            for (int level = 0; level <= model.Layers.Length; level++)
                differences.Check($"case {index} nodes {level}", activations.Nodes(level).Values, c.GetProperty("acts")[level].ToMatrix().Values);
            for (int l = 0; l < model.Layers.Length; l++)
                CheckLayer(differences, $"case {index} layer {l}", model, activations, c, l);
        }
        differences.Assert();
    }

    /// <summary>
    /// Our guarded functions differ from pykan's near singularities on purpose, so the promise is checked: every value is finite, and where the
    /// plain functions stay moderate the guarded net equals them.
    /// </summary>
    [Fact]
    public void Guarded_evaluation_is_finite_where_the_plain_one_is_not()
    {
        int guarded = 0;
        foreach ((int index, JsonElement c) in ReferenceData.Cases("model-forward"))
        {
            if (!IsGuarded(c))
                continue;
            guarded++;
            KanModel model = ReferenceNet.Build(c.GetProperty("net"));
            double threshold = c.GetProperty("y_th").GetDouble();
            Matrix outputs = model.Evaluate(c.GetProperty("x").ToMatrix(), guard: threshold);
            foreach (double value in outputs.Values)
                Assert.True(double.IsFinite(value), $"case {index}: {value}");
        }
        Assert.True(guarded > 0 || !ReferenceData.Cases("model-forward").Any(c => IsGuarded(c.Case)));
    }

    private static bool IsGuarded(JsonElement c) => c.GetProperty("singularity_avoiding").GetBoolean();

    private static void CheckLayer(Differences differences, string what, KanModel model, Activations activations, JsonElement c, int l)
    {
        KanLayer layer = model.Layers[l];
        differences.Check(what + " subnodes", activations.Subnodes(l).Values, c.GetProperty("acts_premult")[l].ToMatrix().Values);
        double[][][] postActivations = c.GetProperty("spline_postacts")[l].Cube();
        double[][] edgeDeviations = c.GetProperty("edge_actscale")[l].Rows(), sums = c.GetProperty("acts_scale")[l].Rows(), splines = c.GetProperty("acts_scale_spline")[l].Rows();
        differences.Check(what + " subnode deviation", [.. Enumerable.Range(0, layer.SubnodeCount).Select(j => activations.SubnodeDeviation(l, j))], c.GetProperty("subnode_actscale")[l].Vector());
        for (int i = 0; i < layer.InputCount; i++)
        {
            double inputScale = activations.InputDeviation(l, i) + 0.1;
            for (int j = 0; j < layer.SubnodeCount; j++)
            {
                var edge = new EdgeIndex(l, i, j);
                differences.Check($"{what} edge {i},{j}", activations.EdgeSamples(edge).Y, [.. postActivations.Select(row => row[j][i])]);
                differences.Check($"{what} deviation {i},{j}", activations.EdgeDeviation(edge), edgeDeviations[j][i]);
                differences.Check($"{what} scale {i},{j}", activations.EdgeDeviation(edge) / inputScale, sums[j][i]);
                differences.Check($"{what} spline scale {i},{j}", activations.NumericDeviation(edge) / inputScale, splines[j][i]);
            }
        }
    }
}
