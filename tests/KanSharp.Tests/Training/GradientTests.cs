using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Tests.Training;

/// <summary>Every gradient against central differences, over shapes, orders, base functions, range policies, losses and penalties.</summary>
public class GradientTests
{
    private static readonly string[] Narrow = ["2,3,2", "2,[1,1],2", "2,[1,2:2/3],[1,1]", "3,2,2,2", "mlp 3,4,[2,1],2"];

    public static TheoryData<string, int, int, BaseFunction, RangePolicy, bool> NarrowConfigurations() => Configurations(Narrow);

    // 72 outputs are taken layer by layer, with the outputs in the lanes.
    public static TheoryData<string, int, int, BaseFunction, RangePolicy, bool> AllConfigurations() => Configurations([.. Narrow, "2,[70,1],2", "2,3,20", "mlp 2,[70,1],2"]);

    private static TheoryData<string, int, int, BaseFunction, RangePolicy, bool> Configurations(string[] shapes)
    {
        var data = new TheoryData<string, int, int, BaseFunction, RangePolicy, bool>();
        int n = 0;
        foreach (string shape in shapes)
        {
            foreach (int order in (int[])[2, 3, 4])
            {
                foreach (BaseFunction baseFunction in Enum.GetValues<BaseFunction>())
                {
                    // Grids of 40 intervals take the windowed kernels; policies take turns.
                    data.Add(shape, order, n % 3 == 0 ? 40 : 5, baseFunction, (RangePolicy)(n % 4), n % 2 == 0);
                    n++;
                }
            }
        }
        return data;
    }

    [Fact]
    public void The_first_evaluation_and_those_after_memory_has_been_pinned_give_the_same_bits()
    {
        foreach (int outputs in (int[])[1, 20])
        {
            KanModel model = KanModel.Create(new KanSpec(2, 5, outputs), seed: 3);
            var random = new SeededRandom(5);
            Matrix inputs = new(300, 2), targets = new(300, outputs);
            foreach (ref double value in inputs.Values)
                value = random.NextDouble(-1, 1);
            var objective = new NetworkObjective(model.Network, inputs, targets, LossFunction.MeanSquaredError, Regularization.None);
            double[] parameters = model.Parameters.ToArray(), first = new double[parameters.Length], later = new double[parameters.Length];
            double loss = objective.Evaluate(parameters, first);
            for (int call = 0; call < 20; call++)
            {
                Array.Fill(later, double.NaN);
                Assert.Equal(loss, objective.Evaluate(parameters, later));
                Assert.Equal(first, later);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllConfigurations))]
    public void Loss_and_penalty_gradients_agree_with_central_differences(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy, bool symbolic)
    {
        var random = new SeededRandom((ulong)(order + grid));
        KanModel model = RandomNets.Create(shape, order, grid, baseFunction, policy, symbolic, random);
        Matrix x = RandomNets.Inputs(random, 23, model.InputCount), y = RandomNets.Inputs(random, 23, model.OutputCount);
        foreach (double lambda in (double[])[0, 0.1])
        {
            foreach (RegularizationMetric metric in lambda == 0 ? [RegularizationMetric.EdgeDeviation] : Enum.GetValues<RegularizationMetric>())
            {
                var regularization = new Regularization { Lambda = lambda, LambdaCoefficients = 0.1, LambdaCoefficientDifferences = 0.1, Metric = metric };
                CheckGradient(model, x, y, LossFunction.MeanSquaredError, regularization);
            }
        }
        CheckGradient(model, x, Probabilities(y), LossFunction.CrossEntropy, Regularization.None);
        double[] weights = Weights(random, 23);
        CheckGradient(model, x, y, LossFunction.MeanSquaredError, Regularization.None, weights);
        CheckGradient(model, x, Probabilities(y), LossFunction.CrossEntropy, Regularization.None, weights);
        CheckGradient(model, x, y, new HuberLoss { Scale = 0.5 }, Regularization.None);
        CheckGradient(model, x, y, new HuberLoss { Scale = 0.5 }, Regularization.None, weights);
    }

    [Theory]
    [MemberData(nameof(NarrowConfigurations))]
    public void The_normal_equations_agree_with_the_gradient(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy, bool symbolic)
    {
        var random = new SeededRandom((ulong)(order + grid));
        KanModel model = RandomNets.Create(shape, order, grid, baseFunction, policy, symbolic, random);
        Matrix x = RandomNets.Inputs(random, 150, model.InputCount), y = RandomNets.Inputs(random, 150, model.OutputCount);
        bool[] mask = TrainableParameters.Mask(model, new TrainableParts { NodeAffine = true });
        int[] free = TrainableParameters.ForLeastSquares(model, mask);
        double[] weights = Weights(random, 150);
        foreach (double[]? used in (double[]?[])[null, weights])
        {
            foreach (HuberLoss? huber in (HuberLoss?[])[null, new HuberLoss { Scale = 0.5 }])
                CheckNormalEquations(model, free, x, y, used, huber);
        }
    }

    private static void CheckNormalEquations(KanModel model, int[] free, Matrix x, Matrix y, double[]? weights, HuberLoss? huber)
    {
        var squares = new NetworkLeastSquares(model.Network, model.Parameters, free, x, y, weights: weights, huber: huber);
        double[] values = [.. free.Select(p => model.Parameters[p])], normal = new double[free.Length * free.Length], half = new double[free.Length];
        double sum = squares.Linearize(values, normal, half);
        double[] gradient = new double[model.Parameters.Length];
        double loss = new NetworkObjective(model.Network, x, y, huber ?? LossFunction.MeanSquaredError, Regularization.None, weights: weights).Evaluate(model.Parameters, gradient);
        Assert.Equal(loss, sum, 1e-12 * loss);
        Assert.Equal(loss, squares.Evaluate(values), 1e-12 * loss);
        double scale = gradient.Max(Math.Abs);
        for (int i = 0; i < free.Length; i++)
            Assert.True(Math.Abs(2 * half[i] - gradient[free[i]]) <= 1e-11 * scale, $"parameter {free[i]}: 2 Jr = {2 * half[i]:R}, gradient {gradient[free[i]]:R}");
        for (int i = 0; i < free.Length; i++)
        {
            Assert.True(normal[i * free.Length + i] >= 0);
            for (int j = 0; j < i; j++)
                Assert.Equal(normal[i * free.Length + j], normal[j * free.Length + i]);
        }
    }

    [Theory]
    [MemberData(nameof(NarrowConfigurations))]
    [InlineData("2,3,1", 3, 30, BaseFunction.Silu, RangePolicy.Linear, false)]
    [InlineData("2,[2,1],2", 3, 20, BaseFunction.Silu, RangePolicy.Zero, true)]
    [InlineData("2,3,2", 2, 25, BaseFunction.Identity, RangePolicy.Linear, true)]
    [InlineData("2,2,1", 1, 40, BaseFunction.Silu, RangePolicy.Clamp, false)]
    public void The_normal_equations_are_those_of_the_derivatives_row_by_row(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy, bool symbolic)
    {
        var random = new SeededRandom((ulong)(order + grid));
        KanModel model = RandomNets.Create(shape, order, grid, baseFunction, policy, symbolic, random);
        if (grid > 16)
            model = model.RemoveEdge(new EdgeIndex(0, 1, 1));
        Matrix x = RandomNets.Inputs(random, 150, model.InputCount), y = RandomNets.Inputs(random, 150, model.OutputCount);
        int[] free = TrainableParameters.ForLeastSquares(model, TrainableParameters.Mask(model, new TrainableParts { NodeAffine = true }));
        // The gradient is linear in the targets: moving one of them by one tells the derivatives of that output at that row.
        var objective = new NetworkObjective(model.Network, x, y, LossFunction.MeanSquaredError, Regularization.None);
        double[] gradient = new double[model.Parameters.Length], moved = new double[gradient.Length], expected = new double[free.Length * free.Length];
        objective.Evaluate(model.Parameters, gradient);
        foreach (ref double target in y.Values)
        {
            target -= 1;
            objective.Evaluate(model.Parameters, moved);
            target += 1;
            double[] row = [.. free.Select(p => (moved[p] - gradient[p]) * Math.Sqrt(y.Values.Length) / 2)];
            for (int i = 0; i < row.Length; i++)
            {
                for (int j = 0; j < row.Length; j++)
                    expected[i * row.Length + j] += row[i] * row[j];
            }
        }
        var squares = new NetworkLeastSquares(model.Network, model.Parameters, free, x, y);
        double[] values = [.. free.Select(p => model.Parameters[p])], normal = new double[expected.Length];
        squares.Linearize(values, normal, new double[free.Length]);
        double scale = expected.Max(Math.Abs);
        for (int n = 0; n < normal.Length; n++)
            Assert.True(Math.Abs(normal[n] - expected[n]) <= 1e-10 * scale, $"parameters {free[n / free.Length]} and {free[n % free.Length]}: {normal[n]:R} instead of {expected[n]:R}");
        if (squares.LinearCount == 0)
            return;
        double[] linear = new double[squares.LinearCount * squares.LinearCount];
        squares.LinearizeLinear(values, linear, new double[squares.LinearCount]);
        for (int n = 0; n < linear.Length; n++)
            Assert.Equal(normal[(squares.FirstLinear + n / squares.LinearCount) * free.Length + squares.FirstLinear + n % squares.LinearCount], linear[n], 1e-12 * scale);
    }

    [Theory]
    [InlineData("3,[4,2],2", 20_000, 0.01)]
    [InlineData("3,[4,2],2", 20_000, 0)]
    [InlineData("40,70,2", 1200, 0)]
    [InlineData("5,[20,2],17", 1200, 0.01)]
    [InlineData("mlp 40,70,2", 1200, 0)]
    [InlineData("mlp 3,5,5,2", 20_000, 0.01)]
    public void The_number_of_threads_changes_no_bit(string shape, int rows, double lambda)
    {
        var random = new SeededRandom(8);
        KanModel model = RandomNets.Create(shape, 3, 5, BaseFunction.Silu, RangePolicy.Linear, true, random);
        Matrix x = RandomNets.Inputs(random, rows, model.InputCount), y = RandomNets.Inputs(random, rows, model.OutputCount);
        var regularization = new Regularization { Lambda = lambda };
        double[] one = new double[model.Parameters.Length], two = new double[model.Parameters.Length], four = new double[model.Parameters.Length];
        new NetworkObjective(model.Network, x, y, LossFunction.MeanSquaredError, regularization, threads: 1).Evaluate(model.Parameters, one);
        new NetworkObjective(model.Network, x, y, LossFunction.MeanSquaredError, regularization, threads: 2).Evaluate(model.Parameters, two);
        new NetworkObjective(model.Network, x, y, LossFunction.MeanSquaredError, regularization, threads: 4).Evaluate(model.Parameters, four);
        Assert.Equal(one, two);
        Assert.Equal(one, four);
    }

    [Theory]
    [InlineData(5, RangePolicy.Linear)]
    [InlineData(40, RangePolicy.Zero)]
    public void Deviations_of_wide_layers_are_those_of_the_samples_of_their_edges(int grid, RangePolicy policy)
    {
        var random = new SeededRandom(4);
        KanModel model = RandomNets.Create("2,3,20", 3, grid, BaseFunction.Silu, policy, false, random);
        double[] parameters = model.Parameters.ToArray();
        // The last edge is a constant, which is far from zero; the one before it is off.
        KanLayer layer = model.Layers[1];
        int last = layer.EdgeCount - 1, offset = model.Network.Offsets[1];
        parameters.AsSpan(offset + last * layer.BasisCount, layer.BasisCount).Fill(1000);
        parameters[offset + layer.BaseScaleOffset + last] = 0;
        model = model.With(parameters).RemoveEdge(new EdgeIndex(1, 2, 18));
        Matrix x = RandomNets.Inputs(random, 700, 2);
        Activations activations = model.Activate(x);
        for (int edge = 0; edge < layer.EdgeCount; edge++)
        {
            (_, double[] y) = activations.EdgeSamples(new EdgeIndex(1, edge / 20, edge % 20));
            double mean = y.Average(), expected = Math.Sqrt(y.Sum(value => (value - mean) * (value - mean)) / (y.Length - 1));
            Assert.Equal(expected, activations.Moments[1].Edges.StandardDeviation(edge), 1e-12 * (1 + Math.Abs(mean)));
            Assert.Equal(activations.Moments[1].Edges.StandardDeviation(edge), activations.Moments[1].NumericEdges.StandardDeviation(edge));
        }
        if (policy == RangePolicy.Linear)
            Assert.Equal(0, activations.Moments[1].Edges.StandardDeviation(last));
        Assert.Equal(0, activations.Moments[1].Edges.StandardDeviation(last - 1));
    }

    private static double[] Weights(SeededRandom random, int rows)
    {
        double[] weights = [.. Enumerable.Range(0, rows).Select(_ => 0.1 + random.NextDouble())];
        return SampleWeights.Normalise(weights)!;
    }

    private static void CheckGradient(KanModel model, Matrix x, Matrix y, LossFunction loss, Regularization regularization, double[]? weights = null)
    {
        var objective = new NetworkObjective(model.Network, x, y, loss, regularization, weights: weights);
        double[] parameters = model.Parameters.ToArray(), gradient = new double[parameters.Length], unused = new double[parameters.Length];
        double value = objective.Evaluate(parameters, gradient);
        double scale = Math.Max(gradient.Max(Math.Abs), Math.Abs(value));
        for (int p = 0; p < parameters.Length; p += 1 + parameters.Length / 60)
        {
            double old = parameters[p], step = 2e-6 * Math.Max(1, Math.Abs(old));
            parameters[p] = old + step;
            double above = objective.Evaluate(parameters, unused);
            parameters[p] = old - step;
            double below = objective.Evaluate(parameters, unused);
            parameters[p] = old;
            double difference = (above - below) / (2 * step);
            // A hidden value may cross a knot or the end of a range within the step, where the second derivative jumps.
            Assert.True(Math.Abs(difference - gradient[p]) <= 2e-5 * scale, $"{regularization.Metric}, lambda {regularization.Lambda}, parameter {p}: gradient {gradient[p]:R}, difference {difference:R}");
        }
    }

    private static Matrix Probabilities(Matrix y)
    {
        var result = new Matrix(y.Rows, y.Columns);
        for (int row = 0; row < y.Rows; row++)
            result[row, row % y.Columns] = 1;
        return result;
    }
}
