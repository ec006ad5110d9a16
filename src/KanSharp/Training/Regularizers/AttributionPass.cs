using KanSharp.Layers;

namespace KanSharp.Training.Regularizers;

/// <summary>
/// Attribution scores (MultKAN, arXiv 2408.10205, section 4.2) from the deviations of edges and subnodes: from scores at the last level back to
/// the inputs, each subnode hands its score to its edges in proportion to their deviations. Everything is linear in the scores, so
/// averaging over the outputs is done at the start.
/// </summary>
internal sealed class AttributionPass
{
    private const double SubnodeFloor = 1e-4;

    private readonly IReadOnlyList<KanLayer> _layers;
    private readonly LayerMoments[] _moments;

    /// <param name="layers">The layers from the inputs up to the level where the scores start.</param>
    /// <param name="moments">Their moments.</param>
    /// <param name="scores">Scores of the nodes of the last level.</param>
    public AttributionPass(IReadOnlyList<KanLayer> layers, LayerMoments[] moments, double[] scores)
    {
        _layers = layers;
        _moments = moments;
        NodeScores = new double[layers.Count + 1][];
        EdgeScores = new double[layers.Count][];
        SubnodeScores = new double[layers.Count][];
        NodeScores[layers.Count] = scores;
        for (int l = layers.Count - 1; l >= 0; l--)
        {
            KanLayer layer = layers[l];
            NodeScores[l] = new double[layer.InputCount];
            EdgeScores[l] = new double[layer.EdgeCount];
            SubnodeScores[l] = new double[layer.SubnodeCount];
            for (int j = 0; j < layer.SubnodeCount; j++)
            {
                SubnodeScores[l][j] = NodeScores[l + 1][layer.Output.NodeOf(j)];
                for (int i = 0; i < layer.InputCount; i++)
                {
                    double score = Ratio(l, i, j) * SubnodeScores[l][j];
                    EdgeScores[l][i * layer.SubnodeCount + j] = score;
                    NodeScores[l][i] += score;
                }
            }
        }
    }

    /// <summary>[level][node], inputs first.</summary>
    public double[][] NodeScores { get; }

    /// <summary>[layer][input * subnodes + output].</summary>
    public double[][] EdgeScores { get; }

    /// <summary>[layer][subnode].</summary>
    public double[][] SubnodeScores { get; }

    /// <summary>Scores at the outputs whose result is the average over the outputs.</summary>
    public static double[] AverageOverOutputs(int outputs)
    {
        double[] scores = new double[outputs];
        Array.Fill(scores, 1.0 / outputs);
        return scores;
    }

    /// <summary>
    /// The derivative of a function of the scores by the deviations. <paramref name="edgeAdjoints"/> [layer][edge] and
    /// <paramref name="nodeAdjoints"/> [level][node] (which this overwrites) hold its derivatives by the scores; the derivatives by the
    /// ratios edge deviation / subnode deviation are added to <paramref name="ratioAdjoints"/>.
    /// </summary>
    public void Backward(double[][]? edgeAdjoints, double[][] nodeAdjoints, double[][] ratioAdjoints)
    {
        for (int l = 0; l < _layers.Count; l++)
        {
            KanLayer layer = _layers[l];
            for (int i = 0; i < layer.InputCount; i++)
            {
                for (int j = 0; j < layer.SubnodeCount; j++)
                {
                    int edge = i * layer.SubnodeCount + j;
                    double adjoint = nodeAdjoints[l][i] + (edgeAdjoints?[l][edge] ?? 0);
                    ratioAdjoints[l][edge] += adjoint * SubnodeScores[l][j];
                    nodeAdjoints[l + 1][layer.Output.NodeOf(j)] += adjoint * Ratio(l, i, j);
                }
            }
        }
    }

    /// <summary>Share of a subnode's deviation that one edge brings.</summary>
    public double Ratio(int layer, int input, int output) =>
        _moments[layer].Edges.StandardDeviation(input * _layers[layer].SubnodeCount + output) / SubnodeDivisor(layer, output);

    /// <summary>The subnode's deviation, kept from zero.</summary>
    public double SubnodeDivisor(int layer, int output) => _moments[layer].Subnodes.StandardDeviation(output) + SubnodeFloor;
}
