using System.Collections.Immutable;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting.Charts;
using KanSharp.Plotting.Drawing;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>
/// <c>kan bench accuracy</c>: how soon the error on the 1000 rows of the hello example is below some bounds, from random starts, training alone: Levenberg-Marquardt, a few steps on
/// each of ever finer grids. Before the first steps on a grid, hidden grids move to where the square of the inputs leads. Starts that compile the code are not counted.
/// </summary>
internal sealed class BenchAccuracy(Session session, int starts)
{
    private const int UncountedStarts = 3;

    /// <summary>Points of the square along each side.</summary>
    private const int Lattice = 33;

    /// <summary>Grid intervals, and steps on them at most.</summary>
    private static readonly (int Intervals, int Steps)[] s_stages = [(5, 10), (10, 4), (20, 4), (50, 4), (100, 4)];

    private static readonly double[] s_bounds = [4.5e-2, 2e-3, 1e-5, 1e-7];

    /// <summary>Where a training stood after a step; the error on other rows, which the clock does not count, is measured after the last step on a grid.</summary>
    internal sealed record TrainingPoint(double Seconds, double TrainRmse, double? TestRmse, int Intervals);

    /// <summary>One training, step by step.</summary>
    internal sealed record Curve(ulong Seed, ImmutableArray<TrainingPoint> Points)
    {
        /// <summary>Seconds to an error at or below a bound; infinite if it is never reached.</summary>
        public double SecondsTo(double bound) => First(point => point.TrainRmse <= bound);

        /// <summary>Seconds to an error on other rows at or below a bound.</summary>
        public double TestSecondsTo(double bound) => First(point => point.TestRmse <= bound);

        private double First(Func<TrainingPoint, bool> isBelow) => Points.FirstOrDefault(isBelow)?.Seconds ?? double.PositiveInfinity;
    }

    /// <summary>Trains from each start; stopped, returns the curves of those that were finished.</summary>
    public ImmutableArray<Curve> Run(IProgress<ProgressStep> progress)
    {
        for (int i = 0; i < UncountedStarts; i++)
            Train(1_000_003);
        var curves = ImmutableArray.CreateBuilder<Curve>();
        for (int start = 0; start < starts; start++)
        {
            try
            {
                curves.Add(Train((ulong)start + 1));
            }
            catch (OperationCanceledException) when (curves.Count > 0)
            {
                break;
            }
            progress.Report(new ProgressStep((start + 1.0) / starts, $"start {start + 1}, test RMSE {curves[^1].Points[^1].TestRmse:G3}"));
        }
        return curves.ToImmutable();
    }

    public static JsonObject ToJson(ImmutableArray<Curve> curves) => new()
    {
        ["times"] = new JsonArray([.. s_bounds.Select(bound => new JsonObject
        {
            ["rmse"] = bound,
            ["median_seconds"] = Session.Number(Median(curves, curve => curve.SecondsTo(bound))),
            ["reached"] = curves.Count(curve => double.IsFinite(curve.SecondsTo(bound))),
            ["test_median_seconds"] = Session.Number(Median(curves, curve => curve.TestSecondsTo(bound))),
            ["test_reached"] = curves.Count(curve => double.IsFinite(curve.TestSecondsTo(bound))),
        })]),
        ["starts"] = new JsonArray([.. curves.Select(curve => new JsonObject
        {
            ["seed"] = curve.Seed,
            ["curve"] = new JsonArray([.. curve.Points.Select(point => new JsonObject
            {
                ["seconds"] = Session.Number(point.Seconds),
                ["rmse"] = Session.Number(point.TrainRmse),
                ["test_rmse"] = point.TestRmse is double error ? Session.Number(error) : null,
                ["grid"] = point.Intervals,
            })]),
        })]),
    };

    public static void Write(TextWriter output, ImmutableArray<Curve> curves)
    {
        TextTable.Write(output, [["RMSE", "on the rows, ms", "of starts", "on other rows, ms", "of starts"],
            .. s_bounds.Select(bound => (string[])[$"{bound:0.0E+0}", .. Cells(bound, (curve, at) => curve.SecondsTo(at)), .. Cells(bound, (curve, at) => curve.TestSecondsTo(at))])]);

        string[] Cells(double bound, Func<Curve, double, double> seconds)
        {
            double median = Median(curves, curve => seconds(curve, bound));
            return [double.IsFinite(median) ? $"{1e3 * median:F1}" : "-", $"{curves.Count(curve => double.IsFinite(seconds(curve, bound)))} of {curves.Length}"];
        }
    }

    /// <summary>A picture of the curves, <c>accuracy.svg</c>.</summary>
    public static void Draw(string folder, ImmutableArray<Curve> curves)
    {
        ImmutableArray<TrainingPoint> all = [.. curves.SelectMany(curve => curve.Points)];
        var chart = new Chart($"Error on the rows of hello, {curves.Length} starts", Axis.Logarithmic("ms", all.Select(point => 1e3 * point.Seconds)),
            Axis.Logarithmic("RMSE", all.SelectMany(point => (double[])[point.TrainRmse, point.TestRmse ?? double.NaN])),
            [new LegendEntry("thousand rows", Tone.Data), new LegendEntry("other rows", Tone.Symbolic, LegendMark.Dashes)]);
        foreach (Curve curve in curves)
        {
            chart.AddLine([.. curve.Points.Select(point => 1e3 * point.Seconds)], [.. curve.Points.Select(point => point.TrainRmse)], Tone.Data);
            ImmutableArray<TrainingPoint> tested = [.. curve.Points.Where(point => point.TestRmse is not null)];
            chart.AddLine([.. tested.Select(point => 1e3 * point.Seconds)], [.. tested.Select(point => point.TestRmse!.Value)], Tone.Symbolic, dashed: true);
        }
        AtomicFile.WriteText(Path.Combine(folder, "accuracy.svg"), chart.ToScene().ToSvg());
    }

    private Curve Train(ulong seed)
    {
        Dataset training = HelloBenchmark.Data(seed), test = HelloBenchmark.Data(seed + 1_000_000);
        var points = ImmutableArray.CreateBuilder<TrainingPoint>();
        ModelInfo info = ModelInfo.Default(2, 1) with { OutputScaling = Scaling.FromMoments(training.Targets) };
        double unit = info.OutputScaling.Scales[0], seconds = 0;
        Matrix square = Square();
        long start = session.Clock.GetTimestamp();
        KanModel model = KanModel.Create(new KanSpec(2, 1, 1) { GridIntervals = [s_stages[0].Intervals] }, seed, info);
        foreach ((int intervals, int steps) in s_stages)
        {
            if (intervals != model.Layers[0].Intervals)
                model = GridUpdater.Update(GridUpdater.Refine(model, intervals), square, uniformShare: 1);
            model = Trainer.Fit(model, training, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = steps, GridSchedule = GridSchedule.None },
                progress: new Relay<TrainingProgress>(step => points.Add(new TrainingPoint(seconds + session.Clock.GetElapsedTime(start).TotalSeconds, unit * Math.Sqrt(step.Latest.TrainLoss), null, intervals))),
                cancellation: session.Cancellation).Model;
            session.Cancellation.ThrowIfCancellationRequested();
            seconds += session.Clock.GetElapsedTime(start).TotalSeconds;
            points.Add(new TrainingPoint(seconds, Metrics.Measure(model, training).Rmse, Metrics.Measure(model, test).Rmse, intervals));
            start = session.Clock.GetTimestamp();
        }
        return new Curve(seed, points.ToImmutable());
    }

    /// <summary>The square that the inputs come from, corners included.</summary>
    private static Matrix Square()
    {
        var square = new Matrix(Lattice * Lattice, 2);
        for (int row = 0; row < square.Rows; row++)
            (square[row, 0], square[row, 1]) = (row % Lattice * 2.0 / (Lattice - 1) - 1, row / Lattice * 2.0 / (Lattice - 1) - 1);
        return square;
    }

    private static double Median(ImmutableArray<Curve> curves, Func<Curve, double> seconds)
    {
        double[] sorted = [.. curves.Select(seconds).Order()];
        double low = sorted[(sorted.Length - 1) / 2], high = sorted[sorted.Length / 2];
        return low == high ? low : (low + high) / 2;
    }
}
