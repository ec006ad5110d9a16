using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Interpretation;

/// <summary>
/// Makes a network larger while it computes the same, and gives its edges something to learn from: for networks compiled from a formula that is
/// nearly right, or pruned too far. Every method returns a new model.
/// </summary>
public static class Growth
{
    /// <summary>
    /// One layer more at the end: the identity from each output to its own. Its grids span [-1, 1]; <see cref="Training.GridUpdater"/> puts them where the values are.
    /// </summary>
    /// <exception cref="KanSharpException">The model would have more parameters than is supported.</exception>
    public static KanModel ExpandDepth(this KanModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireSplines("Expanding depth");
        KanModel result = ModelSurgery.AddIdentity(model);
        return result.WithHistory($"expanded depth: {model.Shape} -> {result.Shape}");
    }

    /// <summary>
    /// More sum nodes on a hidden level, before those that are there (pykan's order). All their edges are off, so they are idle until
    /// <see cref="Perturb"/> switches edges on. The edges of other nodes stay as they are, splines included.
    /// </summary>
    /// <exception cref="KanSharpException">The level is not hidden, no node is asked for, or the model would have more parameters than is supported.</exception>
    public static KanModel ExpandWidth(this KanModel model, int level, int sums)
    {
        CheckLevel(model, level);
        if (sums < 1)
            throw new KanSharpException($"{sums} more sum nodes cannot be added; ask for 1 or more.");
        return Expand(model, level, sums, []);
    }

    /// <summary>More product nodes on a hidden level, one for each arity, after those that are there; otherwise as <see cref="ExpandWidth(KanModel, int, int)"/>.</summary>
    /// <inheritdoc cref="ExpandWidth(KanModel, int, int)"/>
    public static KanModel ExpandWidth(this KanModel model, int level, ImmutableArray<int> arities)
    {
        CheckLevel(model, level);
        if (arities.IsDefaultOrEmpty)
            throw new KanSharpException("No arity was given for the new product nodes; give one for each, such as [2].");
        return Expand(model, level, 0, arities);
    }

    /// <summary>
    /// Adds noise to the numeric part of edges: a spline whose values at the inner knots are drawn uniformly from [-magnitude, magnitude]. An edge that had
    /// no numeric part gets one of this noise alone, beside its function if it has one.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="magnitude">Largest noise at a knot, in the network's units.</param>
    /// <param name="edges">Which edges.</param>
    /// <param name="seed">The same seed gives the same noise.</param>
    /// <exception cref="KanSharpException">The magnitude is negative or not finite.</exception>
    public static KanModel Perturb(this KanModel model, double magnitude, PerturbedEdges edges = PerturbedEdges.NonIntrusive, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireSplines("Perturbing");
        if (!(magnitude >= 0 && double.IsFinite(magnitude)))
            throw new KanSharpException($"A perturbation of magnitude {magnitude} is not possible; give a finite number of 0 or above, such as 0.1.");
        bool[][] reaching = Connectivity.ToOutputs(model.Layers);
        var random = new SeededRandom(seed);
        var changes = new List<(EdgeIndex Edge, double[] Noise)>();
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            for (int e = 0; e < layer.EdgeCount; e++)
            {
                int input = e / layer.SubnodeCount, output = e % layer.SubnodeCount;
                bool active = layer.IsActive(input, output), idle = !reaching[l + 1][layer.Output.NodeOf(output)];
                bool noisy = edges switch { PerturbedEdges.All => true, PerturbedEdges.Active => active, _ => idle };
                if (noisy || edges == PerturbedEdges.NonIntrusive && !active)
                    changes.Add((new EdgeIndex(l, input, output), noisy ? Noise(layer.Grids[input], magnitude, random) : new double[layer.BasisCount]));
            }
        }
        return Add(model, changes).WithHistory(string.Create(CultureInfo.InvariantCulture, $"perturbed {changes.Count} edges, magnitude {magnitude:G6}, seed {seed}"));
    }

    private static double[] Noise(KnotGrid grid, double magnitude, SeededRandom random)
    {
        double[] values = new double[grid.Intervals + 1], coefficients = new double[grid.BasisCount];
        foreach (ref double value in values.AsSpan())
            value = random.NextDouble(-magnitude, magnitude);
        SplineFit.Solve(grid, RangePolicy.Linear, grid.InnerKnots, values, [], coefficients);
        return coefficients;
    }

    private static KanModel Add(KanModel model, List<(EdgeIndex Edge, double[] Noise)> changes)
    {
        double[][] masks = [.. model.Layers.Select(layer => layer.NumericMask.ToArray())];
        foreach ((EdgeIndex edge, _) in changes)
        {
            ref double mask = ref masks[edge.Layer][edge.Input * model.Layers[edge.Layer].SubnodeCount + edge.Output];
            mask = mask == 0 ? 1 : mask;
        }
        KanModel result = ModelSurgery.ReplaceLayers(model, [.. model.Layers.Select((layer, l) => layer.With(numericMask: ImmutableArray.Create(masks[l])))]);
        double[] parameters = result.Parameters.ToArray();
        foreach ((EdgeIndex edge, double[] noise) in changes)
        {
            KanLayer layer = model.Layers[edge.Layer];
            LayerParameters view = result.Network.View(edge.Layer, parameters);
            int e = edge.Input * layer.SubnodeCount + edge.Output;
            Span<double> coefficients = view.EdgeCoefficients(edge.Input, edge.Output);
            double weight = layer.NumericMask[e] * view.SplineScales[e];
            if (layer.NumericMask[e] == 0)
                view.BaseScales[e] = 0;
            if (weight == 0)
            {
                coefficients.Clear();
                view.SplineScales[e] = 1;
                weight = masks[edge.Layer][e];
            }
            for (int b = 0; b < noise.Length; b++)
                coefficients[b] += noise[b] / weight;
        }
        return result.With(parameters);
    }

    private static KanModel Expand(KanModel model, int level, int sums, ImmutableArray<int> arities)
    {
        KanModel result = ModelSurgery.AddNodes(model, level, sums, arities);
        return result.WithHistory($"expanded width of level {level}: {model.Shape} -> {result.Shape}");
    }

    private static void CheckLevel(KanModel model, int level)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireSplines("Expanding width");
        if (level < 1 || level >= model.Layers.Length)
            throw new KanSharpException($"Level {level} of the model {model.Shape} is not hidden; {(model.Layers.Length > 1 ? $"use 1 to {model.Layers.Length - 1}" : "it has no hidden level")}.");
    }
}
