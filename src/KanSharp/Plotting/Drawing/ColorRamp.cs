using System.Collections.Immutable;

namespace KanSharp.Plotting.Drawing;

/// <summary>Colours for numbers, from dark blue over green to yellow: even steps in lightness, which every kind of colour vision and grey print keep.</summary>
internal static class ColorRamp
{
    /// <summary>Viridis (van der Walt and Smith, 2015) at even distances.</summary>
    private static readonly (double Red, double Green, double Blue)[] s_anchors =
    [
        (68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137), (53, 183, 121), (109, 205, 89), (180, 222, 44), (253, 231, 37),
    ];

    /// <summary>So many colours, lowest first.</summary>
    public static ImmutableArray<string> Colors(int count) => [.. Enumerable.Range(0, count).Select(level => At((double)level / (count - 1)))];

    private static string At(double place)
    {
        double scaled = place * (s_anchors.Length - 1);
        int first = Math.Min((int)scaled, s_anchors.Length - 2);
        (double Red, double Green, double Blue) a = s_anchors[first], b = s_anchors[first + 1];
        double t = scaled - first;
        return $"#{Mix(a.Red, b.Red, t):x2}{Mix(a.Green, b.Green, t):x2}{Mix(a.Blue, b.Blue, t):x2}";
    }

    private static int Mix(double a, double b, double t) => (int)Math.Round(a + t * (b - a));
}
