using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Plotting.Charts;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting;

/// <summary>Draws error against complexity on a logarithmic axis: the front is what cannot be made both simpler and better.</summary>
public static class ParetoPlot
{
    /// <summary>Draws a Pareto front.</summary>
    /// <param name="points">Its points, in any order.</param>
    /// <param name="recommended">Index of the one to mark, or null.</param>
    /// <param name="title">A line above the chart.</param>
    /// <exception cref="KanSharpException">There are no points, or the index is not one of them.</exception>
    public static Scene Draw(IReadOnlyList<ParetoPoint> points, int? recommended = null, string title = "Complexity and error")
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0)
            throw new KanSharpException("There are no points to draw; give at least one.");
        if (recommended is { } index && (uint)index >= (uint)points.Count)
            throw new KanSharpException($"Point {index} is to be marked; there are points 0 to {points.Count - 1}.");
        ImmutableArray<LegendEntry> legend = recommended is null
            ? []
            : [new LegendEntry("formula", Tone.Data, LegendMark.Dot), new LegendEntry("recommended", Tone.Symbolic, LegendMark.Dot)];
        var chart = new Chart(title, Axis.Linear("complexity", points.Select(point => point.Complexity)), Axis.Logarithmic("error", points.Select(point => point.Error)), legend);

        // Between two points the simpler one is the best there is: the front is a staircase.
        var stairs = ImmutableArray.CreateBuilder<Point>();
        foreach (ParetoPoint point in points.OrderBy(point => point.Complexity).ThenByDescending(point => point.Error))
        {
            Point at = chart.Place(point.Complexity, point.Error);
            if (stairs.Count > 0)
                stairs.Add(new Point(at.X, stairs[^1].Y));
            stairs.Add(at);
        }
        chart.Add(new Polyline(stairs.ToImmutable(), Tone.Data, 1.5, Opacity: 0.45));
        for (int i = 0; i < points.Count; i++)
        {
            (double complexity, double error, string description) = points[i];
            Point at = chart.Place(complexity, error);
            string tip = string.Create(CultureInfo.InvariantCulture, $"{description}\ncomplexity {complexity:G6}, error {error:G4}");
            chart.Add(i == recommended
                ? new Group([new Disc(at, 8, Tone.Paper, Tone.Symbolic, 2), new Disc(at, 4.5, Tone.Symbolic)], tip)
                : new Group([new Disc(at, 4.5, Tone.Data, Tone.Paper, 1)], tip));
        }
        return chart.ToScene();
    }
}
