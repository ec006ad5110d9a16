using System.Collections.Immutable;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Tests.Interpretation;

public class PruningTests
{
    [Theory]
    [InlineData("3,4,2")]
    [InlineData("3,[2,2],[1,1:3],2")]
    public void Nothing_cuts_the_last_path_to_an_output(string shape)
    {
        KanModel model = KanModel.Create(KanSpec.Parse(shape), 3);
        Matrix x = Nets.Samples(60, 3);
        foreach ((KanModel pruned, PruningReport report) in new[] { model.Prune(x, 1e9, 1e9), model.PruneNodes(x, 1e9), model.PruneEdges(x, 1e9), model.PruneInputs(x, 1e9) })
        {
            Assert.All(Connectivity.FromInputs(pruned.Layers)[^1], Assert.True);
            Assert.NotEmpty(report.KeptForConnection);
        }
    }

    [Fact]
    public void The_path_that_is_kept_is_the_best_one()
    {
        KanModel model = Nets.Symbolic("2,2,1",
            (new EdgeIndex(0, 0, 0), "x", [1, 0, 1, 0]), (new EdgeIndex(0, 1, 0), "x", [1, 0, 3, 0]),
            (new EdgeIndex(0, 0, 1), "sin", [1, 0, 5, 0]), (new EdgeIndex(0, 1, 1), "x", [1, 0, 1, 0]),
            (new EdgeIndex(1, 0, 0), "x", [1, 0, 4, 0]), (new EdgeIndex(1, 1, 0), "x", [1, 0, 1, 0]));
        (KanModel pruned, PruningReport report) = model.PruneEdges(Nets.Samples(80, 2, mirrored: true), 100);
        Assert.Equal([new EdgeIndex(0, 1, 0), new EdgeIndex(1, 0, 0)], report.KeptForConnection.ToArray());
        Assert.Equal(2, pruned.ActiveEdgeCount);
        Assert.Equal(4, report.RemovedEdges.Length);
    }

    [Fact]
    public void A_symbolic_edge_below_the_threshold_goes_whole()
    {
        KanModel model = Nets.Symbolic("2,1", (new EdgeIndex(0, 0, 0), "sin", [1, 0, 1, 0]), (new EdgeIndex(0, 1, 0), "exp", [1, 0, 1e-3, 0.2]));
        Matrix x = Nets.Samples(50, 2);
        (KanModel pruned, PruningReport report) = model.PruneEdges(x);
        Assert.Equal([new EdgeIndex(0, 1, 0)], report.RemovedEdges.ToArray());
        Assert.False(pruned.Layers[0].IsActive(1, 0));
        Assert.Equal(Math.Sin(x[4, 0]), pruned.Predict(x).Values[4, 0], 1e-14);
    }

    [Fact]
    public void Removing_idle_nodes_keeps_the_function()
    {
        KanModel full = KanModel.Create(KanSpec.Parse("3,[3,2],[2,1:3],2"), 11);
        var random = new SeededRandom(4);
        for (int trial = 0; trial < 20; trial++)
        {
            double keep = 0.15 + 0.04 * trial;
            var on = full.Layers.SelectMany(Connectivity.ActiveEdges).Where(_ => random.NextDouble() < keep).ToHashSet();
            KanModel model = ModelSurgery.SwitchOff(full, edge => !on.Contains(edge));
            (KanModel slim, PruningReport report) = model.RemoveIdleNodes();
            Matrix x = Nets.Samples(30, 3);
            Assert.Equal(0, Worst(model.Predict(x).Values, slim.Predict(x).Values), 1e-13);
            Assert.Equal(model.Widths[1..^1].Sum(w => w.Nodes) - report.RemovedNodes.Length, slim.Widths[1..^1].Sum(w => w.Nodes));
            Assert.Empty(slim.RemoveIdleNodes().Report.RemovedNodes);
        }
    }

    [Fact]
    public void Pruned_inputs_keep_their_names_and_scaling()
    {
        Matrix x = Nets.Samples(40, 3);
        ModelInfo info = ModelInfo.Default(3, 1) with { InputNames = ["mass", "charge", "spin"], InputScaling = new Scaling([1, 2, 3], [4, 5, 6]) };
        KanModel model = KanModel.Create(new KanSpec(3, 2, 1), 2, info);
        (KanModel pruned, PruningReport report) = model.PruneInputs([2, 0]);
        Assert.Equal(["mass", "spin"], pruned.Info.InputNames.ToArray());
        Assert.Equal([1, 3], pruned.Info.InputScaling.Offsets.ToArray());
        Assert.Equal([1], report.RemovedInputs.ToArray());
        KanModel masked = ModelSurgery.SwitchOff(model, edge => edge is { Layer: 0, Input: 1 });
        Assert.Equal(0, Worst(masked.Predict(x).Values, pruned.Predict(x.SelectColumns([0, 2])).Values), 1e-15);
        Assert.Contains("kept chosen inputs: 3,2,1 -> 2,2,1", pruned.Info.History[^1]);
    }

    [Fact]
    public void The_report_numbers_edges_as_in_the_model_before()
    {
        // Node 0 is idle, node 1 carries x0, node 2 (a product) carries x0 x1; x1 -> node 1 is weak.
        KanModel model = Nets.Symbolic("2,[2,1],1",
            (new EdgeIndex(0, 0, 1), "x", [1, 0, 1, 0]), (new EdgeIndex(0, 1, 1), "x", [1, 0, 1e-4, 0]),
            (new EdgeIndex(0, 0, 2), "x", [1, 0, 1, 2]), (new EdgeIndex(0, 1, 3), "x", [1, 0, 1, 2]), (new EdgeIndex(0, 1, 2), "x", [1, 0, 1e-4, 0]),
            (new EdgeIndex(1, 1, 0), "x", [1, 0, 1, 0]), (new EdgeIndex(1, 2, 0), "x", [1, 0, 1, 0]));
        (KanModel pruned, PruningReport report) = model.Prune(Nets.Samples(100, 2));
        Assert.Equal([new NodeIndex(1, 0)], report.RemovedNodes.ToArray());
        Assert.Equal([new EdgeIndex(0, 1, 1), new EdgeIndex(0, 1, 2)], report.RemovedEdges.ToArray());
        Assert.Equal("2,[1,1],1", pruned.Shape);
    }

    [Fact]
    public void Misuse_is_named()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1), 2);
        Matrix x = Nets.Samples(20, 2);
        Assert.Contains("threshold of NaN", Assert.Throws<KanSharpException>(() => model.Prune(x, double.NaN)).Message);
        Assert.Contains("use 0 to 2", Assert.Throws<KanSharpException>(() => model.PruneNodes([[3]])).Message);
        Assert.Contains("at least one must stay", Assert.Throws<KanSharpException>(() => model.PruneInputs(ImmutableArray<int>.Empty)).Message);
        KanModel cut = ModelSurgery.SwitchOff(model, edge => edge is { Layer: 1, Input: 0 });
        Assert.Contains("output y has no path", Assert.Throws<KanSharpException>(() => cut.PruneNodes([[0]])).Message);
    }

    private static double Worst(Matrix a, Matrix b) => a.Values.ToArray().Zip(b.Values.ToArray(), (p, q) => Math.Abs(p - q)).Max();
}
