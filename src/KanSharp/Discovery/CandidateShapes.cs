using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.Discovery;

/// <summary>A shape and the number of a random start.</summary>
internal sealed record ShapeStart(KanSpec Shape, int Start);

/// <summary>The shapes tried, from plain to rich: sums of functions, functions of sums, products of sums, and their combinations.</summary>
internal static class CandidateShapes
{
    /// <summary>Rounds of shapes with several random starts each.</summary>
    public static ImmutableArray<ImmutableArray<ShapeStart>> Rounds(int inputs)
    {
        LayerWidth x = new(inputs), one = new(1);
        LayerWidth Mixed(int sums, params ReadOnlySpan<int> arities) => new(sums, [.. arities]);
        return
        [
            Starts([([x, one], 1), ([x, one, one], 3), ([x, Mixed(0, 2)], 2)]),
            Starts([([x, one, one], 5), ([x, Mixed(0, 2)], 3), ([x, Mixed(0, 2), one], 3), ([x, new LayerWidth(2), one], 3), ([x, Mixed(1, 2), one], 4)]),
            Starts([([x, Mixed(0, 3)], 3), ([x, new LayerWidth(2), one, one], 3), ([x, Mixed(1, 2), one, one], 4), ([x, new LayerWidth(2), Mixed(0, 2)], 4), ([x, new LayerWidth(3), one], 2), ([x, Mixed(0, 2, 2), one], 3)]),
            Starts([([x, Mixed(1, 2), one], 4), ([x, Mixed(1, 2, 2), one], 4), ([x, new LayerWidth(3), Mixed(0, 2)], 4), ([x, Mixed(2, 2), one, one], 4), ([x, Mixed(0, 3), one], 3), ([x, new LayerWidth(4), one], 2), ([x, new LayerWidth(2), one, one], 4)]),
        ];
    }

    private static ImmutableArray<ShapeStart> Starts((ImmutableArray<LayerWidth> Widths, int Count)[] shapes) =>
    [
        .. shapes.SelectMany(shape => Enumerable.Range(0, shape.Count).Select(start => new ShapeStart(
            new KanSpec(shape.Widths), start + 100 * shape.Widths.Length + 7 * shape.Widths[1].Subnodes + shape.Widths[1].Arities.Length))),
    ];
}
