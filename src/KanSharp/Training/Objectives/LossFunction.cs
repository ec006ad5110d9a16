using System.Numerics;
using System.Numerics.Tensors;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Training.Objectives;

/// <summary>A loss that is a mean over samples.</summary>
internal abstract class LossFunction
{
    public static LossFunction MeanSquaredError { get; } = new SquaredErrorLoss();

    public static LossFunction CrossEntropy { get; } = new CrossEntropyLoss();

    /// <summary>Nothing is asked of the outputs: a penalty stands alone.</summary>
    public static LossFunction None { get; } = new NoLoss();

    /// <summary>A user's loss; <paramref name="outputs"/> brings the network's outputs to the user's units.</summary>
    public static LossFunction Own(RowLoss loss, Scaling outputs) => new OwnLoss(loss, outputs);

    public static LossFunction Of(Loss loss) => loss switch
    {
        Loss.CrossEntropy => CrossEntropy,
        Loss.Huber => new HuberLoss(),
        _ => MeanSquaredError,
    };

    /// <summary>
    /// The share of the mean loss of rows start .. start + count - 1, weighted with weights of mean 1 unless these are null; overwrites the adjoints of these samples with
    /// its derivative by the outputs. Outputs and adjoints are [output][tile sample].
    /// </summary>
    public abstract double Tile<T>(Matrix targets, double[]? weights, int start, int count, ReadOnlySpan<T> outputs, Span<T> adjoints)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The mean loss of these outputs, one row per sample.</summary>
    public double Mean(Matrix outputs, Matrix targets, double[]? weights)
    {
        double[] tile = new double[outputs.Columns * NetworkPass<double>.TileSamples], adjoints = new double[tile.Length];
        double sum = 0;
        for (int start = 0; start < outputs.Rows; start += NetworkPass<double>.TileSamples)
        {
            int count = Math.Min(NetworkPass<double>.TileSamples, outputs.Rows - start);
            for (int o = 0; o < outputs.Columns; o++)
                outputs.Column(o).Slice(start, count).CopyTo(tile.AsSpan(o * NetworkPass<double>.TileSamples));
            sum += Tile<double>(targets, weights, start, count, tile, adjoints);
        }
        return sum;
    }

    private sealed class NoLoss : LossFunction
    {
        public override double Tile<T>(Matrix targets, double[]? weights, int start, int count, ReadOnlySpan<T> outputs, Span<T> adjoints) => 0;
    }

    private sealed class SquaredErrorLoss : LossFunction
    {
        public override double Tile<T>(Matrix targets, double[]? weights, int start, int count, ReadOnlySpan<T> outputs, Span<T> adjoints)
        {
            double weight = 1.0 / ((double)targets.Rows * targets.Columns), sum = 0;
            Span<T> target = stackalloc T[NetworkPass<T>.TileSamples];
            for (int o = 0; o < targets.Columns; o++)
            {
                TensorPrimitives.ConvertTruncating<double, T>(targets.Column(o).Slice(start, count), target);
                ReadOnlySpan<T> output = outputs.Slice(o * NetworkPass<T>.TileSamples, count);
                Span<T> adjoint = adjoints.Slice(o * NetworkPass<T>.TileSamples, count);
                TensorPrimitives.Subtract(output, target[..count], adjoint);
                if (weights is null)
                {
                    sum += double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(adjoint));
                }
                else
                {
                    for (int n = 0; n < count; n++)
                    {
                        double error = double.CreateTruncating(adjoint[n]), weighted = weights[start + n] * error;
                        sum += weighted * error;
                        adjoint[n] = T.CreateTruncating(weighted);
                    }
                }
                TensorPrimitives.Multiply(adjoint, T.CreateTruncating(2 * weight), adjoint);
            }
            return weight * sum;
        }
    }

    private sealed class OwnLoss(RowLoss loss, Scaling units) : LossFunction
    {
        public override double Tile<T>(Matrix targets, double[]? weights, int start, int count, ReadOnlySpan<T> outputs, Span<T> adjoints)
        {
            int outputCount = units.Columns;
            double sum = 0;
            int size = 2 * outputCount + targets.Columns;
            Span<double> row = size <= 256 ? stackalloc double[size] : new double[size];
            Span<double> output = row[..outputCount], derivative = row.Slice(outputCount, outputCount), target = row[(2 * outputCount)..];
            for (int n = 0; n < count; n++)
            {
                for (int o = 0; o < outputCount; o++)
                    output[o] = units.Offsets[o] + units.Scales[o] * double.CreateTruncating(outputs[o * NetworkPass<T>.TileSamples + n]);
                for (int o = 0; o < target.Length; o++)
                    target[o] = targets[start + n, o];
                derivative.Clear();
                double weight = (weights?[start + n] ?? 1) / targets.Rows;
                sum += weight * loss(output, target, derivative);
                for (int o = 0; o < outputCount; o++)
                    adjoints[o * NetworkPass<T>.TileSamples + n] = T.CreateTruncating(weight * units.Scales[o] * derivative[o]);
            }
            return sum;
        }
    }

    /// <summary>Softmax over the outputs; the targets are probabilities, mostly one 1 per row.</summary>
    private sealed class CrossEntropyLoss : LossFunction
    {
        public override double Tile<T>(Matrix targets, double[]? weights, int start, int count, ReadOnlySpan<T> outputs, Span<T> adjoints)
        {
            double weight = 1.0 / targets.Rows, sum = 0;
            for (int n = 0; n < count; n++)
            {
                double max = double.NegativeInfinity, total = 0;
                for (int o = 0; o < targets.Columns; o++)
                    max = Math.Max(max, double.CreateTruncating(outputs[o * NetworkPass<T>.TileSamples + n]));
                for (int o = 0; o < targets.Columns; o++)
                    total += Math.Exp(double.CreateTruncating(outputs[o * NetworkPass<T>.TileSamples + n]) - max);
                double logTotal = max + Math.Log(total), ofRow = weights is null ? 1 : weights[start + n];
                for (int o = 0; o < targets.Columns; o++)
                {
                    double logProbability = double.CreateTruncating(outputs[o * NetworkPass<T>.TileSamples + n]) - logTotal, target = targets[start + n, o];
                    sum -= ofRow * target * logProbability;
                    adjoints[o * NetworkPass<T>.TileSamples + n] = T.CreateTruncating(weight * ofRow * (Math.Exp(logProbability) - target));
                }
            }
            return weight * sum;
        }
    }
}
