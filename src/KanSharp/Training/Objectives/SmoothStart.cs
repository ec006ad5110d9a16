using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Training.Optimizers;

namespace KanSharp.Training.Objectives;

/// <summary>
/// Least squares with a weight on what bends: the second differences of every spline's coefficients and the scales of the base functions, squared. It leads a random
/// start to plain curves, from where least squares alone gets exact; without it a net that could be exact creeps along a valley of bent
/// curves that all but make up for each other. The weight falls from step to step (regularised Gauss-Newton; Bakushinskii 1992) and ends at zero.
/// </summary>
internal sealed class SmoothStart : ISeparableObjective
{
    /// <summary>From one step to the next the weight falls to this part.</summary>
    public const double Decay = 0.7;

    private readonly NetworkLeastSquares _inner;
    private readonly double _firstWeight;
    private readonly double _hidden;
    private readonly List<BendingRow> _rows = [];
    private readonly List<int> _scales = [];

    /// <param name="inner">The sum of squares that is to be lowered in the end.</param>
    /// <param name="model">Its network.</param>
    /// <param name="free">Indices of the free parameters in the model's buffer, ascending.</param>
    /// <param name="firstWeight">The weight at the beginning.</param>
    /// <param name="smoothness">The part of it that is left.</param>
    /// <param name="hidden">How many times as much weight hidden curves have as what is linear.</param>
    public SmoothStart(NetworkLeastSquares inner, KanModel model, int[] free, double firstWeight, double smoothness, double hidden = 1)
    {
        _inner = inner;
        _firstWeight = firstWeight;
        _hidden = hidden;
        Smoothness = smoothness;
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            int offset = model.Network.Offsets[l];
            for (int e = 0; e < layer.EdgeCount; e++)
            {
                int coefficients = Array.BinarySearch(free, offset + e * layer.BasisCount), scale = Array.BinarySearch(free, offset + layer.BaseScaleOffset + e);
                if (coefficients >= 0)
                    _rows.AddRange(BendingRow.Of(layer.Grids[e / layer.SubnodeCount], coefficients));
                if (scale >= 0)
                    _scales.Add(scale);
            }
        }
    }

    /// <summary>The part of the first weight that is left.</summary>
    public double Smoothness { get; private set; }

    public int ParameterCount => _inner.ParameterCount;

    public int ResidualCount => _inner.ResidualCount;

    public int FirstLinear => _inner.FirstLinear;

    public int LinearCount => _inner.LinearCount;

    public IReadOnlyList<BendingRow[]> Splines => _inner.Splines;

    /// <summary>Lowers the weight for the next step.</summary>
    public void Lower() => Smoothness *= Decay;

    public double Evaluate(ReadOnlySpan<double> parameters) => _inner.Evaluate(parameters) + Bending(parameters);

    public double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient) =>
        _inner.Linearize(parameters, normal, gradient) + AddBending(parameters, 0, ParameterCount, normal, gradient);

    public double LinearizeLinear(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient) =>
        _inner.LinearizeLinear(parameters, normal, gradient) + AddBending(parameters, FirstLinear, LinearCount, normal, gradient);

    private double AddBending(ReadOnlySpan<double> parameters, int from, int count, Span<double> normal, Span<double> gradient)
    {
        foreach (BendingRow row in _rows)
        {
            int first = row.First - from;
            if (first < 0 || first >= count)
                continue;
            double weight = Weight(row.First), weighted = weight * row.Value(parameters);
            for (int i = 0; i < 3; i++)
                gradient[first + i] += weighted * row[i];
            row.AddNormal(weight, from, normal, count);
        }
        foreach (int scale in _scales)
        {
            int at = scale - from;
            if (at < 0 || at >= count)
                continue;
            gradient[at] += Weight(scale) * parameters[scale];
            normal[at * count + at] += Weight(scale);
        }
        return Bending(parameters);
    }

    private double Bending(ReadOnlySpan<double> parameters)
    {
        double sum = 0;
        foreach (BendingRow row in _rows)
            sum += Weight(row.First) * row.Value(parameters) * row.Value(parameters);
        foreach (int scale in _scales)
            sum += Weight(scale) * parameters[scale] * parameters[scale];
        return sum;
    }

    /// <summary>What is linear in the end is soon free to bend: its bends cost errors, those of the others are what leads astray.</summary>
    private double Weight(int parameter) => _firstWeight * (parameter < FirstLinear ? _hidden * Smoothness : Smoothness * Smoothness);
}
