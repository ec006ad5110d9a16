using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace KanSharp.Cli.Commands;

/// <summary>
/// How often what is known to be there is found, whatever the seed: each case is run with as many seeds, which draw its rows and its networks, and held against
/// its bound of the error.
/// </summary>
internal sealed class BenchRecovery(Session session, int runs)
{
    /// <summary>What became of one case.</summary>
    /// <param name="Name">The function, and how it was looked for.</param>
    /// <param name="Bound">The error that counts as found.</param>
    /// <param name="Errors">The error of each run, ascending; at least one.</param>
    /// <param name="Seconds">The median time of a run.</param>
    internal sealed record Result(string Name, double Bound, double[] Errors, double Seconds)
    {
        public int Found => Errors.Count(error => error <= Bound);

        public double Median => Errors[Errors.Length / 2];

        public double Worst => Errors[^1];
    }

    /// <summary>Runs one case after the other; stopped, returns what became of the runs that were finished.</summary>
    public Result[] Run(ImmutableArray<RecoveryCase> cases, IProgress<ProgressStep> progress)
    {
        var results = new List<Result>();
        for (int c = 0; c < cases.Length && !session.Cancellation.IsCancellationRequested; c++)
        {
            var errors = new List<double>();
            var seconds = new List<double>();
            while (errors.Count < runs && Measure(cases[c], (ulong)errors.Count + 1) is (double error, double time))
            {
                errors.Add(error);
                seconds.Add(time);
                progress.Report(new ProgressStep((c + (double)errors.Count / runs) / cases.Length, $"{cases[c].Name}, run {errors.Count} of {runs}: {error:G3}"));
            }
            if (errors.Count > 0)
                results.Add(new Result(cases[c].Name, cases[c].Bound, [.. errors.Order()], seconds.Order().ElementAt(seconds.Count / 2)));
        }
        if (results.Count == 0)
            session.Cancellation.ThrowIfCancellationRequested();
        return [.. results];
    }

    public static JsonObject ToJson(Result[] results) => new()
    {
        ["cases"] = new JsonArray([.. results.Select(result => new JsonObject
        {
            ["name"] = result.Name,
            ["bound"] = Session.Number(result.Bound),
            ["runs"] = result.Errors.Length,
            ["found"] = result.Found,
            ["median_error"] = Session.Number(result.Median),
            ["worst_error"] = Session.Number(result.Worst),
            ["median_seconds"] = Session.Number(Math.Round(result.Seconds, 3)),
        })]),
    };

    public static void Write(TextWriter output, Result[] results) => TextTable.Write(output, [["case", "found", "bound", "median error", "worst", "median seconds"],
        .. results.Select(result => new[] { result.Name, $"{result.Found} of {result.Errors.Length}", result.Bound.ToString("0.##E0"), result.Median.ToString("E1"), result.Worst.ToString("E1"), result.Seconds.ToString("F2") })]);

    /// <summary>Error and time of one run; null where it was stopped, and so says nothing.</summary>
    private (double Error, double Seconds)? Measure(RecoveryCase item, ulong seed)
    {
        long start = session.Clock.GetTimestamp();
        try
        {
            double error = item.Error(seed, session.Cancellation);
            return session.Cancellation.IsCancellationRequested ? null : (error, session.Clock.GetElapsedTime(start).TotalSeconds);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
