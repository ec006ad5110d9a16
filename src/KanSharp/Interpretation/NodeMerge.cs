using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Splines;

namespace KanSharp.Interpretation;

/// <summary>Two hidden sum nodes that share a job, made one: where a refit starts from, not the same function.</summary>
internal static class NodeMerge
{
    /// <summary>
    /// One of two sum nodes of splines adds the other's sum to its own, or subtracts it, both with the same deviation over the activations, and what comes
    /// out has the range of its grid. It reads what either read and feeds what either fed, by its own curves; the other node stays as it is.
    /// </summary>
    public static KanModel Take(Activations activations, int level, int from, int into, int sign)
    {
        KanModel model = activations.Model;
        KanLayer before = model.Layers[level - 1], after = model.Layers[level];
        double factor = sign * activations.InputDeviation(level, into) / activations.InputDeviation(level, from);
        double[] parameters = model.Parameters.ToArray(), readMask = [.. before.NumericMask], fedMask = [.. after.NumericMask];
        LayerParameters view = model.Network.View(level - 1, parameters);
        double own = view.NodeScales[into] * view.SubnodeScales[into], other = factor * view.NodeScales[from] * view.SubnodeScales[from];
        double constant = Constant(view, into) + factor * Constant(view, from);
        for (int input = 0; input < before.InputCount; input++)
        {
            int a = input * before.SubnodeCount + into, b = input * before.SubnodeCount + from;
            double ownWeight = own * readMask[a], otherWeight = other * readMask[b];
            Span<double> coefficients = view.EdgeCoefficients(input, into), others = view.EdgeCoefficients(input, from);
            for (int k = 0; k < coefficients.Length; k++)
                coefficients[k] = ownWeight * view.SplineScales[a] * coefficients[k] + otherWeight * view.SplineScales[b] * others[k];
            view.BaseScales[a] = ownWeight * view.BaseScales[a] + otherWeight * view.BaseScales[b];
            view.SplineScales[a] = 1;
            readMask[a] = Either(readMask[a], readMask[b]);
        }
        for (int output = 0; output < after.SubnodeCount; output++)
            fedMask[into * after.SubnodeCount + output] = Either(fedMask[into * after.SubnodeCount + output], fedMask[from * after.SubnodeCount + output]);

        ReadOnlySpan<double> ownValues = activations.Nodes(level).Column(into), otherValues = activations.Nodes(level).Column(from);
        (double least, double greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int row = 0; row < ownValues.Length; row++)
        {
            double sum = ownValues[row] + factor * otherValues[row];
            (least, greatest) = (Math.Min(least, sum), Math.Max(greatest, sum));
        }
        KnotGrid grid = after.Grids[into];
        double stretch = greatest > least ? (grid.End - grid.Start) / (greatest - least) : 1;
        (view.SubnodeScales[into], view.SubnodeBiases[into]) = (1, 0);
        (view.NodeScales[into], view.NodeBiases[into]) = (stretch, grid.Start - stretch * (least - constant));
        return ModelSurgery.ReplaceLayers(model.With(parameters),
            model.Layers.SetItem(level - 1, before.With(numericMask: [.. readMask])).SetItem(level, after.With(numericMask: [.. fedMask])));
    }

    private static double Constant(LayerParameters view, int node) => view.NodeScales[node] * view.SubnodeBiases[node] + view.NodeBiases[node];

    private static double Either(double mask, double other) => mask != 0 || other != 0 ? 1 : 0;
}
