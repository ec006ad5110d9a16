using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Interpretation.Compilation;

/// <summary>Makes a model of placed nodes.</summary>
/// <param name="levels">The nodes of each level, inputs first.</param>
internal sealed class GraphNetwork(ImmutableArray<GraphNode>[] levels)
{
    /// <summary>Nodes whose values reach between 1/128 and 128 keep their units.</summary>
    private const int OrdinaryBits = 7;

    /// <summary>Units of which a few can be multiplied.</summary>
    private const int LargestBits = 1000;

    /// <summary>Grids reach no farther, so that their extension is finite too, and are wider than this part of their distance from zero.</summary>
    private const double LargestRange = 1e300, LeastRelativeRange = 1e-9;

    public KanSpec Spec { get; } = new([.. levels.Select((level, l) => l == 0 ? new LayerWidth(level.Length)
        : new LayerWidth(level.Count(node => !node.IsProduct), [.. level.Where(node => node.IsProduct).Select(node => node.Subnodes.Length)]))]);

    /// <summary>The model, its splines off.</summary>
    /// <param name="info">Names and history.</param>
    /// <param name="points">What the grids span.</param>
    /// <param name="rescale">Whether nodes with very large or small values get units of their own, powers of two, so that no digit changes.</param>
    public KanModel Build(ModelInfo info, ProbePoints points, bool rescale)
    {
        double[][] ones = [.. levels.Select(level => Ones(level.Length))], subnodeOnes = [.. Spec.Widths.Select(width => Ones(width.Subnodes))];
        (double, double)[][] unitRanges = [.. levels.Select(level => level.Select(_ => (-1.0, 1.0)).ToArray())];
        KanModel plain = Build(info, unitRanges, ones, subnodeOnes);
        Activations activations = plain.Activate(points.Typical);
        double[][] nodeUnits = rescale ? [.. levels.Select((_, level) => Columns(activations.Nodes(level), Unit))] : ones;
        double[][] subnodeUnits = rescale ? [[], .. plain.Layers.Select((_, l) => Columns(activations.Subnodes(l), Unit))] : subnodeOnes;
        (double Low, double High)[][] ranges = [points.InputRanges, .. levels.Skip(1).Select((_, l) => Columns(activations.Nodes(l + 1), Range))];
        return Build(info, [.. ranges.Select((level, l) => level.Select((range, i) => Usable(range.Low / nodeUnits[l][i], range.High / nodeUnits[l][i])).ToArray())], nodeUnits, subnodeUnits);
    }

    private KanModel Build(ModelInfo info, (double Low, double High)[][] ranges, double[][] nodeUnits, double[][] subnodeUnits)
    {
        var layers = ImmutableArray.CreateBuilder<KanLayer>(Spec.LayerCount);
        for (int l = 0; l < Spec.LayerCount; l++)
        {
            Dictionary<GraphNode, int> index = Index(levels[l]);
            LayerWidth width = Spec.Widths[l + 1];
            layers.Add(new KanLayer(
                [.. ranges[l].Select(range => KnotGrid.Uniform(range.Low, range.High, Spec.GridIntervalsOf(l), Spec.SplineOrderOf(l)))],
                width,
                [.. new double[levels[l].Length * width.Subnodes]],
                [.. levels[l + 1].SelectMany(node => node.Subnodes).SelectMany((subnode, j) => subnode.Edges.Select(edge => new SymbolicEdge(index[edge.Source], j, edge.Function)))]));
        }
        var network = new KanNetwork(layers.MoveToImmutable(), Spec.BaseFunction, Spec.RangePolicy);
        double[] parameters = new double[network.ParameterCount];
        for (int l = 0; l < Spec.LayerCount; l++)
            Fill(network.Layers[l], network.View(l, parameters), l, nodeUnits, subnodeUnits[l + 1]);
        return new KanModel(network, parameters, info with
        {
            InputScaling = new Scaling(new double[nodeUnits[0].Length], nodeUnits[0]),
            OutputScaling = new Scaling(new double[nodeUnits[^1].Length], nodeUnits[^1]),
        });
    }

    private void Fill(KanLayer layer, LayerParameters parameters, int l, double[][] nodeUnits, double[] subnodeUnits)
    {
        Dictionary<GraphNode, int> index = Index(levels[l]);
        parameters.SplineScales.Fill(1);
        parameters.SubnodeScales.Fill(1);
        int j = 0;
        for (int n = 0; n < levels[l + 1].Length; n++)
        {
            GraphNode node = levels[l + 1][n];
            double product = 1;
            foreach (GraphSum subnode in node.Subnodes)
            {
                // A single edge carries the constant itself; a sum has it behind its terms, as the formula.
                bool single = subnode.Edges.Length == 1;
                foreach (GraphEdge edge in subnode.Edges)
                {
                    int i = index[edge.Source];
                    ReadOnlySpan<double> affine = [edge.A * nodeUnits[l][i], edge.B, edge.C / subnodeUnits[j], single ? subnode.Constant / subnodeUnits[j] : 0];
                    affine.CopyTo(parameters.Affine(layer.SymbolicIndex(i, j)));
                }
                parameters.SubnodeBiases[j] = single ? 0 : subnode.Constant / subnodeUnits[j];
                product *= subnodeUnits[j++];
            }
            parameters.NodeScales[n] = node.Scale * product / nodeUnits[l + 1][n];
            parameters.NodeBiases[n] = node.Constant / nodeUnits[l + 1][n];
        }
    }

    private static Dictionary<GraphNode, int> Index(ImmutableArray<GraphNode> level) => level.Select((node, i) => (node, i)).ToDictionary();

    private static double[] Ones(int count)
    {
        double[] ones = new double[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private static T[] Columns<T>(Matrix values, ColumnMap<T> of) => [.. Enumerable.Range(0, values.Columns).Select(j => of(values.Column(j)))];

    /// <summary>The power of two below the largest value; 1 where that is ordinary.</summary>
    private static double Unit(ReadOnlySpan<double> values)
    {
        int bits = Magnitude.Exponent([.. values.ToArray().Where(double.IsFinite)]);
        return Math.Abs(bits) <= OrdinaryBits ? 1 : Math.ScaleB(1, Math.Clamp(bits, -LargestBits, LargestBits));
    }

    /// <summary>From the smallest finite value to the largest.</summary>
    public static (double Low, double High) Range(ReadOnlySpan<double> values)
    {
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }
        return low > high ? (-1, 1) : (low, high);
    }

    /// <summary>A range that a grid can have: not too far out, and widened where its ends are (nearly) equal.</summary>
    private static (double Low, double High) Usable(double low, double high)
    {
        (low, high) = (Math.Clamp(low, -LargestRange, LargestRange), Math.Clamp(high, -LargestRange, LargestRange));
        double size = Math.Max(Math.Abs(low), Math.Abs(high)), widening = high - low > LeastRelativeRange * size ? 0 : size == 0 ? 1 : size / 2;
        return (low - widening, high + widening);
    }

    private delegate T ColumnMap<T>(ReadOnlySpan<double> values);
}
