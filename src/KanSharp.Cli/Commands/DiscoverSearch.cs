using KanSharp.Discovery;

namespace KanSharp.Cli.Commands;

/// <summary>Runs a search under a time limit and shows how it gets on.</summary>
internal static class DiscoverSearch
{
    private const int ShownFormulaLength = 60;

    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(0.25);

    public static DiscoveryResult Run(DiscoverData data, DiscoveryOptions options, TimeSpan limit, Session session) =>
        ProgressDisplay.Run(session, "Searching", display =>
        {
            long start = session.Clock.GetTimestamp();
            string status = "";
            using var deadline = new CancellationTokenSource(limit);
            // The search may be silent for seconds; the time goes on.
            using ITimer timer = session.Clock.CreateTimer(_ => Show(), null, s_tick, s_tick);
            return FormulaSearch.Run(data.Training, data.Validation, data.Prepared.InputNames, data.Target, options with { Deadline = deadline.Token, Categories = [.. data.Prepared.Categories] },
                new Relay<DiscoveryProgress>(step =>
                {
                    Volatile.Write(ref status, Describe(step));
                    Show();
                }), session.Cancellation);

            void Show() => display.Report(new ProgressStep(Math.Min(1, session.Clock.GetElapsedTime(start) / limit), Volatile.Read(ref status)));
        });

    private static string Describe(DiscoveryProgress step)
    {
        string text = $"round {step.Round} of {step.Rounds}, {step.Work}";
        if (step.Best is not FormulaCandidate best)
            return text;
        string formula = best.Formula.ToText(4);
        return $"{text}; best error {best.ValidationRmse:G3}: {(formula.Length <= ShownFormulaLength ? formula : formula[..ShownFormulaLength] + "...")}";
    }
}
