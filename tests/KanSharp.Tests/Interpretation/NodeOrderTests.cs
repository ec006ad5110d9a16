using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Tests.Interpretation;

public class NodeOrderTests
{
    public static TheoryData<string> Shapes() => [.. SurgeryNets.Shapes(), "mlp 3,5,[2,1],2"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Nodes_that_change_places_take_everything_along(string shape)
    {
        (KanModel model, Matrix x) = SurgeryNets.Create(shape);
        for (int level = 1; level < model.Layers.Length; level++)
        {
            var width = model.Widths[level];
            for (int a = 0; a < width.Nodes; a++)
            {
                for (int b = 0; b < width.Nodes; b++)
                {
                    if (a < width.Sums != b < width.Sums)
                        continue;
                    KanModel swapped = model.SwapNodes(level, a, b);
                    SurgeryNets.SameFunction(model, swapped, x);
                    Matrix before = model.Activate(x).Nodes(level), after = swapped.Activate(x).Nodes(level);
                    Assert.Equal(0, SurgeryNets.Worst(after.SelectColumns([a, b]), before.SelectColumns([b, a])), 1e-13);
                    Assert.Equal(model.Parameters.ToArray(), swapped.SwapNodes(level, a, b).Parameters.ToArray());
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void An_automatic_swap_lowers_the_cost_and_keeps_the_function(string shape)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            (KanModel model, Matrix x) = SurgeryNets.Create(shape, seed);
            (KanModel swapped, NodeOrderReport report) = model.AutoSwap(x);
            SurgeryNets.SameFunction(model, swapped, x);
            Assert.Equal(Attribution.Measure(model, x).ConnectionCost(), report.CostBefore, 1e-13);
            Assert.Equal(Attribution.Measure(swapped, x).ConnectionCost(), report.Cost, 1e-12);
            Assert.True(report.Cost <= report.CostBefore);
            foreach ((int level, int place) in report.Order.Index().SelectMany(level => level.Item.Select((_, place) => (level.Index, place))))
            {
                Matrix before = model.Activate(x).Nodes(level), after = swapped.Activate(x).Nodes(level);
                Assert.Equal(0, SurgeryNets.Worst(after.SelectColumns([place]), before.SelectColumns([report.Order[level][place]])), 1e-12);
            }
            // No single swap is left that lowers it.
            for (int level = 1; level < model.Layers.Length; level++)
            {
                var width = model.Widths[level];
                for (int a = 0; a < width.Nodes; a++)
                {
                    for (int b = 0; b < a; b++)
                    {
                        if (a < width.Sums == b < width.Sums)
                            Assert.True(Attribution.Measure(swapped.SwapNodes(level, a, b), x).ConnectionCost() >= report.Cost - 1e-11);
                    }
                }
            }
        }
    }

    [Fact]
    public void Crossed_connections_are_untangled()
    {
        // x1 -> node 1 -> y1 and x2 -> node 0 -> y2: uncrossed, every edge is straight and costs nothing.
        KanModel model = Nets.Symbolic("2,2,2",
            (new EdgeIndex(0, 0, 1), "x", [1, 0, 1, 0]), (new EdgeIndex(0, 1, 0), "x", [1, 0, 1, 0]),
            (new EdgeIndex(1, 1, 0), "sin", [1, 0, 1, 0]), (new EdgeIndex(1, 0, 1), "x", [1, 0, 1, 0]));
        (_, NodeOrderReport report) = model.AutoSwap(Nets.Samples(50, 2));
        Assert.Equal([1, 0], report.Order[1].AsEnumerable());
        // Four edges of score 1/2 (two outputs), each half a width long.
        Assert.Equal(1, report.CostBefore, 1e-3);
        Assert.Equal(0, report.Cost);
    }

    [Fact]
    public void Swaps_that_are_not_possible_are_named()
    {
        KanModel model = KanModel.Create(KanSpec.Parse("2,[2,1],1"));
        Assert.Contains("1 to 1", Assert.Throws<KanSharpException>(() => model.SwapNodes(0, 0, 1)).Message);
        Assert.Contains("nodes 0 to 2", Assert.Throws<KanSharpException>(() => model.SwapNodes(1, 0, 3)).Message);
        Assert.Contains("a sum and a product", Assert.Throws<KanSharpException>(() => model.SwapNodes(1, 0, 2)).Message);
        Assert.Contains("it has none", Assert.Throws<KanSharpException>(() => KanModel.Create(new KanSpec(2, 1)).SwapNodes(1, 0, 0)).Message);
    }
}
