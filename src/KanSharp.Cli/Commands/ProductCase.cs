using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>Products of two inputs by the smallest networks that can hold them. The error is that of the training rows.</summary>
internal static class ProductCase
{
    private const double Exact = 1e-12;

    private const int Steps = 300, GridIntervals = 5, Starts = 8;

    /// <summary>x1*x2 by trainings alone, and this and other products as <c>kan fit</c> does it, which scales the target and holds rows back.</summary>
    public static IEnumerable<RecoveryCase> All =>
    [
        new("x1*x2, 2,2,1", Exact, (seed, stop) => Trained("2,2,1", seed, stop)),
        new("x1*x2, 2,[0,1],1", Exact, (seed, stop) => Trained("2,[0,1],1", seed, stop)),
        .. FittedCases("x1*x2", x => x[0] * x[1]),
        .. FittedCases("(x1 + 0.3)(x2 - 2)", x => (x[0] + 0.3) * (x[1] - 2)),
        .. FittedCases("(2x1 - 1)(x2 + 0.5) + x1", x => (2 * x[0] - 1) * (x[1] + 0.5) + x[0]),
        .. FittedCases("(x1 + 3)(x2 + 3)", x => (x[0] + 3) * (x[1] + 3)),
        .. FittedCases("(x1 + 5)(x2 - 7)", x => (x[0] + 5) * (x[1] - 7)),
    ];

    private static RecoveryCase[] FittedCases(string name, Func<double[], double> product) =>
        [.. new[] { "2,2,1", "2,[0,1],1" }.Select(shape => new RecoveryCase($"kan fit {name} --width {shape}", Exact, (seed, stop) => Fitted(shape, product, seed, stop)))];

    /// <summary>A start that is exact ends the race.</summary>
    private static double Trained(string shape, ulong seed, CancellationToken stop)
    {
        Dataset data = RecoveryCase.Sample(2, -1, 1, x => x[0] * x[1], seed);
        var options = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = Steps };
        ImmutableArray<KanModel> starts = [.. Enumerable.Range(0, Starts).Select(start => KanModel.Create(KanSpec.Parse(shape) with { GridIntervals = [GridIntervals] }, 1000 * seed + (ulong)start))];
        int winner = StartRace.Run(starts, data, options, cancellation: stop).Winner;
        return Metrics.Measure(Trainer.Fit(starts[winner], data, options, cancellation: stop).Model, data).Rmse;
    }

    /// <summary>As 'kan fit --width W --grid 5 --lamb 0 --optimizer lm' does it.</summary>
    private static double Fitted(string shape, Func<double[], double> product, ulong seed, CancellationToken stop)
    {
        (Dataset training, KanModel model) = RecoveryCase.Fit(RecoveryCase.Sample(2, -1, 1, product, seed), new FittingOptions
        {
            Width = shape,
            Grid = new OrAuto<int>(GridIntervals),
            Order = 3,
            Lambda = new OrAuto<double>(0),
            Restarts = FitVerb.UsualStarts,
            Reserve = FitVerb.UsualReserve,
            Training = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = Steps, Seed = seed },
        }, stop);
        return Metrics.Measure(model, training).Rmse;
    }
}
