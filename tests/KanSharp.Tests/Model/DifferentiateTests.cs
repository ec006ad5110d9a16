using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Layers.Kernels;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Model;

/// <summary>Derivatives by inputs and parameters against central differences, over shapes, orders, base functions, range policies and units.</summary>
public class DifferentiateTests
{
    public static TheoryData<string, int, int, BaseFunction, RangePolicy, bool> Configurations()
    {
        var data = new TheoryData<string, int, int, BaseFunction, RangePolicy, bool>();
        string[] shapes = ["2,2", "2,3,2", "2,[1,1],2", "2,[1,2:2/3],[1,1]", "3,2,[0,1:3],2", "mlp 3,4,[2,1],2"];
        int[] grids = [5, 10, 40];
        int n = 0;
        foreach (string shape in shapes)
        {
            foreach (int order in (int[])[2, 3, 4, 5])
            {
                foreach (BaseFunction baseFunction in Enum.GetValues<BaseFunction>())
                {
                    // Grids take every way a polynomial is picked; policies take turns.
                    data.Add(shape, order, grids[n % 3], baseFunction, (RangePolicy)(n % 4), n % 2 == 0);
                    n++;
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Input_derivatives_agree_with_central_differences(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy, bool symbolic)
    {
        KanModel model = Create(shape, order, grid, baseFunction, policy, symbolic, out Matrix x);
        Derivatives exact = model.Differentiate(x, DerivativeRequest.Hessian(model.InputCount));
        // Two orders of summation; splines on 40 intervals multiply a rounding by slopes of 100 and more in each layer.
        var values = new Differences(1e-11);
        values.Check("values", exact.Values.Values, model.Predict(x).Values.Values);
        values.Assert();
        const double step = 1e-6;
        for (int i = 0; i < model.InputCount; i++)
        {
            Derivatives above = model.Differentiate(Moved(x, i, step), DerivativeRequest.Gradient(model.InputCount));
            Derivatives below = model.Differentiate(Moved(x, i, -step), DerivativeRequest.Gradient(model.InputCount));
            AssertClose(exact.First(i), above.Values, below.Values, step, $"first derivative by input {i}");
            for (int j = 0; j < model.InputCount; j++)
                AssertClose(exact.Second(i, j), above.First(j), below.First(j), step, $"second derivative by inputs {i} and {j}");
        }
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Forms_and_directions_are_sums_of_partial_derivatives(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy, bool symbolic)
    {
        KanModel model = Create(shape, order, grid, baseFunction, policy, symbolic, out Matrix x);
        int inputs = model.InputCount;
        Derivatives all = model.Differentiate(x, DerivativeRequest.Hessian(inputs));
        Matrix laplacian = model.Differentiate(x, DerivativeRequest.Laplacian(inputs)).Form(0);
        double[] v = [0.3, -1.2, 0.7];
        Derivatives along = model.Differentiate(x, DerivativeRequest.Along(v.AsSpan(0, inputs)));
        for (int row = 0; row < x.Rows; row++)
        {
            for (int o = 0; o < model.OutputCount; o++)
            {
                double trace = 0, slope = 0, curvature = 0, size = 1;
                for (int i = 0; i < inputs; i++)
                {
                    trace += all.Second(i, i)[row, o];
                    slope += v[i] * all.First(i)[row, o];
                    for (int j = 0; j < inputs; j++)
                    {
                        curvature += v[i] * v[j] * all.Second(i, j)[row, o];
                        size += Math.Abs(all.Second(i, j)[row, o]);
                    }
                }
                Assert.Equal(trace, laplacian[row, o], 1e-12 * size);
                Assert.Equal(slope, along.First(0)[row, o], 1e-11 * (1 + Math.Abs(slope)));
                Assert.Equal(curvature, along.Form(0)[row, o], 1e-11 * size);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Parameter_gradients_of_all_components_agree_with_central_differences(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy, bool symbolic)
    {
        KanModel model = Create(shape, order, grid, baseFunction, policy, symbolic, out Matrix x);
        foreach (DerivativeRequest request in (DerivativeRequest[])[DerivativeRequest.Values, DerivativeRequest.Gradient(model.InputCount), Mixed(model.InputCount)])
        {
            double[] weights = Weights(model, request, x.Rows);
            double[] parameters = model.Parameters.ToArray(), gradient = Gradient(model, x, request, weights);
            double scale = Math.Max(gradient.Max(Math.Abs), Math.Abs(Loss(model, x, request, weights)));
            for (int p = 0; p < parameters.Length; p += 1 + parameters.Length / 60)
            {
                double old = parameters[p], step = 2e-6 * Math.Max(1, Math.Abs(old));
                parameters[p] = old + step;
                double above = Loss(model.With(parameters), x, request, weights);
                parameters[p] = old - step;
                double below = Loss(model.With(parameters), x, request, weights);
                parameters[p] = old;
                double difference = (above - below) / (2 * step);
                Assert.True(Math.Abs(difference - gradient[p]) <= 1e-6 * scale, $"{request.Forms.Length} forms, parameter {p}: gradient {gradient[p]:R}, difference {difference:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void The_rows_of_the_Jacobian_add_up_to_the_gradient(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy, bool symbolic)
    {
        KanModel model = Create(shape, order, grid, baseFunction, policy, symbolic, out Matrix x);
        DerivativeRequest request = Mixed(model.InputCount);
        double[] weights = Weights(model, request, x.Rows), gradient = Gradient(model, x, request, weights);
        int count = gradient.Length;
        double[] rows = new double[count * JetPass.TileSamples], sums = new double[count];
        Array.Fill(rows, double.NaN);
        int[] rowOf = [.. Enumerable.Range(0, count)];
        foreach ((int layer, KanLayer structure) in model.Layers.Index())
            rowOf.AsSpan(model.Network.Offsets[layer] + structure.SplineScaleOffset, structure.EdgeCount).Fill(-1);
        JetEvaluator evaluator = Evaluator(model, request);
        evaluator.ForEachTile(model.ParameterArray, x, JetEvaluator.ChunkCount(x.Rows), (pass, _, start) =>
        {
            FillAdjoints(pass, start, weights);
            evaluator.Jacobian(pass, model.ParameterArray, rowOf, rows);
            for (int p = 0; p < count; p++)
            {
                for (int n = 0; n < pass.Count && rowOf[p] >= 0; n++)
                    sums[p] += rows[p * JetPass.TileSamples + n];
            }
        });
        double scale = gradient.Max(Math.Abs);
        foreach ((int layer, KanLayer structure) in model.Layers.Index())
        {
            for (int p = 0; p < structure.ParameterCount; p++)
            {
                int index = model.Network.Offsets[layer] + p;
                bool masked = p < structure.AffineOffset && structure.NumericMask[p < structure.BaseScaleOffset ? p / structure.BasisCount : (p - structure.BaseScaleOffset) % structure.EdgeCount] == 0;
                if (rowOf[index] >= 0 && !masked)
                    Assert.True(Math.Abs(sums[index] - gradient[index]) <= 1e-11 * scale, $"parameter {index}: rows {sums[index]:R}, gradient {gradient[index]:R}");
            }
        }
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        var random = new SeededRandom(8);
        KanModel model = RandomNets.Create("3,[4,2],2", 3, 5, BaseFunction.Silu, RangePolicy.Linear, true, random);
        Matrix x = RandomNets.Inputs(random, 5_000, 3);
        DerivativeRequest request = Mixed(3);
        double[] weights = Weights(model, request, x.Rows);
        Assert.Equal(Gradient(model, x, request, weights, threads: 1), Gradient(model, x, request, weights, threads: 2));
        Assert.Equal(Gradient(model, x, request, weights, threads: 1), Gradient(model, x, request, weights, threads: 4));
    }

    [Fact]
    public void A_quadratic_edge_has_the_derivatives_of_its_parabola()
    {
        // One symbolic edge x^2 on each input: u = 3 (x^2 + y^2), in other units.
        KanModel model = KanModel.Create(new KanSpec(2, 1), 1, ModelInfo.Default(2, 1) with
        {
            InputScaling = new Scaling([1, 2], [4, 5]),
            OutputScaling = new Scaling([7], [3]),
        });
        foreach (int input in (int[])[0, 1])
            model = KanSharp.Interpretation.SymbolicEdges.FixEdge(model, new EdgeIndex(0, input, 0), KanSharp.Formulas.SymbolicLibrary.Default["x^2"], 1, 0, 1, 0);
        Derivatives at = model.Differentiate(Matrix.FromRows([[2, 4]]), DerivativeRequest.Hessian(2));
        Assert.Equal(7 + 3 * (1.0 / 16 + 4.0 / 25), at.Values[0, 0], 1e-14);
        Assert.Equal(3 * 2 * 0.25 / 4, at.First(0)[0, 0], 1e-14);
        Assert.Equal(3 * 2 * 0.4 / 5, at.First(1)[0, 0], 1e-14);
        Assert.Equal(6.0 / 16, at.Second(0, 0)[0, 0], 1e-14);
        Assert.Equal(0, at.Second(1, 0)[0, 0], 1e-14);
        Assert.Equal(6.0 / 25, at.Second(1, 1)[0, 0], 1e-14);
    }

    [Fact]
    public void Requests_that_do_not_fit_are_refused()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1));
        Matrix x = Matrix.FromRows([[0.1, 0.2]]);
        Assert.Contains("needs one finite number for each", Assert.Throws<KanSharpException>(() => model.Differentiate(x, DerivativeRequest.Gradient(3))).Message);
        var form = new DerivativeRequest { Forms = [[new SecondOrderTerm(0, 1)]] };
        Assert.Contains("there are 0 directions", Assert.Throws<KanSharpException>(() => model.Differentiate(x, form)).Message);
        Derivatives slopes = model.Differentiate(x, DerivativeRequest.Gradient(2));
        Assert.Contains("was not asked for", Assert.Throws<KanSharpException>(() => slopes.Second(0, 1)).Message);
        Assert.Contains("no direction 2", Assert.Throws<KanSharpException>(() => slopes.First(2)).Message);
        KanModel classifier = KanModel.Create(new KanSpec(2, 2), 1, ModelInfo.Default(2, 2) with { Classes = ["a", "b"] });
        Assert.Contains("classifier", Assert.Throws<KanSharpException>(() => classifier.Differentiate(x, DerivativeRequest.Gradient(2))).Message);
    }

    /// <summary>A random network on knots that follow the samples, in units of its own.</summary>
    private static KanModel Create(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy, bool symbolic, out Matrix x)
    {
        var random = new SeededRandom((ulong)(order + grid));
        KanModel model = RandomNets.Create(shape, order, grid, baseFunction, policy, symbolic, random);
        if (model.HasSplines)
            model = GridUpdater.UpdateScaled(model, RandomNets.Inputs(random, 200, model.InputCount), 0.3);
        double[] Numbers(int count, double low, double high) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble(low, high))];
        model = model.With(model.Info with
        {
            InputScaling = new Scaling(Numbers(model.InputCount, -1, 1), Numbers(model.InputCount, 0.5, 2)),
            OutputScaling = new Scaling(Numbers(model.OutputCount, -1, 1), Numbers(model.OutputCount, 0.5, 2)),
        });
        // The policy to refuse rows outside the range is for predictions: there the inputs stay inside.
        Matrix scaled = RandomNets.Inputs(random, 23, model.InputCount);
        for (int i = 0; i < model.InputCount && policy == RangePolicy.Error && model.HasSplines; i++)
        {
            KnotGrid knots = model.Layers[0].Grids[i];
            foreach (ref double value in scaled.Column(i))
                value = Math.Clamp(value, knots.Start + 0.01, knots.End - 0.01);
        }
        x = model.Info.InputScaling.Invert(scaled);
        return model;
    }

    /// <summary>Directions that are no unit vectors, a form of several terms and one of mixed indices.</summary>
    private static DerivativeRequest Mixed(int inputs) => new()
    {
        Directions = [.. Enumerable.Range(0, 2).Select(a => (ImmutableArray<double>)[.. Enumerable.Range(0, inputs).Select(i => a == i ? 1.0 : 0.4 * (a + i))])],
        Forms = [[new(0, 0), new(1, 1, -0.5), new(0, 1, 0.7)], [new(1, 0)]],
    };

    private static double[] Weights(KanModel model, DerivativeRequest request, int rows)
    {
        var random = new SeededRandom(3);
        return [.. Enumerable.Range(0, rows * model.OutputCount * request.ToShape().Components).Select(_ => random.NextDouble(-1, 1))];
    }

    private static JetEvaluator Evaluator(KanModel model, DerivativeRequest request, int threads = 1)
    {
        PiecewiseLayer[] folded = JetEvaluator.CreateWeights(model.Network);
        JetEvaluator.Fold(model.Network, folded, model.ParameterArray);
        return new JetEvaluator(model.Network, model.Info, request, folded, threads);
    }

    private static double[] Gradient(KanModel model, Matrix x, DerivativeRequest request, double[] weights, int threads = 1)
    {
        double[] gradient = new double[model.Parameters.Length];
        Evaluator(model, request, threads).LossAndGradient(model.ParameterArray, x, (pass, start, _) => FillAdjoints(pass, start, weights), gradient);
        return gradient;
    }

    /// <summary>The weighted sum of all components at all samples.</summary>
    private static double Loss(KanModel model, Matrix x, DerivativeRequest request, double[] weights) =>
        Evaluator(model, request).LossAndGradient(model.ParameterArray, x, (pass, start, _) => FillAdjoints(pass, start, weights), new double[model.Parameters.Length]);

    private static double FillAdjoints(JetPass pass, int start, double[] weights)
    {
        double sum = 0;
        int rows = pass.Outputs.Length / JetPass.TileSamples;
        for (int row = 0; row < rows; row++)
        {
            for (int n = 0; n < pass.Count; n++)
            {
                double weight = weights[(start + n) * rows + row];
                pass.OutputAdjoints[row * JetPass.TileSamples + n] = weight;
                sum += weight * pass.Outputs[row * JetPass.TileSamples + n];
            }
        }
        return sum;
    }

    private static Matrix Moved(Matrix x, int column, double by)
    {
        Matrix result = x.Clone();
        foreach (ref double value in result.Column(column))
            value += by;
        return result;
    }

    private static void AssertClose(Matrix exact, Matrix above, Matrix below, double step, string what)
    {
        double scale = Math.Max(1, Math.Max(exact.Values.ToArray().Max(Math.Abs), above.Values.ToArray().Max(Math.Abs)));
        for (int k = 0; k < exact.Values.Length; k++)
        {
            double difference = (above.Values[k] - below.Values[k]) / (2 * step);
            // The difference itself is off by a sixth of step² times the third derivative, which is up to 1e6 times the first on 40 intervals.
            Assert.True(Math.Abs(difference - exact.Values[k]) <= 1e-6 * scale, $"{what}, entry {k}: exact {exact.Values[k]:R}, difference {difference:R}");
        }
    }
}
