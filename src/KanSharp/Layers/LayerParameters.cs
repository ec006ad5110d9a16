namespace KanSharp.Layers;

/// <summary>Typed views of one layer's parameters in the model's contiguous buffer.</summary>
internal readonly ref struct LayerParameters(KanLayer layer, Span<double> parameters)
{
    private readonly Span<double> _parameters = parameters;

    public Span<double> Coefficients => _parameters[..layer.BaseScaleOffset];

    public Span<double> EdgeCoefficients(int input, int output) =>
        _parameters.Slice((input * layer.SubnodeCount + output) * layer.BasisCount, layer.BasisCount);

    public Span<double> BaseScales => _parameters.Slice(layer.BaseScaleOffset, layer.EdgeCount);

    public Span<double> SplineScales => _parameters.Slice(layer.SplineScaleOffset, layer.EdgeCount);

    /// <summary>a, b, c, d of one symbolic edge.</summary>
    public Span<double> Affine(int symbolicIndex) => _parameters.Slice(layer.AffineOffset + 4 * symbolicIndex, 4);

    public Span<double> SubnodeScales => _parameters.Slice(layer.SubnodeScaleOffset, layer.SubnodeCount);

    public Span<double> SubnodeBiases => _parameters.Slice(layer.SubnodeBiasOffset, layer.SubnodeCount);

    public Span<double> NodeScales => _parameters.Slice(layer.NodeScaleOffset, layer.NodeCount);

    public Span<double> NodeBiases => _parameters.Slice(layer.NodeBiasOffset, layer.NodeCount);
}
