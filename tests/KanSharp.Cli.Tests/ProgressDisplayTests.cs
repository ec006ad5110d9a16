using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

public class ProgressDisplayTests
{
    [Fact]
    public void Plain_lines_come_at_most_once_a_second_and_estimate_the_rest()
    {
        var error = new StringWriter();
        var clock = new ManualClock();
        var session = new Session(TextWriter.Null, error, onTerminal: false, default, clock);
        int result = ProgressDisplay.Run(session, "Fitting", progress =>
        {
            for (int i = 1; i <= 20; i++)
            {
                clock.Advance(TimeSpan.FromSeconds(0.25));
                progress.Report(new ProgressStep(i / 20.0, $"loss {1.0 / i:G3}"));
            }
            return 7;
        });
        Assert.Equal(7, result);
        string[] lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(5, lines.Length);
        Assert.Equal("Fitting: 20 %  loss 0.25  (1 s, about 4 s left)", lines[0]);
    }

    [Fact]
    public void On_a_terminal_a_bar_shows_the_status_as_it_is_written()
    {
        var error = new StringWriter();
        var session = new Session(TextWriter.Null, error, onTerminal: true, default);
        ProgressDisplay.Run(session, "Fitting", progress =>
        {
            progress.Report(new ProgressStep(0.5, "loss [1e-3]"));
            return 0;
        });
        Assert.Contains("loss [1e-3]", error.ToString());
    }
}
