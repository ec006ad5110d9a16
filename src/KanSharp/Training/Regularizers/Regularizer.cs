using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.Training.Regularizers;

/// <summary>
/// The value of a <see cref="Regularization"/> and its exact derivative: by the coefficients directly, by the samples through the standard
/// deviations over the batch, which come out as <see cref="LayerPulls"/> for the backward pass.
/// </summary>
internal sealed class Regularizer
{
    private const double InputFloor = 0.1;

    private readonly KanNetwork _network;
    private readonly Regularization _options;
    private readonly double[][] _ratioAdjoints;

    public Regularizer(KanNetwork network, Regularization options)
    {
        _network = network;
        _options = options;
        Pulls = network.CreatePulls();
        _ratioAdjoints = [.. network.Layers.Select(layer => new double[layer.EdgeCount])];
    }

    /// <summary>Derivatives by the samples, from the last call of <see cref="Evaluate"/>.</summary>
    public LayerPulls[] Pulls { get; }

    /// <summary>
    /// Lambda * R for a batch of <paramref name="samples"/> with these moments; overwrites <see cref="Pulls"/> and adds the direct derivative by
    /// the coefficients to <paramref name="gradient"/>.
    /// </summary>
    public double Evaluate(LayerMoments[] moments, int samples, Span<double> parameters, Span<double> gradient)
    {
        foreach (LayerPulls pulls in Pulls)
            pulls.Clear();
        double value = _options.Metric switch
        {
            RegularizationMetric.EdgeScore => EdgeScores(moments),
            RegularizationMetric.NodeScore => NodeScores(moments),
            _ => ForwardScales(moments),
        };
        for (int l = 0; l < Pulls.Length; l++)
        {
            ToPulls(Pulls[l].Inputs, moments[l].Inputs, samples);
            ToPulls(Pulls[l].NumericEdges, moments[l].NumericEdges, samples);
            ToPulls(Pulls[l].Edges, moments[l].Edges, samples);
            ToPulls(Pulls[l].Subnodes, moments[l].Subnodes, samples);
            value += Coefficients(l, parameters, gradient);
        }
        return value;
    }

    /// <summary>From the derivative by a standard deviation to the factor on (sample - mean); a deviation of zero does not pull.</summary>
    private static void ToPulls(double[] derivatives, Numerics.Moments moments, int samples)
    {
        for (int q = 0; q < derivatives.Length; q++)
        {
            double deviation = moments.StandardDeviation(q);
            derivatives[q] = deviation > 0 ? derivatives[q] / ((samples - 1) * deviation) : 0;
        }
    }

    /// <summary>The three metrics that are a deviation of the edge, with or without division by that of its input.</summary>
    private double ForwardScales(LayerMoments[] moments)
    {
        double value = 0;
        bool numeric = _options.Metric == RegularizationMetric.NormalizedNumericDeviation;
        bool normalized = _options.Metric != RegularizationMetric.EdgeDeviation;
        for (int l = 0; l < Pulls.Length; l++)
        {
            KanLayer layer = _network.Layers[l];
            Numerics.Moments edges = numeric ? moments[l].NumericEdges : moments[l].Edges;
            double[] edgeDerivatives = numeric ? Pulls[l].NumericEdges : Pulls[l].Edges;
            double[] magnitudes = new double[layer.EdgeCount], derivatives = new double[layer.EdgeCount];
            for (int edge = 0; edge < magnitudes.Length; edge++)
                magnitudes[edge] = edges.StandardDeviation(edge) / Divisor(edge / layer.SubnodeCount);
            value += Penalty(magnitudes, layer.InputCount, layer.SubnodeCount, derivatives);
            for (int edge = 0; edge < magnitudes.Length; edge++)
            {
                int input = edge / layer.SubnodeCount;
                edgeDerivatives[edge] += derivatives[edge] / Divisor(input);
                if (normalized)
                    Pulls[l].Inputs[input] -= derivatives[edge] * magnitudes[edge] / Divisor(input);
            }

            double Divisor(int input) => normalized ? moments[l].Inputs.StandardDeviation(input) + InputFloor : 1;
        }
        return value;
    }

    private double EdgeScores(LayerMoments[] moments)
    {
        var scores = new AttributionPass(_network.Layers, moments, AttributionPass.AverageOverOutputs(_network.OutputCount));
        double value = 0;
        double[][] edgeAdjoints = [.. scores.EdgeScores.Select(layer => new double[layer.Length])];
        for (int l = 0; l < Pulls.Length; l++)
            value += Penalty(scores.EdgeScores[l], _network.Layers[l].InputCount, _network.Layers[l].SubnodeCount, edgeAdjoints[l]);
        ClearRatioAdjoints();
        scores.Backward(edgeAdjoints, [.. scores.NodeScores.Select(level => new double[level.Length])], _ratioAdjoints);
        FromRatios(scores, moments);
        return value;
    }

    /// <summary>
    /// For each level the matrix [node][input feature]: the node's score, propagated from it alone to the inputs.
    /// </summary>
    private double NodeScores(LayerMoments[] moments)
    {
        var scores = new AttributionPass(_network.Layers, moments, AttributionPass.AverageOverOutputs(_network.OutputCount));
        double[][] nodeAdjoints = [.. scores.NodeScores.Select(level => new double[level.Length])];
        ClearRatioAdjoints();
        double value = 0;
        int features = _network.InputCount;
        for (int level = 1; level <= _network.Layers.Length; level++)
        {
            KanLayer[] below = [.. _network.Layers.Take(level)];
            int nodes = scores.NodeScores[level].Length;
            var unit = new AttributionPass[nodes];
            double[] magnitudes = new double[nodes * features], derivatives = new double[nodes * features];
            for (int node = 0; node < nodes; node++)
            {
                double[] start = new double[nodes];
                start[node] = 1;
                unit[node] = new AttributionPass(below, moments, start);
                for (int feature = 0; feature < features; feature++)
                    magnitudes[node * features + feature] = scores.NodeScores[level][node] * unit[node].NodeScores[0][feature];
            }
            value += Penalty(magnitudes, nodes, features, derivatives);
            for (int node = 0; node < nodes; node++)
            {
                double[][] adjoints = [.. unit[node].NodeScores.Select(l => new double[l.Length])];
                for (int feature = 0; feature < features; feature++)
                {
                    double derivative = derivatives[node * features + feature];
                    nodeAdjoints[level][node] += derivative * unit[node].NodeScores[0][feature];
                    adjoints[0][feature] = derivative * scores.NodeScores[level][node];
                }
                unit[node].Backward(null, adjoints, _ratioAdjoints);
            }
        }
        scores.Backward(null, nodeAdjoints, _ratioAdjoints);
        FromRatios(scores, moments);
        return value;
    }

    private void ClearRatioAdjoints()
    {
        foreach (double[] layer in _ratioAdjoints)
            Array.Clear(layer);
    }

    /// <summary>ratio = edge deviation / (subnode deviation + floor).</summary>
    private void FromRatios(AttributionPass scores, LayerMoments[] moments)
    {
        for (int l = 0; l < Pulls.Length; l++)
        {
            int subnodes = _network.Layers[l].SubnodeCount;
            for (int edge = 0; edge < _ratioAdjoints[l].Length; edge++)
            {
                double divisor = scores.SubnodeDivisor(l, edge % subnodes);
                Pulls[l].Edges[edge] += _ratioAdjoints[l][edge] / divisor;
                Pulls[l].Subnodes[edge % subnodes] -= _ratioAdjoints[l][edge] * moments[l].Edges.StandardDeviation(edge) / (divisor * divisor);
            }
        }
    }

    private double Penalty(double[] magnitudes, int rows, int columns, double[] derivatives) => SparsityPenalty.Evaluate(
        magnitudes, rows, columns, _options.Lambda * _options.LambdaL1, _options.Lambda * _options.LambdaEntropy, derivatives);

    /// <summary>Absolute coefficients and their differences, summed over inputs and basis functions, averaged over outputs.</summary>
    private double Coefficients(int l, Span<double> parameters, Span<double> gradient)
    {
        if (_options.LambdaCoefficients == 0 && _options.LambdaCoefficientDifferences == 0)
            return 0;
        KanLayer layer = _network.Layers[l];
        double weight = _options.Lambda * _options.LambdaCoefficients / layer.SubnodeCount;
        double weightDifference = _options.Lambda * _options.LambdaCoefficientDifferences / layer.SubnodeCount;
        Span<double> coefficients = _network.View(l, parameters).Coefficients, derivatives = _network.View(l, gradient).Coefficients;
        double value = 0;
        for (int c = 0; c < coefficients.Length; c++)
        {
            value += weight * Math.Abs(coefficients[c]);
            derivatives[c] += weight * Sign(coefficients[c]);
            if ((c + 1) % layer.BasisCount == 0)
                continue;
            double difference = coefficients[c + 1] - coefficients[c];
            value += weightDifference * Math.Abs(difference);
            derivatives[c + 1] += weightDifference * Sign(difference);
            derivatives[c] -= weightDifference * Sign(difference);
        }
        return value;
    }

    /// <summary>-1, 0 or 1; NaN stays NaN.</summary>
    private static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : x;
}
