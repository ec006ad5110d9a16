using System.Numerics;
using System.Numerics.Tensors;
using KanSharp.Layers.Kernels;

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
    public T[] Weights { get; } = new T[layer.InputCount * layout.InputStride];

    /// <summary>Takes the weights of the edges from inputs first .. end - 1 from the layer's parameters.</summary>
    public void Fold(LayerParameters parameters, int first, int end)
    {
        int basisCount = layout.BasisCount, stride = layout.WeightStride;
        ReadOnlySpan<double> baseScales = parameters.BaseScales, splineScales = parameters.SplineScales;
        for (int i = first; i < end; i++)
        {
            for (int j = 0; j < layer.SubnodeCount; j++)
            {
                int edge = i * layer.SubnodeCount + j;
                double mask = layer.NumericMask[edge], scale = mask * splineScales[edge];
                Span<T> weights = Weights.AsSpan(layout.Edge(i, j));
                ReadOnlySpan<double> coefficients = parameters.Coefficients.Slice(edge * basisCount, basisCount);
                for (int r = 0, w = 0; r < coefficients.Length; r++, w += stride)
                    weights[w] = T.CreateTruncating(scale * coefficients[r]);
                weights[layout.BaseWeight * stride] = T.CreateTruncating(mask * baseScales[edge]);
            }
        }
    }

    /// <summary>
    /// Adds the gradient by the weights of inputs first .. end - 1 to the gradient by the layer's parameters (chain rule through the folding).
    /// <paramref name="folded"/> begins with input first and has <see cref="EdgeLayout.GradientLanes"/> numbers for each weight.
    /// </summary>
    public void Unfold(ReadOnlySpan<T> folded, LayerParameters parameters, LayerParameters gradient, int first, int end)
    {
        int basisCount = layout.BasisCount, lanes = layout.GradientLanes;
        ReadOnlySpan<double> splineScales = parameters.SplineScales;
        Span<double> gradientBase = gradient.BaseScales, gradientScales = gradient.SplineScales;
        for (int i = first; i < end; i++)
        {
            for (int j = 0; j < layer.SubnodeCount; j++)
            {
                int edge = i * layer.SubnodeCount + j;
                double mask = layer.NumericMask[edge];
                if (mask == 0)
                    continue;
                double scale = mask * splineScales[edge], dot = 0;
                ReadOnlySpan<T> weights = folded[(layout.Edge(i - first, j) * lanes)..];
                ReadOnlySpan<double> coefficients = parameters.Coefficients.Slice(edge * basisCount, basisCount);
                Span<double> edgeGradient = gradient.Coefficients.Slice(edge * basisCount, basisCount);
                for (int r = 0; r < coefficients.Length; r++)
                {
                    double weight = Total(weights, r);
                    edgeGradient[r] += scale * weight;
                    dot += weight * coefficients[r];
                }
                gradientScales[edge] += mask * dot;
                gradientBase[edge] += mask * Total(weights, layout.BaseWeight);
            }
        }
    }

    private double Total(ReadOnlySpan<T> weights, int weight)
    {
        int lanes = layout.GradientLanes;
        return double.CreateTruncating(lanes == 1 ? weights[weight * layout.WeightStride] : TensorPrimitives.Sum(weights.Slice(weight * lanes, lanes)));
    }
}
