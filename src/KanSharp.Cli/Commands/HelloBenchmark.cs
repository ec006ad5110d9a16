using System.Collections.Immutable;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>One stage of the benchmark: how long it took, and the error on the test rows after it.</summary>
internal sealed record HelloStage(string Name, string Shape, double Seconds, double TestRmse);

/// <summary>
/// The course of pykan's first tutorial on exp(sin(pi x1) + x2^2) with its settings: a [2,5,1] net on 3 grid intervals, 50 L-BFGS steps with penalty
/// 1e-3, pruning, 50 steps, refinement to 10 intervals, 50 steps, automatic symbolic functions, 50 steps; 1000 rows to train on and 1000 to test.
/// One stage is ours: before the symbolic search, nodes that the refitted net does without go, so that twins do not spoil the formula.
/// Other functions of two inputs may stand in the place of the example.
/// </summary>
internal sealed class HelloBenchmark(ulong seed, Session session, int width = 5, Func<double, double, double>? function = null)
{
    private const int Rows = 1000;
    private const int Steps = 50;
    private const double Lambda = 1e-3;
    private const int FineGrid = 10;

    private readonly List<HelloStage> _stages = [];
    private readonly Dataset _training = Data(seed, function: function);
    private readonly Dataset _test = Data(seed + 1_000_000, function: function);

    /// <summary>The formula at the end.</summary>
    public string Formula { get; private set; } = "";

    public HelloStage[] Run(IProgress<ProgressStep> progress)
    {
        KanModel model = Start();
        (string Name, Func<KanModel, KanModel> Work)[] stages =
        [
            ($"{Steps} steps, lamb {Lambda}", net => Fit(net, Lambda)),
            ("prune", net => net.Prune(_training.Inputs).Model),
            ($"{Steps} steps", net => Fit(net, 0)),
            ($"refine to {FineGrid}", net => GridUpdater.Refine(net, FineGrid)),
            ($"{Steps} steps", net => Fit(net, 0)),
            ("prune by error", net => SymbolicVerb.PruneByError(net, _training, seed, progress: null, session.Cancellation)),
            ("symbolic", Symbolic),
            ($"{Steps} steps", net => Fit(net, 0)),
            ("formula", ToFormula),
        ];
        foreach ((string name, Func<KanModel, KanModel> work) in stages)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            long start = session.Clock.GetTimestamp();
            model = work(model);
            double seconds = session.Clock.GetElapsedTime(start).TotalSeconds;
            _stages.Add(new HelloStage(name, model.Shape, seconds, Metrics.Measure(model, _test).Rmse));
            progress.Report(new ProgressStep((double)_stages.Count / stages.Length, $"{name}: test RMSE {_stages[^1].TestRmse:G3}"));
        }
        return [.. _stages];
    }

    /// <summary>The net on 10 intervals, with curves on all of its edges.</summary>
    public KanModel Curves() => Fit(GridUpdater.Refine(Fit(Fit(Start(), Lambda).Prune(_training.Inputs).Model, 0), FineGrid), 0);

    /// <summary>The rows of the example, or of a square of another size, or of another function.</summary>
    public static Dataset Data(ulong seed, double half = 1, Func<double, double, double>? function = null)
    {
        function ??= (x1, x2) => Math.Exp(Math.Sin(Math.PI * x1) + x2 * x2);
        var random = new SeededRandom(seed);
        Matrix inputs = new(Rows, 2), targets = new(Rows, 1);
        foreach (ref double value in inputs.Values)
            value = random.NextDouble(-half, half);
        for (int row = 0; row < Rows; row++)
            targets[row, 0] = function(inputs[row, 0], inputs[row, 1]);
        return new Dataset(inputs, targets);
    }

    private KanModel Start() => KanModel.Create(new KanSpec(2, width, 1) { GridIntervals = [3] }, seed);

    private KanModel Fit(KanModel model, double lambda) => Trainer.Fit(model, _training, new TrainingOptions
    {
        Steps = Steps,
        Regularization = new Regularization { Lambda = lambda },
        // A symbolic net has no grid to move.
        GridSchedule = model.NumericEdgeCount > 0 ? new GridSchedule() : GridSchedule.None,
        Seed = seed,
    }, cancellation: session.Cancellation).Model;

    private KanModel Symbolic(KanModel model)
    {
        ImmutableArray<SymbolicNetwork> found = SymbolicSearch.Run(model, _training, cancellation: session.Cancellation);
        session.Cancellation.ThrowIfCancellationRequested();
        return found.IsEmpty ? throw new KanSharpException("No function of the library fits some edge of the net.") : found[0].Model;
    }

    private KanModel ToFormula(KanModel model)
    {
        Formula = new FormulaProbe(model, model.ToFormulas()[0]).Tidy().ToText();
        return model;
    }
}
