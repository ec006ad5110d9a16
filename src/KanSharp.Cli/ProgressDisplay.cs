using Spectre.Console;

namespace KanSharp.Cli;

/// <summary>How far a long work is: the done fraction, and what there is to say about it, such as the loss.</summary>
internal readonly record struct ProgressStep(double Fraction, string Status);

/// <summary>Hands on what is reported, at once and on the reporter's thread.</summary>
internal sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}

/// <summary>Shows on standard error how a long work gets on: a live bar on a terminal, otherwise a plain line now and then.</summary>
internal static class ProgressDisplay
{
    /// <summary>The shortest time between two plain lines.</summary>
    public static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(1);

    /// <summary>Does the work, which reports to what it is given.</summary>
    public static T Run<T>(Session session, string title, Func<IProgress<ProgressStep>, T> work) =>
        session.OnTerminal ? RunLive(session, title, work) : work(new PlainLines(session, title));

    /// <summary>Narrow, so that the status has room on a terminal of 80 columns.</summary>
    private const int BarWidth = 10;

    private static T RunLive<T>(Session session, string title, Func<IProgress<ProgressStep>, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(session.Error) });
        return console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new LiveBar(title, context.AddTask(Markup.Escape(title), maxValue: 1))));
    }

    private sealed class LiveBar(string title, ProgressTask task) : IProgress<ProgressStep>
    {
        public void Report(ProgressStep step)
        {
            task.Value = step.Fraction;
            task.Description = Markup.Escape($"{title}  {step.Status}");
        }
    }

    private sealed class PlainLines(Session session, string title) : IProgress<ProgressStep>
    {
        private readonly Lock _lock = new();
        private readonly long _start = session.Clock.GetTimestamp();
        private TimeSpan _next = PlainInterval;

        public void Report(ProgressStep step)
        {
            lock (_lock)
            {
                TimeSpan elapsed = session.Clock.GetElapsedTime(_start);
                if (elapsed < _next)
                    return;
                _next = elapsed + PlainInterval;
                string left = step.Fraction > 0 ? $", about {elapsed.TotalSeconds * (1 - step.Fraction) / step.Fraction:F0} s left" : "";
                session.Error.WriteLine($"{title}: {100 * step.Fraction:F0} %  {step.Status}  ({elapsed.TotalSeconds:F0} s{left})");
            }
        }
    }
}
