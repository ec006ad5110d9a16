using System.Collections.Immutable;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting.Charts;

/// <summary>A chart being drawn: title, legend and two axes around a plot area, and then whatever goes into it.</summary>
internal sealed class Chart
{
    private const double Margin = 18;
    private const double TextSize = 12;
    private const double TitleSize = 15;

    /// <summary>So many dots tell a distribution; more only make the file long.</summary>
    private const int MostDots = 2000;

    private readonly Axis _horizontal;
    private readonly Axis _vertical;
    private readonly string _title;
    private readonly List<SceneElement> _elements = [];
    private readonly double _left;
    private readonly double _top;
    private readonly double _width;
    private readonly double _height;

    /// <param name="title">A line above the chart.</param>
    /// <param name="horizontal">The axis at the bottom.</param>
    /// <param name="vertical">The axis at the left.</param>
    /// <param name="legend">What is shown how; empty for no legend.</param>
    /// <param name="width">Width of the plot area.</param>
    /// <param name="height">Height of the plot area.</param>
    public Chart(string title, Axis horizontal, Axis vertical, ImmutableArray<LegendEntry> legend, double width = 480, double height = 300)
    {
        (_title, _horizontal, _vertical, _width, _height) = (title, horizontal, vertical, width, height);
        _left = Margin + 1.7 * TextSize + vertical.Ticks.Select(tick => TextMetrics.Width(tick.Text, TextSize)).DefaultIfEmpty(0).Max() + 8;
        _top = Margin + 1.4 * TitleSize + (legend.IsEmpty ? 6 : 24);
        AddLabel(new Point(_left, Margin + 0.8 * TitleSize), title, Tone.Ink, TitleSize, Anchor.Start, _width, bold: true);
        AddLegend(legend);
        AddAxes();
    }

    /// <summary>Where a point stands in the scene.</summary>
    public Point Place(double x, double y) => new(_left + _width * _horizontal.Place(x), _top + _height * (1 - _vertical.Place(y)));

    /// <summary>A line through the points, broken where a value is not finite, cut off where it leaves the chart.</summary>
    public void AddLine(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Tone tone, bool dashed = false)
    {
        (double low, double high) = _vertical.Values;
        foreach (ImmutableArray<Point> run in CurvePath.Trace(x.ToArray(), y.ToArray(), Place, low, high))
        {
            if (run.Length == 1)
                _elements.Add(new Dots(run, tone, 4));
            else
                _elements.Add(new Polyline(run, tone, 2, Dashed: dashed));
        }
    }

    /// <summary>Samples as dots; of very many, evenly spaced ones.</summary>
    public void AddDots(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double diameter, double opacity)
    {
        int stride = (x.Length + MostDots - 1) / MostDots;
        var points = ImmutableArray.CreateBuilder<Point>();
        for (int n = 0; n < x.Length; n += Math.Max(stride, 1))
        {
            if (double.IsFinite(x[n]) && double.IsFinite(y[n]))
                points.Add(Place(x[n], y[n]));
        }
        _elements.Add(new Dots(points.ToImmutable(), Tone.Data, diameter, opacity));
    }

    /// <summary>Anything else, in places of the scene.</summary>
    public void Add(SceneElement element) => _elements.Add(element);

    public Scene ToScene() => new(_left + _width + Margin, _top + _height + 2.2 * TextSize + 1.9 * TextSize + Margin * 0.5, _title, _elements);

    private void AddAxes()
    {
        foreach ((double value, string text) in _vertical.Ticks)
        {
            double y = _top + _height * (1 - _vertical.Place(value));
            _elements.Add(new Polyline([new(_left, y), new(_left + _width, y)], Tone.Faint, 1));
            _elements.Add(new Label(new Point(_left - 8, y + 0.36 * TextSize), text, Tone.Muted, TextSize, Anchor.End));
        }
        double bottom = _top + _height, labelEnd = double.NegativeInfinity;
        _elements.Add(new Polyline([new(_left, bottom), new(_left + _width, bottom)], Tone.Muted, 1));
        foreach ((double value, string text) in _horizontal.Ticks)
        {
            double x = _left + _width * _horizontal.Place(value), half = TextMetrics.Width(text, TextSize) / 2;
            _elements.Add(new Polyline([new(x, bottom), new(x, bottom + 4)], Tone.Muted, 1));
            // Long numbers would run into one another.
            if (x - half < labelEnd + 6 || x + half > _left + _width + Margin)
                continue;
            labelEnd = x + half;
            _elements.Add(new Label(new Point(x, bottom + 6 + TextSize), text, Tone.Muted, TextSize));
        }
        AddLabel(new Point(_left + _width / 2, bottom + 3.4 * TextSize), _horizontal.Label, Tone.Ink, TextSize, Anchor.Middle, _width);
        AddLabel(new Point(Margin + 0.4 * TextSize, _top + _height / 2), _vertical.Label, Tone.Ink, TextSize, Anchor.Middle, _height, angle: -90);
    }

    private void AddLegend(ImmutableArray<LegendEntry> legend)
    {
        double x = _left, y = Margin + 1.4 * TitleSize + 6;
        foreach (LegendEntry entry in legend)
        {
            _elements.Add(entry.Mark == LegendMark.Dot
                ? new Dots([new(x + 10, y)], entry.Tone, 6)
                : new Polyline([new(x, y), new(x + 20, y)], entry.Tone, 2, Dashed: entry.Mark == LegendMark.Dashes));
            AddLabel(new Point(x + 26, y + 0.36 * TextSize), entry.Text, Tone.Ink, TextSize, Anchor.Start, Math.Max(40, _width / legend.Length - 40));
            x += 26 + Math.Min(TextMetrics.Width(entry.Text, TextSize), Math.Max(40, _width / legend.Length - 40)) + 18;
        }
    }

    private void AddLabel(Point at, string text, Tone tone, double size, Anchor anchor, double width, bool bold = false, double angle = 0)
    {
        string shown = TextMetrics.Shorten(text, size, width, bold);
        var label = new Label(at, shown, tone, size, anchor, bold, angle);
        _elements.Add(shown == text ? label : new Group([label], text));
    }
}

/// <summary>One line of a legend.</summary>
internal sealed record LegendEntry(string Text, Tone Tone, LegendMark Mark = LegendMark.Line);

/// <summary>How something in a chart is marked.</summary>
internal enum LegendMark
{
    Line,
    Dashes,
    Dot,
}
