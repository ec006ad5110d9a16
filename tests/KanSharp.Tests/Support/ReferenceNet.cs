using System.Collections.Immutable;
using System.Text.Json;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Tests.Support;

/// <summary>Builds models from the reference files' net convention; pykan's splines fall to zero outside the grid.</summary>
internal static class ReferenceNet
{
    public static KanModel Build(JsonElement net)
    {
        var layers = ImmutableArray.CreateBuilder<KanLayer>();
        var parameters = new List<double>();
        bool symbolicEnabled = net.GetProperty("symbolic_enabled").GetBoolean();
        int index = 0;
        foreach (JsonElement layer in net.GetProperty("layers").EnumerateArray())
        {
            (KanLayer built, double[] values) = BuildLayer(layer, Width(net, ++index), symbolicEnabled);
            layers.Add(built);
            parameters.AddRange(values);
        }
        return new KanModel(layers.ToImmutable(), Base(net.GetProperty("base_fun").GetString()!), RangePolicy.Zero, [.. parameters]);
    }

    public static BaseFunction Base(string name) => name switch
    {
        "silu" => BaseFunction.Silu,
        "identity" => BaseFunction.Identity,
        "zero" => BaseFunction.Zero,
        _ => throw new FormatException(name),
    };

    public static RegularizationMetric Metric(string name) => name switch
    {
        "edge_forward_spline_n" => RegularizationMetric.NormalizedNumericDeviation,
        "edge_forward_spline_u" => RegularizationMetric.EdgeDeviation,
        "edge_forward_sum" => RegularizationMetric.NormalizedEdgeDeviation,
        "edge_backward" => RegularizationMetric.EdgeScore,
        "node_backward" => RegularizationMetric.NodeScore,
        _ => throw new FormatException(name),
    };

    /// <summary>Where a pykan parameter [layer][name] stands in our buffer, as (its values in our order from pykan's nesting).</summary>
    public static double[] Flatten(JsonElement layer, KanLayer structure, string prefix = "")
    {
        double[][][] coefficients = layer.GetProperty("coef").Cube();
        double[][] baseScales = layer.GetProperty(prefix + "scale_base").Rows(), splineScales = layer.GetProperty(prefix + "scale_sp").Rows();
        double[][][] affine = layer.TryGetProperty("symbolic_affine", out JsonElement direct) ? direct.Cube() : layer.GetProperty("symbolic").GetProperty("affine").Cube();
        var values = new List<double>();
        values.AddRange(coefficients.SelectMany(i => i).SelectMany(j => j));
        values.AddRange(baseScales.SelectMany(i => i));
        values.AddRange(splineScales.SelectMany(i => i));
        foreach (SymbolicEdge edge in structure.SymbolicEdges)
            values.AddRange(affine[edge.Output][edge.Input]);
        values.AddRange(layer.GetProperty("subnode_scale").Vector());
        values.AddRange(layer.GetProperty("subnode_bias").Vector());
        values.AddRange(layer.GetProperty("node_scale").Vector());
        values.AddRange(layer.GetProperty("node_bias").Vector());
        return [.. values];
    }

    private static LayerWidth Width(JsonElement net, int level)
    {
        int sums = net.GetProperty("width")[level][0].GetInt32(), products = net.GetProperty("width")[level][1].GetInt32();
        JsonElement arity = net.GetProperty("mult_arity");
        int[] arities = arity.ValueKind == JsonValueKind.Number
            ? [.. Enumerable.Repeat(arity.GetInt32(), products)]
            : [.. arity[level].EnumerateArray().Select(a => a.GetInt32())];
        return new LayerWidth(sums, [.. arities]);
    }

    private static (KanLayer, double[]) BuildLayer(JsonElement layer, LayerWidth width, bool symbolicEnabled)
    {
        int order = layer.GetProperty("k").GetInt32();
        ImmutableArray<KnotGrid> grids = [.. layer.GetProperty("grid").Rows().Select(row => KnotGrid.FromExtended(row, order))];
        ImmutableArray<double> mask = [.. layer.GetProperty("mask").Rows().SelectMany(row => row)];
        var symbolic = ImmutableArray.CreateBuilder<SymbolicEdge>();
        JsonElement block = layer.GetProperty("symbolic");
        double[][] symbolicMask = block.GetProperty("mask").Rows();
        for (int j = 0; symbolicEnabled && j < symbolicMask.Length; j++)
        {
            for (int i = 0; i < symbolicMask[j].Length; i++)
            {
                if (symbolicMask[j][i] != 0)
                    symbolic.Add(new SymbolicEdge(i, j, SymbolicLibrary.Default[block.GetProperty("funs_name")[j][i].GetString()!]));
            }
        }
        var structure = new KanLayer(grids, width, mask, symbolic.ToImmutable());
        return (structure, Flatten(layer, structure));
    }

    public static Matrix ToMatrix(this JsonElement rows) => Matrix.FromRows(rows.Rows());
}
