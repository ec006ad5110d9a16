using System.Collections.Immutable;
using System.Diagnostics;

namespace KanSharp.Tutorials;

/// <summary>One row of the acceptance table: what pykan's tutorial shows, what it reached, and how it is done here.</summary>
/// <param name="Id">The row's name, such as H0.</param>
/// <param name="Capability">What it shows.</param>
/// <param name="Criterion">What is asked for.</param>
/// <param name="Peer">What pykan recorded.</param>
/// <param name="Stages">What is done, in order.</param>
public sealed record TutorialRow(string Id, string Capability, string Criterion, string Peer, params ImmutableArray<Stage> Stages)
{
    /// <summary>Seeds 1 to this one are run.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>How many of them must meet every check.</summary>
    public int Needed { get; init; } = 3;

    /// <summary>Whether a test runs it each time: it takes a few seconds at most.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Why it is missed, where it is, or how it differs from the tutorial.</summary>
    public string Note { get; init; } = "";

    /// <summary>Asks the trials of all seeds together, after the last of them.</summary>
    public Action<ImmutableArray<Trial>, List<Check>>? Together { get; init; }

    /// <summary>Runs it with every seed, or with those from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public RowResult Run(Action<string>? progress = null, int first = 1, int? last = null)
    {
        var watch = Stopwatch.StartNew();
        var trials = ImmutableArray.CreateBuilder<Trial>();
        for (ulong seed = (ulong)first; seed <= (ulong)(last ?? Seeds); seed++)
        {
            var trial = new Trial(seed);
            try
            {
                foreach (Stage stage in Stages)
                    stage(trial);
            }
            catch (KanSharpException exception)
            {
                trial.Holds("runs", false, exception.Message);
            }
            trials.Add(trial);
            progress?.Invoke($"{Id} seed {seed}: {string.Join("; ", trial.Checks.Select(check => check.Met ? check.Value is double value ? $"{check.Name} {value:G4}" : check.Name : $"MISSED {check.Text}"))}");
        }
        var together = new List<Check>();
        Together?.Invoke(trials.ToImmutable(), together);
        return new RowResult(this, trials.ToImmutable(), [.. together], watch.Elapsed);
    }
}

/// <summary>What the trials of a row found.</summary>
public sealed record RowResult(TutorialRow Row, ImmutableArray<Trial> Trials, ImmutableArray<Check> Together, TimeSpan Time)
{
    /// <summary>Trials that met every check.</summary>
    public int TrialsMet => Trials.Count(trial => trial.Checks.Count > 0 && trial.Checks.All(check => check.Met));

    public bool IsMet => TrialsMet >= Row.Needed && Together.All(check => check.Met);

    /// <summary>The median of every number over the trials, and the statements that did not always hold.</summary>
    public string Measured
    {
        get
        {
            var parts = new List<string>();
            foreach (IGrouping<string, Check> checks in Trials.SelectMany(trial => trial.Checks).Concat(Together).GroupBy(check => check.Name))
            {
                double[] values = [.. checks.Where(check => check.Value is not null).Select(check => check.Value!.Value).Order()];
                if (values.Length > 0)
                    parts.Add($"{checks.Key} {Format(values[(values.Length - 1) / 2])}");
                else if (checks.FirstOrDefault(check => !check.Met) is { } missed && TrialsMet < Row.Needed)
                    parts.Add(missed.Text);
                else
                    parts.Add(checks.Key);
            }
            return string.Join("; ", parts);
        }
    }

    private static string Format(double value) => value is > 0.97 and < 1 ? value.ToString("0.########") : Math.Abs(value) is >= 1e-3 and < 1000 or 0 ? value.ToString("G3") : value.ToString("0.0e0");
}
