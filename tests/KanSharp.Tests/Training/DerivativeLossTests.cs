using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Tests.Training;

/// <summary>Losses on derivatives: their gradients against central differences, their least squares against their gradients, what they train.</summary>
public class DerivativeLossTests
{
    public static TheoryData<string, int, BaseFunction, RangePolicy, bool> Configurations()
    {
        var data = new TheoryData<string, int, BaseFunction, RangePolicy, bool>();
        int n = 0;
        foreach (string shape in (string[])["2,2", "2,3,2", "2,[1,2:2/3],[1,1]", "mlp 2,4,[2,1],2"])
        {
            foreach (int order in (int[])[3, 4, 5])
            {
                foreach (BaseFunction baseFunction in Enum.GetValues<BaseFunction>())
                {
                    data.Add(shape, order, baseFunction, (RangePolicy)(n % 4), n % 2 == 0);
                    n++;
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Gradients_by_parameters_and_unknown_constants_agree_with_central_differences(string shape, int order, BaseFunction baseFunction, RangePolicy policy, bool symbolic)
    {
        (KanModel model, DerivativeLoss loss) = Problem(shape, order, baseFunction, policy, symbolic, squaresOnly: false);
        foreach (double lambda in (double[])[0, 0.1])
        {
            var objective = new DerivativeObjective(model, loss, regularization: new Regularization { Lambda = lambda, LambdaCoefficients = 0.1 });
            double[] parameters = [.. model.Parameters, .. loss.Unknowns.Select(unknown => unknown.Value)], gradient = new double[parameters.Length], unused = new double[parameters.Length];
            double scale = Math.Max(objective.Evaluate(parameters, gradient), gradient.Max(Math.Abs));
            for (int p = parameters.Length - 1; p >= 0; p -= p >= model.Parameters.Length ? 1 : 1 + parameters.Length / 50)
            {
                double old = parameters[p], step = 2e-6 * Math.Max(1, Math.Abs(old));
                parameters[p] = old + step;
                double above = objective.Evaluate(parameters, unused);
                parameters[p] = old - step;
                double below = objective.Evaluate(parameters, unused);
                parameters[p] = old;
                double difference = (above - below) / (2 * step);
                // A hidden value may cross a knot within the step, where the third derivative of an edge jumps.
                Assert.True(Math.Abs(difference - gradient[p]) <= 1e-5 * scale, $"lambda {lambda}, parameter {p}: gradient {gradient[p]:R}, difference {difference:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void The_normal_equations_agree_with_the_gradient(string shape, int order, BaseFunction baseFunction, RangePolicy policy, bool symbolic)
    {
        (KanModel model, DerivativeLoss loss) = Problem(shape, order, baseFunction, policy, symbolic, squaresOnly: true);
        int[] free = TrainableParameters.ForLeastSquares(model, TrainableParameters.Mask(model, new TrainableParts { NodeAffine = true }));
        int[] indices = [.. free, .. Enumerable.Range(model.Parameters.Length, loss.Unknowns.Length)];
        var squares = new DerivativeLeastSquares(model, loss, free);
        double[] all = [.. model.Parameters, .. loss.Unknowns.Select(unknown => unknown.Value)], gradient = new double[all.Length];
        double[] values = [.. indices.Select(p => all[p])], normal = new double[values.Length * values.Length], half = new double[values.Length];
        double sum = squares.Linearize(values, normal, half), value = new DerivativeObjective(model, loss).Evaluate(all, gradient);
        Assert.Equal(value, sum, 1e-12 * value);
        Assert.Equal(value, squares.Evaluate(values), 1e-12 * value);
        double scale = gradient.Max(Math.Abs);
        for (int i = 0; i < indices.Length; i++)
        {
            Assert.True(Math.Abs(2 * half[i] - gradient[indices[i]]) <= 1e-11 * scale, $"parameter {indices[i]}: 2 Jr = {2 * half[i]:R}, gradient {gradient[indices[i]]:R}");
            Assert.True(normal[i * indices.Length + i] >= 0);
        }
    }

    [Theory]
    [InlineData(Optimizer.Lbfgs)]
    [InlineData(Optimizer.LevenbergMarquardt)]
    [InlineData(Optimizer.Adam)]
    public void The_number_of_threads_changes_no_bit(Optimizer optimizer)
    {
        (KanModel model, DerivativeLoss loss) = Problem("2,3,2", 3, BaseFunction.Silu, RangePolicy.Linear, false, squaresOnly: true, rows: 3000);
        TrainingOptions options = new() { Optimizer = optimizer, Steps = 3 };
        DerivativeTrainingResult one = Trainer.Fit(model, loss, options with { Threads = 1 }), four = Trainer.Fit(model, loss, options with { Threads = 4 });
        Assert.Equal(one.Model.Parameters, four.Model.Parameters);
        Assert.Equal(one.Unknowns.ToArray(), four.Unknowns.ToArray());
        Assert.Equal(one.Report.Steps.ToArray(), four.Report.Steps.ToArray());
    }

    [Theory]
    [InlineData(Optimizer.Lbfgs, 60)]
    [InlineData(Optimizer.LevenbergMarquardt, 30)]
    public void An_equation_and_its_boundary_values_determine_the_solution(Optimizer optimizer, int steps)
    {
        // u'' = -sin(x), u(0) = 0, u(3) = sin(3)
        KanModel model = OneInput(new KanSpec(1, 1) { GridIntervals = [20], SplineOrders = [5], GridRange = (0, 3) });
        var loss = new DerivativeLoss(
            LossTerm.Residual("equation", Column(0, 3, 101), "u_xx + sin(x)"),
            LossTerm.Residual("ends", Column(0, 3, 2), "u - sin(x)"));
        DerivativeTrainingResult result = Trainer.Fit(model, loss, new TrainingOptions { Optimizer = optimizer, Steps = steps, GridSchedule = GridSchedule.None });
        Matrix x = Column(0, 3, 50), u = result.Model.Predict(x).Values;
        double limit = optimizer == Optimizer.LevenbergMarquardt ? 1e-7 : 1e-3;
        Assert.All(Enumerable.Range(0, 50), row => Assert.Equal(Math.Sin(x[row, 0]), u[row, 0], limit));
    }

    [Theory]
    [InlineData(Optimizer.Lbfgs, 150, 1e-2)]
    [InlineData(Optimizer.LevenbergMarquardt, 40, 1e-6)]
    public void An_unknown_constant_of_an_equation_is_found_from_data(Optimizer optimizer, int steps, double limit)
    {
        // u'' = -w u has the solution sin(1.3 x) for w = 1.69.
        KanModel model = OneInput(new KanSpec(1, 1) { GridIntervals = [20], SplineOrders = [5], GridRange = (0, 3) });
        Matrix x = Column(0, 3, 60);
        double[] measured = [.. Enumerable.Range(0, 60).Select(row => Math.Sin(1.3 * x[row, 0]))];
        var loss = new DerivativeLoss(
            LossTerm.Residual("equation", x, "u_xx + w*u"),
            LossTerm.Residual("data", x, "u - measured", weight: 10, columns: new Dictionary<string, double[]> { ["measured"] = measured }))
        {
            Unknowns = [new UnknownConstant("w", 0.5)],
        };
        DerivativeTrainingResult result = Trainer.Fit(model, loss, new TrainingOptions { Optimizer = optimizer, Steps = steps, GridSchedule = GridSchedule.None });
        Assert.Equal(1.69, result.Unknowns[0].Value, limit);
        Assert.Equal("w", result.Unknowns[0].Name);
    }

    [Fact]
    public void A_loss_that_is_no_mean_of_squares_is_lowered_by_lbfgs_alone()
    {
        // (1 - cosine) between the gradient and (y, x): level sets of x y.
        var random = new SeededRandom(5);
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1) { GridIntervals = [5] }, 2);
        Matrix x = RandomNets.Inputs(random, 300, 2);
        LossTerm term = LossTerm.Custom("cosine", x, DerivativeRequest.Gradient(2), Cosine);
        DerivativeTrainingResult result = Trainer.Fit(model, new DerivativeLoss(term), new TrainingOptions { Steps = 30 });
        Assert.True(result.TermLosses[0] < 0.02, $"loss {result.TermLosses[0]}");
        var options = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt };
        Assert.Contains("'cosine' is no mean of squares", Assert.Throws<KanSharpException>(() => Trainer.Fit(model, new DerivativeLoss(term), options)).Message);
    }

    [Theory]
    [InlineData("u_z", "'u_z' in 'equation' is no derivative of u: 'z' is not made of the inputs x, t.")]
    [InlineData("u_xxx", "'u_xxx' in 'equation' is a derivative of order 3")]
    [InlineData("w_xx", "'w_xx' in 'equation' is unknown.")]
    [InlineData("alfa*u", "Did you mean 'alpha'?")]
    public void Names_that_mean_nothing_are_refused(string formula, string message)
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1), 1, ModelInfo.Default(2, 1) with { InputNames = ["x", "t"], OutputNames = ["u"] });
        var loss = new DerivativeLoss(LossTerm.Residual("equation", RandomNets.Inputs(new SeededRandom(1), 5, 2), formula)) { Unknowns = [new UnknownConstant("alpha", 1)] };
        Assert.Contains(message, Assert.Throws<KanSharpException>(() => Trainer.Fit(model, loss)).Message);
    }

    [Fact]
    public void Long_names_of_inputs_are_told_apart()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1), 1, ModelInfo.Default(2, 1) with { InputNames = ["x", "xx"], OutputNames = ["u"] });
        Matrix x = RandomNets.Inputs(new SeededRandom(1), 5, 2);
        KanModel clumsy = KanModel.Create(new KanSpec(3, 1), 1, ModelInfo.Default(3, 1) with { InputNames = ["a", "ab", "ba"], OutputNames = ["u"] });
        LossTerm term = LossTerm.Residual("e", RandomNets.Inputs(new SeededRandom(1), 5, 3), "u_aba");
        Assert.Contains("more than one way", Assert.Throws<KanSharpException>(() => Trainer.Fit(clumsy, new DerivativeLoss(term))).Message);
        Derivatives exact = model.Differentiate(x, DerivativeRequest.Hessian(2));
        double[] mixed = [.. Enumerable.Range(0, 5).Select(row => exact.Second(0, 1)[row, 0])];
        term = LossTerm.Residual("e", x, "u_x_xx - mixed", columns: new Dictionary<string, double[]> { ["mixed"] = mixed });
        Assert.Equal(0, new DerivativeObjective(model, new DerivativeLoss(term)).Evaluate(model.Parameters, new double[model.Parameters.Length]), 1e-25);
    }

    private static double Cosine(ReadOnlySpan<double> x, SampleJet jet, SampleJet adjoint)
    {
        double a = jet.First(0, 0), b = jet.First(0, 1), size = Math.Sqrt(a * a + b * b + 1e-12), length = Math.Sqrt(x[0] * x[0] + x[1] * x[1] + 1e-12);
        double dot = (a * x[1] + b * x[0]) / (size * length);
        adjoint.First(0, 0) = -(x[1] / length - dot * a / size) / size;
        adjoint.First(0, 1) = -(x[0] / length - dot * b / size) / size;
        return 1 - dot;
    }

    private static double Curvature(ReadOnlySpan<double> x, SampleJet jet, SampleJet adjoint)
    {
        double bend = jet.Form(1, 0), value = jet.Value(0);
        adjoint.Form(1, 0) = value * x[0];
        adjoint.Value(0) = bend * x[0];
        adjoint.First(0, 1) = Math.Cos(jet.First(0, 1));
        return value * bend * x[0] + Math.Sin(jet.First(0, 1));
    }

    private static (KanModel, DerivativeLoss) Problem(string shape, int order, BaseFunction baseFunction, RangePolicy policy, bool symbolic, bool squaresOnly, int rows = 150)
    {
        var random = new SeededRandom((ulong)order);
        KanModel model = RandomNets.Create(shape, order, 5, baseFunction, policy, symbolic, random);
        model = model.With(model.Info with
        {
            InputNames = ["x", "t"],
            OutputNames = ["u", "v"],
            InputScaling = new Scaling([0.1, -0.2], [1.5, 0.8]),
            OutputScaling = new Scaling([0.3, 1], [2, 0.7]),
        });
        Matrix inside = model.Info.InputScaling.Invert(RandomNets.Inputs(random, rows, 2)), edge = RandomNets.Inputs(random, 30, 2);
        double[] data = [.. Enumerable.Range(0, 30).Select(_ => random.NextDouble(-1, 1))];
        List<LossTerm> terms =
        [
            LossTerm.Residuals("system", inside, [Expression.Parse("u_xx + a*u*u_t - exp(v_x)*x"), Expression.Parse("v_xt*u - b^2*u_tt + sin(t)")], 0.3),
            LossTerm.Residual("data", edge, "u*v - data", 2, new Dictionary<string, double[]> { ["data"] = data }),
            LossTerm.Custom("curvature squared", inside, DerivativeRequest.Hessian(2), Curvature, 0.4, squared: true),
        ];
        if (!squaresOnly)
            terms.Add(LossTerm.Custom("curvature", edge, DerivativeRequest.Hessian(2), Curvature, 1.5));
        return (model, new DerivativeLoss(terms) { Unknowns = [new UnknownConstant("a", 0.7), new UnknownConstant("b", -1.2)] });
    }

    private static KanModel OneInput(KanSpec spec) => KanModel.Create(spec, 1, ModelInfo.Default(1, 1) with { InputNames = ["x"], OutputNames = ["u"] });

    private static Matrix Column(double start, double end, int count) =>
        Matrix.FromColumns([[.. Enumerable.Range(0, count).Select(k => start + (end - start) * k / (count - 1))]]);
}
