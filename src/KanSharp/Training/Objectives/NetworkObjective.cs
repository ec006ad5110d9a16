using System.Numerics;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Optimizers;
using KanSharp.Training.Regularizers;

namespace KanSharp.Training.Objectives;

/// <summary>
/// Loss of a network on a batch plus its regulariser, with the exact gradient, worked out in the precision asked for. Frozen parameters have
/// gradient zero. Without a regulariser an evaluation allocates nothing after the first.
/// </summary>
internal sealed class NetworkObjective : IObjective
{
    private readonly KanNetwork _network;
    private readonly Gradient _gradient;
    private readonly Func<double[], LayerMoments[]> _measureMoments;
    private readonly Regularizer? _regularizer;
    private readonly double[] _regularized;
    private readonly (int Start, int Length)[] _frozen;
    private readonly int _rows;

    /// <param name="network">The network.</param>
    /// <param name="inputs">Inputs in the network's units.</param>
    /// <param name="targets">Targets in the network's units.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="regularization">The penalty.</param>
    /// <param name="trainable">Which parameters may change; null for all.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    /// <param name="guard">Threshold of the singularity-avoiding symbolic functions, or null.</param>
    /// <param name="precision">What to compute in.</param>
    /// <param name="weights">One weight per row, of mean 1; null for 1 each.</param>
    public NetworkObjective(KanNetwork network, Matrix inputs, Matrix targets, LossFunction loss, Regularization regularization,
        bool[]? trainable = null, int threads = 1, double? guard = null, Precision precision = Precision.Double, double[]? weights = null)
    {
        _network = network;
        _rows = inputs.Rows;
        (_gradient, _measureMoments) = precision == Precision.Single
            ? Evaluator<float>(network, inputs, targets, weights, loss, threads, guard)
            : Evaluator<double>(network, inputs, targets, weights, loss, threads, guard);
        _regularizer = regularization.Lambda > 0 ? new Regularizer(network, regularization) : null;
        _regularized = _regularizer is null ? [] : new double[network.ParameterCount];
        _frozen = trainable is null ? [] : [.. Runs(trainable)];
    }

    /// <summary>The loss, with its gradient; see <see cref="NetworkEvaluator{T}.LossAndGradient"/>.</summary>
    private delegate double Gradient(ReadOnlySpan<double> parameters, Span<double> gradient, LayerPulls[]? pulls);

    public int ParameterCount => _network.ParameterCount;

    /// <summary>The loss alone at the last evaluation.</summary>
    public double LastLoss { get; private set; }

    /// <summary>The weighted regulariser alone at the last evaluation.</summary>
    public double LastPenalty { get; private set; }

    /// <summary>Evaluations so far.</summary>
    public long Evaluations { get; private set; }

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Evaluations++;
        LastPenalty = 0;
        if (_regularizer is not null)
        {
            parameters.CopyTo(_regularized);
            gradient.Clear();
            LastPenalty = _regularizer.Evaluate(_measureMoments(_regularized), _rows, _regularized, gradient);
        }
        LastLoss = _gradient(parameters, gradient, _regularizer?.Pulls);
        foreach ((int start, int length) in _frozen)
            gradient.Slice(start, length).Clear();
        return LastLoss + LastPenalty;
    }

    private static (Gradient, Func<double[], LayerMoments[]>) Evaluator<T>(KanNetwork network, Matrix inputs, Matrix targets, double[]? weights, LossFunction loss, int threads, double? guard)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var evaluator = new NetworkEvaluator<T>(network, threads, guard);
        TileLoss<T> tileLoss = (start, count, outputs, adjoints) => loss.Tile(targets, weights, start, count, outputs, adjoints);
        return (Evaluate, Measure);

        double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient, LayerPulls[]? pulls) =>
            evaluator.LossAndGradient(parameters, inputs, tileLoss, gradient, pulls);

        LayerMoments[] Measure(double[] parameters)
        {
            evaluator.MeasureMoments(parameters, inputs);
            return evaluator.Moments;
        }
    }

    /// <summary>The stretches of parameters that may not change.</summary>
    private static IEnumerable<(int Start, int Length)> Runs(bool[] trainable)
    {
        for (int start = 0; start < trainable.Length; start++)
        {
            int end = start;
            while (end < trainable.Length && !trainable[end])
                end++;
            if (end > start)
                yield return (start, end - start);
            start = end;
        }
    }
}
