using System.Numerics.Tensors;

namespace KanSharp.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, 2015), and with a weight decay AdamW (Loshchilov and Hutter, 2019): the update of PyTorch, with the betas 0.9 and
/// 0.999 and epsilon 1e-8.
/// </summary>
internal sealed class Adam(AdamState state, double learningRate, double weightDecay = 0)
{
    private const double MeanDecay = 0.9;
    private const double SquareDecay = 0.999;
    private const double Epsilon = 1e-8;

    private readonly double[] _gradient = new double[state.Mean.Length];

    /// <summary>
    /// Evaluates <paramref name="objective"/> once and moves <paramref name="parameters"/>, unless the value or gradient is not finite. The
    /// value and gradient reported are those where the step began; whether it led lower shows only at the next.
    /// </summary>
    public OptimizerStep Step(IObjective objective, Span<double> parameters)
    {
        double value = objective.Evaluate(parameters, _gradient);
        double maxGradient = Math.Abs(TensorPrimitives.MaxMagnitude<double>(_gradient));
        if (!double.IsFinite(value) || !double.IsFinite(maxGradient))
            return new OptimizerStep(value, 1, maxGradient, OptimizerReason.NotFinite);

        state.StepCount++;
        double stepSize = learningRate / (1 - Math.Pow(MeanDecay, state.StepCount));
        double squareCorrection = Math.Sqrt(1 - Math.Pow(SquareDecay, state.StepCount));
        double shrink = 1 - learningRate * weightDecay;
        double[] mean = state.Mean, squareMean = state.SquareMean;
        for (int i = 0; i < parameters.Length; i++)
        {
            double g = _gradient[i];
            mean[i] = MeanDecay * mean[i] + (1 - MeanDecay) * g;
            squareMean[i] = SquareDecay * squareMean[i] + (1 - SquareDecay) * g * g;
            double size = Math.Sqrt(squareMean[i]) / squareCorrection + Epsilon;
            parameters[i] = shrink * parameters[i] - stepSize * mean[i] / size;
        }
        return new OptimizerStep(value, 1, maxGradient, OptimizerReason.Progress);
    }
}
