namespace KanSharp.Layers;

/// <summary>Typed views of the few parameters of a layer that do not belong to splines: symbolic constants, scales and biases of its nodes.</summary>
internal readonly ref struct LayerConstants(KanLayer layer, Span<double> values)
{
    private readonly Span<double> _values = values;

    /// <summary>How many a layer has.</summary>
    public static int Count(KanLayer layer) => layer.ParameterCount - layer.AffineOffset;

    public Span<double> All => _values;

    /// <summary>a, b, c, d of one symbolic edge.</summary>
    public Span<double> Affine(int symbolicIndex) => _values.Slice(4 * symbolicIndex, 4);

    public Span<double> SubnodeScales => _values.Slice(layer.SubnodeScaleOffset - layer.AffineOffset, layer.SubnodeCount);

    public Span<double> SubnodeBiases => _values.Slice(layer.SubnodeBiasOffset - layer.AffineOffset, layer.SubnodeCount);

    public Span<double> NodeScales => _values.Slice(layer.NodeScaleOffset - layer.AffineOffset, layer.NodeCount);

    public Span<double> NodeBiases => _values.Slice(layer.NodeBiasOffset - layer.AffineOffset, layer.NodeCount);
}
