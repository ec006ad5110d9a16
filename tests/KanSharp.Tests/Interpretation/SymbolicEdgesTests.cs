using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Tests.Interpretation;

public class SymbolicEdgesTests
{
    private static readonly EdgeIndex First = new(0, 0, 0);

    [Fact]
    public void A_noisy_sine_is_a_sine_and_not_nothing()
    {
        double[] x = Nets.Samples(300, 1).Column(0).ToArray();
        double[] y = [.. x.Select((v, n) => Math.Sin(3 * v + 0.4) + 0.08 * Math.Sin(1e4 * n * n))];
        ImmutableArray<FunctionSuggestion> ranked = SymbolicEdges.Rank(x, y, SymbolicLibrary.Default);
        Assert.Equal("sin", ranked[0].Function.Name);
        Assert.InRange(ranked[0].Fit.R2, 0.99, 0.999);
        Assert.Equal("0", ranked[^1].Function.Name);
    }

    [Theory]
    [InlineData("x", 0.7, 0.1)]
    [InlineData("x^2", 1.0, -0.2)]
    [InlineData("sin", 3.1, 0.0)]
    [InlineData("cos", 2.9, 0.0)]
    [InlineData("exp", 1.3, 0.0)]
    [InlineData("log", 0.8, 1.1)]
    [InlineData("tanh", 2.0, 0.3)]
    [InlineData("gaussian", 2.0, 0.1)]
    [InlineData("abs", 1.0, 0.2)]
    [InlineData("sqrt", 0.9, 1.0)]
    [InlineData("1/x", 0.5, 0.9)]
    public void A_curve_of_the_library_comes_first(string name, double a, double b)
    {
        double[] x = Nets.Samples(200, 1).Column(0).ToArray();
        FunctionSuggestion best = SymbolicEdges.Rank(x, [.. x.Select(v => 0.3 - 2 * SymbolicLibrary.Default[name].Value(a * v + b))], SymbolicLibrary.Default)[0];
        Assert.Equal(name, best.Function.Name);
        Assert.Equal(1, best.Fit.R2, 1e-12);
    }

    [Fact]
    public void A_constant_edge_is_0()
    {
        double[] x = Nets.Samples(100, 1).Column(0).ToArray();
        Assert.Equal("0", SymbolicEdges.Rank(x, [.. x.Select(_ => 2.5)], SymbolicLibrary.Default)[0].Function.Name);
    }

    [Fact]
    public void Fixing_replaces_the_curve_and_unfixing_brings_it_back()
    {
        KanModel model = KanModel.Create(KanSpec.Parse("2,[2,1],1"), 8);
        Matrix x = Nets.Samples(100, 2);
        (KanModel once, AffineFit fit) = model.FixEdge(First, SymbolicLibrary.Default["sin"], x);
        (KanModel twice, _) = once.FixEdge(new EdgeIndex(0, 1, 3), SymbolicLibrary.Default["x"], x);
        Assert.Equal([fit.A, fit.B, fit.C, fit.D], twice.Affine(First).ToArray());
        double[] places = [-0.7, 0.1, 0.6];
        Assert.Equal(places.Select(v => fit.C * Math.Sin(fit.A * v + fit.B) + fit.D), twice.EvaluateEdge(First, places), (p, q) => Math.Abs(p - q) < 1e-14);
        double expectedR2 = R2(model.EvaluateEdge(First, x.Column(0)), twice.EvaluateEdge(First, x.Column(0)));
        Assert.Equal(expectedR2, fit.R2, 1e-12);
        KanModel back = twice.UnfixEdge(new EdgeIndex(0, 1, 3)).UnfixEdge(First);
        Assert.Equal(model.Parameters.ToArray(), back.Parameters.ToArray());
        Assert.Equal(model.Predict(x).Values.Values.ToArray(), back.Predict(x).Values.Values.ToArray());
        Assert.Equal(["fixed edge (0,0,0) to sin, R2 " + fit.R2.ToString("G6"), "unfixed edge (0,0,0)"], [back.Info.History[^4], back.Info.History[^1]]);
    }

    [Fact]
    public void Fixing_with_constants_takes_them_as_they_are()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 2, 1), 8).FixEdge(First, SymbolicLibrary.Default["exp"], 2, -1, 0.5, 3);
        Assert.Equal(0.5 * Math.Exp(2 * 0.3 - 1) + 3, model.EvaluateEdge(First, [0.3])[0], 1e-15);
        KanModel changed = model.FixEdge(First, SymbolicLibrary.Default["tanh"], 1, 0, 1, 0);
        Assert.Equal(Math.Tanh(0.3), changed.EvaluateEdge(First, [0.3])[0], 1e-15);
    }

    [Fact]
    public void An_edge_can_be_read_over_its_grid_or_its_samples()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 2, 1), 8);
        EdgeReading curve = model.ReadEdge(First);
        KnotGrid grid = model.Layers[0].Grids[0];
        Assert.Equal((grid.Start, grid.End, 101), (curve.X[0], curve.X[^1], curve.Y.Length));
        Assert.Equal(model.EvaluateEdge(First, [curve.X[30]])[0], curve.Y[30]);
        Matrix x = Nets.Samples(50, 2);
        EdgeReading seen = SymbolicEdges.ReadEdge(model.Activate(x), First, 5);
        Assert.Equal((x.Column(0).ToArray().Min(), x.Column(0).ToArray().Max()), seen.Range);
    }

    [Fact]
    public void Misuse_is_named()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 2, 1), 8);
        Matrix x = Nets.Samples(20, 2);
        Assert.Contains("not symbolic", Assert.Throws<KanSharpException>(() => model.UnfixEdge(First)).Message);
        Assert.Contains("does not exist", Assert.Throws<KanSharpException>(() => model.FixEdge(new EdgeIndex(0, 2, 0), SymbolicLibrary.Default["sin"], x)).Message);
        Assert.Contains("must be finite", Assert.Throws<KanSharpException>(() => model.FixEdge(First, SymbolicLibrary.Default["sin"], double.NaN, 0, 1, 0)).Message);
        SymbolicFunction narrow = SymbolicFunction.Define("narrow", "1", domain: new FunctionDomain(5, 5, true, true, false));
        Assert.Contains("in the function's domain", Assert.Throws<KanSharpException>(() => model.FixEdge(First, narrow, x)).Message);
    }

    private static double R2(double[] y, double[] fit)
    {
        double mean = y.Average();
        return 1 - y.Zip(fit, (p, q) => (p - q) * (p - q)).Sum() / y.Sum(v => (v - mean) * (v - mean));
    }
}
