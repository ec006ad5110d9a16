namespace KanSharp.Layers.Kernels;

/// <summary>One term of a second-order form: a weight times the second derivative along two directions.</summary>
internal readonly record struct JetTerm(int First, int Second, double Weight);

/// <summary>
/// Which derivatives travel with a value: one along each direction, and second-order forms, each a weighted sum of second derivatives along
/// pairs of directions (one term: a second derivative; all squares: the Laplacian). Components stand in this order: value, directions, forms.
/// </summary>
internal sealed class JetShape(int directions, JetTerm[][] forms)
{
    public int Directions { get; } = directions;

    public JetTerm[][] Forms { get; } = forms;

    public int Components { get; } = 1 + directions + forms.Length;

    /// <summary>Component of the first form.</summary>
    public int FirstForm { get; } = 1 + directions;

    /// <summary>Highest derivative of an edge that enters a component: 0, 1 or 2.</summary>
    public int Order { get; } = forms.Length > 0 ? 2 : directions > 0 ? 1 : 0;
}
