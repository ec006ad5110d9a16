using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting.Diagrams;

/// <summary>Draws a network where its layout says.</summary>
internal sealed class DiagramPainter(KanModel model, Activations? activations, DiagramOptions options, DiagramLayout layout)
{
    /// <summary>Whatever is there can be found, however low its score.</summary>
    private const double LeastOpacity = 0.07;
    private const double FaintOpacity = 0.3;
    private const double LeastNodeOpacity = 0.35;

    /// <summary>More edges than these, all equally dark, make a thicket: their lines, not their frames, then fade.</summary>
    private const int ManyEdges = 20;
    private const double LeastLineOpacity = 0.25;

    private const string BesideSpline = " + spline";

    private readonly double _line = 1.4 * layout.Scale;

    public Scene Paint()
    {
        var elements = new List<SceneElement>();
        // Lines pass behind frames, except that what is clearly there is not hidden by what hardly is.
        ILookup<bool, PlacedEdge> byStrength = layout.Layers.SelectMany(layer => layer).OrderBy(placed => StrengthOf(placed.Edge) ?? 0).ToLookup(placed => Opacity(placed.Edge) > FaintOpacity);
        foreach (bool strong in new[] { false, true })
        {
            elements.AddRange(byStrength[strong].Select(edge => edge.Edge.Weight is double weight ? Line(edge, weight) : Connection(edge)));
            foreach (PlacedEdge edge in byStrength[strong].Where(edge => edge.Edge.Weight is null))
            {
                elements.Add(new Box(edge.X - edge.Width / 2, edge.Bottom - edge.Height, edge.Width, edge.Height, Tone.Paper, Radius: Radius(edge)));
                elements.Add(Frame(edge));
            }
        }
        for (int level = 1; level < model.Widths.Length; level++)
            AddNodes(elements, level);
        AddNames(elements);
        string title = options.Title ?? $"{char.ToUpperInvariant(model.Kind[0])}{model.Kind[1..]} {model.Shape}: {string.Join(", ", model.Info.OutputNames)} of {string.Join(", ", model.Info.InputNames)}";
        return new Scene(layout.Width, layout.Height, title, elements);
    }

    /// <summary>What an edge fades by, if there is anything.</summary>
    private static double? StrengthOf(DiagramEdge edge) => edge.Score ?? (edge.Weight is double weight ? Math.Abs(weight) : null);

    private double Opacity(DiagramEdge edge) => StrengthOf(edge) is { } score ? Math.Max(LeastOpacity, Math.Tanh(options.Beta * score)) : 1;

    private double Radius(PlacedEdge edge) => Math.Min(5 * layout.Scale, edge.Width / 8);

    private int SymbolicIndex(EdgeIndex edge) => model.Layers[edge.Layer].SymbolicIndex(edge.Input, edge.Output);

    private Tone ToneOf(EdgeIndex edge) => SymbolicIndex(edge) >= 0 ? Tone.Symbolic : Tone.Ink;

    private Group Connection(PlacedEdge placed)
    {
        EdgeIndex edge = placed.Edge.Index;
        Point from = layout.Node(edge.Layer, edge.Input);
        double top = layout.FrameTops[edge.Layer], bottom = layout.FrameBottoms[edge.Layer];
        var up = ImmutableArray.CreateBuilder<Point>();
        up.Add(from);
        if (bottom > placed.Bottom)
            up.Add(new Point(placed.X, bottom + 4));
        up.Add(new Point(placed.X, placed.Bottom));
        var on = ImmutableArray.CreateBuilder<Point>();
        on.Add(new Point(placed.X, placed.Bottom - placed.Height));
        if (top < placed.Bottom - placed.Height)
            on.Add(new Point(placed.X, top - 4));
        on.AddRange(Ends(edge));
        return new Group([new Polyline(up.ToImmutable(), ToneOf(edge), _line), new Polyline(on.ToImmutable(), ToneOf(edge), _line)],
            Opacity: placed.Edge.Score is null ? Math.Clamp((double)ManyEdges / layout.Layers[edge.Layer].Count, LeastLineOpacity, 1) : Opacity(placed.Edge));
    }

    /// <summary>Where an edge ends; beside product nodes with their subnodes, a sum node stands higher than that.</summary>
    private IEnumerable<Point> Ends(EdgeIndex edge)
    {
        LayerWidth width = model.Widths[edge.Layer + 1];
        int node = width.NodeOf(edge.Output);
        Point end = layout.Subnode(edge.Layer + 1, edge.Output), at = layout.Node(edge.Layer + 1, node);
        return at.Y < end.Y && width.SubnodesOf(node) == 1 && node < width.Sums ? [end, at] : [end];
    }

    /// <summary>A weight.</summary>
    private Group Line(PlacedEdge placed, double weight)
    {
        EdgeIndex edge = placed.Edge.Index;
        string score = placed.Edge.Score is { } value ? $", score {Short(value)}" : "";
        return new Group([new Polyline([layout.Node(edge.Layer, edge.Input), .. Ends(edge)], weight < 0 ? Tone.Symbolic : Tone.Data, _line)],
            $"edge {edge} of {Source(edge)}: weight {Short(weight)}{score}", Opacity(placed.Edge));
    }

    private Group Frame(PlacedEdge placed)
    {
        EdgeIndex edge = placed.Edge.Index;
        Tone tone = ToneOf(edge);
        double left = placed.X - placed.Width / 2, top = placed.Bottom - placed.Height, height = placed.Height;
        var elements = ImmutableArray.CreateBuilder<SceneElement>();
        string? name = Name(edge);
        double nameSize = Math.Clamp(placed.Width * 0.2, 8, 12 * layout.Scale);
        double band = name is null ? 0 : nameSize * 1.15;
        var curve = new EdgeCurve(model, edge, activations, Math.Clamp((int)placed.Width, 40, 80));
        (double low, double high) = CurvePath.Range(curve.Y);
        double inset = 0.11 * placed.Width, x0 = left + inset, y0 = top + band + inset * (name is null ? 1 : 0.6), y1 = placed.Bottom - inset;
        double span = curve.X[^1] - curve.X[0], rise = high > low ? high - low : 1;
        Point Place(double x, double y) => new(
            x0 + (placed.Width - 2 * inset) * ((x - curve.X[0]) / span),
            high > low ? y1 - (y1 - y0) * ((y - low) / rise) : (y0 + y1) / 2);
        elements.Add(new Box(left, top, placed.Width, height, null, tone, 1 * layout.Scale, Radius(placed)));
        foreach (ImmutableArray<Point> run in CurvePath.Trace(curve.X, curve.Y, Place, low, high))
            elements.Add(new Polyline(run, tone, Math.Min(1.8 * layout.Scale, placed.Width / 20)));
        if (name is not null)
            elements.Add(new Label(new Point(placed.X, top + band), TextMetrics.Shorten(Pretty(name).Replace(BesideSpline, " +", StringComparison.Ordinal), nameSize, placed.Width - 4), tone, nameSize));
        return new Group(elements.ToImmutable(), Describe(placed.Edge, name, curve), Opacity(placed.Edge));
    }

    private string? Name(EdgeIndex edge)
    {
        int symbolic = SymbolicIndex(edge);
        if (symbolic < 0)
            return null;
        KanLayer layer = model.Layers[edge.Layer];
        string name = layer.SymbolicEdges[symbolic].Function.Name;
        return layer.NumericMask[edge.Input * layer.SubnodeCount + edge.Output] != 0 ? name + BesideSpline : name;
    }

    private string Describe(DiagramEdge edge, string? name, EdgeCurve curve)
    {
        string score = edge.Score is { } value ? $", score {Short(value)}" : "";
        double[] finite = [.. curve.Y.Where(double.IsFinite)];
        string values = finite.Length == 0 ? "" : $", values {Short(finite.Min())} to {Short(finite.Max())}";
        return $"edge {edge.Index} of {Source(edge.Index)}: {name ?? "spline"}{score}; from {Short(curve.X[0])} to {Short(curve.X[^1])}{values}";
    }

    private string Source(EdgeIndex edge) => edge.Layer == 0 ? model.Info.InputNames[edge.Input] : $"node {edge.Layer},{edge.Input}";

    private void AddNodes(List<SceneElement> elements, int level)
    {
        LayerWidth width = model.Widths[level];
        for (int node = 0; node < width.Nodes; node++)
        {
            Point at = layout.Node(level, node);
            bool product = node >= width.Sums;
            double strength = Strength(level, node);
            var parts = ImmutableArray.CreateBuilder<SceneElement>();
            for (int part = 0; product && part < width.SubnodesOf(node); part++)
            {
                Point subnode = layout.Subnode(level, width.FirstSubnode(node) + part);
                parts.Add(new Polyline([subnode, at], Tone.Ink, _line));
                elements.Add(new Disc(subnode, layout.NodeRadius * 0.8, Tone.Paper));
                AddSymbol(parts, subnode, layout.NodeRadius * 0.8, product: false);
            }
            elements.Add(new Disc(at, layout.NodeRadius, Tone.Paper));
            AddSymbol(parts, at, layout.NodeRadius, product);
            string kind = product ? $"product of {width.SubnodesOf(node)}" : "sum";
            elements.Add(new Group(parts.ToImmutable(), $"node {level},{node}: {kind}{(strength > 0 ? "" : ", not connected")}", Math.Max(strength, LeastNodeOpacity)));
        }
    }

    private void AddSymbol(ImmutableArray<SceneElement>.Builder parts, Point at, double radius, bool product)
    {
        double arm = radius * (product ? 0.38 : 0.52);
        parts.Add(new Disc(at, radius, Tone.Paper, Tone.Ink, _line));
        (Point, Point)[] strokes = product
            ? [(new(at.X - arm, at.Y - arm), new(at.X + arm, at.Y + arm)), (new(at.X - arm, at.Y + arm), new(at.X + arm, at.Y - arm))]
            : [(new(at.X - arm, at.Y), new(at.X + arm, at.Y)), (new(at.X, at.Y - arm), new(at.X, at.Y + arm))];
        foreach ((Point from, Point to) in strokes)
            parts.Add(new Polyline([from, to], Tone.Ink, _line));
    }

    /// <summary>The opacity of the strongest edge that leaves a node that also has edges coming in; an output is as strong as can be.</summary>
    private double Strength(int level, int node)
    {
        LayerWidth width = model.Widths[level];
        if (!layout.Layers[level - 1].Any(edge => width.NodeOf(edge.Edge.Index.Output) == node))
            return 0;
        return level == model.Layers.Length ? 1
            : layout.Layers[level].Where(edge => edge.Edge.Index.Input == node).Select(edge => Opacity(edge.Edge)).DefaultIfEmpty(0).Max();
    }

    private void AddNames(List<SceneElement> elements)
    {
        if (options.Title is { } title)
        {
            string shown = TextMetrics.Shorten(title, layout.TitleSize, layout.Width - 24, bold: true);
            elements.Add(Tip(new Label(layout.TitleAt, shown, Tone.Ink, layout.TitleSize, Bold: true), shown, title));
        }
        for (int i = 0; i < model.InputCount; i++)
        {
            Point at = layout.Node(0, i);
            bool used = layout.Layers[0].Any(edge => edge.Edge.Index.Input == i);
            elements.Add(new Disc(at, layout.InputDotRadius, used ? Tone.Ink : Tone.Muted));
            LabelRow row = layout.InputLabels;
            double y = at.Y + layout.InputDotRadius + (row.Slanted ? 0.9 : 1.35) * row.Size;
            elements.Add(Tip(new Label(new Point(row.Slanted ? at.X + row.Size * 0.4 : at.X, y), row.Texts[i], used ? Tone.Ink : Tone.Muted, row.Size,
                row.Slanted ? Anchor.End : Anchor.Middle, Angle: row.Slanted ? -DiagramLayout.Angle : 0), row.Texts[i], model.Info.InputNames[i]));
        }
        for (int o = 0; o < model.OutputCount; o++)
        {
            Point at = layout.Node(model.Layers.Length, o);
            LabelRow row = layout.OutputLabels;
            elements.Add(Tip(new Label(new Point(row.Slanted ? at.X + row.Size * 0.3 : at.X, at.Y - layout.NodeRadius - row.Size * 0.5), row.Texts[o], Tone.Ink, row.Size,
                row.Slanted ? Anchor.Start : Anchor.Middle, Angle: row.Slanted ? -DiagramLayout.Angle : 0), row.Texts[o], model.Info.OutputNames[o]));
        }
    }

    private static SceneElement Tip(Label label, string shown, string full) => shown == full ? label : new Group([label], full);

    private static string Pretty(string function) =>
        function.Replace("^2", "²", StringComparison.Ordinal).Replace("^3", "³", StringComparison.Ordinal)
            .Replace("^4", "⁴", StringComparison.Ordinal).Replace("^5", "⁵", StringComparison.Ordinal);

    private static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
