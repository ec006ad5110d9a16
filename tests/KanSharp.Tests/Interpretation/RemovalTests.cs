using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Tests.Interpretation;

public class RemovalTests
{
    public static TheoryData<string> Shapes() => [.. SurgeryNets.Shapes(), "mlp 3,5,[2,1],2"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_removed_edge_carries_nothing_and_all_others_stay(string shape)
    {
        (KanModel model, Matrix x) = SurgeryNets.Create(shape);
        foreach (EdgeIndex edge in (EdgeIndex[])[new(0, 0, 0), new(0, 1, 2), new(model.Layers.Length - 1, 1, 0)])
        {
            KanModel removed = model.RemoveEdge(edge);
            Assert.False(removed.Layers[edge.Layer].IsActive(edge.Input, edge.Output));
            Assert.Equal(model.ActiveEdgeCount - 1, removed.ActiveEdgeCount);
            Assert.All(removed.EvaluateEdge(edge, [0.3, -2]), value => Assert.Equal(0, value));
            foreach (EdgeIndex other in removed.Layers.SelectMany(Connectivity.ActiveEdges))
                Assert.Equal(model.EvaluateEdge(other, [0.3, -0.7]), removed.EvaluateEdge(other, [0.3, -0.7]));
            // What the edge carried is missing in its subnode, and nothing else is.
            Matrix before = model.Activate(x).Subnodes(edge.Layer), after = removed.Activate(x).Subnodes(edge.Layer);
            double scale = model.Network.View(edge.Layer, model.ParameterArray).SubnodeScales[edge.Output];
            double[] carried = model.Activate(x).EdgeSamples(edge).Y;
            for (int row = 0; row < x.Rows; row++)
                Assert.Equal(before[row, edge.Output] - scale * carried[row], after[row, edge.Output], 1e-12);
            Assert.StartsWith($"removed edge ({edge})", removed.Info.History[^1]);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_removed_node_no_longer_affects_any_output(string shape)
    {
        (KanModel model, Matrix x) = SurgeryNets.Create(shape);
        for (int node = 0; node < model.Widths[1].Nodes; node++)
        {
            KanModel removed = model.RemoveNode(new NodeIndex(1, node), node % 2 == 0 ? NodeEdges.All : NodeEdges.Outgoing);
            double[] parameters = removed.Parameters.ToArray();
            removed.Network.View(0, parameters).NodeBiases[node] += 3;
            Assert.Equal(removed.Predict(x).Values.Values.ToArray(), removed.With(parameters).Predict(x).Values.Values.ToArray());
            Assert.NotEqual(0, SurgeryNets.Worst(removed.Predict(x).Values, model.Predict(x).Values));
            Assert.Equal(removed.Widths[1].Nodes, model.Widths[1].Nodes);
        }
    }

    [Fact]
    public void A_node_without_incoming_edges_is_a_constant()
    {
        (KanModel model, Matrix x) = SurgeryNets.Create("2,[3,2],1");
        KanModel removed = model.RemoveNode(new NodeIndex(1, 3), NodeEdges.Incoming);
        ReadOnlySpan<double> values = removed.Activate(x).Nodes(1).Column(3);
        Assert.Equal(0, values.ToArray().Max() - values.ToArray().Min());
        Assert.True(removed.Layers[1].IsActive(3, 0));
    }

    [Fact]
    public void A_module_reads_and_feeds_its_own_nodes_only()
    {
        KanModel model = KanModel.Create(new KanSpec(4, 4, 1), 2);
        KanModel modular = model.SeparateModule(0, [0, 1], [0, 1]);
        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < 4; j++)
                Assert.Equal(i < 2 == j < 2, modular.Layers[0].IsActive(i, j));
        }
        Assert.Equal(20 - 8, modular.ActiveEdgeCount);
    }

    [Fact]
    public void What_would_cut_an_output_off_is_refused()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1, 1), 1).RemoveEdge(new EdgeIndex(0, 0, 0));
        Assert.Contains("Without edge (0,1,0), output y has no path", Assert.Throws<KanSharpException>(() => model.RemoveEdge(new EdgeIndex(0, 1, 0))).Message);
        Assert.Contains("Without node (1,0), output y has no path", Assert.Throws<KanSharpException>(() => model.RemoveNode(new NodeIndex(1, 0))).Message);
    }

    [Fact]
    public void Edges_and_nodes_that_do_not_exist_are_named()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1), 1);
        Assert.Contains("has inputs 0 to 1", Assert.Throws<KanSharpException>(() => model.RemoveEdge(new EdgeIndex(0, 2, 0))).Message);
        Assert.Contains("levels 0 to 2", Assert.Throws<KanSharpException>(() => model.RemoveNode(new NodeIndex(3, 0))).Message);
        Assert.Contains("nodes 0 to 2", Assert.Throws<KanSharpException>(() => model.RemoveNode(new NodeIndex(1, 3))).Message);
        Assert.Contains("use 0 to 2", Assert.Throws<KanSharpException>(() => model.SeparateModule(0, [0], [-1])).Message);
        Assert.Contains("layers 0 to 1", Assert.Throws<KanSharpException>(() => model.SeparateModule(2, [0], [0])).Message);
        Assert.Contains("name at least one", Assert.Throws<KanSharpException>(() => model.SeparateModule(0, default, [0])).Message);
    }
}
