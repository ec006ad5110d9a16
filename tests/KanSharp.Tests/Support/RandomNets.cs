using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Tests.Support;

/// <summary>Random networks of every kind, for tests that compare two ways to compute the same thing.</summary>
internal static class RandomNets
{
    public static Matrix Inputs(SeededRandom random, int rows, int columns)
    {
        var x = new Matrix(rows, columns);
        foreach (ref double value in x.Values)
            value = random.NextDouble(-1.2, 1.2);
        return x;
    }

    /// <summary>Before a shape: a multilayer perceptron of it.</summary>
    private const string Perceptron = "mlp ";

    /// <summary>A network with random parameters everywhere, one edge masked and, if asked for, two symbolic ones; `mlp 2,5,1` is a multilayer perceptron.</summary>
    public static KanModel Create(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy, bool symbolic, SeededRandom random)
    {
        bool perceptron = shape.StartsWith(Perceptron, StringComparison.Ordinal);
        KanModel model = KanModel.Create(KanSpec.Parse(perceptron ? shape[Perceptron.Length..] : shape) with
        {
            Perceptron = perceptron,
            GridIntervals = [grid],
            SplineOrders = [order],
            BaseFunction = baseFunction,
            RangePolicy = policy,
            NoiseScale = 2,
        }, random.NextBits());
        if (symbolic)
        {
            model = SymbolicEdges.Fix(model, new EdgeIndex(0, 0, 0), SymbolicLibrary.Default["sin"], 1.3, 0.2, 0.7, -0.1);
            model = SymbolicEdges.Fix(model, new EdgeIndex(model.Layers.Length - 1, 0, 0), SymbolicLibrary.Default["x^2"], 0.8, 0.3, 0.5, 0.1);
        }
        double[] parameters = model.Parameters.ToArray();
        foreach (ref double parameter in parameters.AsSpan())
            parameter += 0.3 * random.NextGaussian();
        model = model.With(parameters);
        return ModelSurgery.SwitchOff(model, edge => edge == new EdgeIndex(0, 1, 1));
    }
}
