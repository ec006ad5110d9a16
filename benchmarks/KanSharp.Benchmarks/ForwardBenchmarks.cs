using BenchmarkDotNet.Attributes;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Benchmarks;

/// <summary>Evaluating a network, by itself and as a user calls it.</summary>
[MemoryDiagnoser]
public class ForwardBenchmarks
{
    private KanModel _model = null!;
    private Matrix _inputs = null!;
    private double[] _parameters = [];
    private NetworkEvaluator<double> _evaluator = null!;

    public static IEnumerable<Workload> Workloads => Workload.All;

    [ParamsSource(nameof(Workloads))]
    public Workload Workload { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        _model = Workload.CreateModel();
        (_inputs, _) = Workload.CreateData();
        _parameters = _model.Parameters.ToArray();
        _evaluator = new NetworkEvaluator<double>(_model.Network, Environment.ProcessorCount);
    }

    /// <summary>The forward pass alone, on all processors.</summary>
    [Benchmark]
    public void Forward() => _evaluator.Forward(_parameters, _inputs, static (_, _) => { });

    /// <summary>With checks, scaling and a result, on one thread.</summary>
    [Benchmark]
    public Prediction Predict() => _model.Predict(_inputs);
}
