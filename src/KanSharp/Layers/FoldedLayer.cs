using System.Numerics.Tensors;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers;

/// <summary>
/// The numeric weights of a layer as the kernels want them: mask and spline scale multiplied into the coefficients, mask into the
/// base scale, so that an edge is sum of weights times basis functions. Gradients come back in the same form and are unfolded.
/// </summary>
internal sealed class FoldedLayer
{
    private readonly KanLayer _layer;
    private readonly int _stride;

    public FoldedLayer(KanLayer layer, CellTable table)
    {
        _layer = layer;
        _stride = BasisTile.WeightLength(table);
        Splines = new double[layer.EdgeCount * _stride];
        Bases = new double[layer.EdgeCount];
    }

    /// <summary>Spline weights, [edge][<see cref="BasisTile.WeightLength"/>].</summary>
    public double[] Splines { get; }

    /// <summary>Base function weights, [edge].</summary>
    public double[] Bases { get; }

    public Span<double> Spline(int edge) => Splines.AsSpan(edge * _stride, _stride);

    public void Clear()
    {
        Array.Clear(Splines);
        Array.Clear(Bases);
    }

    public void Add(FoldedLayer other)
    {
        TensorPrimitives.Add(Splines, other.Splines, Splines);
        TensorPrimitives.Add(Bases, other.Bases, Bases);
    }

    /// <summary>Takes the weights from the layer's parameters.</summary>
    public void Fold(LayerParameters parameters)
    {
        int basisCount = _layer.BasisCount;
        Span<double> coefficients = parameters.Coefficients, baseScales = parameters.BaseScales, splineScales = parameters.SplineScales;
        for (int edge = 0; edge < _layer.EdgeCount; edge++)
        {
            double mask = _layer.NumericMask[edge];
            Bases[edge] = mask * baseScales[edge];
            TensorPrimitives.Multiply(coefficients.Slice(edge * basisCount, basisCount), mask * splineScales[edge], Spline(edge));
        }
    }

    /// <summary>Adds the gradient by these weights to the gradient by the layer's parameters (chain rule through the folding).</summary>
    public void Unfold(LayerParameters parameters, LayerParameters gradient)
    {
        int basisCount = _layer.BasisCount;
        Span<double> coefficients = parameters.Coefficients, splineScales = parameters.SplineScales;
        Span<double> gradientCoefficients = gradient.Coefficients, gradientBase = gradient.BaseScales, gradientScales = gradient.SplineScales;
        for (int edge = 0; edge < _layer.EdgeCount; edge++)
        {
            double mask = _layer.NumericMask[edge];
            if (mask == 0)
                continue;
            ReadOnlySpan<double> weights = Spline(edge)[..basisCount];
            ReadOnlySpan<double> edgeCoefficients = coefficients.Slice(edge * basisCount, basisCount);
            Span<double> edgeGradient = gradientCoefficients.Slice(edge * basisCount, basisCount);
            TensorPrimitives.MultiplyAdd(weights, mask * splineScales[edge], edgeGradient, edgeGradient);
            gradientScales[edge] += mask * TensorPrimitives.Dot(weights, edgeCoefficients);
            gradientBase[edge] += mask * Bases[edge];
        }
    }
}
