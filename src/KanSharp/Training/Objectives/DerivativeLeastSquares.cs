using System.Numerics.Tensors;
using KanSharp.Layers.Kernels;
using KanSharp.Model;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training.Objectives;

/// <summary>
/// A loss on derivatives whose terms are all means of squares, as residuals: each times the root of its weight over its number of samples. The
/// parameters are the free ones of the model and behind them the unknown constants.
/// </summary>
internal sealed class DerivativeLeastSquares : ILeastSquaresObjective
{
    private const int MaxChunks = 4;
    private const int Samples = JetPass.TileSamples;

    private readonly KanNetwork _network;
    private readonly PiecewiseLayer[] _weights;
    private readonly (SampleFunction Function, JetEvaluator Evaluator, int Chunks)[] _terms;
    private readonly Chunk[] _chunks;
    private readonly double[] _parameters;
    private readonly double[] _unknowns;
    private readonly int[] _free;
    private readonly int[] _rowOf;

    /// <param name="model">The model; parameters that are not free keep its values.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="free">Indices of the free parameters.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    public DerivativeLeastSquares(KanModel model, DerivativeLoss loss, int[] free, int threads = 1)
    {
        _network = model.Network;
        _weights = JetEvaluator.CreateWeights(_network);
        _parameters = model.Parameters.ToArray();
        _unknowns = new double[loss.Unknowns.Length];
        _free = free;
        _rowOf = new int[_network.ParameterCount];
        Array.Fill(_rowOf, -1);
        for (int row = 0; row < free.Length; row++)
            _rowOf[free[row]] = row;
        _terms =
        [
            .. loss.Terms.Select(term => term.Bind(model, loss)).Select(function => (function,
                new JetEvaluator(model.Network, model.Info, function.Request, _weights, threads), JetEvaluator.ChunkCount(function.Term.Inputs.Rows, MaxChunks))),
        ];
        _chunks = [.. Enumerable.Range(0, _terms.Max(term => term.Chunks)).Select(_ => new Chunk([.. _terms.Select(term => term.Function.CreateWorkspace())], free.Length, _unknowns.Length))];
    }

    public int ParameterCount => _free.Length + _unknowns.Length;

    public int ResidualCount => _terms.Sum(term => term.Function.Term.Inputs.Rows * term.Function.Count);

    public double Evaluate(ReadOnlySpan<double> parameters) => Run(parameters, linearize: false);

    public double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient)
    {
        double sum = Run(parameters, linearize: true);
        normal.Clear();
        gradient.Clear();
        foreach (Chunk chunk in _chunks)
        {
            TensorPrimitives.Add(normal, chunk.Normal, normal);
            TensorPrimitives.Add(gradient, chunk.Gradient, gradient);
        }
        SymmetricUpdate.MirrorLower(normal, ParameterCount);
        return sum;
    }

    private double Run(ReadOnlySpan<double> parameters, bool linearize)
    {
        for (int row = 0; row < _free.Length; row++)
            _parameters[_free[row]] = parameters[row];
        parameters[_free.Length..].CopyTo(_unknowns);
        foreach (Chunk chunk in _chunks)
            chunk.Clear(linearize);
        JetEvaluator.Fold(_network, _weights, _parameters);
        for (int t = 0; t < _terms.Length; t++)
        {
            (SampleFunction function, JetEvaluator evaluator, int chunks) = _terms[t];
            int term = t;
            evaluator.ForEachTile(_parameters, function.Term.Inputs, chunks, (pass, c, start) => AddTile(term, pass, _chunks[c], start, linearize));
        }
        double sum = 0;
        foreach (Chunk chunk in _chunks)
            sum += chunk.Sum;
        return sum;
    }

    private void AddTile(int term, JetPass pass, Chunk chunk, int start, bool linearize)
    {
        (SampleFunction function, JetEvaluator evaluator, _) = _terms[term];
        double weight = Math.Sqrt(function.Term.Weight / function.Term.Inputs.Rows);
        Span<double> residuals = chunk.Residuals.AsSpan(0, pass.Count), unknownRows = chunk.Rows.AsSpan(_free.Length * Samples);
        for (int r = 0; r < function.Count; r++)
        {
            function.Evaluate(r, pass, start, _unknowns, chunk.Workspaces[term], residuals, unknownRows);
            foreach (ref double residual in residuals)
            {
                residual *= weight;
                chunk.Sum += residual * residual;
            }
            if (!linearize)
                continue;
            TensorPrimitives.Multiply(pass.OutputAdjoints, weight, pass.OutputAdjoints);
            TensorPrimitives.Multiply(unknownRows, weight, unknownRows);
            evaluator.Jacobian(pass, _parameters, _rowOf, chunk.Rows);
            SymmetricUpdate.AddGram(chunk.Normal, ParameterCount, chunk.Rows, Samples, pass.Count);
            SymmetricUpdate.AddGradient(chunk.Gradient, chunk.Rows, Samples, residuals);
        }
    }

    /// <summary>The sums of one chunk of tiles.</summary>
    private sealed class Chunk(double[][] workspaces, int free, int unknowns)
    {
        public double[][] Workspaces { get; } = workspaces;

        public double[] Rows { get; } = new double[(free + unknowns) * Samples];

        public double[] Residuals { get; } = new double[Samples];

        public double[] Normal { get; } = new double[(free + unknowns) * (free + unknowns)];

        public double[] Gradient { get; } = new double[free + unknowns];

        public double Sum { get; set; }

        public void Clear(bool all)
        {
            Sum = 0;
            if (!all)
                return;
            Array.Clear(Normal);
            Array.Clear(Gradient);
        }
    }
}
