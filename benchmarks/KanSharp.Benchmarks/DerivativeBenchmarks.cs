using BenchmarkDotNet.Attributes;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Benchmarks;

/// <summary>
/// A loss on value, gradient and Laplacian with its parameter gradient, against the plain squared error with its gradient: net [2,10,1], 2,500 points, one
/// thread.
/// </summary>
public class DerivativeBenchmarks
{
    private const int Points = 2500;

    private NetworkObjective _plain = null!;
    private DerivativeObjective _derivatives = null!;
    private double[] _parameters = [];
    private double[] _gradient = [];

    /// <summary>Grid intervals.</summary>
    [Params(5, 20)]
    public int Grid { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new SeededRandom(1);
        KanModel model = KanModel.Create(new KanSpec(2, 10, 1) { GridIntervals = [Grid] });
        var inputs = new Matrix(Points, 2);
        foreach (ref double value in inputs.Values)
            value = random.NextDouble(-1, 1);
        _plain = new NetworkObjective(model.Network, inputs, new Matrix(Points, 1), LossFunction.MeanSquaredError, Regularization.None);
        _derivatives = new DerivativeObjective(model, new DerivativeLoss(LossTerm.Custom("laplacian", inputs, DerivativeRequest.Laplacian(2), Residual, squared: true)));
        _parameters = model.Parameters.ToArray();
        _gradient = new double[_parameters.Length];
    }

    /// <summary>Value and parameter gradient of the squared error.</summary>
    [Benchmark(Baseline = true)]
    public double Plain() => _plain.Evaluate(_parameters, _gradient);

    /// <summary>Value and parameter gradient of the square of u + u_x + u_y + the Laplacian of u.</summary>
    [Benchmark]
    public double Derivatives() => _derivatives.Evaluate(_parameters, _gradient);

    private static double Residual(ReadOnlySpan<double> x, SampleJet jet, SampleJet adjoint)
    {
        adjoint.Value(0) = adjoint.First(0, 0) = adjoint.First(0, 1) = adjoint.Form(0, 0) = 1;
        return jet.Value(0) + jet.First(0, 0) + jet.First(0, 1) + jet.Form(0, 0);
    }
}
