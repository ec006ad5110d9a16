using System.Collections.Immutable;

namespace KanSharp.Plotting.Drawing;

/// <summary>A place in a scene, in pixels from its upper left corner.</summary>
internal readonly record struct Point(double X, double Y);

/// <summary>One thing to draw. Later ones lie over earlier ones.</summary>
internal abstract record SceneElement;

/// <summary>A line through points.</summary>
internal sealed record Polyline(ImmutableArray<Point> Points, Tone Stroke, double Width, double Opacity = 1, bool Dashed = false) : SceneElement;

/// <summary>A rectangle, filled, outlined or both.</summary>
internal sealed record Box(double X, double Y, double Width, double Height, Tone? Fill = null, Tone? Stroke = null, double StrokeWidth = 1, double Radius = 0, double Opacity = 1) : SceneElement;

/// <summary>A circle, filled, outlined or both.</summary>
internal sealed record Disc(Point Center, double Radius, Tone? Fill = null, Tone? Stroke = null, double StrokeWidth = 1) : SceneElement;

/// <summary>Many round dots of one size.</summary>
internal sealed record Dots(ImmutableArray<Point> Points, Tone Tone, double Diameter, double Opacity = 1) : SceneElement;

/// <summary>
/// Values on a regular mesh, as colours: <paramref name="Levels"/> are indices into <paramref name="Colors"/>, -1 for none, column by column, each from the
/// bottom up. Mesh points at the edge lie on the edge, so their cells are half as wide.
/// </summary>
internal sealed record ColorMap(double X, double Y, double Width, double Height, int Rows, int Columns, ImmutableArray<int> Levels, ImmutableArray<string> Colors) : SceneElement;

/// <summary>A line of text on a baseline, turned by <paramref name="Angle"/> degrees clockwise about its anchor.</summary>
internal sealed record Label(Point At, string Text, Tone Tone, double Size, Anchor Anchor = Anchor.Middle, bool Bold = false, double Angle = 0) : SceneElement;

/// <summary>Elements that belong together and share a tooltip.</summary>
internal sealed record Group(ImmutableArray<SceneElement> Elements, string? Tooltip = null, double Opacity = 1) : SceneElement;

/// <summary>Which part of a text stands at its point.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}
