using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Model;

/// <summary>The numbers a new model starts from, drawn from a generator of its own.</summary>
internal static class ModelInitializer
{
    public static KanModel Create(KanSpec spec, ulong seed, ModelInfo? info)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validated();
        var random = new SeededRandom(seed);
        var layers = ImmutableArray.CreateBuilder<KanLayer>(spec.LayerCount);
        for (int l = 0; l < spec.LayerCount; l++)
        {
            int inputs = spec.Widths[l].Nodes;
            KnotGrid grid = spec.Perceptron ? KnotGrid.None : KnotGrid.Uniform(spec.GridRange.Start, spec.GridRange.End, spec.GridIntervalsOf(l), spec.SplineOrderOf(l));
            ImmutableArray<double> mask = spec.SparseStart
                ? SparseMask(inputs, spec.Widths[l + 1].Subnodes)
                : [.. Enumerable.Repeat(1.0, inputs * spec.Widths[l + 1].Subnodes)];
            layers.Add(new KanLayer([.. Enumerable.Repeat(grid, inputs)], spec.Widths[l + 1], mask, [], spec.Perceptron && l == 0 ? BaseFunction.Identity : null));
        }
        var network = new KanNetwork(layers.MoveToImmutable(), spec.BaseFunction, spec.RangePolicy);
        double[] parameters = new double[network.ParameterCount];
        for (int l = 0; l < spec.LayerCount; l++)
            Fill(spec, network.Layers[l], network.View(l, parameters), random);
        info ??= ModelInfo.Default(network.InputCount, network.OutputCount);
        return new KanModel(network, parameters, info with { Precision = spec.Precision })
            .WithHistory($"created {(spec.Perceptron ? "multilayer perceptron " : "")}{KanSpec.Format(spec.Widths)}, seed {seed}");
    }

    private static void Fill(KanSpec spec, KanLayer layer, LayerParameters parameters, SeededRandom random)
    {
        double root = Math.Sqrt(layer.InputCount);
        KnotGrid grid = layer.Grids[0];
        if (layer.HasSplines)
        {
            // The least squares fit through noise at the inner knots.
            double[] noise = new double[(grid.Intervals + 1) * layer.EdgeCount];
            foreach (ref double value in noise.AsSpan())
                value = (random.NextDouble() - 0.5) * spec.NoiseScale / grid.Intervals;
            SplineFit.Solve(grid, RangePolicy.Linear, grid.InnerKnots, noise, [], parameters.Coefficients);
            parameters.SplineScales.Fill(1 / root);
        }
        foreach (ref double scale in parameters.BaseScales)
            scale = (spec.BaseScaleMean + spec.BaseScaleSpread * (2 * random.NextDouble() - 1)) / root;
        if (!layer.HasSplines)
        {
            foreach (ref double bias in parameters.SubnodeBiases)
                bias = spec.BaseScaleSpread * (2 * random.NextDouble() - 1) / root;
        }
        parameters.SubnodeScales.Fill(1);
        parameters.NodeScales.Fill(1);
    }

    /// <summary>
    /// Each input node goes to the subnode at its relative place and each subnode reads the node at its own: no node is left alone.
    /// </summary>
    private static ImmutableArray<double> SparseMask(int inputs, int outputs)
    {
        double[] mask = new double[inputs * outputs];
        for (int i = 0; i < inputs; i++)
            mask[i * outputs + (int)((i + 0.5) * outputs / inputs)] = 1;
        for (int j = 0; j < outputs; j++)
            mask[(int)((j + 0.5) * inputs / outputs) * outputs + j] = 1;
        return [.. mask];
    }
}
