using System.Collections.Immutable;
using System.Numerics.Tensors;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Training;

/// <summary>Moves and refines the grids of a whole model.</summary>
public static class GridUpdater
{
    /// <summary>A grid is widened by this part of the samples' range more than needed, so that the next step need not widen it again.</summary>
    private const double WideningMargin = 0.02;

    /// <summary>
    /// Moves each layer's knots to where its inputs are for these samples, layer by layer with the activations that the layers
    /// already moved produce, and refits the coefficients to the old curves at the samples (pykan's update_grid).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">Samples in the user's units.</param>
    /// <param name="uniformShare">Share of even spacing, 0 to 1.</param>
    public static KanModel Update(KanModel model, Matrix inputs, double uniformShare = GridUpdate.DefaultUniformShare)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireSplines("Moving grids");
        model.CheckInputs(inputs);
        return UpdateScaled(model, model.Info.InputScaling.Apply(inputs), uniformShare);
    }

    /// <summary>
    /// The same functions on grids of <paramref name="intervals"/> intervals: exactly where the new knots contain the old ones (doubling), by
    /// least squares elsewhere.
    /// </summary>
    public static KanModel Refine(KanModel model, int intervals)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireSplines("Refining grids");
        KanModel result = model;
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = result.Layers[l];
            result = WithGrids(result, l, [.. layer.Grids.Select(grid => GridRefinement.Refine(grid, intervals))],
                (from, coefficients, to, fitted, _) => SplineTransfer.ToGrid(from, coefficients, model.RangePolicy, to, fitted));
        }
        return result.WithHistory($"refined to {intervals} grid intervals");
    }

    internal static KanModel UpdateScaled(KanModel model, Matrix scaled, double uniformShare)
    {
        KanModel result = model;
        for (int l = 0; l < model.Layers.Length; l++)
        {
            Matrix nodes = l == 0 ? scaled : Activations.Measure(result, scaled).Nodes(l);
            for (int i = 0; i < nodes.Columns; i++)
            {
                if (nodes.Column(i).ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
                    return model;
            }
            ImmutableArray<KnotGrid> grids = [.. result.Layers[l].Grids.Select((grid, i) => GridUpdate.FromSamples(grid, nodes.Column(i), uniformShare))];
            result = WithGrids(result, l, grids, (from, coefficients, to, fitted, input) =>
                SplineTransfer.AtPoints(from, coefficients, model.RangePolicy, to, nodes.Column(input), fitted));
        }
        return result;
    }

    /// <summary>
    /// Moves the ends of hidden grids out to where samples lie beyond them, and a little further. Inside the old ranges no curve changes: its outermost pieces only go on.
    /// The same model where none lies beyond.
    /// </summary>
    internal static KanModel WidenScaled(KanModel model, Matrix scaled)
    {
        KanModel result = model;
        for (int l = 1; l < model.Layers.Length; l++)
        {
            Matrix nodes = Activations.Measure(result, scaled).Nodes(l);
            ImmutableArray<KnotGrid> old = result.Layers[l].Grids, grids = [.. old.Select((grid, i) => Widened(grid, nodes.Column(i)))];
            if (!grids.SequenceEqual(old))
                result = WithGrids(result, l, grids, (from, coefficients, to, fitted, _) => SplineTransfer.ToGrid(from, coefficients, model.RangePolicy, to, fitted));
        }
        return result;
    }

    /// <summary>The model with another grid, of as many intervals, for one input of a layer; its curves are fitted to the old ones at the samples.</summary>
    internal static KanModel WithGrid(KanModel model, int l, int input, KnotGrid grid, double[] samples) =>
        WithGrids(model, l, model.Layers[l].Grids.SetItem(input, grid),
            (from, coefficients, to, fitted, _) => SplineTransfer.AtPoints(from, coefficients, model.RangePolicy, to, samples, fitted));

    private static KnotGrid Widened(KnotGrid grid, ReadOnlySpan<double> samples)
    {
        double low = TensorPrimitives.Min(samples), high = TensorPrimitives.Max(samples), margin = WideningMargin * (high - low);
        if (low >= grid.Start && high <= grid.End || !double.IsFinite(margin))
            return grid;
        double[] inner = grid.InnerKnots.ToArray();
        if (low < grid.Start)
            inner[0] = low - margin;
        if (high > grid.End)
            inner[^1] = high + margin;
        return KnotGrid.FromInner(inner, grid.Order);
    }

    private delegate void Transfer(KnotGrid from, ReadOnlySpan<double> coefficients, KnotGrid to, Span<double> fitted, int input);

    /// <summary>Replaces the grids of one layer; everything but its coefficients stays.</summary>
    private static KanModel WithGrids(KanModel model, int l, ImmutableArray<KnotGrid> grids, Transfer transfer)
    {
        KanLayer old = model.Layers[l], layer = old.With(grids: grids);
        var network = new KanNetwork(model.Layers.SetItem(l, layer), model.BaseFunction, model.RangePolicy);
        double[] parameters = new double[network.ParameterCount];
        ReadOnlySpan<double> source = model.Parameters;
        int offset = model.Network.Offsets[l];
        source[..offset].CopyTo(parameters);
        source[(offset + old.BaseScaleOffset)..].CopyTo(parameters.AsSpan(offset + layer.BaseScaleOffset));
        for (int i = 0; i < layer.InputCount; i++)
        {
            int oldLength = old.SubnodeCount * old.BasisCount, length = layer.SubnodeCount * layer.BasisCount;
            transfer(old.Grids[i], source.Slice(offset + i * oldLength, oldLength), grids[i], parameters.AsSpan(offset + i * length, length), i);
        }
        return new KanModel(network, parameters, model.Info);
    }
}
