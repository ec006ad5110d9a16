using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.Training.Objectives;

/// <summary>Which parameters a training run may change.</summary>
internal static class TrainableParameters
{
    /// <summary>One flag per parameter of the model's buffer.</summary>
    public static bool[] Mask(KanModel model, TrainableParts parts)
    {
        bool[] mask = new bool[model.Parameters.Length];
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            Span<bool> flags = mask.AsSpan(model.Network.Offsets[l], layer.ParameterCount);
            flags[..layer.BaseScaleOffset].Fill(parts.Splines);
            flags[layer.BaseScaleOffset..layer.SplineScaleOffset].Fill(parts.BaseScales);
            flags[layer.SplineScaleOffset..layer.AffineOffset].Fill(parts.SplineScales);
            for (int s = 0; s < layer.SymbolicEdges.Length; s++)
                flags.Slice(layer.AffineOffset + 4 * s, 4).Fill(parts.SymbolicConstants && !layer.SymbolicEdges[s].IsHeld);
            flags[layer.SubnodeScaleOffset..].Fill(parts.NodeAffine);
            // Splines hold constants; weights need a bias beside them.
            if (!layer.HasSplines)
                flags[layer.SubnodeBiasOffset..layer.NodeScaleOffset].Fill(parts.BaseScales);
        }
        foreach (EdgeIndex edge in parts.FrozenEdges)
        {
            model.CheckEdge(edge);
            KanLayer layer = model.Layers[edge.Layer];
            Span<bool> flags = mask.AsSpan(model.Network.Offsets[edge.Layer], layer.ParameterCount);
            int e = edge.Input * layer.SubnodeCount + edge.Output;
            flags.Slice(e * layer.BasisCount, layer.BasisCount).Clear();
            flags[layer.BaseScaleOffset + e] = false;
            if (layer.HasSplines)
                flags[layer.SplineScaleOffset + e] = false;
            if (layer.SymbolicIndex(edge.Input, edge.Output) is >= 0 and int s)
                flags.Slice(layer.AffineOffset + 4 * s, 4).Clear();
        }
        return mask;
    }

    /// <summary>
    /// The parameters that least squares solves for: those that may change, of edges that are not masked, without the spline scales, which
    /// say the same as the coefficients.
    /// </summary>
    public static int[] ForLeastSquares(KanModel model, bool[] mask) => OfActiveEdges(model, mask, splineScales: false);

    /// <summary>The parameters that may change and that the loss can depend on: those of edges that are not masked, and of nodes.</summary>
    public static int[] OfActiveEdges(KanModel model, bool[] mask, bool splineScales)
    {
        var free = new List<int>();
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            int offset = model.Network.Offsets[l];
            for (int p = 0; p < layer.ParameterCount; p++)
            {
                bool wanted = mask[offset + p];
                if (p < layer.BaseScaleOffset)
                    wanted &= layer.NumericMask[p / layer.BasisCount] != 0;
                else if (p < layer.SplineScaleOffset)
                    wanted &= layer.NumericMask[p - layer.BaseScaleOffset] != 0 && model.Network.BaseFunctionOf(l) != BaseFunction.Zero;
                else if (p < layer.AffineOffset)
                    wanted &= splineScales && layer.NumericMask[p - layer.SplineScaleOffset] != 0;
                if (wanted)
                    free.Add(offset + p);
            }
        }
        return [.. free];
    }
}
