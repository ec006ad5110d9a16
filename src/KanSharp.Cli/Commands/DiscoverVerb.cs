using System.CommandLine;
using KanSharp.Cli.Reports;
using KanSharp.Discovery;
using KanSharp.Formulas;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan discover</c>: from a table to the formula behind it.</summary>
internal sealed class DiscoverVerb : Verb
{
    private readonly Argument<string> _data = new("DATA.csv") { Description = "The table: a header with names, one row per sample" };
    private readonly Option<string> _target = OptionOf.Required("--target", "y", "The column to find a formula for; all others are inputs");
    private readonly Option<string?> _exclude = OptionOf.Text("--exclude", "col[,col2]", "Columns that are not to be inputs");
    private readonly Option<string> _missing = MissingOption.Create();
    private readonly WeightOptions _weights = new();
    private readonly Option<string?> _test = OptionOf.Text("--test", "F.csv", "Rows that only tell how good the result is; without them, a part of the data does");
    private readonly Option<double> _testFraction = OptionOf.Number("--test-fraction", "The part of the rows that only tells how good the result is; a fifth of the others chooses", 0.01, 0.9, 0.15);
    private readonly Option<double> _timeLimit = OptionOf.Number("--time-limit", "Seconds after which the search ends with the best so far", 0.1, 1e6, 60);
    private readonly Option<ulong> _seed = OptionOf.Seed();
    private readonly Option<string?> _library = LibraryOption.Create();
    private readonly Option<int?> _maxComplexity = OptionOf.OptionalWhole("--max-complexity", "The largest number of operators, functions, variables and constants of a formula", 1, int.MaxValue);
    private readonly Option<string?> _outDir = OptionOf.Text("--out-dir", "D", "The folder for the results [default: named after the data, such as hello-discover]");

    public DiscoverVerb() : base("discover", "Finds the formula behind a table: trains small networks, reads formulas off them and tells which is best.",
        "kan discover samples/hello.csv --target y")
    {
        Add(_data);
        foreach (Option option in (Option[])[_target, _outDir, _exclude, _missing, .. _weights.Options, _test, _testFraction, _timeLimit, _seed, _library, _maxComplexity])
            Add(option);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        long start = session.Clock.GetTimestamp();
        string path = parsed.GetValue(_data)!;
        var folder = new OutputFolder(parsed.GetValue(_outDir) ?? $"{Path.GetFileNameWithoutExtension(path)}-discover", DiscoveryFiles.Names);
        string? test = parsed.GetValue(_test), functions = parsed.GetValue(_library);
        var settings = new DiscoverySettings(path, parsed.GetValue(_timeLimit), parsed.GetValue(_seed), functions, parsed.GetValue(_maxComplexity), parsed.GetValue(_missing)!);
        var options = new DiscoveryOptions
        {
            Seed = settings.Seed,
            Library = parsed.Library(_library),
            MaxComplexity = settings.MaxComplexity,
        };
        if (test is not null && parsed.GetResult(_testFraction) is { Implicit: false })
            throw new KanSharpException("--test names the rows that tell how good the result is, --test-fraction takes them from the data; leave one of them out.");
        folder.Check(path, test);
        DiscoverData data = DiscoverData.Prepare(path, parsed.GetValue(_target)!, parsed.GetValue(_exclude), test, parsed.GetValue(_testFraction),
            parsed.Policy(_missing), _weights.Column(parsed), settings.Seed, session);
        DiscoveryResult result = DiscoverSearch.Run(data, options, TimeSpan.FromSeconds(settings.TimeLimit), session);
        if (result.Stop == DiscoveryStop.Cancelled && result.Recommended.Formula.IsConstant)
            throw new OperationCanceledException(session.Cancellation);

        var discovery = new DiscoveryOutcome(data, result, settings, session.Clock.GetElapsedTime(start).TotalSeconds);
        session.Warn(DiscoveryWarnings.Of(discovery));
        folder.Write(DiscoveryFiles.Of(discovery, folder, session.Warnings));
        session.Finish(DiscoverySummary.ToJson(discovery, folder), output => DiscoverySummary.Write(discovery, folder, output));
        return result.Stop == DiscoveryStop.Cancelled ? ExitCode.Cancelled : ExitCode.Done;
    }
}
