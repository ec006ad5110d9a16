using KanSharp.Layers.Kernels;
using KanSharp.Numerics;

namespace KanSharp.Layers;

/// <summary>Means and standard deviations over the batch of everything that scores and regularisers are made of, for one layer.</summary>
internal sealed class LayerMoments(KanLayer layer)
{
    /// <summary>The layer's inputs x_i.</summary>
    public Moments Inputs { get; } = new(layer.InputCount);

    /// <summary>Numeric part (base and spline) of each edge, [input * subnodes + output].</summary>
    public Moments NumericEdges { get; } = new(layer.EdgeCount);

    /// <summary>Each edge, numeric and symbolic part together.</summary>
    public Moments Edges { get; } = new(layer.EdgeCount);

    /// <summary>Subnode sums z_j before their affine.</summary>
    public Moments Subnodes { get; } = new(layer.SubnodeCount);

    /// <summary>What the edges' moments follow from, in layers that gather them by cell.</summary>
    public CellMoments? Cells { get; set; }

    public void Clear()
    {
        Inputs.Clear();
        NumericEdges.Clear();
        Edges.Clear();
        Subnodes.Clear();
        Cells?.Clear();
    }

    public void Add(LayerMoments other)
    {
        Inputs.Add(other.Inputs);
        NumericEdges.Add(other.NumericEdges);
        Edges.Add(other.Edges);
        Subnodes.Add(other.Subnodes);
        if (other.Cells is not null)
            (Cells ??= other.Cells.Empty()).Add(other.Cells);
    }
}

/// <summary>
/// How a function of the standard deviations pulls on the samples: the derivative by quantity q at sample n is Pull[q] * (q[n] - mean[q]).
/// </summary>
internal sealed class LayerPulls(KanLayer layer)
{
    public double[] Inputs { get; } = new double[layer.InputCount];

    public double[] NumericEdges { get; } = new double[layer.EdgeCount];

    public double[] Edges { get; } = new double[layer.EdgeCount];

    public double[] Subnodes { get; } = new double[layer.SubnodeCount];

    /// <summary>What the pulls on the edges come to for each input, in layers that gather moments by cell.</summary>
    public CellPulls? Cells { get; set; }

    public void Clear()
    {
        Array.Clear(Inputs);
        Array.Clear(NumericEdges);
        Array.Clear(Edges);
        Array.Clear(Subnodes);
    }
}
