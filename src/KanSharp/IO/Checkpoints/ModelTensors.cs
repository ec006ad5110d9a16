using System.Collections.Immutable;

namespace KanSharp.IO.Checkpoints;

/// <summary>Names and shapes of the tensors in a model file.</summary>
internal static class ModelTensors
{
    /// <summary>The weight of each edge's numeric part, [input, subnode].</summary>
    public static TensorShape NumericMask(int layer, long inputs, long subnodes) => new($"layers.{layer}.numeric_mask", [inputs, subnodes]);

    /// <summary>The knots of each input, [input, G + 1 + 2k].</summary>
    public static TensorShape Knots(int layer, long inputs, long intervals, long order) => new($"layers.{layer}.knots", [inputs, intervals + 1 + 2 * order]);

    /// <summary>The parameters, in the order in which they stand in the model's buffer.</summary>
    public static ImmutableArray<TensorShape> Parameters(int layer, long inputs, long nodes, long subnodes, long basis, long symbolicEdges) =>
    [
        new($"layers.{layer}.coefficients", [inputs, subnodes, basis]),
        new($"layers.{layer}.base_scales", [inputs, subnodes]),
        new($"layers.{layer}.spline_scales", [basis == 0 ? 0 : inputs, subnodes]),
        new($"layers.{layer}.symbolic_affine", [symbolicEdges, 4]),
        new($"layers.{layer}.subnode_scales", [subnodes]),
        new($"layers.{layer}.subnode_biases", [subnodes]),
        new($"layers.{layer}.node_scales", [nodes]),
        new($"layers.{layer}.node_biases", [nodes]),
    ];

    /// <summary>What is subtracted from the columns of one side, or what they are divided by.</summary>
    public static TensorShape Scaling(string side, string part, long columns) => new($"{side}.{part}", [columns]);
}

/// <summary>A tensor's name and the length of each of its dimensions.</summary>
internal sealed record TensorShape(string Name, ImmutableArray<long> Dimensions)
{
    /// <summary>`[2, 5, 8]`.</summary>
    public static string Format(IEnumerable<long> dimensions) => $"[{string.Join(", ", dimensions)}]";
}
