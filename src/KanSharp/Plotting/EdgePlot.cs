using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Plotting.Charts;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting;

/// <summary>Draws the curve of one edge with axes, and the samples that passed through it, in the network's units.</summary>
public static class EdgePlot
{
    private const int Points = 241;

    /// <summary>Draws an edge.</summary>
    /// <param name="model">The model.</param>
    /// <param name="edge">The edge.</param>
    /// <param name="activations">What <see cref="KanModel.Activate"/> returned for this model on some data: the curve spans the samples, which are dots. Without it, the curve spans its grid.</param>
    /// <param name="fit">A curve to compare with.</param>
    /// <exception cref="KanSharpException">There is no such edge, or the activations are another model's.</exception>
    public static Scene Draw(KanModel model, EdgeIndex edge, Activations? activations = null, FittedCurve? fit = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.CheckEdge(edge);
        if (activations is not null && activations.Model != model)
            throw new KanSharpException("The activations belong to another model; call Activate on the model that is to be drawn.");
        KanLayer layer = model.Layers[edge.Layer];
        int symbolic = layer.SymbolicIndex(edge.Input, edge.Output);
        string kind = symbolic >= 0 ? layer.SymbolicEdges[symbolic].Function.Name : "spline";
        Tone tone = symbolic >= 0 ? Tone.Symbolic : Tone.Ink;

        var curve = new EdgeCurve(model, edge, activations, Points);
        (double[] X, double[] Y) samples = activations?.EdgeSamples(edge) ?? ([], []);
        double[] fitted = fit is null ? [] : [.. curve.X.Select(fit.Value)];
        (double low, double high) = CurvePath.Range([.. curve.Y, .. samples.Y]);

        var legend = ImmutableArray.CreateBuilder<LegendEntry>();
        legend.Add(new LegendEntry(kind, tone));
        if (samples.X.Length > 0)
            legend.Add(new LegendEntry($"{samples.X.Length} samples", Tone.Data, LegendMark.Dot));
        if (fit is not null)
            legend.Add(new LegendEntry(fit.Name, Tone.Symbolic, LegendMark.Dashes));
        var chart = new Chart($"Edge {edge}", Axis.Linear(SourceName(model, edge), curve.X), Axis.Linear("value of the edge", [low, high]), legend.ToImmutable());
        // They lie on the curve: broader than it, they show where it is backed by data.
        bool[] shown = [.. samples.Y.Select(y => y >= low && y <= high)];
        chart.AddDots([.. samples.X.Where((_, n) => shown[n])], [.. samples.Y.Where((_, n) => shown[n])], 8, 0.35);
        chart.AddLine(curve.X, curve.Y, tone);
        if (fit is not null)
            chart.AddLine(curve.X, fitted, Tone.Symbolic, dashed: true);
        return chart.ToScene();
    }

    private static string SourceName(KanModel model, EdgeIndex edge)
    {
        if (edge.Layer > 0)
            return $"node {edge.Layer},{edge.Input}";
        Scaling scaling = model.Info.InputScaling;
        bool same = scaling.Offsets[edge.Input] == 0 && scaling.Scales[edge.Input] == 1;
        return same ? model.Info.InputNames[edge.Input] : $"{model.Info.InputNames[edge.Input]} (scaled)";
    }
}
