using System.Xml.Linq;
using FsCheck.Xunit;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting;
using KanSharp.Plotting.Charts;
using KanSharp.Plotting.Drawing;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Plotting;

public class ChartTests
{
    private static readonly TrainingStep[] s_steps = [.. Enumerable.Range(1, 30).Select(step => new TrainingStep(step, Math.Pow(2, -step), 0.25 / step, 0))];

    private static readonly ParetoPoint[] s_front = [new(9, 3e-9, "exp(x2^2 + sin(pi*x1))"), new(1, 0.9, "1.2"), new(4, 0.5, "<x1>"), new(15, 2.5e-9, "and so on")];

    [Fact]
    public void A_chart_of_losses_is_as_it_was() => Golden.Check("loss.svg", LossPlot.Draw(s_steps).ToSvg());

    [Fact]
    public void A_chart_of_a_Pareto_front_is_as_it_was() => Golden.Check("pareto.svg", ParetoPlot.Draw(s_front, 0).ToSvg());

    [Fact]
    public void A_chart_of_an_edge_is_as_it_was()
    {
        KanModel model = KanModel.Create(new KanSpec(1, 1));
        model = model.With([.. Enumerable.Range(0, model.Parameters.Length).Select(i => (i * 7 % 11 - 5) / 4.0)]);
        Activations activations = model.Activate(Matrix.FromColumns([[-0.75, -0.5, 0.125, 0.875]]));
        Golden.Check("edge.svg", EdgePlot.Draw(model, new EdgeIndex(0, 0, 0), activations, new FittedCurve("x^2 - 1", x => x * x - 1)).ToSvg());
    }

    [Fact]
    public void A_tree_is_as_it_was() => Golden.Check("tree.svg", TreePlot.Draw(FunctionStructure.Of(
        Expression.Parse("flow*(x2 + x3^2)^2 + sin(x4 + x4*x5 + x5^2) + 0*x6"), ["flow", "x2", "x3", "x4", "x5", "x6"],
        Matrix.FromRows([.. Enumerable.Range(0, 40).Select(row => Enumerable.Range(0, 6).Select(i => 0.2 + (row * (2 * i + 3) + i) % 41 / 50.0).ToArray())])).FindTree()).ToSvg());

    private static RelationResult Relations(params string[] names) => new()
    {
        Names = [.. names],
        Relations = [new Relation([new(0, 0.998), new(2, 0.9912), new(3, 1)], 2), new Relation([new(1, 0.05), new(3, 0.41)], null)],
        Constant = [],
        Strongest = null,
        NeededSignificance = 3,
        Rows = 100,
    };

    [Fact]
    public void A_chart_of_relations_is_as_it_was() => Golden.Check("relations.svg", RelationPlot.Draw(Relations("length", "x2", "x3", "x4", "<x5>")).ToSvg());

    [Fact]
    public void Nothing_reaches_over_the_edge_of_a_chart()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1));
        model = model.With(model.Info with { InputNames = [new string('w', 200), "x2"] });
        SceneBounds.Check(EdgePlot.Draw(model, new EdgeIndex(0, 0, 0), fit: new FittedCurve(new string('m', 300), x => 1 / x)));
        SceneBounds.Check(LossPlot.Draw(s_steps, new string('W', 300)));
        SceneBounds.Check(LossPlot.Draw(s_steps[..1]));
        SceneBounds.Check(ParetoPlot.Draw([.. s_front, new ParetoPoint(1e6, 0, ""), new ParetoPoint(3, double.NaN, ""), new ParetoPoint(3, 1e300, "")], 1, new string('W', 300)));
        SceneBounds.Check(PredictionPlot.Draw([1.7e9, 1.7e9 + 1e5, 1.7e9 + 3], [1.7e9, double.NaN, 1.7e9 - 1], new string('W', 300)));
        SceneBounds.Check(PredictionPlot.Draw([5], [5], "y"));
        SceneBounds.Check(PredictionPlot.Draw([], [], "y"));
        SceneBounds.Check(ScorePlot.Draw([new string('W', 300), "x2", "x3"], [0, 1e-300, 123.456]));
        SceneBounds.Check(ScorePlot.Draw(["a"], [0], new string('W', 300)));
        SceneBounds.Check(RelationPlot.Draw(Relations(new string('W', 300), "b", "c", "d"), new string('W', 300)));
        SceneBounds.Check(RelationPlot.Draw(Relations("a", "b", "c", "d") with { Relations = [] }));
        Matrix points = new(20, 9);
        for (int i = 0; i < points.Values.Length; i++)
            points.Values[i] = 1 + i * 7 % 11 / 10.0;
        string[] names = [new string('W', 300), .. Enumerable.Range(2, 8).Select(i => $"x{i}")];
        foreach (string formula in new[] { "0*x2", "x2", "x2*x3", $"`{names[0]}`*x3 + (x4 + x5*x6)^2 - x7*x8*(x7 + 1/x8)" })
            SceneBounds.Check(TreePlot.Draw(FunctionStructure.Of(Expression.Parse(formula), names, points).FindTree(), new string('W', 300)));
        Matrix field = Matrix.FromRows([[1e-300, -4.5, double.NaN], [0, 3e5, 2]]);
        SceneBounds.Check(FieldPlot.Map(field, new string('W', 300), (new string('x', 99), 0, 1e-9), ("y", 1e9, 2e9)));
        SceneBounds.Check(FieldPlot.Map(field, "error", ("x", 0, 1), ("y", 0, 1), logarithmic: true));
        SceneBounds.Check(FieldPlot.Map(new Matrix(2, 2), "nothing", ("x", 0, 1), ("y", 0, 1), logarithmic: true));
        SceneBounds.Check(FieldPlot.Curve([0, 1, 2], [1, double.NaN, 3], new string('W', 300), "x", "u", [1, 2, 3]));
        SceneBounds.Check(FieldPlot.Curve([0, 1], [0, 0], "zero", "x", "u", logarithmic: true));
    }

    [Fact]
    public void A_map_has_one_colour_for_each_value_and_none_for_what_is_no_number()
    {
        // Column by column, each from the bottom up.
        ColorMap map = FieldPlot.Map(Matrix.FromRows([[0, 1], [double.NaN, 0.5]]), "u", ("x", 0, 1), ("y", 0, 1)).Elements.OfType<ColorMap>().First();
        Assert.Equal((2, 2), (map.Rows, map.Columns));
        Assert.Equal(-1, map.Levels[1]);
        Assert.True(map.Levels[0] < map.Levels[3] && map.Levels[3] < map.Levels[2]);
        Assert.Equal(map.Colors.Length, map.Colors.Distinct().Count());
    }

    [Fact]
    public void A_map_of_errors_goes_by_decades()
    {
        ColorMap map = FieldPlot.Map(Matrix.FromRows([[1e-6, -1e-4], [1e-2, 0]]), "error", ("x", 0, 1), ("y", 0, 1), logarithmic: true).Elements.OfType<ColorMap>().First();
        Assert.Equal(map.Levels[1] - map.Levels[2], map.Levels[2] - map.Levels[0], 1.0);
        Assert.Equal(map.Levels[0], map.Levels[3]);
    }

    [Fact]
    public void Losses_of_zero_and_NaN_break_the_line()
    {
        Polyline[] Lines(params double[] losses) =>
            [.. SceneBounds.Flatten(LossPlot.Draw([.. losses.Select((loss, i) => new TrainingStep(i, loss, null, 0))])).OfType<Polyline>().Where(line => line.Stroke == Tone.Data)];
        Assert.Single(Lines(1, 0.5, 0.25));
        Assert.Equal([2, 2], Lines(1, 0.5, 0, 0.25, 0.125, double.NaN).Select(line => line.Points.Length));
        Assert.Empty(Lines(0, double.NaN));
    }

    [Fact]
    public void The_recommended_point_is_marked_and_every_point_says_what_it_is()
    {
        XElement svg = XElement.Parse(ParetoPlot.Draw(s_front, 2).ToSvg());
        XNamespace ns = svg.Name.Namespace;
        XElement[] points = [.. svg.Elements(ns + "g").Where(group => group.Elements(ns + "circle").Any())];
        Assert.Equal(4, points.Length);
        XElement marked = Assert.Single(points, point => point.Elements(ns + "circle").Count() == 2);
        Assert.Equal("<x1> complexity 4, error 0.5", marked.Element(ns + "title")!.Value);
    }

    [Fact]
    public void Samples_that_are_very_many_are_thinned_out()
    {
        double[] values = [.. Enumerable.Range(0, 100_000).Select(i => (double)i)];
        Dots dots = Assert.Single(SceneBounds.Flatten(PredictionPlot.Draw(values, values, "y")).OfType<Dots>());
        Assert.Equal(2000, dots.Points.Length);
    }

    [Fact]
    public void What_cannot_be_drawn_is_told_so()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1)), other = KanModel.Create(new KanSpec(2, 1));
        foreach ((Action draw, string expected) in new (Action, string)[]
        {
            (() => LossPlot.Draw([]), "no training steps"),
            (() => ParetoPlot.Draw([]), "no points"),
            (() => ParetoPlot.Draw(s_front, 4), "Point 4"),
            (() => PredictionPlot.Draw([1], [1, 2], "y"), "1 actual and 2 predicted"),
            (() => ScorePlot.Draw(["a"], [1, 2]), "1 names and 2 scores"),
            (() => ScorePlot.Draw(["a"], [double.NaN]), "score of a is NaN"),
            (() => EdgePlot.Draw(model, new EdgeIndex(0, 2, 0)), "does not exist"),
            (() => EdgePlot.Draw(model, new EdgeIndex(0, 0, 0), other.Activate(new Matrix(2, 2))), "another model"),
        })
        {
            Assert.Contains(expected, Assert.Throws<KanSharpException>(draw).Message);
        }
    }

    [Property(MaxTest = 500)]
    public void Ticks_lie_on_the_axis_and_are_told_apart(double a, double b, bool logarithmic)
    {
        double[] values = [a, b];
        Axis axis = logarithmic ? Axis.Logarithmic("", values) : Axis.Linear("", values);
        Assert.InRange(axis.Ticks.Length, 2, 20);
        Assert.Equal(axis.Ticks.Length, axis.Ticks.Select(tick => tick.Text).Distinct().Count());
        Assert.All(axis.Ticks, tick => Assert.InRange(axis.Place(tick.Value), -1e-9, 1 + 1e-9));
        Assert.All(axis.Ticks.Where(tick => !tick.Text.StartsWith("10", StringComparison.Ordinal)), tick =>
            Assert.Equal(axis.Place(tick.Value), axis.Place(double.Parse(tick.Text, System.Globalization.CultureInfo.InvariantCulture)), 2));
        foreach (double value in values.Where(value => double.IsFinite(value) && (value > 0 || !logarithmic) && Math.Abs(value) < 4e307))
            Assert.InRange(axis.Place(value), -1e-9, 1 + 1e-9);
    }
}
