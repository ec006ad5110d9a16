namespace KanSharp.Layers;

/// <summary>Typed views of one layer's parameters in the model's contiguous buffer.</summary>
internal readonly ref struct LayerParameters(KanLayer layer, Span<double> parameters)
{
    private readonly Span<double> _parameters = parameters;

    public Span<double> Coefficients => _parameters[..layer.BaseScaleOffset];

    public Span<double> EdgeCoefficients(int input, int output) =>
        _parameters.Slice((input * layer.SubnodeCount + output) * layer.BasisCount, layer.BasisCount);

    public Span<double> BaseScales => _parameters.Slice(layer.BaseScaleOffset, layer.EdgeCount);

    /// <summary>One for each edge; none in a layer without splines.</summary>
    public Span<double> SplineScales => _parameters[layer.SplineScaleOffset..layer.AffineOffset];

    /// <summary>What does not belong to splines.</summary>
    public LayerConstants Constants => new(layer, _parameters[layer.AffineOffset..]);

    /// <inheritdoc cref="LayerConstants.Affine"/>
    public Span<double> Affine(int symbolicIndex) => Constants.Affine(symbolicIndex);

    public Span<double> SubnodeScales => Constants.SubnodeScales;

    public Span<double> SubnodeBiases => Constants.SubnodeBiases;

    public Span<double> NodeScales => Constants.NodeScales;

    public Span<double> NodeBiases => Constants.NodeBiases;
}
