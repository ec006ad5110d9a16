using System.Collections.Immutable;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting.Diagrams;

/// <summary>Names that stand side by side: level where all fit between their neighbours, otherwise slanted; shortened where they are long.</summary>
internal sealed class LabelRow
{
    private const double LongestSlanted = 170;

    /// <param name="names">The names.</param>
    /// <param name="width">The width that they share evenly.</param>
    /// <param name="size">Size of the font.</param>
    public LabelRow(ImmutableArray<string> names, double width, double size)
    {
        double slot = width / names.Length - 0.8 * size;
        Size = size;
        // Few long names are better shortened than slanted.
        Slanted = names.Length > 4 && names.Any(name => TextMetrics.Width(name, size) > slot);
        Texts = [.. names.Select(name => TextMetrics.Shorten(name, size, Slanted ? LongestSlanted * size / 14 : slot))];
        Height = size * 1.1;
        if (!Slanted)
            return;
        double radians = DiagramLayout.Angle * Math.PI / 180;
        double step = width / names.Length;
        for (int i = 0; i < names.Length; i++)
        {
            double length = TextMetrics.Width(Texts[i], size);
            Overhang = Math.Max(Overhang, length * Math.Cos(radians) - (i + 0.5) * step);
            Height = Math.Max(Height, length * Math.Sin(radians) + size * Math.Cos(radians));
        }
    }

    public double Size { get; }

    public bool Slanted { get; }

    public ImmutableArray<string> Texts { get; }

    /// <summary>How far down (or up) the names reach.</summary>
    public double Height { get; }

    /// <summary>How far a slanted name reaches over the left end of the row.</summary>
    public double Overhang { get; }
}
