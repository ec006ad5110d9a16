using System.Numerics;
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

    /// <summary>The step length.</summary>
    public double LearningRate { get; set; } = learningRate;

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
        double stepSize = LearningRate / (1 - Math.Pow(MeanDecay, state.StepCount));
        double squareCorrection = Math.Sqrt(1 - Math.Pow(SquareDecay, state.StepCount));
        double shrink = 1 - LearningRate * weightDecay;
        Span<double> mean = state.Mean, squareMean = state.SquareMean, gradient = _gradient;
        int i = 0;
        // The same operations in the same order as below, so that a result does not depend on the width of vectors.
        for (; i <= parameters.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var g = new Vector<double>(gradient[i..]);
            Vector<double> m = MeanDecay * new Vector<double>(mean[i..]) + (1 - MeanDecay) * g;
            Vector<double> v = SquareDecay * new Vector<double>(squareMean[i..]) + (1 - SquareDecay) * g * g;
            Vector<double> size = Vector.SquareRoot(v) / new Vector<double>(squareCorrection) + new Vector<double>(Epsilon);
            m.CopyTo(mean[i..]);
            v.CopyTo(squareMean[i..]);
            (shrink * new Vector<double>(parameters[i..]) - stepSize * m / size).CopyTo(parameters[i..]);
        }
        for (; i < parameters.Length; i++)
        {
            double g = gradient[i];
            mean[i] = MeanDecay * mean[i] + (1 - MeanDecay) * g;
            squareMean[i] = SquareDecay * squareMean[i] + (1 - SquareDecay) * g * g;
            double size = Math.Sqrt(squareMean[i]) / squareCorrection + Epsilon;
            parameters[i] = shrink * parameters[i] - stepSize * mean[i] / size;
        }
        return new OptimizerStep(value, 1, maxGradient, OptimizerReason.Progress);
    }
}
