using System.Numerics;
using System.Numerics.Tensors;

namespace KanSharp.Numerics;

/// <summary>
/// Means and sums of squared deviations of several quantities, gathered tile by tile. Tiles are merged by the formula of Chan, Golub and
/// LeVeque (1979), which does not cancel; the order of merging is the caller's, so results do not depend on threads.
/// </summary>
internal sealed class Moments(int quantities)
{
    private const double Rounding = 1e-14;

    /// <summary>Samples whose distances from the mean are held at a time.</summary>
    private const int Block = 128;

    private readonly double[] _mean = new double[quantities];
    private readonly double[] _squares = new double[quantities];
    private readonly int[] _count = new int[quantities];

    public ReadOnlySpan<double> Mean => _mean;

    public void Clear()
    {
        Array.Clear(_mean);
        Array.Clear(_squares);
        Array.Clear(_count);
    }

    /// <summary>
    /// Unbiased sample standard deviation; 0 for fewer than two samples, and where it is no more than the rounding of the mean: a constant that
    /// was computed differently for different samples is a constant.
    /// </summary>
    public double StandardDeviation(int quantity)
    {
        if (_count[quantity] < 2)
            return 0;
        double deviation = Math.Sqrt(_squares[quantity] / (_count[quantity] - 1));
        return deviation <= Rounding * Math.Abs(_mean[quantity]) ? 0 : deviation;
    }

    /// <summary>Takes in samples of a quantity; those of the same quantity in <paramref name="twin"/>, if given, are the same.</summary>
    public void Add<T>(int quantity, ReadOnlySpan<T> samples, Moments? twin = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double mean = double.CreateTruncating(TensorPrimitives.Sum(samples)) / samples.Length, squares = 0;
        Span<T> distances = stackalloc T[Math.Min(Block, samples.Length)];
        for (int start = 0; start < samples.Length; start += Block)
        {
            ReadOnlySpan<T> block = samples.Slice(start, Math.Min(Block, samples.Length - start));
            TensorPrimitives.Subtract(block, T.CreateTruncating(mean), distances);
            squares += double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(distances[..block.Length]));
        }
        Add(quantity, samples.Length, mean, squares);
        twin?.Add(quantity, samples.Length, mean, squares);
    }

    public void Add(Moments other)
    {
        for (int q = 0; q < _mean.Length; q++)
            Add(q, other._count[q], other._mean[q], other._squares[q]);
    }

    /// <summary>Takes in samples of which only their number, their mean and the sum of their squared distances from it are known.</summary>
    public void Add(int quantity, int count, double mean, double squares)
    {
        if (count == 0)
            return;
        int total = _count[quantity] + count;
        double shift = mean - _mean[quantity];
        _mean[quantity] += shift * count / total;
        _squares[quantity] += squares + shift * shift * _count[quantity] * count / total;
        _count[quantity] = total;
    }
}
