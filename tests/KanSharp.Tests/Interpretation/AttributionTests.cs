using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Tests.Interpretation;

public class AttributionTests
{
    [Fact]
    public void An_edge_that_makes_twice_the_spread_gets_twice_the_score()
    {
        KanModel model = Nets.Symbolic("2,1", (new EdgeIndex(0, 0, 0), "x", [1, 0, 2, 0]), (new EdgeIndex(0, 1, 0), "x", [1, 0, 1, 5]));
        Attribution scores = Attribution.Measure(model, Nets.Samples(50, 2, mirrored: true));
        Assert.Equal(2, scores.EdgeScore(new EdgeIndex(0, 0, 0)) / scores.EdgeScore(new EdgeIndex(0, 1, 0)), 1e-12);
        Assert.Equal([scores.EdgeScore(new EdgeIndex(0, 0, 0)), scores.EdgeScore(new EdgeIndex(0, 1, 0))], scores.FeatureScores.ToArray());
    }

    [Fact]
    public void Measuring_leaves_the_model_as_it_was()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1), 5);
        double[] before = model.Parameters.ToArray();
        Attribution.Measure(model, Nets.Samples(20, 2));
        Assert.Equal(before, model.Parameters.ToArray());
    }

    [Fact]
    public void Misuse_is_named()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1), 5);
        Attribution scores = Attribution.Measure(model, Nets.Samples(20, 2));
        Assert.Contains("at least 2 rows", Assert.Throws<KanDataException>(() => Attribution.Measure(model, Nets.Samples(1, 2))).Message);
        Assert.Contains("use 1 to 2", Assert.Throws<KanSharpException>(() => scores.FeatureScoresBy(0, 0)).Message);
        Assert.Contains("nodes 0 to 2", Assert.Throws<KanSharpException>(() => scores.FeatureScoresBy(1, 3)).Message);
        Assert.Contains("use 0 to 2", Assert.Throws<KanSharpException>(() => scores.NodeScores(3).Length).Message);
    }
}
