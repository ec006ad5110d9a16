using System.Collections.Immutable;
using KanSharp.Layers;

namespace KanSharp.Model;

/// <summary>An edge that two models do not have alike.</summary>
/// <param name="Edge">The edge.</param>
/// <param name="Before">What it is in the first: `off`, `spline` (`weight` in a multilayer perceptron), the name of its function, with `, held` where its constants are, or `spline + ` that.</param>
/// <param name="After">What it is in the second.</param>
public sealed record EdgeChange(EdgeIndex Edge, string Before, string After);

/// <summary>How two models differ.</summary>
public sealed record ModelDifference
{
    /// <summary>Whether both have the same nodes; edges and parameters are compared only then.</summary>
    public required bool SameShape { get; init; }

    /// <summary>Edges that are of another kind.</summary>
    public required ImmutableArray<EdgeChange> Edges { get; init; }

    /// <summary>Layers whose knots differ.</summary>
    public required ImmutableArray<int> MovedGrids { get; init; }

    /// <summary>Number of parameters with another value; null where the models do not have the same parameters.</summary>
    public required int? ChangedParameters { get; init; }

    /// <summary>The largest difference between values of the same parameter; null as above.</summary>
    public required double? LargestChange { get; init; }

    /// <summary>Whether names, units, classes, base function, range policy or precision differ.</summary>
    public required bool OtherSetting { get; init; }

    /// <summary>Whether both compute the same, for the same columns.</summary>
    public bool IsNone => SameShape && Edges.IsEmpty && MovedGrids.IsEmpty && ChangedParameters == 0 && !OtherSetting;

    /// <summary>Compares two models; their histories and records of training do not count.</summary>
    public static ModelDifference Between(KanModel before, KanModel after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        bool sameShape = before.Widths.SequenceEqual(after.Widths), sameParameters = sameShape;
        var edges = ImmutableArray.CreateBuilder<EdgeChange>();
        var moved = ImmutableArray.CreateBuilder<int>();
        for (int l = 0; sameShape && l < before.Layers.Length; l++)
        {
            KanLayer first = before.Layers[l], second = after.Layers[l];
            for (int e = 0; e < first.EdgeCount; e++)
            {
                var edge = new EdgeIndex(l, e / first.SubnodeCount, e % first.SubnodeCount);
                if ((Kind(first, edge), Kind(second, edge)) is var (old, now) && old != now)
                    edges.Add(new EdgeChange(edge, old, now));
            }
            if (!first.Grids.Zip(second.Grids).All(pair => pair.First.Order == pair.Second.Order && pair.First.Knots.SequenceEqual(pair.Second.Knots)))
                moved.Add(l);
            sameParameters &= first.BasisCount == second.BasisCount &&
                first.SymbolicEdges.Select(edge => (edge.Input, edge.Output)).SequenceEqual(second.SymbolicEdges.Select(edge => (edge.Input, edge.Output)));
        }
        int changed = 0;
        double largest = 0;
        for (int p = 0; sameParameters && p < before.Parameters.Length; p++)
        {
            double change = Math.Abs(before.Parameters[p] - after.Parameters[p]);
            changed += change == 0 ? 0 : 1;
            largest = Math.Max(largest, change);
        }
        return new ModelDifference
        {
            SameShape = sameShape,
            Edges = edges.ToImmutable(),
            MovedGrids = moved.ToImmutable(),
            ChangedParameters = sameParameters ? changed : null,
            LargestChange = sameParameters ? largest : null,
            OtherSetting = !SameSetting(before, after),
        };
    }

    private static string Kind(KanLayer layer, EdgeIndex edge)
    {
        int s = layer.SymbolicIndex(edge.Input, edge.Output);
        bool isNumeric = layer.NumericMask[edge.Input * layer.SubnodeCount + edge.Output] != 0;
        return (isNumeric, s) switch
        {
            (true, < 0) => layer.HasSplines ? "spline" : "weight",
            (true, _) => $"{(layer.HasSplines ? "spline" : "weight")} + {Name(layer.SymbolicEdges[s])}",
            (false, < 0) => "off",
            _ => Name(layer.SymbolicEdges[s]),
        };

        static string Name(SymbolicEdge symbolic) => symbolic.Function.Name + (symbolic.IsHeld ? ", held" : "");
    }

    private static bool SameSetting(KanModel before, KanModel after) =>
        before.BaseFunction == after.BaseFunction && before.Layers.Select(layer => layer.BaseFunction).SequenceEqual(after.Layers.Select(layer => layer.BaseFunction)) &&
        before.RangePolicy == after.RangePolicy && before.Info.Precision == after.Info.Precision && before.Info.TargetName == after.Info.TargetName &&
        before.Info.InputNames.SequenceEqual(after.Info.InputNames) && before.Info.OutputNames.SequenceEqual(after.Info.OutputNames) &&
        before.Info.Classes.SequenceEqual(after.Info.Classes) && SameCategories(before.Info.Categories, after.Info.Categories) && before.Info.DerivedInputs.SequenceEqual(after.Info.DerivedInputs) && Same(before.Info.InputScaling, after.Info.InputScaling) && Same(before.Info.OutputScaling, after.Info.OutputScaling);

    private static bool SameCategories(ImmutableArray<CategoricalColumn> before, ImmutableArray<CategoricalColumn> after) =>
        before.Length == after.Length && before.Zip(after).All(pair => pair.First.Name == pair.Second.Name && pair.First.Labels.SequenceEqual(pair.Second.Labels));

    private static bool Same(Scaling before, Scaling after) =>
        before.Offsets.ToArray().AsSpan().SequenceEqual(after.Offsets.ToArray()) && before.Scales.ToArray().AsSpan().SequenceEqual(after.Scales.ToArray());
}
