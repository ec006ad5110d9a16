using System.Collections.Immutable;
using KanSharp.Numerics;
using KanSharp.Plotting.Charts;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting;

/// <summary>Draws a function of one variable as a curve, of two as a map of colours.</summary>
public static class FieldPlot
{
    private const int Levels = 24;
    private const double BarGap = 14, BarWidth = 14, TextSize = 12, Side = 320, Margin = 18;

    /// <summary>Draws a map of a function's values on a regular mesh.</summary>
    /// <param name="values">One row for each value of the vertical variable, one column for each of the horizontal, both ascending.</param>
    /// <param name="title">A line above it.</param>
    /// <param name="horizontal">Name, start and end of the horizontal variable.</param>
    /// <param name="vertical">Name, start and end of the vertical variable.</param>
    /// <param name="logarithmic">Whether colours go by the logarithm of the magnitude, as for errors.</param>
    /// <exception cref="KanSharpException">There are fewer than two rows or columns.</exception>
    public static Scene Map(Matrix values, string title, (string Name, double Start, double End) horizontal, (string Name, double Start, double End) vertical, bool logarithmic = false)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(title);
        if (values.Rows < 2 || values.Columns < 2)
            throw new KanSharpException($"A map of {values.Rows} x {values.Columns} values cannot be drawn; give at least 2 x 2.");
        double[] shown = [.. values.Values.ToArray().Select(value => logarithmic ? Math.Abs(value) : value)];
        double[] finite = [.. shown.Where(value => double.IsFinite(value) && (!logarithmic || value > 0))];
        // What is smaller by twelve decades than the largest is zero to rounding.
        double floor = logarithmic && finite.Length > 0 ? Math.Max(finite.Min(), 1e-12 * finite.Max()) : 0;
        Axis colors = logarithmic ? Axis.Logarithmic("", finite.Select(value => Math.Max(value, floor))) : Axis.Linear("", finite);
        var chart = new Chart(title, Axis.Linear(horizontal.Name, [horizontal.Start, horizontal.End]), Axis.Linear(vertical.Name, [vertical.Start, vertical.End]), [], Side, Side);
        Point low = chart.Place(horizontal.Start, vertical.Start), high = chart.Place(horizontal.End, vertical.End);
        // Each mesh point is the middle of a cell; those at the edge are cut in half.
        chart.Add(new ColorMap(low.X, high.Y, high.X - low.X, low.Y - high.Y, values.Rows, values.Columns,
            [.. shown.Select(value => double.IsFinite(value) ? (int)Math.Min(Levels - 1, Levels * colors.Place(logarithmic ? Math.Max(value, floor) : value)) : -1)], ColorRamp.Colors(Levels)));
        Scene scene = chart.ToScene();
        double left = scene.Width - Margin + BarGap, top = high.Y, height = low.Y - high.Y;
        var elements = new List<SceneElement>(scene.Elements)
        {
            new ColorMap(left, top, BarWidth, height, 2 * Levels, 2, [.. Enumerable.Range(0, 4 * Levels).Select(k => k % (2 * Levels) / 2)], ColorRamp.Colors(Levels)),
        };
        double width = 0;
        foreach ((double value, string text) in colors.Ticks)
        {
            double y = top + height * (1 - colors.Place(value));
            elements.Add(new Polyline([new(left + BarWidth, y), new(left + BarWidth + 4, y)], Tone.Muted, 1));
            elements.Add(new Label(new Point(left + BarWidth + 8, y + 0.36 * TextSize), text, Tone.Muted, TextSize, Anchor.Start));
            width = Math.Max(width, TextMetrics.Width(text, TextSize));
        }
        return new Scene(left + BarWidth + 8 + width + Margin, scene.Height, title, elements);
    }

    /// <summary>Draws a curve, and dashed beside it another, such as the exact one.</summary>
    /// <param name="x">The variable, ascending.</param>
    /// <param name="y">The function's values.</param>
    /// <param name="title">A line above the chart.</param>
    /// <param name="xName">Name of the variable.</param>
    /// <param name="yName">Name of the function.</param>
    /// <param name="compared">Values to compare with; null for none.</param>
    /// <param name="logarithmic">Whether the vertical axis is logarithmic and magnitudes are drawn, as for errors.</param>
    public static Scene Curve(IReadOnlyList<double> x, IReadOnlyList<double> y, string title, string xName, string yName, IReadOnlyList<double>? compared = null, bool logarithmic = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count || x.Count < 2 || (compared is not null && compared.Count != x.Count))
            throw new KanSharpException($"There are {x.Count} places and {y.Count} values{(compared is null ? "" : $", and {compared.Count} to compare with")}; as many of each are needed, at least 2.");
        double[] drawn = [.. y.Select(value => logarithmic ? value == 0 ? double.NaN : Math.Abs(value) : value)];
        Axis vertical = logarithmic ? Axis.Logarithmic(yName, drawn) : Axis.Linear(yName, [.. drawn, .. compared ?? []]);
        ImmutableArray<LegendEntry> legend = compared is null ? [] : [new LegendEntry(yName, Tone.Data), new LegendEntry("exact", Tone.Symbolic, LegendMark.Dashes)];
        var chart = new Chart(title, Axis.Linear(xName, x), vertical, legend);
        chart.AddLine([.. x], drawn, Tone.Data);
        if (compared is not null)
            chart.AddLine([.. x], [.. compared], Tone.Symbolic, dashed: true);
        return chart.ToScene();
    }
}
