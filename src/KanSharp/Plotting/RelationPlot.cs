using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Discovery;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting;

/// <summary>Draws groups of related columns: a row for each column of the table, a column for each group, and where they cross the score, the darker the higher.</summary>
public static class RelationPlot
{
    private const double Margin = 18, TextSize = 13, RowHeight = 26, CellWidth = 62, LargestNameWidth = 200, LeastWidth = 400;

    /// <summary>Draws what a search found.</summary>
    /// <param name="result">The groups.</param>
    /// <param name="title">A line above.</param>
    public static Scene Draw(RelationResult result, string title = "Columns that depend on each other")
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(title);
        ImmutableArray<int> rows = [.. result.Relations.SelectMany(relation => relation.Columns.Select(column => column.Column)).Concat(Enumerable.Range(0, result.Names.Length)).Distinct()];
        double nameWidth = Math.Min(LargestNameWidth, result.Names.Max(name => TextMetrics.Width(name, TextSize)));
        double left = Margin + nameWidth + 12, top = Margin + 58;
        double width = Math.Max(LeastWidth, left + result.Relations.Length * CellWidth + Margin);
        var elements = ImmutableArray.CreateBuilder<SceneElement>();
        elements.Add(new Label(new Point(Margin, Margin + 12), TextMetrics.Shorten(title, 15, width - 2 * Margin, bold: true), Tone.Ink, 15, Anchor.Start, Bold: true));
        for (int g = 0; g < result.Relations.Length; g++)
            elements.Add(new Label(new Point(left + (g + 0.5) * CellWidth, top - 8), $"group {g + 1}", Tone.Muted, TextSize - 1));
        for (int r = 0; r < rows.Length; r++)
        {
            string name = result.Names[rows[r]], shown = TextMetrics.Shorten(name, TextSize, nameWidth);
            double y = top + r * RowHeight, baseline = y + RowHeight / 2 + 0.36 * TextSize;
            bool isAlone = !result.Relations.Any(relation => relation.Columns.Any(column => column.Column == rows[r]));
            elements.Add(new Group([new Label(new Point(left - 12, baseline), shown, isAlone ? Tone.Muted : Tone.Ink, TextSize, Anchor.End)], shown == name ? null : name));
            elements.Add(new Polyline([new Point(left, y), new Point(width - Margin, y)], Tone.Faint, 1));
            for (int g = 0; g < result.Relations.Length; g++)
            {
                foreach (RelatedColumn column in result.Relations[g].Columns.Where(column => column.Column == rows[r]))
                    AddCell(left + g * CellWidth, y, column, result.Relations[g].Function == column.Column);
            }
        }
        double end = top + rows.Length * RowHeight;
        AddNote(result.Relations.IsEmpty ? "No column depends on another." : "0 to 1: the share that the others of the group explain.");
        if (result.Relations.Any(relation => relation.Function is not null))
            AddNote("Framed: follows from the others.");
        return new Scene(width, end + Margin, title, elements);

        void AddCell(double x, double y, RelatedColumn column, bool follows)
        {
            string score = column.Score.ToString("F3", CultureInfo.InvariantCulture);
            elements.Add(new Box(x + 3, y + 3, CellWidth - 6, RowHeight - 6, Tone.Data, Radius: 3, Opacity: 0.1 + 0.5 * column.Score));
            if (follows)
                elements.Add(new Box(x + 3, y + 3, CellWidth - 6, RowHeight - 6, null, Tone.Symbolic, 2, 3));
            elements.Add(new Label(new Point(x + CellWidth / 2, y + RowHeight / 2 + 0.36 * (TextSize - 1)), score, Tone.Ink, TextSize - 1));
        }

        void AddNote(string text)
        {
            end += 20;
            elements.Add(new Label(new Point(Margin, end), TextMetrics.Shorten(text, TextSize - 2, width - 2 * Margin), Tone.Muted, TextSize - 2, Anchor.Start));
        }
    }
}
