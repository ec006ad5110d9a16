using System.Numerics;
using System.Numerics.Tensors;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics;

namespace KanSharp.Layers;

/// <summary>
/// The numeric weights of a layer as the kernels want them: mask and spline scale multiplied into the coefficients, mask into the
/// base scale, so that an edge is a sum of weights times basis functions, in the kernels' element type and order. Gradients come back in the
/// same form and are unfolded.
/// </summary>
internal sealed class FoldedLayer<T>(KanLayer layer, EdgeLayout layout)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public EdgeLayout Layout => layout;

    /// <summary>The weights of all edges.</summary>
    public AlignedBuffer<T> Weights { get; } = new(layer.InputCount * layout.InputStride);

    /// <summary>Takes the weights of the edges from inputs first .. end - 1 from the layer's parameters.</summary>
    public void Fold(LayerParameters parameters, int first, int end)
    {
        int basisCount = layout.BasisCount, stride = layout.WeightStride, outputs = layer.SubnodeCount;
        ReadOnlySpan<double> coefficients = parameters.Coefficients, baseScales = parameters.BaseScales, splineScales = parameters.SplineScales;
        ReadOnlySpan<double> mask = layer.NumericMask.AsSpan();
        Span<T> weights = Weights;
        for (int i = first; i < end; i++)
        {
            for (int j = 0, edge = i * outputs; j < outputs; j++, edge++)
            {
                double scale = mask[edge] * splineScales[edge];
                int w = layout.Edge(i, j), c = edge * basisCount;
                weights[w + layout.BaseWeight * stride] = T.CreateTruncating(mask[edge] * baseScales[edge]);
                for (int last = c + basisCount; c < last; c++, w += stride)
                    weights[w] = T.CreateTruncating(scale * coefficients[c]);
            }
        }
    }

    /// <summary>
    /// From the gradient by the weights of inputs first .. end - 1 to that by the layer's parameters (chain rule through the folding), which is added to
    /// what stands there or put in its place.
    /// <paramref name="folded"/> begins with input first and has <see cref="EdgeLayout.GradientLanes"/> numbers for each weight.
    /// </summary>
    public void Unfold(ReadOnlySpan<T> folded, LayerParameters parameters, LayerParameters gradient, int first, int end, bool add)
    {
        int basisCount = layout.BasisCount, outputs = layer.SubnodeCount;
        ReadOnlySpan<double> coefficients = parameters.Coefficients, splineScales = parameters.SplineScales, mask = layer.NumericMask.AsSpan();
        Span<double> gradientCoefficients = gradient.Coefficients, gradientBase = gradient.BaseScales, gradientScales = gradient.SplineScales;
        if (!add)
        {
            gradientCoefficients[(first * outputs * basisCount)..(end * outputs * basisCount)].Clear();
            gradientBase[(first * outputs)..(end * outputs)].Clear();
            gradientScales[(first * outputs)..(end * outputs)].Clear();
        }
        for (int i = first; i < end; i++)
        {
            for (int j = 0, edge = i * outputs; j < outputs; j++, edge++)
            {
                if (mask[edge] == 0)
                    continue;
                double scale = mask[edge] * splineScales[edge], dot = 0;
                int w = layout.Edge(i - first, j), c = edge * basisCount;
                for (int r = 0; r < basisCount; r++)
                {
                    double weight = Total(folded, w + r * layout.WeightStride);
                    gradientCoefficients[c + r] += scale * weight;
                    dot += weight * coefficients[c + r];
                }
                gradientScales[edge] += mask[edge] * dot;
                gradientBase[edge] += mask[edge] * Total(folded, w + layout.BaseWeight * layout.WeightStride);
            }
        }
    }

    private double Total(ReadOnlySpan<T> folded, int weight)
    {
        int lanes = layout.GradientLanes;
        return double.CreateTruncating(lanes == 1 ? folded[weight] : TensorPrimitives.Sum(folded.Slice(weight * lanes, lanes)));
    }
}
