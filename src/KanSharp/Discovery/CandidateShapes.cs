using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.Discovery;

/// <summary>A shape and the number of a random start.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Start">The number.</param>
/// <param name="Separate">Whether each factor of its product sees one input only.</param>
internal sealed record ShapeStart(KanSpec Shape, int Start, bool Separate = false);

/// <summary>The shapes tried, from plain to rich: sums of functions, functions of sums, products of sums, and their combinations.</summary>
internal static class CandidateShapes
{
    /// <summary>Rounds of shapes with several random starts each.</summary>
    public static ImmutableArray<ImmutableArray<ShapeStart>> Rounds(int inputs)
    {
        LayerWidth x = new(inputs), one = new(1), two = new(2), three = new(3);
        return
        [
            [.. Starts([([x, one], 1), ([x, one, one], 3), ([x, Mixed(0, 2)], 2)]), .. Separable(inputs)],
            Starts([([x, one, one], 5), ([x, Mixed(0, 2)], 3), ([x, Mixed(0, 2), one], 3), ([x, two, one], 3), ([x, Mixed(1, 2), one], 4)]),
            Starts([([x, Mixed(0, 3)], 3), ([x, two, one, one], 3), ([x, Mixed(1, 2), one, one], 4), ([x, two, Mixed(0, 2)], 4), ([x, three, one], 2), ([x, Mixed(0, 2, 2), one], 3)]),
            Starts([([x, Mixed(1, 2), one], 4), ([x, Mixed(1, 2, 2), one], 4), ([x, three, Mixed(0, 2)], 4), ([x, Mixed(2, 2), one, one], 4), ([x, Mixed(0, 3), one], 3), ([x, new LayerWidth(4), one], 2), ([x, two, one, one], 4), ([x, Mixed(1, 2, 2), Mixed(0, 2)], 4)]),
        ];
    }

    /// <summary>Rounds for another view of the target, the first beside the second of the target itself.</summary>
    public static ImmutableArray<ImmutableArray<ShapeStart>> RoundsOfOthers(int inputs)
    {
        LayerWidth x = new(inputs), one = new(1), two = new(2), three = new(3);
        return
        [
            Starts(inputs == 2 ? [([x, one], 1), ([x, one, one], 2), ([x, Mixed(0, 2)], 2)] : [([x, one], 1), ([x, one, one], 2)]),
            Starts([([x, two, one], 3), ([x, Mixed(1, 2), one], 2)]),
            Starts([([x, three, one], 3), ([x, two, one, one], 2), ([x, Mixed(2, 2), one], 2)]),
        ];
    }

    /// <summary>What shows whether fewer inputs do.</summary>
    public static ImmutableArray<ShapeStart> ForReduction(int inputs)
    {
        LayerWidth x = new(inputs), one = new(1), two = new(2);
        return Starts([([x, one], 1), ([x, one, one], 3), ([x, Mixed(0, 2)], 2), ([x, Mixed(0, 2), one], 2), ([x, two, one], 2), ([x, Mixed(1, 2), one], 3)]);
    }

    private static LayerWidth Mixed(int sums, params ReadOnlySpan<int> arities) => new(sums, [.. arities]);

    /// <summary>Products of one function of each input; of two inputs every product is.</summary>
    private static IEnumerable<ShapeStart> Separable(int inputs) =>
        inputs < 3 ? [] : Starts([([new LayerWidth(inputs), Mixed(0, inputs)], 3)]).Select(start => start with { Separate = true });

    private static ImmutableArray<ShapeStart> Starts((ImmutableArray<LayerWidth> Widths, int Count)[] shapes) =>
    [
        .. shapes.SelectMany(shape => Enumerable.Range(0, shape.Count).Select(start => new ShapeStart(
            new KanSpec(shape.Widths), start + 100 * shape.Widths.Length + 7 * shape.Widths[1].Subnodes + shape.Widths[1].Arities.Length))),
    ];
}
