using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting.Diagrams;

/// <summary>
/// Where everything in a network diagram stands. Nodes are spread evenly over the width. The frames of a layer stand between its levels, in order of
/// the middle between the two nodes they connect, which keeps edges nearly straight; where one row would make them too small there are
/// several, each shifted so that the lines to the others pass between its frames.
/// </summary>
internal sealed class DiagramLayout
{
    private const double Margin = 24;
    private const double LabelAngle = 38;
    private const double LabelSize = 14;

    /// <summary>Widest row of frames before another one is begun.</summary>
    private const double ComfortableWidth = 1150;
    private const double LargestFrame = 68;
    private const double SmallestPitch = 44;

    private readonly KanModel _model;
    private readonly double[][] _nodeX;
    private readonly double[][] _subnodeX;
    private readonly double[] _nodeY;
    private readonly double[] _subnodeY;

    public DiagramLayout(KanModel model, List<DiagramEdge>[] edges, string? title)
    {
        _model = model;
        int levels = model.Widths.Length;
        double content = ContentWidth(edges);
        Scale = Math.Clamp(content / 1000, 1, 1.7);
        InputLabels = new LabelRow(model.Info.InputNames, content, LabelSize * Scale);
        OutputLabels = new LabelRow(model.Info.OutputNames, content, LabelSize * Scale);

        double titleWidth = title is null ? 0 : TextMetrics.Width(title, TitleSize, bold: true);
        double needed = content + 2 * Margin + InputLabels.Overhang + OutputLabels.Overhang;
        Width = Math.Max(needed, Math.Min(titleWidth + 2 * Margin, 1.5 * needed));
        double left = Margin + InputLabels.Overhang + (Width - needed) / 2;

        _nodeX = new double[levels][];
        _subnodeX = new double[levels][];
        for (int level = 0; level < levels; level++)
            PlaceNodes(level, left, content);

        double gap = Math.Clamp(0.085 * content, 46, 150);
        double y = Margin;
        if (title is not null)
        {
            TitleAt = new Point(titleWidth < content ? left + content / 2 : Width / 2, y + TitleSize * 0.8);
            y += TitleSize * 1.2 + 14 * Scale;
        }
        y += OutputLabels.Height + NodeRadius + 8 * Scale;
        _nodeY = new double[levels];
        _subnodeY = new double[levels];
        Layers = new List<PlacedEdge>[edges.Length];
        FrameTops = new double[edges.Length];
        FrameBottoms = new double[edges.Length];
        for (int level = levels - 1; level > 0; level--)
        {
            _nodeY[level] = y;
            _subnodeY[level] = model.Widths[level].Arities.IsEmpty ? y : y += 42 * Scale;
            y += gap;
            FrameTops[level - 1] = y;
            y = PlaceFrames(level - 1, edges[level - 1], left, content, y);
            FrameBottoms[level - 1] = y;
            y += gap;
        }
        _nodeY[0] = _subnodeY[0] = y;
        Height = y + InputDotRadius + 8 * Scale + InputLabels.Height + Margin * 0.8;
    }

    public double Width { get; }

    public double Height { get; }

    /// <summary>By how much line widths, texts and symbols grow in a wide diagram, which is looked at from farther away.</summary>
    public double Scale { get; }

    public Point TitleAt { get; }

    public double TitleSize => 17 * Scale;

    public double NodeRadius => 9 * Scale;

    public double InputDotRadius => 4.5 * Scale;

    public LabelRow InputLabels { get; }

    public LabelRow OutputLabels { get; }

    /// <summary>The frames of each layer.</summary>
    public List<PlacedEdge>[] Layers { get; }

    /// <summary>Upper end of each layer's frames.</summary>
    public double[] FrameTops { get; }

    /// <summary>Lower end of each layer's frames.</summary>
    public double[] FrameBottoms { get; }

    public Point Node(int level, int node) => new(_nodeX[level][node], _nodeY[level]);

    public Point Subnode(int level, int subnode) => new(_subnodeX[level][subnode], _subnodeY[level]);

    public static double Angle => LabelAngle;

    private double ContentWidth(List<DiagramEdge>[] edges)
    {
        double width = 300;
        // Few long names are worth some width.
        foreach (ImmutableArray<string> names in new[] { _model.Info.InputNames, _model.Info.OutputNames })
            width = Math.Max(width, Math.Min(640, names.Length * (names.Max(name => TextMetrics.Width(name, LabelSize)) + LabelSize)));
        foreach (LayerWidth level in _model.Widths)
            width = Math.Max(width, Math.Min(level.Subnodes * 34, 700 + level.Subnodes * 22));
        foreach (List<DiagramEdge> layer in edges.Where((_, l) => _model.Layers[l].HasSplines))
            width = Math.Max(width, layer.Count * Math.Clamp(900.0 / Math.Max(layer.Count, 1), SmallestPitch, LargestFrame + 16) / Rows(layer.Count));
        return width;
    }

    private static int Rows(int frames) => frames * SmallestPitch <= ComfortableWidth ? 1 : Math.Max(2, (int)Math.Ceiling(frames * SmallestPitch / ComfortableWidth));

    private void PlaceNodes(int level, double left, double content)
    {
        LayerWidth width = _model.Widths[level];
        // A product node takes more room the more subnodes it has.
        double[] shares = [.. Enumerable.Range(0, width.Nodes).Select(node => 1 + 0.6 * (width.SubnodesOf(node) - 1))];
        double unit = content / shares.Sum(), x = left;
        _nodeX[level] = new double[width.Nodes];
        _subnodeX[level] = new double[width.Subnodes];
        for (int node = 0, subnode = 0; node < width.Nodes; node++)
        {
            double middle = _nodeX[level][node] = x + shares[node] * unit / 2;
            int count = width.SubnodesOf(node);
            double pitch = Math.Min(shares[node] * unit / count, 40 * Scale);
            for (int part = 0; part < count; part++)
                _subnodeX[level][subnode++] = middle + (part - (count - 1) / 2.0) * pitch;
            x += shares[node] * unit;
        }
    }

    /// <summary>Places the frames below <paramref name="top"/> and returns where they end.</summary>
    private double PlaceFrames(int layer, List<DiagramEdge> edges, double left, double content, double top)
    {
        Layers[layer] = [];
        if (edges.Count == 0)
            return top;
        if (!_model.Layers[layer].HasSplines)
        {
            Layers[layer].AddRange(edges.Select(edge => new PlacedEdge(edge, (_nodeX[layer][edge.Index.Input] + _subnodeX[layer + 1][edge.Index.Output]) / 2, top, 0, 0)));
            return top;
        }
        int rows = Rows(edges.Count);
        double step = content / edges.Count, pitch = step * rows;
        double size = Math.Min(LargestFrame * Scale, pitch - Math.Max(8, 0.2 * pitch));
        double rowStep = size + 10 * Scale;
        double Middle(DiagramEdge edge) => _nodeX[layer][edge.Index.Input] + _subnodeX[layer + 1][edge.Index.Output];
        DiagramEdge[] ordered = [.. edges.OrderBy(Middle).ThenBy(edge => edge.Index.Input).ThenBy(edge => edge.Index.Output)];
        double[] x = rows == 1 && StraightPlaces(layer, ordered, size + 10) is { } straight ? straight : [.. ordered.Select((_, k) => left + (k + 0.5) * step)];
        for (int k = 0; k < ordered.Length; k++)
            Layers[layer].Add(new PlacedEdge(ordered[k], x[k], top + size + k % rows * rowStep, size, size));
        return top + size + (rows - 1) * rowStep;
    }

    /// <summary>Where no two edges share a node on one side of the layer, and there is room, each stands straight above or below that node.</summary>
    private double[]? StraightPlaces(int layer, DiagramEdge[] ordered, double pitch)
    {
        double[][] sides = [[.. ordered.Select(edge => _nodeX[layer][edge.Index.Input])], [.. ordered.Select(edge => _subnodeX[layer + 1][edge.Index.Output])]];
        return sides.FirstOrDefault(side =>
        {
            double[] sorted = [.. side.Order()];
            return !sorted.Skip(1).Where((x, k) => x - sorted[k] < pitch).Any();
        });
    }
}
