using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Splines;

namespace KanSharp.Tests.IO;

/// <summary>
/// The model in Fixtures/model-1.kan, number by number: product nodes, masks, symbolic edges beside and instead of splines, layers of
/// different order, scaling, and names that need care.
/// </summary>
internal static class FixtureModel
{
    public static KanModel Build()
    {
        SymbolicLibrary library = SymbolicLibrary.Default;
        var first = new KanLayer(
            [KnotGrid.Uniform(-1, 1, 4, 3), KnotGrid.FromInner([-2, -0.3, 0.1, 1.0 / 3, 2.5], 3)],
            new LayerWidth(2, [2, 3]),
            [1, 0, 1, 1, 0.5, 1, 1, 1, 0, 1, 1, 1, 1, 1],
            [new SymbolicEdge(0, 1, library["sin"]), new SymbolicEdge(0, 4, library["x^2"]), new SymbolicEdge(1, 1, library["1/sqrt"])]);
        var second = new KanLayer(
            [.. Enumerable.Repeat(KnotGrid.Uniform(-3, 3, 2, 1), 4)],
            new LayerWidth(2),
            [1, 1, 0, 1, 1, 1, 1, 1],
            []);
        double[] parameters = [.. Enumerable.Range(0, first.ParameterCount + second.ParameterCount).Select(i => (i * 37 % 101 - 50) / 30.0)];
        parameters[0] = -0.0;
        parameters[1] = double.Epsilon;
        parameters[2] = 1e300;
        return new KanModel([first, second], BaseFunction.Identity, RangePolicy.Clamp, parameters, new ModelInfo
        {
            InputNames = ["größe \"α\", m", "x\\2\n"],
            OutputNames = ["setosa", "virginica 🌸"],
            Classes = ["setosa", "virginica 🌸"],
            TargetName = "species <1>",
            InputScaling = new Scaling([1.7e9, -0.1], [3, 1e-300]),
            OutputScaling = new Scaling([0.25, 0], [1e300, 1]),
            History = ["created 2,[2,2:2/3],2, seed 1", "trained: 50 steps"],
        });
    }

    public static void AssertSame(KanModel expected, KanModel actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.BaseFunction, actual.BaseFunction);
        Assert.Equal(expected.RangePolicy, actual.RangePolicy);
        AssertSameBits(expected.Parameters, actual.Parameters);
        foreach ((KanLayer before, KanLayer after) in expected.Layers.Zip(actual.Layers))
        {
            Assert.Equal(before.Output, after.Output);
            Assert.Equal(before.Order, after.Order);
            Assert.Equal(before.BaseFunction, after.BaseFunction);
            AssertSameBits(before.NumericMask.AsSpan(), after.NumericMask.AsSpan());
            Assert.Equal(before.SymbolicEdges.AsEnumerable(), after.SymbolicEdges);
            foreach ((KnotGrid grid, KnotGrid loaded) in before.Grids.Zip(after.Grids))
                AssertSameBits(grid.Knots, loaded.Knots);
        }
        Assert.Equal(expected.Info.InputNames.AsEnumerable(), actual.Info.InputNames);
        Assert.Equal(expected.Info.OutputNames.AsEnumerable(), actual.Info.OutputNames);
        Assert.Equal(expected.Info.Classes.AsEnumerable(), actual.Info.Classes);
        Assert.Equal(expected.Info.TargetName, actual.Info.TargetName);
        Assert.Equal(expected.Info.History.AsEnumerable(), actual.Info.History);
        AssertSameBits(expected.Info.InputScaling.Offsets, actual.Info.InputScaling.Offsets);
        AssertSameBits(expected.Info.InputScaling.Scales, actual.Info.InputScaling.Scales);
        AssertSameBits(expected.Info.OutputScaling.Offsets, actual.Info.OutputScaling.Offsets);
        AssertSameBits(expected.Info.OutputScaling.Scales, actual.Info.OutputScaling.Scales);
    }

    private static void AssertSameBits(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual) =>
        Assert.Equal(expected.ToArray().Select(BitConverter.DoubleToInt64Bits), actual.ToArray().Select(BitConverter.DoubleToInt64Bits));
}
