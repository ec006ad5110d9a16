using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Regularizers;

namespace KanSharp.Interpretation;

/// <summary>
/// How much every node, subnode and edge of a model contributes to its outputs over a batch (MultKAN, arXiv 2408.10205, section 4.2). Scores
/// start from 1 at each output and go back to the inputs: a node hands its score to each of its subnodes, a subnode hands it on to its edges
/// times the edge's standard deviation over its own, an input node adds up its edges. All are averaged over the outputs.
/// </summary>
public sealed class Attribution
{
    private readonly LayerMoments[] _moments;
    private readonly AttributionPass _pass;

    private Attribution(KanModel model, LayerMoments[] moments)
    {
        Model = model;
        _moments = moments;
        _pass = new AttributionPass(model.Layers, moments, AttributionPass.AverageOverOutputs(model.OutputCount));
    }

    /// <summary>The model whose parts are scored.</summary>
    public KanModel Model { get; }

    /// <summary>Scores of the inputs, in the order the network reads them.</summary>
    public ReadOnlySpan<double> FeatureScores => _pass.NodeScores[0];

    /// <summary>Scores a model on a batch: one row per sample, one column per input, in the user's units; two rows at least.</summary>
    /// <exception cref="KanDataException">There are fewer rows, or the model is not defined in some.</exception>
    public static Attribution Measure(KanModel model, Matrix inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        return FromActivations(model.Activate(inputs));
    }

    /// <summary>Scores a model on the batch that it was evaluated on.</summary>
    public static Attribution FromActivations(Activations activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        if (activations.Nodes(0).Rows < 2)
            throw new KanDataException($"Scores are made of standard deviations; {activations.Nodes(0).Rows} row has none. Give at least 2 rows.");
        Matrix outputs = activations.Nodes(activations.Model.Layers.Length);
        int undefined = Finite.RowsWithout(outputs);
        if (undefined > 0)
            throw new KanDataException($"The model has no finite value in {undefined} of {outputs.Rows} rows, so nothing in it can be scored. Leave these rows out: a function such as log or sqrt is not defined there.");
        return new Attribution(activations.Model, activations.Moments);
    }

    /// <summary>Scores of the nodes before layer <paramref name="level"/>; level 0 are the inputs, the last level the outputs.</summary>
    public ReadOnlySpan<double> NodeScores(int level)
    {
        CheckLevel(level, 0);
        return _pass.NodeScores[level];
    }

    /// <summary>Scores of the subnodes that layer <paramref name="layer"/> ends in.</summary>
    public ReadOnlySpan<double> SubnodeScores(int layer)
    {
        CheckLevel(layer + 1, 1);
        return _pass.SubnodeScores[layer];
    }

    /// <summary>Score of one edge.</summary>
    public double EdgeScore(EdgeIndex edge)
    {
        Model.CheckEdge(edge);
        return _pass.EdgeScores[edge.Layer][edge.Input * Model.Layers[edge.Layer].SubnodeCount + edge.Output];
    }

    /// <summary>The part of each input's score that comes by way of one node (pykan's <c>attribute(l, i)</c>).</summary>
    /// <param name="level">The node's level, 1 or more.</param>
    /// <param name="node">The node.</param>
    public double[] FeatureScoresBy(int level, int node)
    {
        CheckLevel(level, 1);
        double[] all = _pass.NodeScores[level], scores = new double[all.Length];
        if ((uint)node >= (uint)all.Length)
            throw new KanSharpException($"Node {node} does not exist; level {level} of the model {Model.Shape} has nodes 0 to {all.Length - 1}.");
        scores[node] = all[node];
        return new AttributionPass(Model.Layers[..level], _moments, scores).NodeScores[0];
    }

    /// <summary>The scores that inputs get when the nodes of one level start with given scores (pykan's <c>out_score</c>), instead of 1 over the number of outputs at each output.</summary>
    /// <param name="level">The level, 1 or more.</param>
    /// <param name="scores">A finite score, 0 or more, for each of its nodes.</param>
    public double[] FeatureScoresFrom(int level, ReadOnlySpan<double> scores)
    {
        CheckLevel(level, 1);
        if (scores.Length != NodeScores(level).Length)
            throw new KanSharpException($"{scores.Length} scores were given; level {level} of the model {Model.Shape} has {NodeScores(level).Length} nodes.");
        int bad = scores.IndexOfAnyExceptInRange(0, double.MaxValue);
        if (bad >= 0)
            throw new KanSharpException($"The score of node {bad} is {scores[bad]}; scores are finite and at least 0.");
        return new AttributionPass(Model.Layers[..level], _moments, scores.ToArray()).NodeScores[0];
    }

    /// <summary>How much an edge matters, by one of three measures.</summary>
    public double EdgeMeasure(EdgeIndex edge, EdgeMetric metric)
    {
        double score = EdgeScore(edge);
        if (metric == EdgeMetric.Score)
            return score;
        double deviation = _moments[edge.Layer].Edges.StandardDeviation(edge.Input * Model.Layers[edge.Layer].SubnodeCount + edge.Output);
        return metric == EdgeMetric.Deviation ? deviation : deviation / (_moments[edge.Layer].Inputs.StandardDeviation(edge.Input) + 0.1);
    }

    /// <summary>
    /// Which inputs the nodes of one level depend on together: for each node, the inputs whose score by way of it exceeds
    /// <paramref name="featureThreshold"/> times the largest. Nodes with no score above <paramref name="nodeThreshold"/> are left out.
    /// </summary>
    /// <returns>Each set once, in the order of the first node that has it.</returns>
    public ImmutableArray<FeatureInteraction> FeatureInteractions(int level, double nodeThreshold = 1e-2, double featureThreshold = 1e-2)
    {
        var sets = new List<(int[] Features, List<int> Nodes)>();
        for (int node = 0; node < NodeScores(level).Length; node++)
        {
            double[] scores = FeatureScoresBy(level, node);
            double largest = scores.Max();
            if (!(largest > nodeThreshold))
                continue;
            int[] features = [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] > featureThreshold * largest)];
            int known = sets.FindIndex(set => set.Features.AsSpan().SequenceEqual(features));
            if (known >= 0)
                sets[known].Nodes.Add(node);
            else
                sets.Add((features, [node]));
        }
        return [.. sets.Select(set => new FeatureInteraction([.. set.Features], [.. set.Nodes]))];
    }

    /// <summary>Share of a subnode's deviation that one edge brings, whatever the subnode's own score.</summary>
    internal double Ratio(EdgeIndex edge) => _pass.Ratio(edge.Layer, edge.Input, edge.Output);

    private void CheckLevel(int level, int lowest)
    {
        if (level < lowest || level > Model.Layers.Length)
            throw new KanSharpException($"Level {level} does not exist; use {lowest} to {Model.Layers.Length} for the model {Model.Shape}.");
    }
}
