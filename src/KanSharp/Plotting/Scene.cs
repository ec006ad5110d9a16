using System.Collections.Immutable;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting;

/// <summary>
/// A finished drawing: shapes and texts in pixels, y downwards. Immutable; the same model and data give the same drawing, byte for byte.
/// </summary>
public sealed class Scene
{
    internal Scene(double width, double height, string title, IEnumerable<SceneElement> elements)
    {
        Width = Math.Ceiling(width);
        Height = Math.Ceiling(height);
        Title = title;
        Elements = [.. elements];
    }

    /// <summary>Natural width in whole pixels.</summary>
    public double Width { get; }

    /// <summary>Natural height in whole pixels.</summary>
    public double Height { get; }

    /// <summary>What the drawing shows, in words; screen readers read it.</summary>
    public string Title { get; }

    internal ImmutableArray<SceneElement> Elements { get; }

    /// <summary>
    /// The drawing as one SVG element: a file of its own, or a part of an HTML page, where several can stand side by side. Texts stay
    /// texts in the viewer's sans-serif font.
    /// </summary>
    public string ToSvg(ColorScheme colors = ColorScheme.Adaptive) => SvgWriter.Write(this, colors);
}
