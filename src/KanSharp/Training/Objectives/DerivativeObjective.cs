using KanSharp.Layers.Kernels;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training.Objectives;

/// <summary>
/// The terms of a loss on derivatives, evaluated together: the parameters are those of the model and behind them the unknown constants.
/// </summary>
internal sealed class DerivativeObjective : IObjective
{
    private const int Samples = JetPass.TileSamples;

    private readonly KanNetwork _network;
    private readonly PiecewiseLayer[] _weights;
    private readonly Term[] _terms;
    private readonly bool[]? _trainable;
    private readonly NetworkObjective? _penalty;
    private readonly double[] _parameters;
    private readonly double[] _unknowns;

    /// <param name="model">The model, whose parameters do not matter.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="trainable">Which of the model's parameters may change; null for all.</param>
    /// <param name="regularization">The penalty, measured on the samples of the first term.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    public DerivativeObjective(KanModel model, DerivativeLoss loss, bool[]? trainable = null, Regularization? regularization = null, int threads = 1)
    {
        _network = model.Network;
        _weights = JetEvaluator.CreateWeights(_network);
        _terms = [.. loss.Terms.Select(term => new Term(term.Bind(model, loss), model, _weights, threads, loss.Unknowns.Length))];
        _trainable = trainable;
        _parameters = new double[_network.ParameterCount];
        _unknowns = new double[loss.Unknowns.Length];
        if (regularization?.Lambda > 0)
        {
            Matrix inputs = model.Info.InputScaling.Apply(loss.Terms[0].Inputs);
            _penalty = new NetworkObjective(_network, inputs, new Matrix(inputs.Rows, model.OutputCount), LossFunction.None, regularization, null, threads);
        }
    }

    public int ParameterCount => _parameters.Length + _unknowns.Length;

    /// <summary>The weighted penalty alone at the last evaluation.</summary>
    public double LastPenalty => _penalty?.LastPenalty ?? 0;

    /// <summary>The mean of each term at the last evaluation, without its weight.</summary>
    public IEnumerable<double> LastTerms => _terms.Select(term => term.Mean);

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        parameters[.._parameters.Length].CopyTo(_parameters);
        parameters[_parameters.Length..].CopyTo(_unknowns);
        Span<double> modelGradient = gradient[.._parameters.Length], unknownGradient = gradient[_parameters.Length..];
        gradient.Clear();
        double sum = _penalty?.Evaluate(_parameters, modelGradient) ?? 0;
        JetEvaluator.Fold(_network, _weights, _parameters);
        foreach (Term term in _terms)
            sum += term.Evaluate(_parameters, _unknowns, modelGradient, unknownGradient);
        for (int p = 0; _trainable is not null && p < _trainable.Length; p++)
        {
            if (!_trainable[p])
                modelGradient[p] = 0;
        }
        return sum;
    }

    /// <summary>One term and what its chunks need.</summary>
    private sealed class Term(SampleFunction function, KanModel model, PiecewiseLayer[] weights, int threads, int unknowns)
    {
        private readonly JetEvaluator _evaluator = new(model.Network, model.Info, function.Request, weights, threads);
        private readonly Chunk[] _chunks =
        [
            .. Enumerable.Range(0, JetEvaluator.ChunkCount(function.Term.Inputs.Rows))
                .Select(_ => new Chunk(function.CreateWorkspace(), unknowns, model.OutputCount * function.Request.ToShape().Components)),
        ];

        public double Mean { get; private set; }

        public double Evaluate(double[] parameters, double[] values, Span<double> gradient, Span<double> unknownGradient)
        {
            double share = function.Term.Weight / function.Term.Inputs.Rows;
            foreach (Chunk chunk in _chunks)
                Array.Clear(chunk.UnknownSums);
            double sum = _evaluator.LossAndGradient(parameters, function.Term.Inputs, (pass, start, c) => AddTile(pass, start, _chunks[c], values, share), gradient);
            foreach (Chunk chunk in _chunks)
            {
                for (int k = 0; k < unknownGradient.Length; k++)
                    unknownGradient[k] += chunk.UnknownSums[k];
            }
            Mean = sum / function.Term.Weight;
            return sum;
        }

        private double AddTile(JetPass pass, int start, Chunk chunk, double[] values, double share)
        {
            double sum = 0;
            Array.Clear(chunk.Adjoints);
            for (int r = 0; r < function.Count; r++)
            {
                function.Evaluate(r, pass, start, values, chunk.Workspace, chunk.Values, chunk.UnknownAdjoints);
                Span<double> factor = chunk.Factors;
                for (int n = 0; n < pass.Count; n++)
                {
                    double value = chunk.Values[n];
                    sum += share * (function.Term.IsSquared ? value * value : value);
                    factor[n] = share * (function.Term.IsSquared ? 2 * value : 1);
                }
                factor[pass.Count..].Clear();
                for (int row = 0; row < chunk.Adjoints.Length / Samples; row++)
                    JetRows.AddProduct(pass.OutputAdjoints.AsSpan(row * Samples, Samples), factor, JetRows.Row(chunk.Adjoints, row));
                for (int k = 0; k < values.Length; k++)
                {
                    for (int n = 0; n < pass.Count; n++)
                        chunk.UnknownSums[k] += factor[n] * chunk.UnknownAdjoints[k * Samples + n];
                }
            }
            chunk.Adjoints.CopyTo(pass.OutputAdjoints, 0);
            return sum;
        }
    }

    private sealed class Chunk(double[] workspace, int unknowns, int rows)
    {
        public double[] Workspace { get; } = workspace;

        public double[] Values { get; } = new double[Samples];

        public double[] Factors { get; } = new double[Samples];

        public double[] Adjoints { get; } = new double[rows * Samples];

        public double[] UnknownAdjoints { get; } = new double[unknowns * Samples];

        public double[] UnknownSums { get; } = new double[unknowns];
    }
}
