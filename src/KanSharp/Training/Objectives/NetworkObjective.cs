using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Optimizers;
using KanSharp.Training.Regularizers;

namespace KanSharp.Training.Objectives;

/// <summary>Loss of a network on a batch plus its regulariser, with the exact gradient. Frozen parameters have gradient zero.</summary>
internal sealed class NetworkObjective : IObjective
{
    private readonly NetworkEvaluator<double> _evaluator;
    private readonly LossFunction _loss;
    private readonly Regularizer? _regularizer;
    private readonly bool[]? _trainable;
    private readonly double[] _parameters;
    private readonly double[] _gradient;
    private readonly TileLoss<double> _tileLoss;
    private readonly Matrix _inputs;
    private readonly Matrix _targets;

    /// <param name="network">The network.</param>
    /// <param name="inputs">Inputs in the network's units.</param>
    /// <param name="targets">Targets in the network's units.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="regularization">The penalty.</param>
    /// <param name="trainable">Which parameters may change; null for all.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    /// <param name="guard">Threshold of the singularity-avoiding symbolic functions, or null.</param>
    public NetworkObjective(KanNetwork network, Matrix inputs, Matrix targets, LossFunction loss, Regularization regularization,
        bool[]? trainable = null, int threads = 1, double? guard = null)
    {
        _evaluator = new NetworkEvaluator<double>(network, threads, guard);
        _loss = loss;
        _regularizer = regularization.Lambda > 0 ? new Regularizer(network, regularization) : null;
        _trainable = trainable;
        _parameters = new double[network.ParameterCount];
        _gradient = new double[_parameters.Length];
        _inputs = inputs;
        _targets = targets;
        _tileLoss = (start, count, outputs, adjoints) => _loss.Tile(_targets, start, count, outputs, adjoints);
    }

    public int ParameterCount => _parameters.Length;

    /// <summary>The loss alone at the last evaluation.</summary>
    public double LastLoss { get; private set; }

    /// <summary>The weighted regulariser alone at the last evaluation.</summary>
    public double LastPenalty { get; private set; }

    /// <summary>Evaluations so far.</summary>
    public long Evaluations { get; private set; }

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Evaluations++;
        parameters.CopyTo(_parameters);
        Array.Clear(_gradient);
        LastPenalty = 0;
        if (_regularizer is not null)
        {
            _evaluator.MeasureMoments(_parameters, _inputs);
            LastPenalty = _regularizer.Evaluate(_evaluator.Moments, _inputs.Rows, _parameters, _gradient);
        }
        LastLoss = _evaluator.LossAndGradient(_parameters, _inputs, _tileLoss, _gradient, _regularizer?.Pulls);
        if (_trainable is not null)
        {
            for (int p = 0; p < _gradient.Length; p++)
            {
                if (!_trainable[p])
                    _gradient[p] = 0;
            }
        }
        _gradient.CopyTo(gradient);
        return LastLoss + LastPenalty;
    }
}
