using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Tests.Interpretation;

/// <summary>Small networks and samples that the tests of interpretation build.</summary>
internal static class Nets
{
    /// <summary>A network of the given edges alone, c f(a x + b) + d each; every other edge is off.</summary>
    public static KanModel Symbolic(string shape, params (EdgeIndex Edge, string Function, double[] Affine)[] edges)
    {
        KanModel start = KanModel.Create(KanSpec.Parse(shape));
        var layers = ImmutableArray.CreateBuilder<KanLayer>();
        var parameters = new List<double>();
        for (int l = 0; l < start.Layers.Length; l++)
        {
            KanLayer old = start.Layers[l];
            ImmutableArray<SymbolicEdge> symbolic = [.. edges.Where(e => e.Edge.Layer == l)
                .Select(e => new SymbolicEdge(e.Edge.Input, e.Edge.Output, SymbolicLibrary.Default[e.Function]))];
            var layer = new KanLayer(old.Grids, old.Output, [.. new double[old.EdgeCount]], symbolic);
            layers.Add(layer);
            parameters.AddRange(new double[layer.AffineOffset]);
            foreach (SymbolicEdge edge in layer.SymbolicEdges)
                parameters.AddRange(edges.Single(e => e.Edge == new EdgeIndex(l, edge.Input, edge.Output)).Affine);
            parameters.AddRange(Enumerable.Repeat(1.0, layer.SubnodeCount).Concat(new double[layer.SubnodeCount]));
            parameters.AddRange(Enumerable.Repeat(1.0, layer.NodeCount).Concat(new double[layer.NodeCount]));
        }
        return new KanModel(layers.ToImmutable(), BaseFunction.Silu, RangePolicy.Linear, [.. parameters]);
    }

    /// <summary>Uniform on [-1, 1]; mirrored: every column holds the same values, in another order.</summary>
    public static Matrix Samples(int rows, int columns, ulong seed = 7, bool mirrored = false)
    {
        var random = new SeededRandom(seed);
        var result = new Matrix(rows, columns);
        foreach (ref double value in result.Values)
            value = 2 * random.NextDouble() - 1;
        for (int j = 1; mirrored && j < columns; j++)
        {
            for (int i = 0; i < rows; i++)
                result[i, j] = result[(i + j) % rows, 0];
        }
        return result;
    }
}
