using KanSharp.Model;
using KanSharp.Splines;

namespace KanSharp.Plotting.Drawing;

/// <summary>The curve of one edge over the range where it is of interest.</summary>
internal sealed class EdgeCurve
{
    /// <param name="model">The model.</param>
    /// <param name="edge">The edge.</param>
    /// <param name="activations">If given, the curve spans the edge's samples; otherwise, or where all samples are equal, its grid, or [-1, 1] where it has none.</param>
    /// <param name="points">At how many points to evaluate it.</param>
    public EdgeCurve(KanModel model, EdgeIndex edge, Activations? activations, int points)
    {
        KnotGrid grid = model.Layers[edge.Layer].Grids[edge.Input];
        (double start, double end) = model.Layers[edge.Layer].HasSplines ? (grid.Start, grid.End) : (-1, 1);
        if (activations is not null && activations.Nodes(edge.Layer).Rows > 0)
        {
            ReadOnlySpan<double> samples = activations.Nodes(edge.Layer).Column(edge.Input);
            double low = double.PositiveInfinity, high = double.NegativeInfinity;
            foreach (double sample in samples)
            {
                low = Math.Min(low, sample);
                high = Math.Max(high, sample);
            }
            if (high > low && double.IsFinite(high - low))
                (start, end) = (low, high);
        }
        X = new double[points];
        for (int n = 0; n < points; n++)
            X[n] = start + (end - start) * n / (points - 1);
        Y = model.EvaluateEdge(edge, X);
    }

    public double[] X { get; }

    public double[] Y { get; }
}
