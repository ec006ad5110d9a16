using System.Numerics;
using KanSharp.Layers;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Splines.Kernels;

namespace KanSharp.Tests.Layers;

/// <summary>Folding and unfolding against the formulas, number by number, over widths around the lanes of every layout.</summary>
public class FoldedLayerTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 5)]
    [InlineData(3, 6)]
    [InlineData(3, 40)]
    public void Weights_are_mask_times_scale_times_coefficient(int order, int intervals)
    {
        foreach (int outputs in (int[])[1, 5, 16, 17, 18, 19, 64, 67, 131])
        {
            CheckFold<double>(order, intervals, outputs);
            CheckFold<float>(order, intervals, outputs);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 5)]
    [InlineData(3, 6)]
    [InlineData(3, 40)]
    public void Gradients_come_back_by_the_chain_rule(int order, int intervals)
    {
        foreach (int outputs in (int[])[1, 5, 16, 17, 18, 19, 64, 67, 131])
        {
            CheckUnfold<double>(order, intervals, outputs);
            CheckUnfold<float>(order, intervals, outputs);
        }
    }

    private static void CheckFold<T>(int order, int intervals, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (KanLayer layer, FoldedLayer<T> folded, double[] numbers, _) = Create<T>(order, intervals, outputs);
        var parameters = new LayerParameters(layer, numbers);
        folded.Fold(parameters, 0, 1);
        folded.Fold(parameters, 1, layer.InputCount);
        for (int edge = 0; edge < layer.EdgeCount; edge++)
        {
            int start = folded.Layout.Edge(edge / outputs, edge % outputs, layer.InputCount);
            double mask = layer.NumericMask[edge], scale = mask * parameters.SplineScales[edge];
            if (folded.Layout.TakesCubes && Cubes<T>(layer) is { } cubes)
            {
                T[] weights = new T[layer.BasisCount];
                cubes.FromBSplines(parameters.EdgeCoefficients(edge / outputs, edge % outputs), scale, weights);
                Assert.Equal(weights, folded.Weights.AsSpan(start, layer.BasisCount));
                continue;
            }
            for (int r = 0; r < layer.BasisCount; r++)
                Assert.Equal(T.CreateTruncating(scale * parameters.Coefficients[edge * layer.BasisCount + r]), folded.Weights.Span[start + r * folded.Layout.WeightStride]);
            Assert.Equal(T.CreateTruncating(mask * parameters.BaseScales[edge]), folded.Weights.Span[start + folded.Layout.BaseWeight * folded.Layout.WeightStride]);
        }
    }

    private static void CheckUnfold<T>(int order, int intervals, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (KanLayer layer, FoldedLayer<T> folded, double[] numbers, SeededRandom random) = Create<T>(order, intervals, outputs);
        EdgeLayout layout = folded.Layout;
        var parameters = new LayerParameters(layer, numbers);
        // The gradient of inputs 1 and 2, as it comes from a piece of work.
        const int first = 1, end = 3;
        T[] gradient = new T[(end - first) * layout.InputLength * layout.GradientLanes];
        for (int n = 0; n < gradient.Length; n++)
            gradient[n] = T.CreateTruncating(random.NextDouble(-1, 1));
        int masked = layout.Edge(0, 1 % outputs, end - first) * layout.GradientLanes;
        if (layer.NumericMask[first * outputs + 1 % outputs] == 0)
            gradient[masked] = T.NaN;
        foreach (bool add in (bool[])[false, true])
        {
            double[] found = new double[layer.ParameterCount];
            Array.Fill(found, add ? 0.25 : double.NaN);
            var target = new LayerParameters(layer, found);
            folded.Unfold(gradient, parameters, target, first, end, add);
            double start = add ? 0.25 : 0;
            for (int edge = first * outputs; edge < end * outputs; edge++)
            {
                double mask = layer.NumericMask[edge], dot = 0, size = 1;
                ref T numbersOfEdge = ref gradient[layout.Edge(edge / outputs - first, edge % outputs, end - first) * layout.GradientLanes];
                double[] bySplines = new double[layer.BasisCount];
                for (int r = 0; r < layer.BasisCount; r++)
                    bySplines[r] = layout.GradientOf(ref numbersOfEdge, r);
                if (layout.TakesCubes)
                    Cubes<T>(layer)?.ToBSplines([.. bySplines], bySplines);
                for (int r = 0; r < layer.BasisCount; r++)
                {
                    double value = mask == 0 ? 0 : bySplines[r], coefficient = parameters.Coefficients[edge * layer.BasisCount + r];
                    Assert.Equal(start + mask * parameters.SplineScales[edge] * value, target.Coefficients[edge * layer.BasisCount + r], 1e-15 * (1 + Math.Abs(value)));
                    dot += value * coefficient;
                    size += Math.Abs(value * coefficient);
                }
                Assert.Equal(start + mask * dot, target.SplineScales[edge], 1e-15 * size);
                Assert.Equal(start + (mask == 0 ? 0 : mask * layout.GradientOf(ref numbersOfEdge, layout.BaseWeight)), target.BaseScales[edge], 1e-15);
            }
            // Other inputs' parameters are not touched.
            Assert.Equal(add ? 0.25 : double.NaN, target.SplineScales[end * outputs]);
            Assert.Equal(add ? 0.25 : double.NaN, target.Coefficients[first * outputs * layer.BasisCount - 1]);
        }
    }

    private static OneSidedCubes<T>? Cubes<T>(KanLayer layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new CellTable<T>(layer.Grids[0], RangePolicy.Linear).Cubes;

    /// <summary>A layer of four inputs; where there are several outputs one edge in five is masked, and one mask is neither on nor off.</summary>
    private static (KanLayer, FoldedLayer<T>, double[] Parameters, SeededRandom) Create<T>(int order, int intervals, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int inputs = 4;
        var random = new SeededRandom((ulong)(100 * outputs + intervals));
        double[] mask = new double[inputs * outputs];
        for (int edge = 0; edge < mask.Length; edge++)
            mask[edge] = outputs > 1 && edge % 5 == (outputs + 1) % 5 ? 0 : 1;
        mask[^2] = 0.5;
        KnotGrid grid = KnotGrid.Uniform(-1, 1, intervals, order);
        var layer = new KanLayer([.. Enumerable.Repeat(grid, inputs)], new LayerWidth(outputs), [.. mask], []);
        double[] parameters = new double[layer.ParameterCount];
        foreach (ref double parameter in parameters.AsSpan())
            parameter = random.NextDouble(-1, 1);
        CellTable<T>[] tables = [.. Enumerable.Repeat(new CellTable<T>(grid, RangePolicy.Linear), inputs)];
        return (layer, new FoldedLayer<T>(layer, tables), parameters, random);
    }
}
