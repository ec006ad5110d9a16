using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.Tests.Model;

public class SparseStartTests
{
    [Fact]
    public void Three_layers_of_five_start_with_15_of_55_edges()
    {
        KanModel model = KanModel.Create(new KanSpec(1, 5, 5, 5) { SparseStart = true });
        Assert.Equal(15, model.ActiveEdgeCount);
        Assert.Equal(55, model.Layers.Sum(layer => layer.EdgeCount));
    }

    [Theory]
    [InlineData("1,5,5,5")]
    [InlineData("10,3,7,1")]
    [InlineData("4,[3,2:3],2")]
    [InlineData("7,5")]
    public void No_node_is_left_alone_and_every_one_is_joined_to_its_nearest(string shape)
    {
        KanModel model = KanModel.Create(KanSpec.Parse(shape) with { SparseStart = true });
        foreach (KanLayer layer in model.Layers)
        {
            for (int i = 0; i < layer.InputCount; i++)
            {
                double nearest = Enumerable.Range(0, layer.SubnodeCount).Min(j => Distance(layer, i, j));
                Assert.Contains(Enumerable.Range(0, layer.SubnodeCount), j => layer.IsActive(i, j) && Distance(layer, i, j) <= nearest + 1e-12);
            }
            for (int j = 0; j < layer.SubnodeCount; j++)
            {
                double nearest = Enumerable.Range(0, layer.InputCount).Min(i => Distance(layer, i, j));
                Assert.Contains(Enumerable.Range(0, layer.InputCount), i => layer.IsActive(i, j) && Distance(layer, i, j) <= nearest + 1e-12);
            }
        }
    }

    private static double Distance(KanLayer layer, int input, int output) =>
        Math.Abs((input + 0.5) / layer.InputCount - (output + 0.5) / layer.SubnodeCount);
}
