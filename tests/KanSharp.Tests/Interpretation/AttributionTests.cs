using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

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

    // pykan's tutorials on attribution: scores are the share of each term in the output's deviation, and what has none goes.
    [Fact]
    public void Scores_are_the_shares_of_the_terms_and_the_unused_input_goes()
    {
        int met = 0;
        for (ulong seed = 1; seed <= 5 && met < 3; seed++)
        {
            Dataset data = Samples(1000, 4, seed, x => x[0] * x[0] + 0.3 * x[1] + 0.1 * x[2] * x[2] * x[2]);
            KanModel model = Fit("4,5,1", data, 40, seed);
            double[] scores = Attribution.Measure(model, data.Inputs).FeatureScores.ToArray();
            // x1^2, 0.3 x2 and 0.1 x3^3 have the variances 4/45, 0.03 and 0.01/7 on [-1, 1].
            double[] variances = [4.0 / 45, 0.03, 0.01 / 7];
            double[] ratios = [.. variances.Select(variance => Math.Sqrt(variance / variances.Sum()))];
            bool close = ratios.Select((ratio, i) => Math.Abs(scores[i] / ratio - 1) <= 0.1).All(near => near) && scores[3] <= 0.01;
            (KanModel smaller, PruningReport report) = model.PruneInputs(data.Inputs);
            if (close && report.KeptInputs.SequenceEqual([0, 1, 2]) && smaller.InputCount == 3)
                met++;
        }
        Assert.Equal(3, met);
    }

    [Fact]
    public void Of_a_hundred_inputs_those_that_matter_are_kept()
    {
        static double Decay(double[] x) => x.Select((value, i) => Math.Pow(0.5, i) * value * value).Sum();
        Dataset data = Samples(1000, 100, 1, Decay), test = Samples(1000, 100, 51, Decay);
        KanModel model = Fit("100,10,10,1", data, 50, 1);
        double error = Metrics.Measure(model, test).Rmse;
        Assert.True(error <= 0.0546, $"{error}");
        int[] kept = [.. model.Prune(data.Inputs).Model.PruneInputs(data.Inputs, 3e-2).Report.KeptInputs];
        Assert.True(kept.Length <= 6 && kept.Intersect([0, 1, 2, 3, 4]).Count() == 5, string.Join(' ', kept));
    }

    // pykan's tutorial on the three scores of edges.
    [Fact]
    public void Edges_are_measured_by_score_deviation_and_normalised_deviation()
    {
        static double Hello(double[] x) => Math.Exp(Math.Sin(Math.PI * x[0]) + x[1] * x[1]);
        Dataset data = Samples(1000, 2, 3, Hello);
        KanModel model = Fit("2,5,1", data, 20, 1);
        Activations activations = model.Activate(data.Inputs);
        Attribution scores = Attribution.FromActivations(activations);
        double[] nodes = [1];
        for (int l = 1; l >= 0; l--)
        {
            double[] before = new double[model.Layers[l].InputCount];
            for (int j = 0; j < nodes.Length; j++)
            {
                double[][] values = [.. Enumerable.Range(0, before.Length).Select(i => activations.EdgeSamples(new EdgeIndex(l, i, j)).Y)];
                double whole = Deviation([.. Enumerable.Range(0, data.Count).Select(row => values.Sum(column => column[row]))]);
                for (int i = 0; i < before.Length; i++)
                {
                    var edge = new EdgeIndex(l, i, j);
                    double deviation = Deviation(values[i]), score = deviation / (whole + 1e-4) * nodes[j];
                    Assert.Equal(deviation, scores.EdgeMeasure(edge, EdgeMetric.Deviation), 1e-10);
                    Assert.Equal(deviation / (Deviation(activations.Nodes(l).Column(i).ToArray()) + 0.1), scores.EdgeMeasure(edge, EdgeMetric.NormalizedDeviation), 1e-10);
                    Assert.Equal(score, scores.EdgeMeasure(edge, EdgeMetric.Score), 1e-10);
                    before[i] += score;
                }
            }
            nodes = before;
        }

        static double Deviation(double[] samples)
        {
            double mean = samples.Average();
            return Math.Sqrt(samples.Sum(value => (value - mean) * (value - mean)) / (samples.Length - 1));
        }
    }

    [Fact]
    public void Scores_may_start_at_any_level()
    {
        KanModel model = KanModel.Create(new KanSpec(3, 4, 2), 5);
        Attribution scores = Attribution.Measure(model, Nets.Samples(50, 3));
        Assert.Equal(scores.FeatureScores.ToArray(), scores.FeatureScoresFrom(2, [0.5, 0.5]));
        Assert.Equal(scores.FeatureScoresBy(1, 2), scores.FeatureScoresFrom(1, [0, 0, scores.NodeScores(1)[2], 0]));
        Assert.Contains("has 4 nodes", Assert.Throws<KanSharpException>(() => scores.FeatureScoresFrom(1, [1])).Message);
        Assert.Contains("at least 0", Assert.Throws<KanSharpException>(() => scores.FeatureScoresFrom(2, [1, double.NaN])).Message);
    }

    private static KanModel Fit(string shape, Dataset data, int steps, ulong seed) => Trainer.Fit(
        KanModel.Create(KanSpec.Parse(shape) with { GridIntervals = [3] }, seed), data, new TrainingOptions { Steps = steps, Regularization = new Regularization { Lambda = 1e-3 } }).Model;

    private static Dataset Samples(int rows, int columns, ulong seed, Func<double[], double> f)
    {
        Matrix inputs = Nets.Samples(rows, columns, seed), targets = new(rows, 1);
        for (int row = 0; row < rows; row++)
            targets[row, 0] = f([.. Enumerable.Range(0, columns).Select(i => inputs[row, i])]);
        return new Dataset(inputs, targets);
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
