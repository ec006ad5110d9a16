using System.Numerics;
using KanSharp.Layers;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Splines.Kernels;

namespace KanSharp.Tests.Layers;

/// <summary>The kernels of a layer's numeric edges against sums over the scalar basis, which has a reference of its own.</summary>
public class NumericEdgesTests
{
    private const int Samples = NumericEdges<double>.Samples;

    public static TheoryData<int, int, RangePolicy> Configurations()
    {
        var data = new TheoryData<int, int, RangePolicy>();
        foreach (int order in (int[])[0, 1, 2, 3, 4, 5, 7])
        {
            foreach (int intervals in (int[])[1, 2, 5, 8, 13, 20, 40])
            {
                foreach (RangePolicy policy in Enum.GetValues<RangePolicy>())
                    data.Add(order, intervals, policy);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Every_sum_agrees_with_the_scalar_basis(int order, int intervals, RangePolicy policy)
    {
        var random = new SeededRandom((ulong)(order * 100 + intervals));
        foreach (KnotGrid grid in Grids(random, intervals, order))
        {
            Check<double>(random, grid, policy, 1e-11);
            // In single precision the basis of close knots is as inexact as the distance of x from them.
            Check<float>(random, grid, policy, 1e-4 * Math.Max(1, ShortestShare(grid)));
        }
    }

    [Fact]
    public void Every_sum_over_weights_without_splines_agrees_with_the_scalar_one()
    {
        var random = new SeededRandom(6);
        Check<double>(random, KnotGrid.None, RangePolicy.Linear, 1e-12);
        Check<float>(random, KnotGrid.None, RangePolicy.Linear, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    public void What_is_not_a_number_gives_what_is_not_a_number_and_nothing_else(int outputs)
    {
        foreach (int intervals in (int[])[5, 20, 60])
        {
            KnotGrid grid = KnotGrid.Uniform(-1, 1, intervals, 3);
            double[] mask = new double[outputs];
            Array.Fill(mask, 1);
            NumericEdges<double> edges = NumericEdges<double>.Create([new CellTable<double>(grid, RangePolicy.Linear)], mask, BaseFunction.Silu, slopes: true);
            double[] x = new double[Samples], sums = new double[outputs * Samples], weights = new double[edges.Layout.InputLength];
            (x[3], x[70]) = (double.NaN, double.PositiveInfinity);
            edges.Fill(0, 1, x, slopes: true);
            Array.Fill(weights, 1);
            for (int block = 0; block < edges.Layout.Blocks; block++)
                edges.AddValues(block, weights, sums);
            for (int n = 0; n < Samples; n++)
            {
                for (int j = 0; j < outputs; j++)
                    Assert.Equal(n is not (3 or 70), double.IsFinite(sums[j * Samples + n]));
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(40)]
    public void A_tile_that_is_not_full_gives_what_its_samples_give_in_a_full_one(int intervals)
    {
        const int outputs = 70, count = 99;
        var random = new SeededRandom(8);
        double[] mask = new double[outputs], x = new double[Samples], adjoints = new double[outputs * Samples];
        Array.Fill(mask, 1);
        foreach (ref double value in x.AsSpan())
            value = random.NextDouble(-1.2, 1.2);
        for (int n = 0; n < adjoints.Length; n++)
            adjoints[n] = n % Samples < count ? random.NextDouble(-1, 1) : 0;
        CellTable<double>[] tables = [new(KnotGrid.Uniform(-1, 1, intervals, 3), RangePolicy.Linear)];
        double[][] found = new double[2][];
        for (int run = 0; run < 2; run++)
        {
            NumericEdges<double> edges = NumericEdges<double>.Create(tables, mask, BaseFunction.Silu, slopes: true);
            double[] sums = new double[adjoints.Length], weights = new double[edges.Layout.InputLength], gradients = new double[weights.Length], inputAdjoints = new double[Samples];
            var numbers = new SeededRandom(9);
            foreach (ref double weight in weights.AsSpan())
                weight = numbers.NextDouble(-1, 1);
            edges.Count = run == 0 ? Samples : count;
            edges.Fill(0, 1, x, slopes: true);
            edges.SetAdjoints(adjoints);
            for (int block = 0; block < edges.Layout.Blocks; block++)
                edges.AddValues(block, weights, sums);
            edges.AddGradients(0, 1, adjoints, gradients);
            edges.AddInputAdjoints(0, 1, weights, adjoints, inputAdjoints);
            found[run] = [.. sums.Where((_, n) => n % Samples < count), .. gradients, .. inputAdjoints.AsSpan(0, count)];
        }
        for (int n = 0; n < found[0].Length; n++)
            Assert.Equal(found[0][n], found[1][n], 1e-12);
    }

    private static IEnumerable<KnotGrid> Grids(SeededRandom random, int intervals, int order)
    {
        yield return KnotGrid.Uniform(-1, 1, intervals, order);
        double[] inner = new double[intervals + 1];
        for (int i = 1; i <= intervals; i++)
            inner[i] = inner[i - 1] + 0.01 + random.NextDouble();
        yield return KnotGrid.FromInner(inner, order);
        if (intervals >= 5)
        {
            inner[2] = inner[1];
            yield return KnotGrid.FromInner(inner, order);
        }
    }

    /// <summary>How many times the shortest interval goes into the mean one.</summary>
    private static double ShortestShare(KnotGrid grid)
    {
        double shortest = double.PositiveInfinity;
        for (int i = 0; i + 1 < grid.Knots.Length; i++)
        {
            if (grid.Knots[i + 1] > grid.Knots[i])
                shortest = Math.Min(shortest, grid.Knots[i + 1] - grid.Knots[i]);
        }
        return (grid.End - grid.Start) / shortest;
    }

    /// <summary>Widths around the lanes of every machine; an edge of each but the narrowest is masked.</summary>
    private static void Check<T>(SeededRandom random, KnotGrid grid, RangePolicy policy, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int inputs, int outputs) in (ReadOnlySpan<(int, int)>)[(1, 1), (3, 2), (2, 5), (2, 17), (2, 75), (37, 3)])
        {
            double[] mask = new double[inputs * outputs];
            Array.Fill(mask, 1);
            if (mask.Length > 1)
                mask[1] = 0;
            var table = new CellTable<T>(grid, policy);
            NumericEdges<T> edges = NumericEdges<T>.Create([.. Enumerable.Repeat(table, inputs)], mask, BaseFunction.Silu, slopes: true);
            var reference = new ScalarEdges(grid, policy, mask, inputs);
            T[] x = new T[inputs * Samples], weights = new T[inputs * edges.Layout.InputLength], adjoints = new T[outputs * Samples];
            for (int i = 0; i < inputs; i++)
                Inputs<T>(random, grid.BasisCount > 0 ? grid : KnotGrid.Uniform(-1, 1, 5, 3)).CopyTo(x.AsSpan(i * Samples));
            for (int n = 0; n < adjoints.Length; n++)
                adjoints[n] = T.CreateTruncating(random.NextDouble(-1, 1));
            OneSidedCubes<T>? cubes = edges.Layout.TakesCubes ? table.Cubes : null;
            for (int edge = 0; edge < mask.Length; edge++)
            {
                int start = edges.Layout.Edge(edge / outputs, edge % outputs, inputs);
                for (int w = 0; w <= grid.BasisCount; w++)
                {
                    T weight = T.CreateTruncating(mask[edge] * random.NextDouble(-1, 1));
                    int at = w == grid.BasisCount ? edges.Layout.BaseWeight : w;
                    weights[start + at * edges.Layout.WeightStride] = weight;
                    reference.Weights[edge * (grid.BasisCount + 1) + w] = double.CreateTruncating(weight);
                }
                cubes?.FromBSplines(reference.Weights.AsSpan(edge * (grid.BasisCount + 1), grid.BasisCount), 1, weights.AsSpan(start, grid.BasisCount));
            }
            edges.Fill(0, inputs, x, slopes: true);
            edges.SetAdjoints(adjoints);
            T[] sums = new T[adjoints.Length], gradients = new T[weights.Length * edges.Layout.GradientLanes], inputAdjoints = new T[x.Length];
            for (int block = 0; block < edges.Layout.Blocks; block++)
                edges.AddValues(block, weights, sums);
            edges.AddGradients(0, inputs, adjoints, gradients);
            edges.AddInputAdjoints(0, inputs, weights, adjoints, inputAdjoints);
            double[] flat = Flat(edges.Layout, cubes, gradients, mask, outputs);
            reference.Evaluate([.. x.Select(double.CreateTruncating)], [.. adjoints.Select(double.CreateTruncating)]);
            string where = $"{typeof(T).Name}, {inputs} to {outputs}, {grid.Intervals} intervals of order {grid.Order}, {policy}";
            Compare($"values, {where}", reference.Sums, sums, reference.ValueScale, tolerance);
            Compare($"gradient, {where}", reference.Gradient, flat, reference.GradientScale, tolerance);
            Compare($"input adjoints, {where}", reference.InputAdjoints, inputAdjoints, reference.SlopeScale, 10 * tolerance);
            CheckEdgeByEdge(edges, cubes, mask, outputs, weights, adjoints, sums, gradients, inputAdjoints, where, reference, tolerance);
        }
    }

    /// <summary>What regularisers and least squares ask for, edge by edge, is the same again.</summary>
    private static void CheckEdgeByEdge<T>(NumericEdges<T> edges, OneSidedCubes<T>? cubes, double[] mask, int outputs, T[] weights, T[] adjoints, T[] sums, T[] gradients, T[] inputAdjoints,
        string where, ScalarEdges reference, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] again = new T[sums.Length], gradientsAgain = new T[gradients.Length], adjointsAgain = new T[inputAdjoints.Length], row = new T[Samples];
        for (int edge = 0; edge < mask.Length; edge++)
        {
            if (mask[edge] == 0)
                continue;
            (int i, int j) = (edge / outputs, edge % outputs);
            ReadOnlySpan<T> adjoint = adjoints.AsSpan(j * Samples, Samples);
            edges.AddValue(i, j, weights, again.AsSpan(j * Samples, Samples));
            edges.AddGradient(i, j, adjoint, 0, mask.Length / outputs, gradientsAgain);
            edges.AddInputAdjoint(i, j, weights, adjoint, adjointsAgain.AsSpan(i * Samples, Samples));
            for (int w = 0; w <= edges.Layout.BasisCount; w++)
            {
                edges.CopyBasis(i, w, row);
                for (int n = 0; n < Samples; n++)
                    reference.Sums[j * Samples + n] -= double.CreateTruncating(row[n]) * reference.Weights[edge * (edges.Layout.BasisCount + 1) + w];
            }
        }
        Compare($"values edge by edge, {where}", [.. sums.Select(double.CreateTruncating)], again, reference.ValueScale, tolerance);
        Compare($"gradient edge by edge, {where}", Flat(edges.Layout, cubes, gradients, mask, outputs), Flat(edges.Layout, cubes, gradientsAgain, mask, outputs), reference.GradientScale, tolerance);
        Compare($"input adjoints edge by edge, {where}", [.. inputAdjoints.Select(double.CreateTruncating)], adjointsAgain, reference.SlopeScale, 10 * tolerance);
        Compare($"rows of the basis, {where}", reference.Sums, new double[reference.Sums.Length], reference.ValueScale, tolerance);
    }

    /// <summary>[edge][weight], by B-splines, lanes added, masked edges zero.</summary>
    private static double[] Flat<T>(EdgeLayout layout, OneSidedCubes<T>? cubes, T[] gradients, double[] mask, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] flat = new double[mask.Length * (layout.BasisCount + 1)];
        for (int edge = 0; edge < mask.Length; edge++)
        {
            for (int w = 0; mask[edge] != 0 && w <= layout.BasisCount; w++)
            {
                int at = layout.Edge(edge / outputs, edge % outputs, mask.Length / outputs) * layout.GradientLanes;
                flat[edge * (layout.BasisCount + 1) + w] = layout.GradientOf(ref gradients[at], w == layout.BasisCount ? layout.BaseWeight : w);
            }
            Span<double> splines = flat.AsSpan(edge * (layout.BasisCount + 1), layout.BasisCount);
            cubes?.ToBSplines(splines.ToArray(), splines);
        }
        return flat;
    }

    private static T[] Inputs<T>(SeededRandom random, KnotGrid grid)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double width = grid.End - grid.Start;
        double[] x = new double[Samples];
        for (int n = 0; n < Samples; n++)
            x[n] = grid.Start + (1.6 * random.NextDouble() - 0.3) * width;
        // A knot that single precision cannot hold lies on one side of it or the other.
        if (typeof(T) == typeof(double))
        {
            grid.InnerKnots[..Math.Min(grid.InnerKnots.Length, 60)].CopyTo(x);
            x[^1] = grid.End;
        }
        x[^2] = grid.End + 10 * width;
        return [.. x.Select(T.CreateTruncating)];
    }

    private static void Compare<T>(string what, double[] expected, T[] found, double scale, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int n = 0; n < expected.Length; n++)
        {
            double value = double.CreateTruncating(found[n]);
            if (!(Math.Abs(value - expected[n]) <= tolerance * scale))
                Assert.Fail($"{what}, number {n}: {value:R}, expected {expected[n]:R}, scale {scale:R}");
        }
    }
}
