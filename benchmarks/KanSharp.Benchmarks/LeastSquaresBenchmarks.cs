using BenchmarkDotNet.Attributes;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.Benchmarks;

/// <summary>Levenberg-Marquardt, on all processors. Its cost grows with the square of the parameters, so the largest net is left out.</summary>
[MemoryDiagnoser]
public class LeastSquaresBenchmarks
{
    private double[] _start = [];
    private double[] _parameters = [];
    private double[] _normal = [];
    private double[] _gradient = [];
    private NetworkLeastSquares _objective = null!;
    private LevenbergMarquardt _optimizer = null!;
    private readonly LevenbergMarquardtState _state = new();

    public static IEnumerable<Workload> Workloads => Workload.All.SkipLast(1);

    [ParamsSource(nameof(Workloads))]
    public Workload Workload { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        KanModel model = Workload.CreateModel();
        (Matrix inputs, Matrix targets) = Workload.CreateData();
        int[] free = TrainableParameters.ForLeastSquares(model, TrainableParameters.Mask(model, TrainableParts.Default));
        _start = [.. free.Select(p => model.Parameters[p])];
        _parameters = new double[free.Length];
        _normal = new double[free.Length * free.Length];
        _gradient = new double[free.Length];
        _objective = new NetworkLeastSquares(model.Network, model.Parameters, free, inputs, targets, Environment.ProcessorCount);
        _optimizer = new LevenbergMarquardt(_state, free.Length);
    }

    /// <summary>Residuals, exact Jacobian, and the normal equations made of them.</summary>
    [Benchmark]
    public double Linearize() => _objective.Linearize(_start, _normal, _gradient);

    /// <summary>A whole step, always the first from the same start.</summary>
    [Benchmark]
    public double Step()
    {
        _start.CopyTo(_parameters, 0);
        _state.Reset();
        return _optimizer.Step(_objective, _parameters).Value;
    }
}
