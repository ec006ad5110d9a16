using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Cli.Commands;

/// <summary>A network and a batch whose evaluation is timed.</summary>
internal sealed record BenchCase(string Name, string Shape, int Samples, int Grid = 5, bool FreeKnots = false, int SymbolicEdgeCount = 0)
{
    /// <summary>The nets that KANs are compared on, and what may make one of them slow.</summary>
    public static ImmutableArray<BenchCase> All { get; } =
    [
        new("A", "2,5,1", 1000) { Precisions = [Precision.Double, Precision.Single] },
        new("B", "4,10,10,1", 10_000) { Precisions = [Precision.Double, Precision.Single] },
        new("C", "784,64,10", 1024) { Precisions = [Precision.Single, Precision.Double] },
        new("D", "1000,1000,1", 100) { Precisions = [Precision.Single] },
        new("A, G=20", "2,5,1", 1000, Grid: 20),
        new("A, G=100", "2,5,1", 1000, Grid: 100),
        new("B, free knots", "4,10,10,1", 10_000, FreeKnots: true),
        new("B, 2 products, 5 symbolic", "4,[8,2],10,1", 10_000, SymbolicEdgeCount: 5),
        new("A, one sample", "2,5,1", 1) { Predicts = true },
        new("A, a million rows", "2,5,1", 1_000_000) { Predicts = true },
    ];

    /// <summary>What to measure it in.</summary>
    public ImmutableArray<Precision> Precisions { get; init; } = [Precision.Double];

    /// <summary>What a user's program asks of a trained model, <see cref="KanModel.Predict(Matrix)"/> or its kin for one sample, instead of a training step.</summary>
    public bool Predicts { get; init; }

    /// <summary>Edges times samples.</summary>
    public double EdgeSamples(KanModel model) => (double)Samples * model.Layers.Sum(layer => layer.EdgeCount);

    /// <summary>
    /// Multiply-adds that cannot be done without, for splines of order k: k + 1 and the base function per edge and sample forward, as many for the
    /// gradient of the coefficients, and as many for the gradient by the layer's inputs, which the first layer does not need.
    /// </summary>
    public double StepMultiplyAdds(KanModel model) =>
        Samples * model.Layers.Select((layer, l) => (layer.Order + 2.0) * layer.EdgeCount * (l == 0 ? 2 : 3)).Sum();

    /// <summary>The forward part of <see cref="StepMultiplyAdds"/>.</summary>
    public double ForwardMultiplyAdds(KanModel model) => Samples * model.Layers.Sum(layer => (layer.Order + 2.0) * layer.EdgeCount);

    public KanModel CreateModel()
    {
        KanModel model = KanModel.Create(KanSpec.Parse(Shape) with { GridIntervals = [Grid] });
        if (FreeKnots)
        {
            var random = new SeededRandom(2);
            ImmutableArray<KanLayer> layers = [.. model.Layers.Select(layer => new KanLayer([.. layer.Grids.Select(grid => MoveKnots(grid, random))], layer.Output, layer.NumericMask, layer.SymbolicEdges))];
            model = new KanModel(layers, model.BaseFunction, model.RangePolicy, model.Parameters, model.Info);
        }
        string[] functions = ["sin", "x^2", "tanh", "exp", "x^3"];
        for (int s = 0; s < SymbolicEdgeCount; s++)
            model = model.FixEdge(new EdgeIndex(s % 2, s % 4, s + 1), SymbolicLibrary.Default[functions[s % functions.Length]], 1.1, 0.1, 0.3, 0);
        return model;
    }

    /// <summary>Inputs even on [-1, 1], targets exp(sin(pi x1) + x2^2) in every column.</summary>
    public (Matrix Inputs, Matrix Targets) CreateData(KanModel model)
    {
        Matrix inputs = new(Samples, model.InputCount), targets = new(Samples, model.OutputCount);
        var random = new SeededRandom(1);
        foreach (ref double value in inputs.Values)
            value = random.NextDouble(-1, 1);
        for (int row = 0; row < Samples; row++)
        {
            for (int o = 0; o < targets.Columns; o++)
                targets[row, o] = Math.Exp(Math.Sin(Math.PI * inputs[row, 0]) + inputs[row, 1] * inputs[row, 1]);
        }
        return (inputs, targets);
    }

    /// <summary>The same range, with each inner knot moved by up to a third of an interval.</summary>
    private static KnotGrid MoveKnots(KnotGrid grid, SeededRandom random)
    {
        double[] inner = grid.InnerKnots.ToArray();
        double third = (grid.End - grid.Start) / grid.Intervals / 3;
        for (int i = 1; i < inner.Length - 1; i++)
            inner[i] += random.NextDouble(-third, third);
        return KnotGrid.FromInner(inner, grid.Order);
    }
}
