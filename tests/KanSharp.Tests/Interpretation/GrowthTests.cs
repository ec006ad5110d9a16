using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Interpretation;

public class GrowthTests
{
    public static TheoryData<string> Shapes() => SurgeryNets.Shapes();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void One_more_layer_changes_no_output(string shape)
    {
        (KanModel model, Matrix x) = SurgeryNets.Create(shape);
        KanModel deeper = model.ExpandDepth().ExpandDepth();
        SurgeryNets.SameFunction(model.ExpandDepth(), deeper, x);
        SurgeryNets.SameFunction(model, model.ExpandDepth(), x);
        Assert.Equal($"{model.Shape},{model.OutputCount},{model.OutputCount}", deeper.Shape);
        Assert.Equal($"expanded depth: {model.Shape} -> {model.Shape},{model.OutputCount}", model.ExpandDepth().Info.History[^1]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void New_nodes_change_no_output_and_stand_in_order(string shape)
    {
        (KanModel model, Matrix x) = SurgeryNets.Create(shape);
        for (int level = 1; level < model.Layers.Length; level++)
        {
            KanModel wider = model.ExpandWidth(level, 2);
            SurgeryNets.SameFunction(model, wider, x);
            Assert.Equal(model.Widths[level].Sums + 2, wider.Widths[level].Sums);
            int[] old = [.. Enumerable.Range(2, model.Widths[level].Nodes)];
            Assert.Equal(0, SurgeryNets.Worst(wider.Activate(x).Nodes(level).SelectColumns(old), model.Activate(x).Nodes(level)), 1e-13);

            KanModel more = model.ExpandWidth(level, [3, 1]);
            SurgeryNets.SameFunction(model, more, x);
            Assert.Equal(model.Widths[level].Arities.AddRange(3, 1).AsEnumerable(), more.Widths[level].Arities);
            Assert.Equal(model.ActiveEdgeCount, more.ActiveEdgeCount);
            Assert.Equal(model.RemoveIdleNodes().Model.Shape, more.RemoveIdleNodes().Model.Shape);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Grown_and_perturbed_without_intrusion_the_outputs_stay_and_everything_can_learn(string shape)
    {
        (KanModel model, Matrix x) = SurgeryNets.Create(shape);
        KanModel grown = model.ExpandWidth(1, 1).ExpandWidth(1, [2]).ExpandDepth();
        KanModel perturbed = grown.Perturb(0.2, seed: 3);
        SurgeryNets.SameFunction(grown, perturbed, x);
        Assert.Equal(grown.Layers.Sum(layer => layer.EdgeCount), perturbed.ActiveEdgeCount);
        // The new nodes vary, so that the edges that start there have something to learn from.
        Activations activations = perturbed.Activate(x);
        int sum = 0, product = perturbed.Widths[1].Nodes - 1;
        Assert.All((int[])[sum, product], node => Assert.True(Deviation(activations.Nodes(1).Column(node)) > 1e-4));
        Assert.Equal(perturbed.Parameters.ToArray(), grown.Perturb(0.2, seed: 3).Parameters.ToArray());
        Assert.NotEqual(perturbed.Parameters.ToArray(), grown.Perturb(0.2, seed: 4).Parameters.ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Noise_is_no_larger_than_its_magnitude_at_the_knots(string shape)
    {
        (KanModel model, _) = SurgeryNets.Create(shape);
        foreach (PerturbedEdges edges in (PerturbedEdges[])[PerturbedEdges.Active, PerturbedEdges.All])
        {
            KanModel perturbed = model.Perturb(0.2, edges, 9);
            for (int l = 0; l < model.Layers.Length; l++)
            {
                for (int e = 0; e < model.Layers[l].EdgeCount; e++)
                {
                    var edge = new EdgeIndex(l, e / model.Layers[l].SubnodeCount, e % model.Layers[l].SubnodeCount);
                    ReadOnlySpan<double> knots = model.Layers[l].Grids[edge.Input].InnerKnots;
                    double[] before = model.EvaluateEdge(edge, knots), after = perturbed.EvaluateEdge(edge, knots);
                    double[] noise = [.. after.Zip(before, (a, b) => Math.Abs(a - b))];
                    bool touched = edges == PerturbedEdges.All || model.Layers[l].IsActive(edge.Input, edge.Output);
                    Assert.Equal(touched, noise.Max() > 1e-3);
                    Assert.True(noise.Max() <= 0.2 + 1e-9, $"{edge}: {noise.Max()}");
                }
            }
        }
    }

    [Fact]
    public void A_pruned_network_learns_again_after_growing()
    {
        // A product is out of reach of one hidden sum; with three more it is not.
        Matrix x = Nets.Samples(200, 2);
        double[] y = [.. Enumerable.Range(0, 200).Select(row => x[row, 0] * x[row, 1])];
        var data = new Dataset(x, Matrix.FromColumns([y]));
        var options = new TrainingOptions { Steps = 30 };
        KanModel narrow = Trainer.Fit(KanModel.Create(new KanSpec(2, 1, 1), 1), data, options).Model;
        KanModel wide = Trainer.Fit(narrow.ExpandWidth(1, 3).Perturb(0.3), data, options).Model;
        Assert.True(Metrics.Measure(wide, data).Rmse < 0.1 * Metrics.Measure(narrow, data).Rmse);
    }

    [Fact]
    public void Misuse_is_named()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1));
        Assert.Contains("use 1 to 1", Assert.Throws<KanSharpException>(() => model.ExpandWidth(2, 1)).Message);
        Assert.Contains("no hidden level", Assert.Throws<KanSharpException>(() => KanModel.Create(new KanSpec(2, 1)).ExpandWidth(1, 1)).Message);
        Assert.Contains("ask for 1 or more", Assert.Throws<KanSharpException>(() => model.ExpandWidth(1, 0)).Message);
        Assert.Contains("give one for each", Assert.Throws<KanSharpException>(() => model.ExpandWidth(1, [])).Message);
        Assert.Contains("at least one subnode", Assert.Throws<KanSharpException>(() => model.ExpandWidth(1, [0])).Message);
        Assert.Contains("parameters; at most", Assert.Throws<KanSharpException>(() => model.ExpandWidth(1, int.MaxValue / 2)).Message);
        Assert.Contains("magnitude NaN", Assert.Throws<KanSharpException>(() => model.Perturb(double.NaN)).Message);
    }

    private static double Deviation(ReadOnlySpan<double> values)
    {
        double[] all = values.ToArray();
        double mean = all.Average();
        return Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));
    }
}
