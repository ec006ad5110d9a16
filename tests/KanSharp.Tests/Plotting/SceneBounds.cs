using KanSharp.Plotting;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Tests.Plotting;

/// <summary>Checks that nothing in a scene reaches over its edge, texts included.</summary>
internal static class SceneBounds
{
    public static void Check(Scene scene)
    {
        foreach (SceneElement element in Flatten(scene))
        {
            foreach (Point point in Corners(element))
            {
                Assert.True(point.X >= 0 && point.X <= scene.Width && point.Y >= 0 && point.Y <= scene.Height, $"{element} lies outside {scene.Width} x {scene.Height}");
            }
        }
    }

    public static IEnumerable<SceneElement> Flatten(Scene scene) => scene.Elements.SelectMany(Flatten);

    private static IEnumerable<SceneElement> Flatten(SceneElement element) => element is Group group ? group.Elements.SelectMany(Flatten) : [element];

    private static IEnumerable<Point> Corners(SceneElement element) => element switch
    {
        Polyline line => line.Points,
        Box box => [new(box.X, box.Y), new(box.X + box.Width, box.Y + box.Height)],
        Disc disc => [new(disc.Center.X - disc.Radius, disc.Center.Y - disc.Radius), new(disc.Center.X + disc.Radius, disc.Center.Y + disc.Radius)],
        Dots dots => dots.Points,
        ColorMap map => [new(map.X, map.Y), new(map.X + map.Width, map.Y + map.Height)],
        Label label => Ends(label),
        _ => throw new ArgumentOutOfRangeException(nameof(element)),
    };

    private static IEnumerable<Point> Ends(Label label)
    {
        double width = TextMetrics.Width(label.Text, label.Size, label.Bold), angle = label.Angle * Math.PI / 180;
        double from = label.Anchor switch { Anchor.Start => 0, Anchor.Middle => -width / 2, _ => -width };
        foreach (double x in new[] { from, from + width })
        {
            foreach (double y in new[] { 0.25 * label.Size, -0.75 * label.Size })
                yield return new Point(label.At.X + x * Math.Cos(angle) - y * Math.Sin(angle), label.At.Y + x * Math.Sin(angle) + y * Math.Cos(angle));
        }
    }
}
