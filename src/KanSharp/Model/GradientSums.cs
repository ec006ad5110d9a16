using System.Numerics;
using System.Numerics.Tensors;
using KanSharp.Layers;
using KanSharp.Numerics;

namespace KanSharp.Model;

/// <summary>The gradient that a part of a batch adds up: by the folded weights of each layer, if wanted, and by the layers' constants.</summary>
internal sealed class GradientSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public GradientSums(KanNetwork network, FoldedLayer<T>[]? weights, bool pinned = false)
    {
        Weights = weights is null ? [] : [.. weights.Select(layer => new AlignedBuffer<T>(layer.Weights.Length * layer.Layout.GradientLanes, pinned))];
        Constants = [.. network.Layers.Select(layer => new double[LayerConstants.Count(layer)])];
    }

    /// <summary>By the weights of each layer, as its layout says.</summary>
    public AlignedBuffer<T>[] Weights { get; }

    /// <summary>By what <see cref="LayerConstants"/> holds of each layer.</summary>
    public double[][] Constants { get; }

    public double Loss { get; set; }

    public void Clear()
    {
        Loss = 0;
        foreach (AlignedBuffer<T> layer in Weights)
            layer.Span.Clear();
        foreach (double[] layer in Constants)
            Array.Clear(layer);
    }

    public void Add(GradientSums<T> other)
    {
        Loss += other.Loss;
        for (int l = 0; l < Weights.Length; l++)
            TensorPrimitives.Add<T>(Weights[l], other.Weights[l], Weights[l]);
        for (int l = 0; l < Constants.Length; l++)
            TensorPrimitives.Add<double>(Constants[l], other.Constants[l], Constants[l]);
    }
}
