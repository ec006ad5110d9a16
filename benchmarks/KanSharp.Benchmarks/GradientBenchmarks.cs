using BenchmarkDotNet.Attributes;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Benchmarks;

/// <summary>The objective and its gradient: what one evaluation of L-BFGS costs, on all processors.</summary>
[MemoryDiagnoser]
public class GradientBenchmarks
{
    private double[] _parameters = [];
    private double[] _gradient = [];
    private NetworkObjective _objective = null!;

    public static IEnumerable<Workload> Workloads => Workload.All;

    [ParamsSource(nameof(Workloads))]
    public Workload Workload { get; set; } = null!;

    /// <summary>Weight of the sparsity penalty; without one, one pass over the batch is enough.</summary>
    [Params(0, 1e-3)]
    public double Lambda { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        KanModel model = Workload.CreateModel();
        (Matrix inputs, Matrix targets) = Workload.CreateData();
        _parameters = model.Parameters.ToArray();
        _gradient = new double[_parameters.Length];
        _objective = new NetworkObjective(model.Network, inputs, targets, LossFunction.MeanSquaredError,
            new Regularization { Lambda = Lambda }, threads: Environment.ProcessorCount);
    }

    [Benchmark]
    public double Gradient() => _objective.Evaluate(_parameters, _gradient);
}
