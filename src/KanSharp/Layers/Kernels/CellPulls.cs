namespace KanSharp.Layers.Kernels;

/// <summary>
/// What the pulls on the deviations of an input's edges (<see cref="LayerPulls"/>) come to together, as a function of that input: in each cell
/// half of t'Qt - q't + .., t being the functions that are not zero there.
/// </summary>
internal sealed class CellPulls(int inputs, int cells, int functions)
{
    private readonly double[] _quadratic = new double[inputs * cells * functions * functions];
    private readonly double[] _linear = new double[inputs * cells * functions];

    /// <summary>Q, [function][function].</summary>
    public Span<double> Quadratic(int input, int cell) => _quadratic.AsSpan((input * cells + cell) * functions * functions, functions * functions);

    /// <summary>q, [function].</summary>
    public Span<double> Linear(int input, int cell) => _linear.AsSpan((input * cells + cell) * functions, functions);
}
