using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting;

/// <summary>Draws scores as horizontal bars with their names, such as the importance of each input.</summary>
public static class ScorePlot
{
    private const double Margin = 18;
    private const double TextSize = 13;
    private const double RowHeight = 26;
    private const double BarLength = 320;

    /// <summary>Draws one bar per name, in the order given.</summary>
    /// <param name="names">The names.</param>
    /// <param name="scores">A finite score of at least 0 for each.</param>
    /// <param name="title">A line above the chart.</param>
    /// <exception cref="KanSharpException">Names and scores differ in number, or a score is negative or not finite.</exception>
    public static Scene Draw(IReadOnlyList<string> names, ReadOnlySpan<double> scores, string title = "Importance of the inputs")
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count != scores.Length || names.Count == 0)
            throw new KanSharpException($"There are {names.Count} names and {scores.Length} scores; give one score for each name, and at least one.");
        int bad = scores.IndexOfAnyExceptInRange(0, double.MaxValue);
        if (bad >= 0)
            throw new KanSharpException($"The score of {names[bad]} is {scores[bad].ToString(CultureInfo.InvariantCulture)}; scores are finite and at least 0.");
        double most = 0;
        foreach (double score in scores)
            most = Math.Max(most, score);
        double nameWidth = Math.Min(200, names.Max(name => TextMetrics.Width(name, TextSize)));
        double left = Margin + nameWidth + 10, top = Margin + 30;
        var elements = ImmutableArray.CreateBuilder<SceneElement>();
        elements.Add(new Label(new Point(Margin, Margin + 12), TextMetrics.Shorten(title, 15, left + BarLength - Margin, bold: true), Tone.Ink, 15, Anchor.Start, Bold: true));
        for (int i = 0; i < names.Count; i++)
        {
            double y = top + i * RowHeight, baseline = y + RowHeight / 2 + 0.36 * TextSize;
            string shown = TextMetrics.Shorten(names[i], TextSize, nameWidth), value = scores[i].ToString("G3", CultureInfo.InvariantCulture);
            double length = most > 0 ? Math.Max(scores[i] / most * BarLength, 1) : 1;
            elements.Add(new Group(
            [
                new Label(new Point(left - 10, baseline), shown, Tone.Ink, TextSize, Anchor.End),
                new Box(left, y + 5, length, RowHeight - 10, Tone.Data, Radius: Math.Min(3, length / 2)),
                new Label(new Point(left + length + 7, baseline), value, Tone.Muted, TextSize - 1, Anchor.Start),
            ], shown == names[i] ? null : names[i]));
        }
        double valueWidth = TextMetrics.Width("0.000e-000", TextSize);
        return new Scene(left + BarLength + 7 + valueWidth + Margin, top + names.Count * RowHeight + Margin * 0.6, title, elements);
    }
}
