using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>hello from rows that are sorted by x1, in mini-batches; the error is that of all rows in the end.</summary>
internal static class SortedCase
{
    private const int BatchSize = 50;

    /// <summary>Batches are drawn from all rows where these are in memory; blocks of a file are slices, each from one place.</summary>
    public static IEnumerable<RecoveryCase> All =>
    [
        new($"hello, sorted rows, batches of {BatchSize}", 0.2, (seed, stop) => Error(seed, (data, start, options) => Trainer.Fit(start, data, options, cancellation: stop).Model)),
        new($"hello, sorted slices of {BatchSize} as blocks", 0.3, (seed, stop) => Error(seed, (data, start, options) => Trainer.Fit(start,
            [.. Enumerable.Range(0, data.Count / BatchSize).Select(slice => data.Select([.. Enumerable.Range(slice * BatchSize, BatchSize)]))], options, cancellation: stop).Model)),
    ];

    private static double Error(ulong seed, Func<Dataset, KanModel, TrainingOptions, KanModel> train)
    {
        Dataset data = HelloBenchmark.Data(seed);
        data = data.Select([.. Enumerable.Range(0, data.Count).OrderBy(row => data.Inputs[row, 0])]);
        var options = new TrainingOptions { Optimizer = Optimizer.Adam, LearningRate = 0.01, BatchSize = BatchSize, Steps = 400, Seed = seed };
        return Metrics.Measure(train(data, KanModel.Create(new KanSpec(2, 5, 1), seed), options), data).Rmse;
    }
}
