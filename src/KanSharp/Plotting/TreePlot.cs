using System.Collections.Immutable;
using KanSharp.Interpretation;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting;

/// <summary>
/// Draws the tree of a function: inputs at the bottom, the function on top, and in every node how it combines what comes from below: + for a sum, × for a
/// product, f(+) for a function of a sum (or of a product), f for any other function.
/// </summary>
public static class TreePlot
{
    private const double Margin = 18;
    private const double TextSize = 13;
    private const double LargestNameWidth = 140;
    private const double LeastSpacing = 52;
    private const double RowHeight = 64;
    private const double NodeHeight = 26;
    private const double LeastWidth = 300;

    /// <summary>Draws a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="name">What the function is called.</param>
    /// <param name="title">A line above the tree.</param>
    public static Scene Draw(FunctionTree tree, string name = "y", string? title = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(name);
        ImmutableArray<int> leaves = [.. Leaves(tree.Root)];
        double nameWidth = leaves.Select(i => TextMetrics.Width(tree.Names[i], TextSize)).DefaultIfEmpty(0).Max();
        double spacing = Math.Max(LeastSpacing, Math.Min(nameWidth, LargestNameWidth) + 18);
        double width = Math.Max(LeastWidth, leaves.Length * spacing + 2 * Margin);
        string heading = title ?? $"How {name} is put together";
        var elements = ImmutableArray.CreateBuilder<SceneElement>();
        elements.Add(new Label(new Point(Margin, Margin + 12), TextMetrics.Shorten(heading, 15, width - 2 * Margin, bold: true), Tone.Ink, 15, Anchor.Start, Bold: true));
        double top = Margin + 64, bottom = top + Height(tree.Root) * RowHeight, left = (width - leaves.Length * spacing) / 2;
        var nodes = new List<SceneElement>();
        Point root = Place(tree.Root);
        elements.Add(new Polyline([new Point(root.X, root.Y - NodeHeight / 2 - 12), root], Tone.Ink, 1.4));
        elements.AddRange(nodes);
        elements.Add(new Label(new Point(root.X, root.Y - NodeHeight / 2 - 18), TextMetrics.Shorten(name, TextSize, LargestNameWidth, bold: true), Tone.Ink, TextSize, Bold: true));
        double end = bottom + 22;
        if (Kinds(tree.Root).Contains(FunctionTreeNodeKind.TransformedSum))
            AddNote("f(+): function of a sum or of a product");
        if (!tree.UnusedInputs.IsEmpty)
            AddNote($"does not depend on {string.Join(", ", tree.UnusedInputs.Select(i => tree.Names[i]))}");
        return new Scene(width, end + Margin, heading, elements);

        void AddNote(string text)
        {
            string shown = TextMetrics.Shorten(text, TextSize - 1, width - 2 * Margin);
            end += 20;
            elements.Add(new Group([new Label(new Point(Margin, end), shown, Tone.Muted, TextSize - 1, Anchor.Start)], shown == text ? null : text));
        }

        // Lines go first, so that they end behind the nodes.
        Point Place(FunctionTreeNode node)
        {
            if (node.Kind == FunctionTreeNodeKind.Input)
            {
                string full = tree.Names[node.Inputs[0]], shown = TextMetrics.Shorten(full, TextSize, LargestNameWidth);
                var leaf = new Point(left + (leaves.IndexOf(node.Inputs[0]) + 0.5) * spacing, bottom);
                nodes.Add(new Group([new Label(leaf with { Y = leaf.Y + 17 }, shown, Tone.Ink, TextSize)], shown == full ? null : full));
                return leaf;
            }
            Point[] below = [.. node.Children.Select(Place)];
            var place = new Point(below.Length == 0 ? width / 2 : (below[0].X + below[^1].X) / 2, bottom - Height(node) * RowHeight);
            foreach (Point child in below)
                elements.Add(new Polyline([place, child], Tone.Ink, 1.4));
            (string sign, string words) = Describe(node);
            double box = Math.Max(NodeHeight, TextMetrics.Width(sign, TextSize + 2) + 14);
            Tone tone = node.Kind == FunctionTreeNodeKind.Joint ? Tone.Muted : Tone.Symbolic;
            nodes.Add(new Group(
            [
                new Box(place.X - box / 2, place.Y - NodeHeight / 2, box, NodeHeight, Tone.Paper, tone, 1.6, NodeHeight / 2),
                new Label(place with { Y = place.Y + 0.36 * (TextSize + 2) }, sign, tone, TextSize + 2),
            ], words));
            return place;
        }
    }

    private static (string Sign, string Words) Describe(FunctionTreeNode node) => node switch
    {
        { Children.IsEmpty: true } => ("c", "constant"),
        { Kind: FunctionTreeNodeKind.Sum } => ("+", "sum of functions of what is below"),
        { Kind: FunctionTreeNodeKind.Product } => ("×", "product of functions of what is below"),
        { Kind: FunctionTreeNodeKind.TransformedSum } => ("f(+)", "function of a sum, or of a product, of functions of what is below"),
        _ => ("f", "function of what is below, neither of a sum nor of a product"),
    };

    private static int Height(FunctionTreeNode node) => node.Kind == FunctionTreeNodeKind.Input ? 0 : 1 + node.Children.Select(Height).DefaultIfEmpty(0).Max();

    private static IEnumerable<int> Leaves(FunctionTreeNode node) => node.Kind == FunctionTreeNodeKind.Input ? node.Inputs : node.Children.SelectMany(Leaves);

    private static IEnumerable<FunctionTreeNodeKind> Kinds(FunctionTreeNode node) => node.Children.SelectMany(Kinds).Prepend(node.Kind);
}
