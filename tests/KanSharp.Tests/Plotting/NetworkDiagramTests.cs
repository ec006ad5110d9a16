using System.Xml.Linq;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting;
using KanSharp.Plotting.Drawing;
using KanSharp.Splines;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Plotting;

public class NetworkDiagramTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void The_diagram_of_a_formula_is_as_it_was()
    {
        KanModel model = Formula();
        Golden.Check("diagram-formula.svg", NetworkDiagram.Draw(model, model.Activate(Grid()), new DiagramOptions { Title = "y = exp(x2² + sin(π x1))" }).ToSvg());
    }

    [Fact]
    public void The_diagram_of_a_network_with_products_is_as_it_was() =>
        Golden.Check("diagram-products.svg", NetworkDiagram.Draw(Products()).ToSvg(ColorScheme.Dark));

    [Theory]
    [InlineData("1,1")]
    [InlineData("2,1,1")]
    [InlineData("4,10,10,1")]
    [InlineData("2,[5,2],1")]
    [InlineData("3,[2,2:2/3],[0,2],12")]
    [InlineData("20,3,1")]
    public void Whatever_the_shape_nothing_overlaps_and_nothing_is_cut_off(string shape)
    {
        KanModel model = KanModel.Create(KanSpec.Parse(shape) with { NoiseScale = 3 });
        ModelInfo named = model.Info with { InputNames = [.. model.Info.InputNames.Select((name, i) => i % 2 == 0 ? name : $"a rather long name of the column {name}")] };
        foreach (KanModel drawn in new[] { model, model.With(named) })
            CheckFrames(NetworkDiagram.Draw(drawn, drawn.Activate(Samples(drawn.InputCount)), new DiagramOptions { Title = $"A network of shape {shape}" }), drawn.ActiveEdgeCount);
    }

    [Fact]
    public void Masked_edges_are_not_drawn_and_nodes_they_leave_alone_are_told_so()
    {
        KanModel model = KanModel.Create(new KanSpec(3, 2, 1));
        KanModel masked = new([model.Layers[0].With(numericMask: [1, 0, 1, 0, 0, 0]), model.Layers[1]], model.BaseFunction, model.RangePolicy, model.Parameters);
        XElement svg = XElement.Parse(NetworkDiagram.Draw(masked).ToSvg());
        string[] tips = [.. svg.Descendants(s_svg + "g").Elements(s_svg + "title").Select(title => title.Value)];
        Assert.Equal(4, tips.Count(tip => tip.StartsWith("edge ", StringComparison.Ordinal)));
        Assert.Contains("node 1,1: sum, not connected", tips);
        Assert.Contains("node 1,0: sum", tips);
        Assert.DoesNotContain(tips, tip => tip.StartsWith("edge 0,2", StringComparison.Ordinal));
    }

    [Fact]
    public void The_weights_of_a_perceptron_are_lines_from_node_to_node_in_the_colour_of_their_sign()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1) { Perceptron = true }, 4);
        foreach (Activations? activations in new[] { null, model.Activate(Samples(2)) })
        {
            XElement svg = XElement.Parse(NetworkDiagram.Draw(model, activations).ToSvg(ColorScheme.Light));
            Assert.Equal("Multilayer perceptron 2,3,1: y of x1, x2", svg.Element(s_svg + "title")!.Value);
            XElement[] edges = [.. svg.Descendants(s_svg + "g").Where(g => g.Element(s_svg + "title")?.Value.StartsWith("edge ", StringComparison.Ordinal) == true)];
            Assert.Equal(9, edges.Length);
            foreach (XElement edge in edges)
            {
                string tip = edge.Element(s_svg + "title")!.Value;
                Assert.Equal(activations is not null, tip.Contains(", score ", StringComparison.Ordinal));
                XElement line = Assert.Single(edge.Elements(), element => element.Name != s_svg + "title");
                Assert.Equal(tip.Contains("weight -", StringComparison.Ordinal) ? Palette.Light(Tone.Symbolic) : Palette.Light(Tone.Data), line.Attribute("stroke")!.Value);
            }
        }
    }

    [Fact]
    public void Edges_fade_by_score_and_say_it()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 2, 1));
        Activations activations = model.Activate(Samples(2));
        double score = KanSharp.Interpretation.Attribution.FromActivations(activations).EdgeScore(new EdgeIndex(1, 1, 0));
        XElement svg = XElement.Parse(NetworkDiagram.Draw(model, activations, new DiagramOptions { Beta = 2 }).ToSvg());
        XElement frame = Assert.Single(svg.Elements(s_svg + "g"), group => group.Element(s_svg + "title")?.Value.StartsWith("edge 1,1,0 of node 1,1: spline, score ", StringComparison.Ordinal) == true);
        Assert.Equal(SvgWriter.Number(Math.Tanh(2 * score)), frame.Attribute("opacity")!.Value);
    }

    [Fact]
    public void Symbolic_edges_have_their_name_and_colour()
    {
        XElement svg = XElement.Parse(NetworkDiagram.Draw(Formula()).ToSvg(ColorScheme.Light));
        string[] names = [.. svg.Descendants(s_svg + "text").Where(text => text.Attribute("fill")!.Value == Palette.Light(Tone.Symbolic)).Select(text => text.Value)];
        Assert.Equal(["exp", "sin", "x²"], names.Order());
        Assert.DoesNotContain("class=\"f-", svg.ToString());
    }

    [Fact]
    public void A_symbolic_edge_that_keeps_its_spline_says_so()
    {
        KanModel plain = KanModel.Create(new KanSpec(1, 1));
        KanModel model = new([plain.Layers[0].With(symbolicEdges: [new SymbolicEdge(0, 0, SymbolicLibrary.Default["sin"])])],
            plain.BaseFunction, plain.RangePolicy, [.. plain.Parameters[..^4], 3, 0, 1, 0, .. plain.Parameters[^4..]]);
        XElement svg = XElement.Parse(NetworkDiagram.Draw(model).ToSvg());
        Assert.Contains("sin +", svg.Descendants(s_svg + "text").Select(text => text.Value));
        Assert.Contains(svg.Descendants(s_svg + "title"), title => title.Value.StartsWith("edge 0,0,0 of x1: sin + spline; ", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_are_text_whatever_they_contain()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1));
        model = model.With(model.Info with { InputNames = ["<script>alert('&\"')</script>", "a\u0001\ud800b\nc"] });
        string svg = NetworkDiagram.Draw(model, options: new DiagramOptions { Title = "</title><b>" }).ToSvg();
        Assert.DoesNotContain("<script", svg);
        Assert.Equal("</title><b>", XElement.Parse(svg).Element(s_svg + "title")!.Value);
    }

    [Fact]
    public void The_same_model_gives_the_same_drawing_in_every_culture()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1));
        string before = NetworkDiagram.Draw(model, model.Activate(Samples(2))).ToSvg();
        System.Globalization.CultureInfo culture = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            var comma = (System.Globalization.CultureInfo)culture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NegativeSign = "~";
            System.Globalization.CultureInfo.CurrentCulture = comma;
            Assert.Equal(before, NetworkDiagram.Draw(model, model.Activate(Samples(2))).ToSvg());
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void A_constant_edge_and_one_with_a_pole_can_be_drawn()
    {
        KanModel plain = KanModel.Create(new KanSpec(1, 1));
        foreach (string function in new[] { "1/x", "0", "log", "tan" })
        {
            KanModel model = new([plain.Layers[0].With(numericMask: [0], symbolicEdges: [new SymbolicEdge(0, 0, SymbolicLibrary.Default[function])])],
                plain.BaseFunction, plain.RangePolicy, [.. plain.Parameters[..^4], 3, 0, 1, 0, .. plain.Parameters[^4..]]);
            string svg = NetworkDiagram.Draw(model).ToSvg();
            Assert.DoesNotContain("NaN", svg);
            Assert.DoesNotContain("∞", svg);
            CheckFrames(NetworkDiagram.Draw(model), 1);
        }
    }

    [Fact]
    public void Activations_of_another_model_are_refused()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1)), other = KanModel.Create(new KanSpec(2, 1));
        Assert.Contains("another model", Assert.Throws<KanSharpException>(() => NetworkDiagram.Draw(model, other.Activate(Samples(2)))).Message);
        Assert.Contains("Beta is 0", Assert.Throws<KanSharpException>(() => NetworkDiagram.Draw(model, options: new DiagramOptions { Beta = 0 })).Message);
    }

    /// <summary>exp(x2^2 + sin(pi x1)) as a network of symbolic edges.</summary>
    private static KanModel Formula()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1, 1));
        SymbolicEdge Edge(int input, string name) => new(input, 0, SymbolicLibrary.Default[name]);
        KanLayer first = model.Layers[0].With(numericMask: [0, 0], symbolicEdges: [Edge(0, "sin"), Edge(1, "x^2")]);
        KanLayer second = model.Layers[1].With(numericMask: [0], symbolicEdges: [Edge(0, "exp")]);
        double[] parameters = [.. new double[first.AffineOffset], Math.PI, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, .. new double[second.AffineOffset], 1, 0, 1, 0, 1, 0, 1, 0];
        return new KanModel([first, second], BaseFunction.Zero, RangePolicy.Linear, parameters);
    }

    /// <summary>Straight lines and parabolas in a network with product nodes, of numbers that no generator has a say in.</summary>
    private static KanModel Products()
    {
        KanModel model = KanModel.Create(KanSpec.Parse("2,[1,1:3],1") with { SplineOrders = [2], GridIntervals = [2] });
        double[] parameters = [.. model.Parameters.ToArray().Select((_, i) => (i * 7 % 11 - 5) / 4.0)];
        return model.With(parameters);
    }

    private static Matrix Grid()
    {
        var inputs = new Matrix(21 * 21, 2);
        for (int row = 0; row < inputs.Rows; row++)
            (inputs[row, 0], inputs[row, 1]) = (row % 21 / 10.0 - 1, row / 21 / 10.0 - 1);
        return inputs;
    }

    private static Matrix Samples(int columns)
    {
        var random = new SeededRandom(5);
        var inputs = new Matrix(100, columns);
        foreach (ref double value in inputs.Values)
            value = 2 * random.NextDouble() - 1;
        return inputs;
    }

    private static void CheckFrames(Scene scene, int edges)
    {
        SceneBounds.Check(scene);
        SceneElement[] flat = [.. SceneBounds.Flatten(scene)];
        Box[] frames = [.. flat.OfType<Box>().Where(box => box.Stroke is not null)];
        Assert.Equal(edges, frames.Length);
        for (int a = 0; a < frames.Length; a++)
        {
            for (int b = 0; b < a; b++)
                Assert.True(Apart(frames[a], frames[b]), $"frames {frames[a]} and {frames[b]} overlap");
        }
        foreach (Disc disc in flat.OfType<Disc>())
            Assert.All(frames, frame => Assert.True(Apart(frame, new Box(disc.Center.X - disc.Radius, disc.Center.Y - disc.Radius, 2 * disc.Radius, 2 * disc.Radius))));
    }

    private static bool Apart(Box a, Box b) =>
        a.X + a.Width < b.X || b.X + b.Width < a.X || a.Y + a.Height < b.Y || b.Y + b.Height < a.Y;
}
