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

    /// <summary>Parts of a grid's range that are no more than rounding.</summary>
    private const double WithinRounding = 1e-12;

    /// <summary>How many times longer an outermost interval may become at once.</summary>
    private const double MostStretch = 4;

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

    /// <summary>
    /// The same function on grids that hold these samples, layer by layer: knots are added where a grid ends before them, and none is moved, so that nothing that was learnt changes but by rounding, inside of the
    /// old range and beyond it. All grids of a layer have as many intervals; where one needs fewer, its longest are halved. The same model where no sample lies beyond.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">Samples in the user's units.</param>
    /// <exception cref="KanSharpException">The inputs do not fit the model, or it has no splines.</exception>
    public static KanModel Widen(KanModel model, Matrix inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireSplines("Widening grids");
        model.CheckInputs(inputs);
        Matrix scaled = model.Info.InputScaling.Apply(inputs);
        KanModel result = model;
        for (int l = 0; l < model.Layers.Length && inputs.Rows > 0; l++)
        {
            Matrix nodes = l == 0 ? scaled : Activations.Measure(result, scaled).Nodes(l);
            ImmutableArray<KnotGrid> old = result.Layers[l].Grids;
            KnotGrid[] grids = [.. old.Select((grid, i) => WidenedTo(grid, nodes.Column(i)))];
            int intervals = grids.Max(grid => grid.Intervals);
            if (!grids.SequenceEqual(old))
                result = WithGrids(result, l, [.. grids.Select((grid, i) => WidenedTo(GridRefinement.Split(old[i], old[i].Intervals + intervals - grid.Intervals), nodes.Column(i)))],
                    (from, coefficients, to, fitted, _) => SplineTransfer.ToGrid(from, coefficients, model.RangePolicy, to, fitted));
        }
        return result == model ? model : result.WithHistory($"widened to {string.Join('/', result.Layers.Select(layer => layer.Intervals))} grid intervals");

        KnotGrid WidenedTo(KnotGrid grid, ReadOnlySpan<double> samples)
        {
            double low = TensorPrimitives.Min(samples), high = TensorPrimitives.Max(samples), margin = WideningMargin * (high - low);
            // Activations at the end itself may come out a rounding beyond it.
            double rounding = WithinRounding * (grid.End - grid.Start);
            return double.IsFinite(margin)
                ? GridRefinement.WidenTo(grid, low < grid.Start - rounding ? low - margin : grid.Start, high > grid.End + rounding ? high + margin : grid.End, model.RangePolicy) : grid;
        }
    }

    internal static KanModel UpdateScaled(KanModel model, Matrix scaled, double uniformShare)
    {
        KanModel result = model;
        for (int l = 0; l < model.Layers.Length; l++)
        {
            if (UpdateLayer(result, l, scaled, uniformShare) is not KanModel updated)
                return model;
            result = updated;
        }
        return result;
    }

    /// <summary>The same for the grids of one layer; the same model where they fit already, null where its inputs are not finite.</summary>
    internal static KanModel? UpdateLayer(KanModel model, int l, Matrix scaled, double uniformShare)
    {
        Matrix nodes = l == 0 ? scaled : Activations.Measure(model, scaled).Nodes(l);
        for (int i = 0; i < nodes.Columns; i++)
        {
            if (nodes.Column(i).ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
                return null;
        }
        ImmutableArray<KnotGrid> old = model.Layers[l].Grids, grids = [.. old.Select((grid, i) => GridUpdate.FromSamples(grid, nodes.Column(i), uniformShare))];
        if (grids.Zip(old, (grid, from) => grid.Knots.SequenceEqual(from.Knots)).All(same => same))
            return model;
        return WithGrids(model, l, grids, (from, coefficients, to, fitted, input) => SplineTransfer.AtPoints(from, coefficients, model.RangePolicy, to, nodes.Column(input), fitted));
    }

    /// <summary>
    /// Moves the ends of hidden grids out to where samples lie beyond them, and a little further, but no outermost interval to more than <see cref="MostStretch"/> times its length, for a curve that goes
    /// on further as a polynomial loses digits. Inside the old ranges no curve changes: its outermost pieces only go on. The same model where none lies beyond.
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
            inner[0] = Math.Max(low - margin, inner[1] - Longest(inner[1] - inner[0]));
        if (high > grid.End)
            inner[^1] = Math.Min(high + margin, inner[^2] + Longest(inner[^1] - inner[^2]));
        return KnotGrid.FromInner(inner, grid.Order);

        // Where the end is a repeated knot, the outermost interval is empty.
        double Longest(double interval) => interval > 0 ? MostStretch * interval : (grid.End - grid.Start) / grid.Intervals;
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
