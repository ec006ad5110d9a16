using KanSharp.Layers;
using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>
/// What flows through a model for one batch, in the network's units: node and subnode values, and the standard deviations that scores are
/// made of. Returned by a call and owned by the caller; the model keeps nothing of it.
/// </summary>
public sealed class Activations
{
    private readonly Matrix[] _nodes;
    private readonly Matrix[] _subnodes;

    private Activations(KanModel model, Matrix[] nodes, Matrix[] subnodes, LayerMoments[] moments)
    {
        Model = model;
        _nodes = nodes;
        _subnodes = subnodes;
        Moments = moments;
    }

    /// <summary>The model that was evaluated.</summary>
    public KanModel Model { get; }

    internal LayerMoments[] Moments { get; }

    /// <summary>Node values before layer <paramref name="level"/>, one column per node; level 0 are the inputs, the last level the outputs.</summary>
    public Matrix Nodes(int level) => _nodes[level];

    /// <summary>Values of the subnodes that layer <paramref name="layer"/> ends in, after their scale and bias, before products.</summary>
    public Matrix Subnodes(int layer) => _subnodes[layer];

    /// <summary>Standard deviation over the batch of one edge's value.</summary>
    public double EdgeDeviation(EdgeIndex edge) => Moments[edge.Layer].Edges.StandardDeviation(Flat(edge));

    /// <summary>Standard deviation over the batch of one edge's numeric part (base and spline).</summary>
    public double NumericDeviation(EdgeIndex edge) => Moments[edge.Layer].NumericEdges.StandardDeviation(Flat(edge));

    /// <summary>Standard deviation over the batch of a subnode's sum before its scale and bias.</summary>
    public double SubnodeDeviation(int layer, int subnode) => Moments[layer].Subnodes.StandardDeviation(subnode);

    /// <summary>Standard deviation over the batch of the node that an edge starts from.</summary>
    public double InputDeviation(int layer, int input) => Moments[layer].Inputs.StandardDeviation(input);

    /// <summary>The inputs that one edge saw and what it made of them, in row order (pykan's get_fun).</summary>
    public (double[] X, double[] Y) EdgeSamples(EdgeIndex edge)
    {
        Model.CheckEdge(edge);
        double[] x = _nodes[edge.Layer].Column(edge.Input).ToArray();
        return (x, Model.EvaluateEdge(edge, x));
    }

    internal static Activations Measure(KanModel model, Matrix scaled, double? guard = null)
    {
        KanNetwork network = model.Network;
        int layers = network.Layers.Length;
        var nodes = new Matrix[layers + 1];
        var subnodes = new Matrix[layers];
        nodes[0] = scaled;
        for (int l = 0; l < layers; l++)
        {
            nodes[l + 1] = new Matrix(scaled.Rows, network.Layers[l].NodeCount);
            subnodes[l] = new Matrix(scaled.Rows, network.Layers[l].SubnodeCount);
        }
        var evaluator = new NetworkEvaluator<double>(network, guard: guard);
        evaluator.MeasureMoments(model.ParameterArray, scaled, (start, pass) =>
        {
            for (int l = 0; l < layers; l++)
            {
                CopyRows(pass.Nodes(l + 1), nodes[l + 1], start, pass.Count);
                CopyRows(pass.Layer(l).ScaledSubnodes, subnodes[l], start, pass.Count);
            }
        });
        return new Activations(model, nodes, subnodes, evaluator.Moments);
    }

    private int Flat(EdgeIndex edge)
    {
        Model.CheckEdge(edge);
        return edge.Input * Model.Layers[edge.Layer].SubnodeCount + edge.Output;
    }

    private static void CopyRows(ReadOnlySpan<double> tile, Matrix target, int start, int count)
    {
        for (int column = 0; column < target.Columns; column++)
            tile.Slice(column * NetworkPass<double>.TileSamples, count).CopyTo(target.Column(column)[start..]);
    }
}
