using System.Numerics.Tensors;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Training;

/// <summary>Which squared errors are rounding.</summary>
internal static class ExactFit
{
    /// <summary>A root mean square error that is rounding, as a part of that of zero.</summary>
    private const double Rounding = 1e-14;

    /// <summary>The largest mean squared error, in the network's units, that is rounding of targets of this size.</summary>
    /// <param name="targets">Targets in the user's units.</param>
    /// <param name="scaling">From these to the network's.</param>
    public static double LargestLoss(Matrix targets, Scaling scaling)
    {
        double sum = 0;
        for (int o = 0; o < targets.Columns; o++)
            sum += TensorPrimitives.SumOfSquares<double>(targets.Column(o)) / (scaling.Scales[o] * scaling.Scales[o]);
        return Rounding * Rounding * sum / targets.Values.Length;
    }
}
