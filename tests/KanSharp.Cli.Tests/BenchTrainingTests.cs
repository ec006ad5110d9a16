using KanSharp.Cli.Commands;
using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

public class BenchTrainingTests
{
    private static readonly Relay<ProgressStep> s_unheard = new(_ => { });

    private static Session Quiet(TimeProvider? clock = null) => new(new StringWriter(), new StringWriter(), onTerminal: false, default, clock);

    [Fact]
    public void Each_start_gets_its_curve_and_times_are_medians_of_when_it_first_is_below_a_bound()
    {
        var curves = new BenchAccuracy(Quiet(new HurriedClock()), starts: 2).Run(s_unheard);
        Assert.Equal([1UL, 2UL], curves.Select(curve => curve.Seed));
        foreach (BenchAccuracy.Curve curve in curves)
        {
            Assert.Equal(curve.Points.Select(point => point.Seconds), curve.Points.Select(point => point.Seconds).Order());
            Assert.Equal(curve.Points[0].Seconds, curve.SecondsTo(double.PositiveInfinity));
            double lowest = curve.Points.Min(point => point.TrainRmse);
            Assert.Equal(curve.Points.First(point => point.TrainRmse == lowest).Seconds, curve.SecondsTo(lowest));
            Assert.Equal(double.PositiveInfinity, curve.SecondsTo(0));
            Assert.True(curve.TestSecondsTo(double.PositiveInfinity) > curve.Points[0].Seconds);
        }
        Assert.All(BenchAccuracy.ToJson(curves)["times"]!.AsArray(), time =>
            Assert.Equal(curves.Count(curve => double.IsFinite(curve.SecondsTo((double)time!["rmse"]!))), (int)time!["reached"]!));
    }

    [Fact]
    public void A_pass_over_digits_counts_its_steps_and_learns()
    {
        BenchDigits.Result result = new BenchDigits(Quiet(), rows: 1280).Run(s_unheard);
        Assert.Equal(20, result.Steps);
        Assert.True(result.Seconds > 0);
        Assert.True(result.Loss < 2.3, $"{result.Loss}");
    }

    [Fact]
    public void Growing_cases_reach_from_hundred_to_a_million_samples_from_ten_to_a_million_edges_and_from_3_to_300_intervals()
    {
        var scaling = new BenchScaling(new BenchClock(TimeProvider.System, seconds: 0.001));
        foreach (BenchScaling.Sweep sweep in BenchScaling.Sweeps)
        {
            BenchScaling.Result result = scaling.Measure(sweep.By, sweep.Cases[0]);
            Assert.True(result.Milliseconds > 0);
            Assert.Equal(result.Milliseconds, 1e-6 * result.NanosecondsPerEdgeSample * result.Edges * result.Case.Samples, 1e-9);
        }
        Assert.Equal((100, 1_000_000), Range(0, item => item.Samples));
        Assert.Equal((12, 1_001_000), Range(1, item => item.CreateModel().Layers.Sum(layer => layer.EdgeCount)));
        Assert.Equal((3, 300), Range(2, item => item.Grid));

        static (int, int) Range(int sweep, Func<BenchCase, int> of) => (BenchScaling.Sweeps[sweep].Cases.Min(of), BenchScaling.Sweeps[sweep].Cases.Max(of));
    }

    [Fact]
    public void Pictures_hold_a_line_for_each_net_or_start()
    {
        using var folder = new WorkFolder();
        BenchScaling.Draw(folder["."], [.. BenchScaling.Sweeps.SelectMany(sweep => sweep.Cases.Select((item, i) => new BenchScaling.Result(sweep.By, item, 10 + i, 1 + i)))]);
        Assert.Contains("[4,10,10,1]", File.ReadAllText(folder["scaling-samples.svg"]));
        Assert.Contains("[w,w,1]", File.ReadAllText(folder["scaling-edges.svg"]));
        Assert.Contains("[64,64,1]", File.ReadAllText(folder["scaling-grid.svg"]));
        BenchAccuracy.Draw(folder["."], [new(1, [new(0.001, 0.1, null, 5), new(0.002, 0.01, 0.02, 5), new(0.02, 0.001, 0.002, 10)])]);
        Assert.Contains("other rows", File.ReadAllText(folder["accuracy.svg"]));
    }
}
