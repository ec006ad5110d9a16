using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Interpretation;
using KanSharp.Tests.Support;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Tests.Training;

public class LossHessianTests
{
    [Fact]
    public void It_is_the_second_derivative_of_the_loss_where_that_is_a_formula()
    {
        KanModel model = Nets.Symbolic("1,1,1", (new EdgeIndex(0, 0, 0), "x^2", [0.7, 0.2, 1.1, -0.3]), (new EdgeIndex(1, 0, 0), "sin", [1.3, 0.4, -0.8, 0.1]));
        string[] names = ["a1", "b1", "c1", "d1", "a2", "b2", "c2", "d2"];
        Expression squared = (Expression.Parse("c2*sin(a2*(c1*(a1*x + b1)^2 + d1) + b2) + d2", [.. names, "x", "t"]) - new Variable("t")).Pow(2);
        Matrix x = Nets.Samples(40, 1), t = Nets.Samples(40, 1, seed: 3);
        LossHessian hessian = LossHessian.Measure(model, new Dataset(x, t));

        double[] values = [0.7, 0.2, 1.1, -0.3, 1.3, 0.4, -0.8, 0.1];
        Assert.Equal(8, hessian.Parameters.Length);
        Assert.Equal(values, hessian.Parameters.Select(p => model.Parameters[p]));
        var differences = new Differences(1e-8);
        for (int i = 0; i < 8; i++)
        {
            Expression first = squared.Differentiate(names[i]);
            differences.Check($"gradient {names[i]}", hessian.Gradient[i], Mean(first, x, t));
            for (int j = 0; j < 8; j++)
                differences.Check($"{names[i]},{names[j]}", hessian.Values[i, j], Mean(first.Differentiate(names[j]), x, t));
        }
        differences.Check("loss", hessian.Loss, Mean(squared, x, t));
        differences.Assert();

        double Mean(Expression formula, Matrix x, Matrix t)
        {
            double sum = 0;
            for (int row = 0; row < x.Rows; row++)
            {
                Dictionary<string, double> point = names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
                (point["x"], point["t"]) = (x[row, 0], t[row, 0]);
                sum += formula.Evaluate(point) / x.Rows;
            }
            return sum;
        }
    }

    [Theory]
    [InlineData("2,3,1", false, Loss.MeanSquaredError)]
    [InlineData("2,[1,2:2/3],2", true, Loss.MeanSquaredError)]
    [InlineData("2,3,2", true, Loss.CrossEntropy)]
    [InlineData("mlp 2,4,3,1", false, Loss.MeanSquaredError)]
    [InlineData("mlp 2,4,2", false, Loss.CrossEntropy)]
    public void It_is_symmetric_and_agrees_with_differences_of_the_gradient(string shape, bool symbolic, Loss loss)
    {
        var random = new SeededRandom(4);
        KanModel model = RandomNets.Create(shape, 3, 5, BaseFunction.Silu, RangePolicy.Linear, symbolic, random);
        Matrix x = RandomNets.Inputs(random, 150, 2), y = RandomNets.Inputs(random, 150, model.OutputCount);
        for (int row = 0; row < 150 && loss == Loss.CrossEntropy; row++)
            (y[row, 0], y[row, 1]) = row % 3 == 0 ? (1, 0) : (0, 1);
        LossHessian hessian = LossHessian.Measure(model, new Dataset(x, y), loss);
        int count = hessian.Parameters.Length;

        // Another step: the second derivative of a spline that goes on linearly jumps at the ends of its grid, so it has to be short.
        var objective = new NetworkObjective(model.Network, x, y, LossFunction.Of(loss), Regularization.None);
        double[] Gradient(int p, double step)
        {
            double[] parameters = model.Parameters.ToArray(), gradient = new double[parameters.Length];
            parameters[p] += step;
            objective.Evaluate(parameters, gradient);
            return gradient;
        }
        var differences = new Differences(1e-5);
        for (int j = 0; j < count; j++)
        {
            int p = hessian.Parameters[j];
            const double h = 1e-6;
            double[] above = Gradient(p, h), below = Gradient(p, -h);
            for (int i = 0; i < count; i++)
            {
                int q = hessian.Parameters[i];
                differences.Check($"{q},{p}", hessian.Values[i, j], (above[q] - below[q]) / (2 * h));
                Assert.Equal(hessian.Values[j, i], hessian.Values[i, j]);
            }
        }
        differences.Assert();
        Assert.InRange(hessian.Asymmetry, 0, 1e-8);

        // Eigenvalues in order, with the trace and the sum of squares of the matrix.
        Assert.Equal(hessian.Eigenvalues.Order(), hessian.Eigenvalues);
        double trace = Enumerable.Range(0, count).Sum(i => hessian.Values[i, i]), squares = hessian.Values.Values.ToArray().Sum(value => value * value);
        Assert.Equal(trace, hessian.Eigenvalues.Sum(), 1e-9 * Math.Abs(trace));
        Assert.Equal(squares, hessian.Eigenvalues.Sum(value => value * value), 1e-9 * squares);
    }

    [Fact]
    public void Of_coefficients_alone_it_is_twice_the_mean_of_their_outer_products()
    {
        KanModel model = KanModel.Create(new KanSpec(1, 1), 3);
        Matrix x = Nets.Samples(30, 1);
        LossHessian hessian = LossHessian.Measure(model, new Dataset(x, Nets.Samples(30, 1, 2)), parts: new TrainableParts { BaseScales = false, SplineScales = false });
        var differences = new Differences(1e-9);
        double[] basis = new double[4];
        var expected = new Matrix(8, 8);
        for (int row = 0; row < 30; row++)
        {
            int first = SplineBasis.Evaluate(model.Layers[0].Grids[0], x[row, 0], RangePolicy.Linear, basis);
            for (int i = 0; i < 4; i++)
            {
                for (int j = 0; j < 4; j++)
                    expected[first + i, first + j] += 2 * basis[i] * basis[j] / 30;
            }
        }
        differences.Check("hessian", hessian.Values.Values, expected.Values);
        differences.Assert();
        Assert.True(hessian.Eigenvalues[0] > -1e-9);
    }

    [Fact]
    public void A_penalty_adds_its_own_second_derivatives()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 2, 1), 5);
        Matrix x = Nets.Samples(60, 2);
        var data = new Dataset(x, Nets.Samples(60, 1, 2));
        var penalty = new Regularization { Lambda = 0.1 };
        LossHessian plain = LossHessian.Measure(model, data), with = LossHessian.Measure(model, data, regularization: penalty);
        Assert.True(with.Loss > plain.Loss);
        var objective = new NetworkObjective(model.Network, x, data.Targets, LossFunction.MeanSquaredError, penalty);
        double[] parameters = model.Parameters.ToArray(), gradient = new double[parameters.Length];
        const double h = 1e-4;
        double Value(int p, int q, double a, double b)
        {
            double[] moved = (double[])parameters.Clone();
            moved[p] += a;
            moved[q] += b;
            return objective.Evaluate(moved, gradient);
        }
        var differences = new Differences(1e-5);
        for (int i = 0; i < with.Parameters.Length; i += 7)
        {
            for (int j = 0; j < i; j += 5)
            {
                int p = with.Parameters[i], q = with.Parameters[j];
                differences.Check($"{p},{q}", with.Values[i, j], (Value(p, q, h, h) - Value(p, q, h, -h) - Value(p, q, -h, h) + Value(p, q, -h, -h)) / (4 * h * h));
            }
        }
        differences.Assert();
    }

    [Fact]
    public void Edges_that_are_off_have_no_parameters_in_it_and_misuse_is_named()
    {
        KanModel full = KanModel.Create(new KanSpec(2, 2, 1), 5), cut = KanSharp.Interpretation.Removal.RemoveEdge(full, new EdgeIndex(0, 0, 0));
        var data = new Dataset(Nets.Samples(30, 2), Nets.Samples(30, 1));
        int parameters = full.Layers[0].BasisCount + 2;
        Assert.Equal(6 * parameters, LossHessian.Measure(full, data).Parameters.Length);
        Assert.Equal(5 * parameters, LossHessian.Measure(cut, data).Parameters.Length);
        Assert.Contains("a Hessian needs 1 to 2000", Assert.Throws<KanSharpException>(() => LossHessian.Measure(KanModel.Create(new KanSpec(2, 100, 1)), data)).Message);
        var none = new TrainableParts { Splines = false, BaseScales = false, SplineScales = false, SymbolicConstants = false };
        Assert.Contains("has 0 parameters", Assert.Throws<KanSharpException>(() => LossHessian.Measure(full, data, parts: none)).Message);
        Assert.Throws<KanDataException>(() => LossHessian.Measure(full, new Dataset(Nets.Samples(30, 3), Nets.Samples(30, 1))));
        Assert.ThrowsAny<OperationCanceledException>(() => LossHessian.Measure(full, data, cancellation: new CancellationToken(true)));
    }
}
