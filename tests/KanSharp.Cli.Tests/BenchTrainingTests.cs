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
}
