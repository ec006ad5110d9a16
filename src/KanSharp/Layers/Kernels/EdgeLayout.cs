namespace KanSharp.Layers.Kernels;

/// <summary>
/// Where the weights of a layer's edges stand in an array: weight w of edge (input, output) at input * InputStride + output * OutputStride + w * WeightStride.
/// The weights of an edge are those of the basis functions and, at index <see cref="BaseWeight"/>, that of the base function.
/// </summary>
/// <param name="BasisCount">Basis functions, G + k.</param>
/// <param name="BaseWeight">Index of the base function's weight.</param>
/// <param name="InputStride">Distance from one input to the next, the length of an input's weights.</param>
/// <param name="OutputStride">Distance from one output to the next.</param>
/// <param name="WeightStride">Distance from one weight of an edge to the next.</param>
/// <param name="GradientLanes">Numbers that the gradient by one weight is spread over; their sum counts.</param>
internal sealed record EdgeLayout(int BasisCount, int BaseWeight, int InputStride, int OutputStride, int WeightStride, int GradientLanes)
{
    /// <summary>Index of weight 0 of an edge.</summary>
    public int Edge(int input, int output) => input * InputStride + output * OutputStride;
}
