using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Splines;
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
    private const double Decay = 0.7;

    private readonly NetworkLeastSquares _inner;
    private readonly double _firstWeight;
    private readonly List<Row> _rows = [];

    /// <param name="inner">The sum of squares that is to be lowered in the end.</param>
    /// <param name="model">Its network.</param>
    /// <param name="free">Indices of the free parameters in the model's buffer, ascending.</param>
    /// <param name="firstWeight">The weight at the beginning.</param>
    /// <param name="smoothness">The part of it that is left.</param>
    public SmoothStart(NetworkLeastSquares inner, KanModel model, int[] free, double firstWeight, double smoothness)
    {
        _inner = inner;
        _firstWeight = firstWeight;
        Smoothness = smoothness;
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            int offset = model.Network.Offsets[l];
            for (int e = 0; e < layer.EdgeCount; e++)
            {
                int coefficients = Array.BinarySearch(free, offset + e * layer.BasisCount), scale = Array.BinarySearch(free, offset + layer.BaseScaleOffset + e);
                if (coefficients >= 0)
                    AddBending(layer.Grids[e / layer.SubnodeCount], coefficients);
                if (scale >= 0)
                    _rows.Add(new Row(scale, 1, 0, 0));
            }
        }
    }

    /// <summary>The part of the first weight that is left.</summary>
    public double Smoothness { get; private set; }

    public int ParameterCount => _inner.ParameterCount;

    public int ResidualCount => _inner.ResidualCount;

    public int FirstLinear => _inner.FirstLinear;

    public int LinearCount => _inner.LinearCount;

    /// <summary>Lowers the weight for the next step.</summary>
    public void Lower() => Smoothness *= Decay;

    public double Evaluate(ReadOnlySpan<double> parameters) => _inner.Evaluate(parameters) + Bending(parameters);

    public double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient) =>
        _inner.Linearize(parameters, normal, gradient) + AddBending(parameters, 0, ParameterCount, normal, gradient);

    public double LinearizeLinear(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient) =>
        _inner.LinearizeLinear(parameters, normal, gradient) + AddBending(parameters, FirstLinear, LinearCount, normal, gradient);

    private double AddBending(ReadOnlySpan<double> parameters, int from, int count, Span<double> normal, Span<double> gradient)
    {
        foreach (Row row in _rows)
        {
            int first = row.First - from;
            if (first < 0 || first >= count)
                continue;
            double weight = Weight(row), weighted = weight * row.Value(parameters);
            for (int i = 0; i < row.Count; i++)
            {
                gradient[first + i] += weighted * row[i];
                for (int j = 0; j < row.Count; j++)
                    normal[(first + i) * count + first + j] += weight * row[i] * row[j];
            }
        }
        return Bending(parameters);
    }

    private double Bending(ReadOnlySpan<double> parameters)
    {
        double sum = 0;
        foreach (Row row in _rows)
        {
            double value = row.Value(parameters);
            sum += Weight(row) * value * value;
        }
        return sum;
    }

    /// <summary>What is linear in the end is soon free to bend: its bends cost errors, those of the others are what leads astray.</summary>
    private double Weight(Row row) => _firstWeight * (row.First < FirstLinear ? Smoothness : Smoothness * Smoothness);

    /// <summary>The coefficients of the second derivative (de Boor, A Practical Guide to Splines, chapter X), in units of an interval of the grid.</summary>
    private void AddBending(KnotGrid grid, int first)
    {
        double step = (grid.End - grid.Start) / grid.Intervals;
        for (int i = 0; i + 2 < grid.BasisCount; i++)
        {
            double left = Slope(i, 1, grid.Order), right = Slope(i + 1, 1, grid.Order), outer = Slope(i, 2, grid.Order - 1);
            // Across as many equal knots the spline may jump; what lies on both sides is not bent.
            if (double.IsFinite(outer) && double.IsFinite(left) && double.IsFinite(right))
                _rows.Add(new Row(first + i, outer * left, -outer * (left + right), outer * right));
        }

        // A spline of order 0 or 1 has no such derivative: plain differences.
        double Slope(int i, int derivative, int order) =>
            order > 0 ? step * order / (grid.Knots[i + derivative + order] - grid.Knots[i + derivative]) : 1;
    }

    /// <summary>A linear form in up to three parameters that follow each other.</summary>
    private readonly record struct Row(int First, double A, double B, double C)
    {
        public int Count => C == 0 ? 1 : 3;

        public double this[int i] => i switch { 0 => A, 1 => B, _ => C };

        public double Value(ReadOnlySpan<double> parameters) =>
            C == 0 ? A * parameters[First] : A * parameters[First] + B * parameters[First + 1] + C * parameters[First + 2];
    }
}
