using System.Collections.Immutable;
using System.Text.Json.Nodes;
using KanSharp.Discovery;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>
/// How often what is known to be there is found, whatever the seed: each case is run with as many seeds, which draw its rows and its networks, and held against
/// its bound of the error.
/// </summary>
internal sealed class BenchRecovery(Session session, int runs)
{
    private const int Rows = 1000;

    private readonly ImmutableArray<(string Name, double Bound, Func<ulong, double> Error)> _cases =
    [
        .. Enumerable.Range(4, 5).Select(width => ($"hello, 2,{width},1, fit to symbolic", 1e-6, (Func<ulong, double>)(seed => Hello(width, seed, session)))),
        ("hello, discover", 1e-9, seed => Discovered(seed, session)),
        ("x1*x2, 2,2,1", 1e-12, seed => Product("2,2,1", seed, session)),
        ("x1*x2, 2,[0,1],1", 1e-12, seed => Product("2,[0,1],1", seed, session)),
    ];

    /// <summary>What became of one case.</summary>
    /// <param name="Name">The function, and how it was looked for.</param>
    /// <param name="Bound">The error that counts as found: of test rows for hello, of the training rows for the product.</param>
    /// <param name="Errors">The error of each run, ascending.</param>
    /// <param name="Seconds">The median time of a run.</param>
    internal sealed record Result(string Name, double Bound, double[] Errors, double Seconds)
    {
        public int Found => Errors.Count(error => error <= Bound);

        public double Median => Errors[Errors.Length / 2];

        public double Worst => Errors[^1];
    }

    public Result[] Run(IProgress<ProgressStep> progress)
    {
        var results = new List<Result>();
        for (int c = 0; c < _cases.Length; c++)
        {
            (string name, double bound, Func<ulong, double> error) = _cases[c];
            double[] errors = new double[runs], seconds = new double[runs];
            for (int run = 0; run < runs; run++)
            {
                session.Cancellation.ThrowIfCancellationRequested();
                long start = session.Clock.GetTimestamp();
                errors[run] = error((ulong)run + 1);
                seconds[run] = session.Clock.GetElapsedTime(start).TotalSeconds;
                progress.Report(new ProgressStep((c + (run + 1.0) / runs) / _cases.Length, $"{name}, run {run + 1} of {runs}: {errors[run]:G3}"));
            }
            Array.Sort(errors);
            Array.Sort(seconds);
            results.Add(new Result(name, bound, errors, seconds[runs / 2]));
        }
        return [.. results];
    }

    public static JsonObject ToJson(Result[] results) => new()
    {
        ["cases"] = new JsonArray([.. results.Select(result => new JsonObject
        {
            ["name"] = result.Name,
            ["bound"] = Session.Number(result.Bound),
            ["runs"] = result.Errors.Length,
            ["found"] = result.Found,
            ["median_error"] = Session.Number(result.Median),
            ["worst_error"] = Session.Number(result.Worst),
            ["median_seconds"] = Session.Number(Math.Round(result.Seconds, 3)),
        })]),
    };

    public static void Write(TextWriter output, Result[] results) => TextTable.Write(output, [["case", "found", "bound", "median error", "worst", "median seconds"],
        .. results.Select(result => new[] { result.Name, $"{result.Found} of {result.Errors.Length}", result.Bound.ToString("E0"), result.Median.ToString("E1"), result.Worst.ToString("E1"), result.Seconds.ToString("F2") })]);

    private static double Hello(int width, ulong seed, Session session)
    {
        HelloStage[] stages = new HelloBenchmark(seed, session, width).Run(new Relay<ProgressStep>(_ => { }));
        return stages[^1].TestRmse;
    }

    private static double Discovered(ulong seed, Session session)
    {
        (Dataset training, Dataset validation) = HelloBenchmark.Data(seed).Split(0.2, seed);
        DiscoveryResult found = FormulaSearch.Run(training, validation, ["x1", "x2"], "y", new DiscoveryOptions { Seed = seed }, cancellation: session.Cancellation);
        return Metrics.Measure(found.Model, HelloBenchmark.Data(seed + 1_000_000)).Rmse;
    }

    /// <summary>As 'kan fit --optimizer lm' does it.</summary>
    private static double Product(string shape, ulong seed, Session session)
    {
        var random = new SeededRandom(seed);
        Matrix inputs = new(Rows, 2), targets = new(Rows, 1);
        foreach (ref double value in inputs.Values)
            value = random.NextDouble(-1, 1);
        for (int row = 0; row < Rows; row++)
            targets[row, 0] = inputs[row, 0] * inputs[row, 1];
        var data = new Dataset(inputs, targets);
        var options = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 300 };
        ImmutableArray<KanModel> starts = [.. Enumerable.Range(0, 3).Select(start => KanModel.Create(KanSpec.Parse(shape) with { GridIntervals = [5] }, 1000 * seed + (ulong)start))];
        int winner = StartRace.Run(starts, data, options, cancellation: session.Cancellation).Winner;
        return Metrics.Measure(Trainer.Fit(starts[winner], data, options, cancellation: session.Cancellation).Model, data).Rmse;
    }
}
