using KanSharp.Model;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>hello on 10 grid intervals, trained on [-1, 1]², on rows of [-1.2, 1.2]²: the error with linear edges as a part of that with zero ones, which is what pykan's splines do.</summary>
internal static class BeyondCase
{
    private const double Half = 1.2;

    public static RecoveryCase[] All { get; } =
    [
        new("hello, pruned, linear beyond the range", 0.5, (seed, stop) => LinearToZero(new HelloBenchmark(seed, RecoveryCase.Unseen(stop)).Curves(), seed)),
        new("hello, 2,5,1, linear beyond the range", 0.5, (seed, stop) => LinearToZero(Fitted(seed, stop), seed)),
    ];

    /// <summary>As 'kan fit --width 2,5,1 --grid 10' does it.</summary>
    private static KanModel Fitted(ulong seed, CancellationToken stop) => RecoveryCase.Fit(HelloBenchmark.Data(seed), new FittingOptions
    {
        Width = "2,5,1",
        Grid = new OrAuto<int>(10),
        Order = 3,
        Range = RangePolicy.Linear,
        Restarts = 1,
        Training = new TrainingOptions { Seed = seed },
    }, stop).Model;

    private static double LinearToZero(KanModel model, ulong seed)
    {
        Dataset wide = HelloBenchmark.Data(seed + 1_000_000, Half);
        double Error(RangePolicy range) => Metrics.Measure(model.WithRange(range), wide).Rmse;
        return Error(RangePolicy.Linear) / Error(RangePolicy.Zero);
    }
}
