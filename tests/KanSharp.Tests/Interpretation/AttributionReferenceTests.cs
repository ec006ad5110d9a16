using System.Text.Json;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Interpretation;

/// <summary>
/// pykan's scores. With a list of arities per layer it cannot attribute from several nodes at once (it crashes, or transposes the scores
/// without a word): there ours are held to the definition, applied to pykan's own deviations.
/// </summary>
public class AttributionReferenceTests
{
    private static IEnumerable<(int Index, JsonElement Case, Attribution Scores)> Cases()
    {
        foreach ((int index, JsonElement c) in ReferenceData.Cases("attribution"))
        {
            if (c.GetProperty("kind").GetString()!.StartsWith("attribute") && !c.TryGetProperty("error", out _))
                yield return (index, c, Attribution.Measure(ReferenceNet.Build(c.GetProperty("net")), c.GetProperty("x").ToMatrix()));
        }
    }

    [Fact]
    public void Node_subnode_edge_and_feature_scores_agree()
    {
        var differences = new Differences(1e-10);
        foreach ((int index, JsonElement c, Attribution scores) in Cases())
        {
            KanModel model = scores.Model;
            if (!IsSound(c, model.OutputCount))
                continue;
            for (int level = 0; level <= model.Layers.Length; level++)
                differences.Check($"case {index} nodes of level {level}", scores.NodeScores(level), c.GetProperty("node_scores")[level].Vector(), 1e-2);
            differences.Check($"case {index} features", scores.FeatureScores, c.GetProperty("feature_score").Vector(), 1e-2);
            for (int l = 0; l < model.Layers.Length; l++)
            {
                differences.Check($"case {index} subnodes of layer {l}", scores.SubnodeScores(l), c.GetProperty("subnode_scores")[l].Vector(), 1e-2);
                double[][] edges = c.GetProperty("edge_scores")[l].Rows();
                for (int j = 0; j < edges.Length; j++)
                {
                    for (int i = 0; i < edges[j].Length; i++)
                        differences.Check($"case {index} edge ({l}, {i}, {j})", scores.EdgeScore(new EdgeIndex(l, i, j)), edges[j][i], 1e-2);
                }
            }
        }
        differences.Assert();
    }

    [Fact]
    public void Deviations_of_edges_and_subnodes_agree()
    {
        var differences = new Differences(1e-10);
        foreach ((int index, JsonElement c, Attribution scores) in Cases())
        {
            Activations activations = scores.Model.Activate(c.GetProperty("x").ToMatrix());
            for (int l = 0; l < scores.Model.Layers.Length; l++)
            {
                double[][] edges = c.GetProperty("edge_actscale")[l].Rows();
                double[] subnodes = c.GetProperty("subnode_actscale")[l].Vector();
                for (int j = 0; j < edges.Length; j++)
                {
                    differences.Check($"case {index} subnode {j} of layer {l}", activations.SubnodeDeviation(l, j), subnodes[j], 1e-2);
                    for (int i = 0; i < edges[j].Length; i++)
                        differences.Check($"case {index} edge ({l}, {i}, {j})", activations.EdgeDeviation(new EdgeIndex(l, i, j)), edges[j][i], 1e-2);
                }
            }
        }
        differences.Assert();
    }

    [Fact]
    public void Feature_scores_by_node_agree_and_add_up_to_the_whole()
    {
        var differences = new Differences(1e-10);
        foreach ((int index, JsonElement c, Attribution scores) in Cases())
        {
            foreach (JsonElement entry in c.GetProperty("attribute_of_layer").EnumerateArray())
            {
                int level = entry.GetProperty("layer").GetInt32();
                double[][] byNode = [.. Enumerable.Range(0, scores.NodeScores(level).Length).Select(node => scores.FeatureScoresBy(level, node))];
                double[] total = [.. Enumerable.Range(0, scores.FeatureScores.Length).Select(i => byNode.Sum(row => row[i]))];
                differences.Check($"case {index} sum over level {level}", total, scores.FeatureScores, 1e-2);
                for (int node = 0; node < byNode.Length; node++)
                    differences.Check($"case {index} level {level} node {node} by definition", byNode[node], ByDefinition(c, scores, level, node), 1e-2);
                if (entry.TryGetProperty("error", out _) || !IsSound(c, byNode.Length))
                    continue;
                double[][] expected = entry.GetProperty("scores").Rows();
                for (int node = 0; node < expected.Length; node++)
                    differences.Check($"case {index} level {level} node {node}", byNode[node], expected[node], 1e-2);
            }
        }
        differences.Assert();
    }

    [Fact]
    public void Feature_interactions_agree()
    {
        int compared = 0;
        foreach ((int index, JsonElement c, Attribution scores) in Cases())
        {
            foreach (JsonElement entry in c.GetProperty("feature_interaction").EnumerateArray())
            {
                int level = entry.GetProperty("layer").GetInt32();
                if (entry.TryGetProperty("error", out _) || !IsSound(c, scores.NodeScores(level).Length))
                    continue;
                string[] actual = [.. scores
                    .FeatureInteractions(level, entry.GetProperty("neuron_th").GetDouble(), entry.GetProperty("feature_th").GetDouble())
                    .Select(set => $"{string.Join(' ', set.Features)}: {set.Nodes.Length}").Order()];
                string[] expected = [.. entry.GetProperty("sets").EnumerateArray()
                    .Select(set => $"{string.Join(' ', set.GetProperty("features").EnumerateArray().Select(f => f.GetInt32()).Order())}: {set.GetProperty("count").GetInt32()}").Order()];
                Assert.True(expected.SequenceEqual(actual),
                    $"case {index} level {level}: got {string.Join("; ", actual)}, expected {string.Join("; ", expected)}");
                compared++;
            }
        }
        Assert.True(compared > 0, "Nothing was compared.");
    }

    [Fact]
    public void A_node_hands_its_score_to_each_of_its_subnodes()
    {
        foreach ((int index, _, Attribution scores) in Cases())
        {
            for (int l = 0; l < scores.Model.Layers.Length; l++)
            {
                LayerWidth width = scores.Model.Layers[l].Output;
                for (int j = 0; j < width.Subnodes; j++)
                    Assert.True(scores.SubnodeScores(l)[j] == scores.NodeScores(l + 1)[width.NodeOf(j)], $"case {index} layer {l} subnode {j}");
            }
        }
    }

    private static bool IsSound(JsonElement c, int startNodes) => startNodes == 1 || c.GetProperty("net").GetProperty("mult_arity").ValueKind == JsonValueKind.Number;

    /// <summary>The score of one node handed back to the inputs: edge = its deviation * subnode score / (subnode deviation + 1e-4).</summary>
    private static double[] ByDefinition(JsonElement c, Attribution scores, int level, int node)
    {
        double[] nodes = new double[scores.NodeScores(level).Length];
        nodes[node] = scores.NodeScores(level)[node];
        for (int l = level - 1; l >= 0; l--)
        {
            LayerWidth width = scores.Model.Layers[l].Output;
            double[][] edges = c.GetProperty("edge_actscale")[l].Rows();
            double[] subnodes = c.GetProperty("subnode_actscale")[l].Vector(), before = new double[scores.Model.Layers[l].InputCount];
            for (int j = 0; j < width.Subnodes; j++)
            {
                for (int i = 0; i < before.Length; i++)
                    before[i] += edges[j][i] * nodes[width.NodeOf(j)] / (subnodes[j] + 1e-4);
            }
            nodes = before;
        }
        return nodes;
    }
}
