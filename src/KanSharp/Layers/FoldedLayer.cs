using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    public AlignedBuffer<T> Weights { get; } = new(layer.InputCount * layout.InputLength);

    /// <summary>Takes the weights of the edges from inputs first .. end - 1 from the layer's parameters.</summary>
    public void Fold(LayerParameters parameters, int first, int end)
    {
        if (!layer.HasSplines)
        {
            FoldWeights(parameters, first, end);
            return;
        }
        int basisCount = layout.BasisCount, stride = layout.WeightStride, outputs = layer.SubnodeCount;
        ReadOnlySpan<double> baseScales = parameters.BaseScales, splineScales = parameters.SplineScales, mask = layer.NumericMask.AsSpan();
        // No index is checked in the inner loops: a large layer has millions of them.
        ref double coefficients = ref MemoryMarshal.GetReference(parameters.Coefficients);
        ref T weights = ref MemoryMarshal.GetReference(Weights.Span);
        for (int i = first; i < end; i++)
        {
            for (int j = 0, edge = i * outputs; j < outputs; j += layout.BlockWidth)
            {
                int start = layout.Edge(i, j, layer.InputCount), blockEnd = i * outputs + Math.Min(j + layout.BlockWidth, outputs);
                if (layout.OutputsInLanes)
                {
                    int whole = (blockEnd - edge) / FoldKernels.Edges * FoldKernels.Edges;
                    FoldKernels.Fold(parameters, mask, edge, whole, basisCount, Weights.Span[start..], stride);
                    (edge, start) = (edge + whole, start + whole);
                }
                for (; edge < blockEnd; edge++, start += layout.OutputStride)
                {
                    double scale = mask[edge] * splineScales[edge];
                    ref double source = ref Unsafe.Add(ref coefficients, edge * basisCount);
                    ref T target = ref Unsafe.Add(ref weights, start);
                    for (int r = 0; r < basisCount; r++)
                    {
                        target = T.CreateTruncating(scale * Unsafe.Add(ref source, r));
                        target = ref Unsafe.Add(ref target, stride);
                    }
                    Unsafe.Add(ref weights, start + layout.BaseWeight * stride) = T.CreateTruncating(mask[edge] * baseScales[edge]);
                }
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
        if (!layer.HasSplines)
        {
            UnfoldWeights(folded, gradient, first, end, add);
            return;
        }
        int basisCount = layout.BasisCount, stride = layout.WeightStride, lanes = layout.GradientLanes, outputs = layer.SubnodeCount;
        ReadOnlySpan<double> splineScales = parameters.SplineScales, mask = layer.NumericMask.AsSpan();
        Span<double> gradientBase = gradient.BaseScales, gradientScales = gradient.SplineScales;
        ref double coefficients = ref MemoryMarshal.GetReference(parameters.Coefficients);
        ref double gradientCoefficients = ref MemoryMarshal.GetReference(gradient.Coefficients);
        ref T weights = ref MemoryMarshal.GetReference(folded);
        for (int i = first; i < end; i++)
        {
            for (int j = 0, edge = i * outputs; j < outputs; j += layout.BlockWidth)
            {
                int start = layout.Edge(i - first, j, end - first) * layout.GradientLanes, blockEnd = i * outputs + Math.Min(j + layout.BlockWidth, outputs);
                if (layout.OutputsInLanes)
                {
                    int whole = (blockEnd - edge) / FoldKernels.Edges * FoldKernels.Edges;
                    FoldKernels.Unfold(folded[start..], stride, parameters, mask, edge, whole, basisCount, gradient, add);
                    (edge, start) = (edge + whole, start + whole);
                }
                for (; edge < blockEnd; edge++, start += layout.OutputStride * layout.GradientLanes)
                {
                    ref double target = ref Unsafe.Add(ref gradientCoefficients, edge * basisCount);
                    if (!add)
                    {
                        // Whatever stands there may be no number.
                        gradientScales[edge] = gradientBase[edge] = 0;
                        MemoryMarshal.CreateSpan(ref target, basisCount).Clear();
                    }
                    if (mask[edge] == 0)
                        continue;
                    double scale = mask[edge] * splineScales[edge], dot = 0;
                    ref double source = ref Unsafe.Add(ref coefficients, edge * basisCount);
                    ref T weight = ref Unsafe.Add(ref weights, start);
                    for (int r = 0; r < basisCount; r++)
                    {
                        double value = lanes == 1 ? double.CreateTruncating(Unsafe.Add(ref weight, r * stride)) : layout.GradientOf(ref weight, r);
                        Unsafe.Add(ref target, r) += scale * value;
                        dot += value * Unsafe.Add(ref source, r);
                    }
                    gradientScales[edge] += mask[edge] * dot;
                    gradientBase[edge] += mask[edge] * layout.GradientOf(ref weight, layout.BaseWeight);
                }
            }
        }
    }

    /// <summary><see cref="Fold"/> where base scales are all there is.</summary>
    private void FoldWeights(LayerParameters parameters, int first, int end)
    {
        ReadOnlySpan<double> scales = parameters.BaseScales, mask = layer.NumericMask.AsSpan();
        Span<T> weights = Weights;
        for (int j = 0; j < layer.SubnodeCount; j++)
        {
            for (int i = first; i < end; i++)
            {
                int edge = i * layer.SubnodeCount + j;
                weights[layout.Edge(i, j, layer.InputCount)] = T.CreateTruncating(mask[edge] * scales[edge]);
            }
        }
    }

    /// <summary><see cref="Unfold"/> where base scales are all there is.</summary>
    private void UnfoldWeights(ReadOnlySpan<T> folded, LayerParameters gradient, int first, int end, bool add)
    {
        ReadOnlySpan<double> mask = layer.NumericMask.AsSpan();
        Span<double> scales = gradient.BaseScales;
        for (int i = first; i < end; i++)
        {
            for (int j = 0; j < layer.SubnodeCount; j++)
            {
                int edge = i * layer.SubnodeCount + j;
                double value = mask[edge] == 0 ? 0 : mask[edge] * double.CreateTruncating(folded[layout.Edge(i - first, j, end - first)]);
                scales[edge] = add ? scales[edge] + value : value;
            }
        }
    }
}
