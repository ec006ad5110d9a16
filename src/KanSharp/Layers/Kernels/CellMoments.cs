namespace KanSharp.Layers.Kernels;

/// <summary>
/// For each input and grid cell of a layer: how many samples of the batch fall into the cell, the means there of the functions that are not zero, and the sums of products
/// of their distances from these. Mean and deviation of every edge follow from its weights: what a batch costs hangs on inputs and samples, not on edges and samples.
/// Merged as <see cref="Numerics.Moments"/> are (Chan, Golub and LeVeque 1979).
/// </summary>
internal sealed class CellMoments(int inputs, int cells, int functions)
{
    private readonly int[] _counts = new int[inputs * cells];
    private readonly double[] _means = new double[inputs * cells * functions];
    private readonly double[] _products = new double[inputs * cells * functions * functions];

    /// <summary>Others of the same size, without samples.</summary>
    public CellMoments Empty() => new(inputs, cells, functions);

    public void Clear()
    {
        Array.Clear(_counts);
        Array.Clear(_means);
        Array.Clear(_products);
    }

    public int Count(int input, int cell) => _counts[input * cells + cell];

    /// <summary>[function].</summary>
    public ReadOnlySpan<double> Means(int input, int cell) => _means.AsSpan((input * cells + cell) * functions, functions);

    /// <summary>[function][function].</summary>
    public ReadOnlySpan<double> Products(int input, int cell) => _products.AsSpan((input * cells + cell) * functions * functions, functions * functions);

    public void Add(CellMoments other)
    {
        for (int input = 0; input < inputs; input++)
        {
            for (int cell = 0; cell < cells; cell++)
                Add(input, cell, other.Count(input, cell), other.Means(input, cell), other.Products(input, cell));
        }
    }

    public void Add(int input, int cell, int count, ReadOnlySpan<double> means, ReadOnlySpan<double> products)
    {
        if (count == 0)
            return;
        int at = input * cells + cell, before = _counts[at], total = before + count;
        Span<double> mean = _means.AsSpan(at * functions, functions), sums = _products.AsSpan(at * functions * functions, functions * functions);
        double weight = (double)before * count / total;
        for (int f = 0; f < functions; f++)
        {
            for (int g = 0; g < functions; g++)
                sums[f * functions + g] += products[f * functions + g] + weight * (means[f] - mean[f]) * (means[g] - mean[g]);
        }
        for (int f = 0; f < functions; f++)
            mean[f] += (means[f] - mean[f]) * count / total;
        _counts[at] = total;
    }
}
