using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers;

/// <summary>
/// The numeric weights of a layer as the kernels want them: mask and spline scale multiplied into the coefficients, mask into the
/// base scale, so that an edge is a sum of weights times basis functions, in the kernels' element type and order (and basis, see <see cref="OneSidedCubes{T}"/>). Gradients come back in the
/// same form and are unfolded.
/// </summary>
internal sealed class FoldedLayer<T>(KanLayer layer, CellTable<T>[] tables, bool pinned = false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Most basis functions of a grid that has <see cref="OneSidedCubes{T}"/>.</summary>
    private const int MostCubes = 32;

    private readonly EdgeLayout _layout = NumericEdges<T>.LayoutOf(tables, layer.SubnodeCount);

    public EdgeLayout Layout => _layout;

    /// <summary>The weights of all edges.</summary>
    public AlignedBuffer<T> Weights { get; } = new(layer.InputCount * NumericEdges<T>.LayoutOf(tables, layer.SubnodeCount).InputLength, pinned);

    /// <summary>Takes the weights of the edges from inputs first .. end - 1 from the layer's parameters.</summary>
    public void Fold(LayerParameters parameters, int first, int end)
    {
        if (!layer.HasSplines)
        {
            FoldWeights(parameters, first, end);
            return;
        }
        int basisCount = _layout.BasisCount, stride = _layout.WeightStride, outputs = layer.SubnodeCount;
        ReadOnlySpan<double> baseScales = parameters.BaseScales, splineScales = parameters.SplineScales, mask = layer.NumericMask.AsSpan();
        // No index is checked in the inner loops: a large layer has millions of them.
        ref double coefficients = ref MemoryMarshal.GetReference(parameters.Coefficients);
        ref T weights = ref MemoryMarshal.GetReference(Weights.Span);
        for (int i = first; i < end; i++)
        {
            OneSidedCubes<T>? cubes = _layout.TakesCubes ? tables[i].Cubes : null;
            for (int j = 0, edge = i * outputs; j < outputs; j += _layout.BlockWidth)
            {
                int start = _layout.Edge(i, j, layer.InputCount), blockEnd = i * outputs + Math.Min(j + _layout.BlockWidth, outputs);
                if (_layout.OutputsInLanes)
                {
                    int whole = (blockEnd - edge) / FoldKernels.Edges * FoldKernels.Edges;
                    FoldKernels.Fold(parameters, mask, edge, whole, basisCount, Weights.Span[start..], stride);
                    (edge, start) = (edge + whole, start + whole);
                }
                for (; edge < blockEnd; edge++, start += _layout.OutputStride)
                {
                    double scale = mask[edge] * splineScales[edge];
                    ref double source = ref Unsafe.Add(ref coefficients, edge * basisCount);
                    ref T target = ref Unsafe.Add(ref weights, start);
                    if (cubes is not null)
                        cubes.FromBSplines(MemoryMarshal.CreateReadOnlySpan(ref source, basisCount), scale, MemoryMarshal.CreateSpan(ref target, basisCount));
                    for (int r = 0; r < basisCount && cubes is null; r++)
                    {
                        target = T.CreateTruncating(scale * Unsafe.Add(ref source, r));
                        target = ref Unsafe.Add(ref target, stride);
                    }
                    Unsafe.Add(ref weights, start + _layout.BaseWeight * stride) = T.CreateTruncating(mask[edge] * baseScales[edge]);
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
        int basisCount = _layout.BasisCount, stride = _layout.WeightStride, lanes = _layout.GradientLanes, outputs = layer.SubnodeCount;
        ReadOnlySpan<double> splineScales = parameters.SplineScales, mask = layer.NumericMask.AsSpan();
        Span<double> gradientBase = gradient.BaseScales, gradientScales = gradient.SplineScales;
        ref double coefficients = ref MemoryMarshal.GetReference(parameters.Coefficients);
        ref double gradientCoefficients = ref MemoryMarshal.GetReference(gradient.Coefficients);
        ref T weights = ref MemoryMarshal.GetReference(folded);
        Span<double> byCubes = stackalloc double[MostCubes], bySplines = stackalloc double[MostCubes];
        for (int i = first; i < end; i++)
        {
            OneSidedCubes<T>? cubes = _layout.TakesCubes ? tables[i].Cubes : null;
            for (int j = 0, edge = i * outputs; j < outputs; j += _layout.BlockWidth)
            {
                int start = _layout.Edge(i - first, j, end - first) * _layout.GradientLanes, blockEnd = i * outputs + Math.Min(j + _layout.BlockWidth, outputs);
                if (_layout.OutputsInLanes)
                {
                    int whole = (blockEnd - edge) / FoldKernels.Edges * FoldKernels.Edges;
                    FoldKernels.Unfold(folded[start..], stride, parameters, mask, edge, whole, basisCount, gradient, add);
                    (edge, start) = (edge + whole, start + whole);
                }
                for (; edge < blockEnd; edge++, start += _layout.OutputStride * _layout.GradientLanes)
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
                    if (cubes is not null)
                    {
                        for (int q = 0; q < basisCount; q++)
                            byCubes[q] = _layout.GradientOf(ref weight, q);
                        cubes.ToBSplines(byCubes, bySplines[..basisCount]);
                    }
                    for (int r = 0; r < basisCount; r++)
                    {
                        double value = cubes is not null ? bySplines[r] : lanes == 1 ? double.CreateTruncating(Unsafe.Add(ref weight, r * stride)) : _layout.GradientOf(ref weight, r);
                        Unsafe.Add(ref target, r) += scale * value;
                        dot += value * Unsafe.Add(ref source, r);
                    }
                    gradientScales[edge] += mask[edge] * dot;
                    gradientBase[edge] += mask[edge] * _layout.GradientOf(ref weight, _layout.BaseWeight);
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
                weights[_layout.Edge(i, j, layer.InputCount)] = T.CreateTruncating(mask[edge] * scales[edge]);
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
                double value = mask[edge] == 0 ? 0 : mask[edge] * double.CreateTruncating(folded[_layout.Edge(i - first, j, end - first)]);
                scales[edge] = add ? scales[edge] + value : value;
            }
        }
    }
}
