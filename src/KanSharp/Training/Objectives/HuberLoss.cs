using System.Numerics;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Training.Objectives;

/// <summary>
/// Huber's loss (Huber 1964, Robust Estimation of a Location Parameter): e² up to a scale δ and 2δ|e| - δ² beyond. With weights, e is the error in units of the row's own
/// standard error: √w times the error.
/// </summary>
internal sealed class HuberLoss : LossFunction
{
    /// <summary>δ in robust standard deviations: of normal errors without outliers 95 % of the efficiency of least squares is left.</summary>
    private const double Efficient = 1.345;

    /// <summary>The standard deviation of a normal distribution over the median of its absolute values.</summary>
    private const double NormalMedian = 1.482602218505602;

    /// <summary>Smaller scales, in the network's units, are rounding.</summary>
    private const double SmallestScale = 1e-12;

    /// <summary>A scale that would fall by less than this stays: what an optimiser has learnt still holds.</summary>
    private const double NotableFall = 0.9;

    /// <summary>δ, in the network's units.</summary>
    public double Scale { get; set; } = double.PositiveInfinity;

    /// <summary>Lowers δ to what these outputs call for; false where it stays.</summary>
    public bool Lower(Matrix outputs, Matrix targets, double[]? weights)
    {
        double wanted = Math.Max(SmallestScale, Efficient * RobustDeviation(outputs, targets, weights));
        if (!(wanted < NotableFall * Scale))
            return false;
        Scale = wanted;
        return true;
    }

    /// <summary>The standard deviation that normal errors with this median of sizes would have; outliers, up to half of the rows, hardly change it.</summary>
    public static double RobustDeviation(Matrix outputs, Matrix targets, double[]? weights)
    {
        double[] sizes = Sizes(outputs, targets, weights);
        return NormalMedian * (sizes[(sizes.Length - 1) / 2] + sizes[sizes.Length / 2]) / 2;
    }

    /// <summary>The mean square of the smallest nine tenths of the errors: what models can be compared by whatever their δ.</summary>
    public static double TrimmedMeanSquare(Matrix outputs, Matrix targets, double[]? weights)
    {
        double[] sizes = Sizes(outputs, targets, weights);
        int kept = Math.Max(1, (int)(0.9 * sizes.Length));
        return sizes.Take(kept).Sum(size => size * size / kept);
    }

    public override double Tile<T>(Matrix targets, double[]? weights, int start, int count, ReadOnlySpan<T> outputs, Span<T> adjoints)
    {
        double share = 1.0 / ((double)targets.Rows * targets.Columns), sum = 0;
        for (int o = 0; o < targets.Columns; o++)
        {
            ReadOnlySpan<double> target = targets.Column(o).Slice(start, count);
            for (int n = 0; n < count; n++)
            {
                double root = weights is null ? 1 : Math.Sqrt(weights[start + n]);
                double error = root * (double.CreateTruncating(outputs[o * NetworkPass<T>.TileSamples + n]) - target[n]), size = Math.Abs(error);
                sum += size > Scale ? Scale * (2 * size - Scale) : error * error;
                adjoints[o * NetworkPass<T>.TileSamples + n] = T.CreateTruncating(2 * share * root * (size > Scale ? Math.CopySign(Scale, error) : error));
            }
        }
        return share * sum;
    }

    /// <summary>The sizes of all weighted errors, ascending.</summary>
    private static double[] Sizes(Matrix outputs, Matrix targets, double[]? weights)
    {
        double[] sizes = new double[outputs.Values.Length];
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = Math.Abs(outputs.Values[i] - targets.Values[i]) * (weights is null ? 1 : Math.Sqrt(weights[i % outputs.Rows]));
        Array.Sort(sizes);
        return sizes;
    }
}
