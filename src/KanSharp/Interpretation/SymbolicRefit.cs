using KanSharp.Model;
using KanSharp.Training;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.Interpretation;

/// <summary>A partly symbolic network that is being refitted by Levenberg-Marquardt, on one thread, as far as the search asks for.</summary>
internal sealed class SymbolicRefit
{
    private readonly KanModel _model;
    private readonly NetworkLeastSquares _objective;
    private readonly LevenbergMarquardt _optimizer;
    private double[] _values;
    private double _loss;
    private bool _ended;

    /// <param name="model">The network.</param>
    /// <param name="rows">The rows to fit.</param>
    /// <param name="others">Other parameters to start from if their error is lower.</param>
    public SymbolicRefit(KanModel model, SymbolicRows rows, double[]? others = null)
    {
        _model = model;
        int[] free = TrainableParameters.ForLeastSquares(model, TrainableParameters.Mask(model, new TrainableParts()));
        _objective = new NetworkLeastSquares(model.Network, model.Parameters, free, rows.Inputs, rows.Targets, weights: rows.Weights);
        _optimizer = new LevenbergMarquardt(new LevenbergMarquardtState(), free.Length, LevenbergMarquardt.SeparateShare * rows.Spread);
        _values = Free(model.Parameters);
        _loss = Finite(_objective.Evaluate(_values));
        Complexity = model.Layers.Sum(layer => layer.SymbolicEdges.Sum(edge => edge.Function.Complexity));
        if (others is null)
            return;
        double[] values = Free(others);
        double loss = Finite(_objective.Evaluate(values));
        if (loss < _loss)
            (_values, _loss) = (values, loss);

        double[] Free(ReadOnlySpan<double> parameters)
        {
            double[] values = new double[free.Length];
            for (int i = 0; i < free.Length; i++)
                values[i] = parameters[free[i]];
            return values;
        }
    }

    /// <summary>Root mean squared error, in the network's units; infinite where it is not finite.</summary>
    public double Rmse => Math.Sqrt(_loss);

    /// <summary>Sum of the complexities of the edges' functions.</summary>
    public int Complexity { get; }

    /// <summary>The network as it is now.</summary>
    public SymbolicNetwork Network => new(_model.With(_objective.Expand(_values)), Rmse, Complexity);

    /// <summary>So many steps, or fewer where none gains any more.</summary>
    public void Run(int steps, CancellationToken cancellation)
    {
        for (int step = 0; step < steps && !_ended && !cancellation.IsCancellationRequested; step++)
        {
            OptimizerStep outcome = _optimizer.Step(_objective, _values);
            _loss = Finite(outcome.Value);
            _ended = outcome.Reason != OptimizerReason.Progress;
        }
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : double.PositiveInfinity;
}
