using KanSharp.Splines;

namespace KanSharp.Tests.Layers;

/// <summary>The sums over a layer's edges written down as they are defined, over the Cox-de Boor recursion, with SiLU as the base function.</summary>
internal sealed class ScalarEdges(KnotGrid grid, RangePolicy policy, double[] mask, int inputs)
{
    private readonly int _outputs = mask.Length / inputs;
    private readonly int _weights = grid.BasisCount + 1;

    /// <summary>[edge][basis function], the base function last.</summary>
    public double[] Weights { get; } = new double[mask.Length * (grid.BasisCount + 1)];

    public double[] Sums { get; private set; } = [];

    public double[] Gradient { get; private set; } = [];

    public double[] InputAdjoints { get; private set; } = [];

    /// <summary>The largest sum of magnitudes that a value, a gradient, an input adjoint is made of: what rounding is measured by.</summary>
    public double ValueScale { get; private set; } = 1;

    public double GradientScale { get; private set; } = 1;

    public double SlopeScale { get; private set; } = 1;

    public void Evaluate(double[] x, double[] adjoints)
    {
        int samples = x.Length / inputs;
        Sums = new double[adjoints.Length];
        Gradient = new double[Weights.Length];
        InputAdjoints = new double[x.Length];
        double[] basis = new double[_weights], slopes = new double[_weights], magnitudes = new double[Weights.Length];
        for (int i = 0; i < inputs; i++)
        {
            for (int n = 0; n < samples; n++)
            {
                Basis(x[i * samples + n], basis, slopes);
                double value = 0, slope = 0;
                for (int j = 0; j < _outputs; j++)
                {
                    int edge = i * _outputs + j;
                    if (mask[edge] == 0)
                        continue;
                    double adjoint = adjoints[j * samples + n];
                    for (int w = 0; w < _weights; w++)
                    {
                        double weight = Weights[edge * _weights + w];
                        Sums[j * samples + n] += weight * basis[w];
                        Gradient[edge * _weights + w] += adjoint * basis[w];
                        InputAdjoints[i * samples + n] += adjoint * weight * slopes[w];
                        value = Math.Max(value, Math.Abs(basis[w]));
                        slope += Math.Abs(slopes[w]);
                        magnitudes[edge * _weights + w] += Math.Abs(adjoint * basis[w]);
                    }
                }
                ValueScale = Math.Max(ValueScale, value);
                SlopeScale = Math.Max(SlopeScale, slope);
            }
        }
        GradientScale = Math.Max(1, magnitudes.Max());
    }

    private void Basis(double x, double[] basis, double[] slopes)
    {
        Array.Clear(basis);
        Array.Clear(slopes);
        if (grid.BasisCount > 0)
        {
            double[] taps = new double[grid.Order + 1], tapSlopes = new double[grid.Order + 1];
            int first = SplineBasis.Evaluate(grid, x, policy, taps);
            SplineBasis.Evaluate(grid, x, policy, 1, tapSlopes);
            for (int t = 0; t <= grid.Order && first + t < grid.BasisCount; t++)
            {
                basis[first + t] = taps[t];
                slopes[first + t] = tapSlopes[t];
            }
        }
        double sigmoid = 1 / (1 + Math.Exp(-x));
        basis[^1] = x * sigmoid;
        slopes[^1] = sigmoid * (1 + x * (1 - sigmoid));
    }
}
