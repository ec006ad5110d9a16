using KanSharp.Discovery;
using KanSharp.Numerics;

namespace KanSharp.Cli.Commands;

/// <summary>Jumps and kinks under the curves of other inputs, which <c>kan discover</c> looks for before it trains.</summary>
internal static class BreakCase
{
    /// <summary>How far off the place of a kink may be; that of a jump can only be told to lie between rows, of which so many may lie between.</summary>
    private const double KinkOff = 1e-3, RowsOff = 10;

    /// <summary>Under noise, places may be so far off.</summary>
    private const double NoisyOff = 0.03;

    /// <summary>The largest error of a place, infinite where other breaks were seen than there are; for smooth tables how many were seen.</summary>
    public static IEnumerable<RecoveryCase> All =>
    [
        .. new[] { 300, 500, 1000 }.SelectMany(rows => new[]
        {
            new RecoveryCase($"a jump under curves, {rows} rows", 2 * RowsOff / rows, (seed, stop) => Error(rows, 1, jumps: true, 0, seed, stop)),
            new RecoveryCase($"a kink under curves, {rows} rows", KinkOff, (seed, stop) => Error(rows, 1, jumps: false, 0, seed, stop)),
            new RecoveryCase($"two kinks under curves, {rows} rows", KinkOff, (seed, stop) => Error(rows, 2, jumps: false, 0, seed, stop)),
        }),
        .. new[] { 1e-4, 1e-3, 1e-2 }.Select(noise => new RecoveryCase($"a kink under curves, 500 rows, noise {noise:G1}", NoisyOff, (seed, stop) => Error(500, 1, jumps: false, noise, seed, stop))),
        new("a jump under curves, 500 rows, noise 0.01", NoisyOff, (seed, stop) => Error(500, 1, jumps: true, 0.01, seed, stop)),
        .. new[] { 0, 0.01 }.Select(noise => new RecoveryCase($"no break under curves, 1000 rows, noise {noise}", 0, (seed, stop) => Smooth(noise, seed, stop))),
    ];

    /// <summary>sin(p b) + exp(q c) with a break of random size and place in a, and maybe a kink in b.</summary>
    private static double Error(int rows, int breaks, bool jumps, double noise, ulong seed, CancellationToken stop)
    {
        var random = new SeededRandom(seed);
        double[] places = [random.NextDouble(-0.7, 0.7), random.NextDouble(-0.7, 0.7)];
        double size = random.NextDouble(0.3, 2), p = random.NextDouble(1, 4), q = random.NextDouble(0.5, 1.5);
        AdditiveBreaks.Break[] found = Seen(rows, 3, noise, x => Math.Sin(p * x[1]) + Math.Exp(q * x[2])
            + size * (jumps ? Math.Sign(x[0] - places[0]) : Math.Abs(x[0] - places[0])) + (breaks > 1 ? 0.8 * Math.Abs(x[1] - places[1]) : 0), random, stop);
        return found.Length == breaks && found.All(item => item.Input < breaks && item.Jumps == jumps) && found.DistinctBy(item => item.Input).Count() == breaks
            ? found.Max(item => Math.Abs(item.Place - places[item.Input])) : double.PositiveInfinity;
    }

    /// <summary>exp(sin(3 x1) + x2²), with a product of two others or a steep curve of a fifth.</summary>
    private static double Smooth(double noise, ulong seed, CancellationToken stop) =>
        Seen(1000, 5, noise, x => Math.Exp(Math.Sin(3 * x[0]) + x[1] * x[1]) + (seed % 2 == 0 ? x[2] * x[3] : Math.Tanh(8 * x[4])), new SeededRandom(seed), stop).Length;

    private static AdditiveBreaks.Break[] Seen(int rows, int inputs, double noise, Func<double[], double> function, SeededRandom random, CancellationToken stop)
    {
        var values = new Matrix(rows, inputs);
        foreach (ref double value in values.Values)
            value = random.NextDouble(-1, 1);
        double[] targets = [.. Enumerable.Range(0, rows).Select(row => function([.. Enumerable.Range(0, inputs).Select(j => values[row, j])]) + noise * random.NextGaussian())];
        return AdditiveBreaks.Find(values, targets, stop);
    }
}
