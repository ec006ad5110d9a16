using System.Globalization;
using System.Text;

namespace KanSharp.Plotting.Drawing;

/// <summary>
/// Writes a scene as SVG 1.1. Every colour is an attribute, so the drawing is right in viewers without style sheets; a style sheet with the dark
/// colours, bound to the drawing's class, overrides them where the viewer asks for dark.
/// </summary>
internal sealed class SvgWriter
{
    private const string Fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', 'DejaVu Sans', sans-serif";

    private readonly StringBuilder _svg = new();
    private readonly ColorScheme _colors;

    private SvgWriter(ColorScheme colors) => _colors = colors;

    public static string Write(Scene scene, ColorScheme colors)
    {
        var writer = new SvgWriter(colors);
        writer.WriteScene(scene);
        return writer._svg.ToString();
    }

    /// <summary>Scenes one after the other, in an endless loop: SMIL animation, which browsers play without scripts, also in an image of a page.</summary>
    public static string WriteFilm(IReadOnlyList<(int Step, Scene Scene)> frames, double seconds, double moreForLast, ColorScheme colors)
    {
        var writer = new SvgWriter(colors);
        writer.Open(frames.Max(frame => frame.Scene.Width), frames.Max(frame => frame.Scene.Height), $"{frames[^1].Scene.Title}, and the steps before");
        double duration = seconds * frames.Count + moreForLast;
        for (int i = 0; i < frames.Count; i++)
        {
            bool isLast = i == frames.Count - 1;
            writer._svg.Append($"<g class=\"kan-frame\" data-step=\"{frames[i].Step}\"{(isLast ? "" : " visibility=\"hidden\"")}>\n");
            if (frames.Count > 1)
            {
                string values = (i == 0 ? "" : "hidden;") + "visible" + (isLast ? "" : ";hidden");
                string times = (i == 0 ? "0" : $"0;{Time(i)}") + (isLast ? "" : $";{Time(i + 1)}");
                writer._svg.Append($"<animate attributeName=\"visibility\" calcMode=\"discrete\" values=\"{values}\" keyTimes=\"{times}\" dur=\"{Number(duration)}s\" repeatCount=\"indefinite\"/>\n");
            }
            foreach (SceneElement element in frames[i].Scene.Elements)
                writer.Write(element);
            writer._svg.Append("</g>\n");
        }
        writer._svg.Append("</svg>\n");
        return writer._svg.ToString();

        string Time(int frame) => (frame * seconds / duration).ToString("0.#####", CultureInfo.InvariantCulture);
    }

    /// <summary>A number with at most two decimals, the same in every culture.</summary>
    public static string Number(double value)
    {
        double rounded = Math.Round(value, 2, MidpointRounding.AwayFromZero);
        return (rounded == 0 ? 0 : rounded).ToString("0.##", CultureInfo.InvariantCulture);
    }

    /// <summary>Text with the characters that XML gives a meaning as entities, and without those it forbids.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\n' => " ",
                < 32 or 0xFFFE or 0xFFFF => "\uFFFD",
                _ => rune.ToString(),
            });
        }
        return escaped.ToString();
    }

    private void WriteScene(Scene scene)
    {
        Open(scene.Width, scene.Height, scene.Title);
        foreach (SceneElement element in scene.Elements)
            Write(element);
        _svg.Append("</svg>\n");
    }

    /// <summary>All up to the paper.</summary>
    private void Open(double sceneWidth, double sceneHeight, string title)
    {
        string width = Number(sceneWidth), height = Number(sceneHeight);
        _svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"kan-plot{(_colors == ColorScheme.Adaptive ? " kan-adaptive" : "")}\" role=\"img\" ")
            .Append($"width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"{Fonts}\" fill=\"none\" stroke-linejoin=\"round\">\n")
            .Append($"<title>{Escape(title)}</title>\n");
        if (_colors == ColorScheme.Adaptive)
        {
            _svg.Append("<style>@media (prefers-color-scheme:dark){");
            foreach (Tone tone in Enum.GetValues<Tone>())
                _svg.Append($".kan-adaptive .f-{Name(tone)}{{fill:{Palette.Dark(tone)}}}.kan-adaptive .s-{Name(tone)}{{stroke:{Palette.Dark(tone)}}}");
            _svg.Append("}</style>\n");
        }
        Write(new Box(0, 0, sceneWidth, sceneHeight, Tone.Paper));
    }

    private void Write(SceneElement element)
    {
        switch (element)
        {
            case Polyline line:
                _svg.Append("<path d=\"");
                for (int i = 0; i < line.Points.Length; i++)
                    _svg.Append(i == 0 ? 'M' : ' ').Append(Number(line.Points[i].X)).Append(' ').Append(Number(line.Points[i].Y));
                _svg.Append('"');
                Paint(null, line.Stroke, line.Width, line.Opacity);
                if (line.Dashed)
                    _svg.Append($" stroke-dasharray=\"{Number(4 * line.Width)} {Number(3 * line.Width)}\"");
                _svg.Append("/>\n");
                break;
            case Box box:
                _svg.Append($"<rect x=\"{Number(box.X)}\" y=\"{Number(box.Y)}\" width=\"{Number(box.Width)}\" height=\"{Number(box.Height)}\"");
                if (box.Radius > 0)
                    _svg.Append($" rx=\"{Number(box.Radius)}\"");
                Paint(box.Fill, box.Stroke, box.StrokeWidth, box.Opacity);
                _svg.Append("/>\n");
                break;
            case Disc disc:
                _svg.Append($"<circle cx=\"{Number(disc.Center.X)}\" cy=\"{Number(disc.Center.Y)}\" r=\"{Number(disc.Radius)}\"");
                Paint(disc.Fill, disc.Stroke, disc.StrokeWidth, 1);
                _svg.Append("/>\n");
                break;
            case Dots dots:
                _svg.Append("<path stroke-linecap=\"round\" d=\"");
                foreach (Point point in dots.Points)
                    _svg.Append($"M{Number(point.X)} {Number(point.Y)}h0");
                _svg.Append('"');
                Paint(null, dots.Tone, dots.Diameter, dots.Opacity);
                _svg.Append("/>\n");
                break;
            case Label label:
                WriteLabel(label);
                break;
            case ColorMap map:
                WriteMap(map);
                break;
            case Group group:
                _svg.Append("<g");
                AppendOpacity(group.Opacity);
                _svg.Append('>');
                if (group.Tooltip is not null)
                    _svg.Append($"<title>{Escape(group.Tooltip)}</title>");
                _svg.Append('\n');
                foreach (SceneElement child in group.Elements)
                    Write(child);
                _svg.Append("</g>\n");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(element));
        }
    }

    private void WriteLabel(Label label)
    {
        string x = Number(label.At.X), y = Number(label.At.Y);
        _svg.Append($"<text x=\"{x}\" y=\"{y}\" font-size=\"{Number(label.Size)}\"");
        if (label.Anchor != Anchor.Start)
            _svg.Append(label.Anchor == Anchor.Middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"");
        if (label.Bold)
            _svg.Append(" font-weight=\"600\"");
        if (label.Angle != 0)
            _svg.Append($" transform=\"rotate({Number(label.Angle)} {x} {y})\"");
        Paint(label.Tone, null, 0, 1);
        _svg.Append('>').Append(Escape(label.Text)).Append("</text>\n");
    }

    /// <summary>One path for each colour; neighbours of one colour in a column are one rectangle.</summary>
    private void WriteMap(ColorMap map)
    {
        double EdgeX(int column) => map.X + map.Width * Math.Clamp((column - 0.5) / (map.Columns - 1), 0, 1);
        double EdgeY(int row) => map.Y + map.Height * (1 - Math.Clamp((row - 0.5) / (map.Rows - 1), 0, 1));
        for (int level = 0; level < map.Colors.Length; level++)
        {
            if (!map.Levels.Contains(level))
                continue;
            _svg.Append($"<path shape-rendering=\"crispEdges\" fill=\"{map.Colors[level]}\" d=\"");
            for (int column = 0; column < map.Columns; column++)
            {
                for (int row = 0; row < map.Rows; row++)
                {
                    int first = row;
                    while (row < map.Rows && map.Levels[column * map.Rows + row] == level)
                        row++;
                    if (row == first)
                        continue;
                    _svg.Append($"M{Number(EdgeX(column))} {Number(EdgeY(first))}H{Number(EdgeX(column + 1))}V{Number(EdgeY(row))}H{Number(EdgeX(column))}Z");
                }
            }
            _svg.Append("\"/>\n");
        }
    }

    private void Paint(Tone? fill, Tone? stroke, double width, double opacity)
    {
        string classes = "";
        if (fill is { } filled)
        {
            _svg.Append($" fill=\"{Color(filled)}\"");
            classes = $"f-{Name(filled)}";
        }
        if (stroke is { } drawn)
        {
            _svg.Append($" stroke=\"{Color(drawn)}\" stroke-width=\"{Number(width)}\"");
            classes += (classes.Length > 0 ? " " : "") + $"s-{Name(drawn)}";
        }
        if (_colors == ColorScheme.Adaptive)
            _svg.Append($" class=\"{classes}\"");
        AppendOpacity(opacity);
    }

    private void AppendOpacity(double opacity)
    {
        string number = Number(opacity);
        if (number != "1")
            _svg.Append($" opacity=\"{number}\"");
    }

    private string Color(Tone tone) => _colors == ColorScheme.Dark ? Palette.Dark(tone) : Palette.Light(tone);

    private static string Name(Tone tone) => tone.ToString().ToLowerInvariant();
}
