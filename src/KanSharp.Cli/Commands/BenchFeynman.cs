using System.Collections.Immutable;
using System.Text.Json.Nodes;
using KanSharp.Datasets;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>How many equations of the Feynman data set are found from 200 rows each, as <c>kan discover</c> searches by default, but for 30 seconds at most.</summary>
/// <param name="session">Where it runs.</param>
/// <param name="seed">The seed of rows and search.</param>
/// <param name="withUnits">Whether the search is told the units.</param>
internal sealed class BenchFeynman(Session session, ulong seed, bool withUnits)
{
    private const int Rows = 200, FreshRows = 2000;
    private const double Seconds = 30, TestFraction = 0.15, ValidationFraction = 0.2;

    /// <summary>An error on fresh rows up to this part of the target's standard deviation counts as found.</summary>
    private const double Bound = 1e-6;

    /// <summary>No variable of any equation has this name.</summary>
    private const string TargetName = "value";

    /// <summary>What became of one equation.</summary>
    /// <param name="Problem">The equation.</param>
    /// <param name="Formula">What was found.</param>
    /// <param name="Error">Its error on fresh rows as a part of the target's standard deviation there.</param>
    /// <param name="Seconds">How long the search took.</param>
    internal sealed record Result(FeynmanProblem Problem, Expression Formula, double Error, double Seconds)
    {
        public bool Found => Error <= Bound;
    }

    /// <summary>Searches one after the other; stopped, returns what became of those that were finished.</summary>
    public Result[] Run(IReadOnlyList<FeynmanProblem> problems, IProgress<ProgressStep> progress)
    {
        var results = new List<Result>();
        foreach (FeynmanProblem problem in problems)
        {
            Result latest = Search(problem);
            if (session.Cancellation.IsCancellationRequested)
                break;
            results.Add(latest);
            progress.Report(new ProgressStep((double)results.Count / problems.Count, $"{problem.Name}: {(latest.Found ? "found" : $"error {latest.Error:G2}")}, {results.Count(result => result.Found)} of {results.Count} found"));
        }
        if (results.Count == 0)
            session.Cancellation.ThrowIfCancellationRequested();
        return [.. results];
    }

    public static JsonObject ToJson(Result[] results) => new()
    {
        ["found"] = results.Count(result => result.Found),
        ["equations"] = new JsonArray([.. results.Select(result => new JsonObject
        {
            ["name"] = result.Problem.Name,
            ["formula"] = result.Problem.Formula.ToText(),
            ["found"] = result.Found,
            ["result"] = result.Formula.ToText(),
            ["error"] = Session.Number(result.Error),
            ["complexity"] = result.Formula.Complexity,
            ["seconds"] = Session.Number(Math.Round(result.Seconds, 2)),
        })]),
    };

    public static void Write(TextWriter output, Result[] results)
    {
        TextTable.Write(output, [["equation", "inputs", "found", "error", "complexity", "seconds", "formula"],
            .. results.Select(result => new[]
            {
                result.Problem.Name, result.Problem.Variables.Length.ToString(), result.Found ? "yes" : "no", result.Error.ToString("E1"), result.Formula.Complexity.ToString(),
                result.Seconds.ToString("F1"), (result.Found ? result.Formula : result.Problem.Formula).ToText(4),
            })]);
        output.WriteLine($"{results.Count(result => result.Found)} of {results.Length} found");
    }

    private Result Search(FeynmanProblem problem)
    {
        // As a table of 200 rows would be split: some to fit, some to choose by, some that tell the error; fresh ones tell it here.
        (Dataset known, _) = problem.Sample(Rows, seed).Split(TestFraction, seed);
        (Dataset training, Dataset validation) = known.Split(ValidationFraction, seed);
        Dataset fresh = problem.Sample(FreshRows, seed + 1_000_000);
        var options = new DiscoveryOptions { Seed = seed };
        if (withUnits)
            options = options with { Units = problem.Variables.Append(TargetName).Zip(problem.Units.Append(problem.Unit)).ToImmutableDictionary(pair => pair.First, pair => PhysicalUnit.Parse(pair.Second)) };
        long start = session.Clock.GetTimestamp();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(Seconds), session.Clock);
        DiscoveryResult found = FormulaSearch.Run(training, validation, [.. problem.Variables], TargetName, options with { Deadline = deadline.Token }, cancellation: session.Cancellation);
        double seconds = session.Clock.GetElapsedTime(start).TotalSeconds;
        double[] targets = fresh.Targets.Column(0).ToArray();
        double mean = targets.Average(), deviation = Math.Sqrt(targets.Average(y => (y - mean) * (y - mean)));
        double error = FormulaFit.Rmse(found.Recommended.Formula, [.. problem.Variables], fresh.Inputs, targets) / deviation;
        return new Result(problem, found.Recommended.Formula, double.IsFinite(error) ? error : double.PositiveInfinity, seconds);
    }
}
