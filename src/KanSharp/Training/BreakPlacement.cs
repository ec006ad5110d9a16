using System.Numerics.Tensors;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Training;

/// <summary>
/// Grids that follow the jumps and kinks of the data. The curves of the last level add up to the outputs, so that what each of them should be, the others as they are, can be
/// read off: its values plus the error that is left.
/// </summary>
internal static class BreakPlacement
{
    /// <summary>
    /// The model with knots placed anew for the first node before the last level whose curves break, and those curves fitted to what they should be; null where none does, or
    /// where the last level has product nodes.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="scaled">Inputs in the network's units.</param>
    /// <param name="targets">Targets in the network's units.</param>
    /// <param name="parts">What may change.</param>
    public static KanModel? Place(KanModel model, Matrix scaled, Matrix targets, TrainableParts parts)
    {
        int last = model.Layers.Length - 1;
        KanLayer layer = model.Layers[last];
        if (!parts.Splines || !parts.BaseScales || !layer.Output.Arities.IsEmpty || !layer.HasSplines || FreeKnots.MostBreaks(layer.Intervals, layer.Order) == 0
            || scaled.Rows < 2 * BreakSearch.HalfWindow)
        {
            return null;
        }
        Activations activations = Activations.Measure(model, scaled);
        Matrix outputs = activations.Nodes(last + 1);
        if (outputs.Values.ContainsAnyExceptInRange(double.MinValue, double.MaxValue) || activations.Nodes(last).Values.ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
            return null;
        for (int i = 0; i < layer.InputCount; i++)
        {
            if (Place(model, i, activations.Nodes(last).Column(i), outputs, targets, parts) is KanModel placed)
                return placed;
        }
        return null;
    }

    private static KanModel? Place(KanModel model, int input, ReadOnlySpan<double> nodes, Matrix outputs, Matrix targets, TrainableParts parts)
    {
        int l = model.Layers.Length - 1, count = nodes.Length;
        KanLayer layer = model.Layers[l];
        int order = layer.Order, subnodes = layer.SubnodeCount;
        int[] edges = [.. Enumerable.Range(0, subnodes).Where(j => IsFree(model, new EdgeIndex(l, input, j), parts))];
        if (edges.Length == 0)
            return null;
        double[] x = nodes.ToArray();
        int[] rows = [.. Enumerable.Range(0, count)];
        Array.Sort(x, rows);
        double[] values = new double[edges.Length * count], errors = new double[edges.Length * count];
        for (int e = 0; e < edges.Length; e++)
        {
            double[] curve = model.EvaluateEdge(new EdgeIndex(l, input, edges[e]), x);
            double gain = Gain(model, edges[e]);
            for (int n = 0; n < count; n++)
            {
                double error = (targets[rows[n], edges[e]] - outputs[rows[n], edges[e]]) / gain;
                errors[e * count + n] = error;
                values[e * count + n] = curve[n] + error;
            }
        }
        BreakSearch.Break[] known = Known(layer.Grids[input], x), breaks = BreakSearch.Find(x, values, errors, known, FreeKnots.MostBreaks(layer.Intervals, order));
        if (breaks.Length <= known.Length)
            return null;

        KnotGrid grid = FreeKnots.Place(x, values, breaks, layer.Intervals, order);
        double[] coefficients = new double[edges.Length * grid.BasisCount];
        SplineFit.Solve(grid, model.RangePolicy, x, values, [], coefficients);
        KanModel placed = GridUpdater.WithGrid(model, l, input, grid, nodes.ToArray());
        double[] parameters = placed.Parameters.ToArray();
        LayerParameters view = placed.Network.View(l, parameters);
        for (int e = 0; e < edges.Length; e++)
        {
            int edge = input * subnodes + edges[e];
            view.BaseScales[edge] = 0;
            TensorPrimitives.Divide(coefficients.AsSpan(e * grid.BasisCount, grid.BasisCount), layer.NumericMask[edge] * view.SplineScales[edge], view.EdgeCoefficients(input, edges[e]));
        }
        return parameters.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue) ? null : placed.With(parameters);
    }

    /// <summary>Whether an edge's spline alone may be fitted to what the edge should be.</summary>
    private static bool IsFree(KanModel model, EdgeIndex edge, TrainableParts parts)
    {
        KanLayer layer = model.Layers[edge.Layer];
        return layer.NumericMask[edge.Input * layer.SubnodeCount + edge.Output] != 0 && layer.SymbolicIndex(edge.Input, edge.Output) < 0
            && !parts.FrozenEdges.Contains(edge) && model.Scales(edge).Spline != 0 && Gain(model, edge.Output) != 0;
    }

    /// <summary>What an output changes by where an edge that leads to it changes by one.</summary>
    private static double Gain(KanModel model, int output)
    {
        LayerParameters parameters = model.Network.View(model.Layers.Length - 1, model.ParameterArray);
        return parameters.SubnodeScales[output] * parameters.NodeScales[output];
    }

    /// <summary>The breaks that a grid has all knots for already, between two samples each.</summary>
    private static BreakSearch.Break[] Known(KnotGrid grid, double[] samples)
    {
        List<BreakSearch.Break> known = [];
        ReadOnlySpan<double> inner = grid.InnerKnots;
        for (int i = 0; i + grid.Order < inner.Length; i++)
        {
            int after = inner[i + grid.Order] == inner[i] ? FirstFrom(samples, inner[i]) : 0;
            if (after > 0 && after < samples.Length && (known.Count == 0 || known[^1].Before != after - 1))
                known.Add(new BreakSearch.Break(after - 1, 0));
        }
        return [.. known];
    }

    /// <summary>The index of the first of the ascending samples at or above a knot.</summary>
    private static int FirstFrom(double[] samples, double knot)
    {
        int low = 0, high = samples.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (samples[middle] < knot)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
