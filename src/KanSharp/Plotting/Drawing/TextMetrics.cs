using System.Text;

namespace KanSharp.Plotting.Drawing;

/// <summary>
/// Estimates how wide a text is without a font at hand, from the advance widths of DejaVu Sans, one of the widest sans-serif fonts in use:
/// what fits by this estimate fits in a viewer's font.
/// </summary>
internal static class TextMetrics
{
    /// <summary>Widths of the characters from space to ~, in hundredths of the font size.</summary>
    private static readonly byte[] s_widths =
    [
        32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53,
        100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50,
        50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
    ];

    private const string Ellipsis = "…";

    /// <summary>Width of a text in pixels; a bold one is about a sixth wider.</summary>
    public static double Width(string text, double size, bool bold = false)
    {
        int hundredths = 0;
        foreach (Rune rune in text.EnumerateRunes())
            hundredths += rune.Value is >= 32 and < 127 ? s_widths[rune.Value - 32] : rune.Value is >= 0x2070 and < 0x20A0 ? 40 : rune.Value >= 0x1100 ? 100 : 70;
        return hundredths * size * (bold ? 1.16 : 1) / 100;
    }

    /// <summary>The text itself where it fits, otherwise its beginning and its end around an ellipsis.</summary>
    public static string Shorten(string text, double size, double width, bool bold = false)
    {
        text = string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? " " : rune.ToString()));
        if (Width(text, size, bold) <= width)
            return text;
        string[] runes = [.. text.EnumerateRunes().Select(rune => rune.ToString())];
        for (int kept = runes.Length - 1; kept > 1; kept--)
        {
            int head = (2 * kept + 2) / 3;
            string candidate = string.Concat(runes[..head]) + Ellipsis + string.Concat(runes[(runes.Length - kept + head)..]);
            if (Width(candidate, size, bold) <= width)
                return candidate;
        }
        return runes[0] + Ellipsis;
    }
}
