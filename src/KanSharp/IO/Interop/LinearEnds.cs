using KanSharp.Layers;
using KanSharp.Splines;

namespace KanSharp.IO.Interop;

/// <summary>
/// Splines that go on linearly beyond their grids, or keep their end values, written as splines on wider grids that fall to zero far outside: the knot at each end is
/// repeated until the spline may lose its curvature there, or its slope, and one wide interval follows on which it is a straight line. The repeated knots lie a thousandth of a billionth apart,
/// since pykan loses basis functions at knots that are the same; what that changes is of the size of rounding.
/// </summary>
internal sealed class LinearEnds
{
    /// <summary>How far the straight lines reach, in widths of the grid.</summary>
    public const double Reach = 1000;

    private static readonly double s_distance = Math.ScaleB(1, -42);

    private readonly KnotGrid _old;
    private readonly bool _flat;
    private readonly double _apart;

    private LinearEnds(KnotGrid grid, bool flat)
    {
        _old = grid;
        _flat = flat;
        int order = grid.Order, repeated = Repeated(order, flat);
        double width = grid.End - grid.Start, far = Reach * width;
        _apart = s_distance * Math.Max(width, Math.Max(Math.Abs(grid.Start), Math.Abs(grid.End)));
        var knots = new List<double>();
        for (int i = order; i >= 0; i--)
            knots.Add(grid.Start - far * (1 + i));
        for (int i = repeated; i > 0; i--)
            knots.Add(grid.Start - i * _apart);
        knots.AddRange(grid.InnerKnots);
        for (int i = 1; i <= repeated; i++)
            knots.Add(grid.End + i * _apart);
        for (int i = 0; i <= order; i++)
            knots.Add(grid.End + far * (1 + i));
        Grid = KnotGrid.FromExtended([.. knots], order);
    }

    private KnotGrid Grid { get; }

    /// <summary>Intervals that a grid has more at each end.</summary>
    public static int MoreIntervals(int order, bool flat) => Repeated(order, flat) + 1;

    /// <summary>The layer with its splines written so, and its parameters.</summary>
    public static (KanLayer Layer, double[] Parameters) Of(KanLayer layer, LayerParameters parameters, bool flat)
    {
        LinearEnds[] ends = [.. layer.Grids.Select(grid => new LinearEnds(grid, flat))];
        var wider = new KanLayer([.. ends.Select(end => end.Grid)], layer.Output, layer.NumericMask, layer.SymbolicEdges, layer.BaseFunction);
        double[] values = new double[wider.ParameterCount];
        var view = new LayerParameters(wider, values);
        parameters.BaseScales.CopyTo(view.BaseScales);
        parameters.SplineScales.CopyTo(view.SplineScales);
        parameters.Constants.All.CopyTo(view.Constants.All);
        for (int i = 0; i < layer.InputCount; i++)
        {
            for (int j = 0; j < layer.SubnodeCount; j++)
                ends[i].Coefficients(parameters.EdgeCoefficients(i, j), view.EdgeCoefficients(i, j));
        }
        return (wider, values);
    }

    private static int Repeated(int order, bool flat) => Math.Max(order - (flat ? 1 : 2), 0);

    /// <summary>Each coefficient is the blossom of a piece in its basis function's support at the knots within that support (Ramshaw 1987): of a straight line, if one is there.</summary>
    private void Coefficients(ReadOnlySpan<double> old, Span<double> coefficients)
    {
        int order = _old.Order, last = order + _old.Intervals - 1;
        (double atStart, double slopeAtStart) = End(old, order, _old.Start);
        (double atEnd, double slopeAtEnd) = End(old, last, _old.End);
        ReadOnlySpan<double> knots = Grid.Knots;
        double[] arguments = new double[order];
        for (int r = 0; r < coefficients.Length; r++)
        {
            knots.Slice(r + 1, order).CopyTo(arguments);
            double mean = arguments.Average();
            if (knots[r] < _old.Start - _old.Order * _apart)
                coefficients[r] = atStart + slopeAtStart * (mean - _old.Start);
            else if (knots[r + order + 1] > _old.End + _old.Order * _apart)
                coefficients[r] = atEnd + slopeAtEnd * (mean - _old.End);
            else
            {
                double middle = Math.Clamp((knots[r] + knots[r + order + 1]) / 2, _old.Start, _old.End);
                coefficients[r] = Blossom(old, _old.FindInterval(middle), arguments);
            }
        }
    }

    /// <summary>Value and slope of the piece on an interval, at one of the grid's ends.</summary>
    private (double Value, double Slope) End(ReadOnlySpan<double> old, int interval, double x)
    {
        double[] arguments = [.. Enumerable.Repeat(x, _old.Order)];
        double value = Blossom(old, interval, arguments), width = _old.End - _old.Start;
        if (_flat)
            return (value, 0);
        arguments[0] += width;
        return (value, _old.Order * (Blossom(old, interval, arguments) - value) / width);
    }

    /// <summary>The symmetric multi-affine function of the piece on an interval, by de Boor's algorithm with an argument of its own for each round.</summary>
    private double Blossom(ReadOnlySpan<double> coefficients, int interval, ReadOnlySpan<double> arguments)
    {
        int order = _old.Order;
        ReadOnlySpan<double> knots = _old.Knots;
        double[] values = coefficients.Slice(interval - order, order + 1).ToArray();
        for (int round = 1; round <= order; round++)
        {
            for (int r = order; r >= round; r--)
            {
                int left = interval - order + r;
                double share = (arguments[round - 1] - knots[left]) / (knots[left + order + 1 - round] - knots[left]);
                values[r] = (1 - share) * values[r - 1] + share * values[r];
            }
        }
        return values[order];
    }
}
