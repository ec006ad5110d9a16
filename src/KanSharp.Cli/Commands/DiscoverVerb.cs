using System.Collections.Immutable;
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
    private readonly Option<string> _loss = OptionOf.Choice("--loss", "What is lowered; huber: rows that are far off a net trained with Huber's loss are outliers, and count for nothing", "mse", "huber");
    private readonly WeightOptions _weights = new();
    private readonly Option<string?> _test = OptionOf.Text("--test", "F.csv", "Rows that only tell how good the result is; without them, a part of the data does");
    private readonly Option<double> _testFraction = OptionOf.Number("--test-fraction", "The part of the rows that only tells how good the result is; a fifth of the others chooses", 0.01, 0.9, 0.15);
    private readonly Option<double> _timeLimit = OptionOf.Number("--time-limit", "Seconds after which the search ends with the best so far", 0.1, 1e6, 60);
    private readonly Option<ulong> _seed = OptionOf.Seed();
    private readonly FormulaLimits _limits = new();
    private readonly Option<string?> _units = OptionOf.Text("--units", "m1=kg,r=m,F=N", "The unit of each input and of the target, 1 for plain numbers: only formulas that are right in any units are found, through groups of inputs without units");
    private readonly Option<int?> _select = OptionOf.OptionalWhole("--select", "The row of the table of formulas to take for model and report, instead of the recommended one", 1, int.MaxValue);
    private readonly Option<string?> _resume = OptionOf.Text("--resume", "D", "The folder of an earlier search on the same table to go on from, with other networks; with --select, its table is only taken up");
    private readonly Option<string?> _outDir = OptionOf.Text("--out-dir", "D", "The folder for the results [default: named after the data, such as hello-discover]");

    public DiscoverVerb() : base("discover", "Finds the formula behind a table: trains small networks, reads formulas off them and tells which is best.",
        "kan discover samples/hello.csv --target y")
    {
        Add(_data);
        foreach (Option option in (Option[])[_target, _outDir, _exclude, _missing, _loss, .. _weights.Options, _test, _testFraction, _timeLimit, _seed, .. _limits.Options, _units, _select, _resume])
            Add(option);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        long start = session.Clock.GetTimestamp();
        string path = parsed.GetValue(_data)!, target = parsed.GetValue(_target)!;
        string? test = parsed.GetValue(_test), resumed = parsed.GetValue(_resume);
        int? select = parsed.GetValue(_select);
        SearchRecord? earlier = resumed is null ? null : Earlier(parsed, resumed, target);
        var folder = new OutputFolder(parsed.GetValue(_outDir) ?? resumed ?? $"{Path.GetFileNameWithoutExtension(path)}-discover", DiscoveryFiles.Names);
        int searches = (earlier?.Searches ?? 0) + (earlier is not null && select is not null ? 0 : 1);
        var settings = new DiscoverySettings(path, parsed.GetValue(_timeLimit), earlier?.Seed ?? parsed.GetValue(_seed), [.. _limits.Describe(parsed)], parsed.GetValue(_missing)!, searches, select);
        DiscoveryOptions options = _limits.Apply(parsed, new DiscoveryOptions
        {
            Seed = settings.Seed,
            Start = [.. earlier?.Expressions() ?? []],
            SearchesBefore = earlier?.Searches ?? 0,
            Units = Units(parsed.GetValue(_units)),
        });
        if (earlier is not null && select is not null)
            options = options with { MaxRounds = 0 };
        if (test is not null && parsed.GetResult(_testFraction) is { Implicit: false })
            throw new KanSharpException("--test names the rows that tell how good the result is, --test-fraction takes them from the data; leave one of them out.");
        folder.Check(path, test);
        DiscoverData data = DiscoverData.Prepare(path, target, parsed.GetValue(_exclude), test, parsed.GetValue(_testFraction),
            parsed.Policy(_missing), _weights.Column(parsed), parsed.GetValue(_loss) == "huber", settings.Seed, session);
        DiscoveryResult result = DiscoverSearch.Run(data, options, TimeSpan.FromSeconds(settings.TimeLimit), session);
        if (result.Stop == DiscoveryStop.Cancelled && result.Recommended.Formula.IsConstant)
            throw new OperationCanceledException(session.Cancellation);

        if (select is int row)
            result = Select(result, row);
        var discovery = new DiscoveryOutcome(data, result, settings, session.Clock.GetElapsedTime(start).TotalSeconds);
        session.Warn(DiscoveryWarnings.Of(discovery));
        folder.Write(DiscoveryFiles.Of(discovery, folder, session.Warnings));
        session.Finish(DiscoverySummary.ToJson(discovery, folder), output => DiscoverySummary.Write(discovery, folder, output));
        return result.Stop == DiscoveryStop.Cancelled ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static ImmutableDictionary<string, PhysicalUnit> Units(string? text)
    {
        var units = ImmutableDictionary.CreateBuilder<string, PhysicalUnit>();
        foreach (string part in text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (part.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } unit])
                throw new KanSharpException($"'{part}' in --units is not a column with its unit; write --units m1=kg,r=m,F=N.");
            if (!units.TryAdd(name, PhysicalUnit.Parse(unit)))
                throw new KanSharpException($"--units gives two units for '{name}'; give one.");
        }
        return units.ToImmutable();
    }

    private SearchRecord Earlier(ParseResult parsed, string folder, string target)
    {
        SearchRecord record = SearchRecord.Load(folder);
        if (record.Target != target)
            throw new KanSharpException($"The search in {folder} was for '{record.Target}', but --target is '{target}'; they must agree.");
        if (parsed.GetResult(_seed) is { Implicit: false } && parsed.GetValue(_seed) != record.Seed)
            throw new KanSharpException($"The search in {folder} has the seed {record.Seed}, by which rows are parted too; leave --seed out to go on with it.");
        return record;
    }

    private static DiscoveryResult Select(DiscoveryResult result, int row)
    {
        if (row > result.Pareto.Length)
            throw new KanSharpException($"--select {row} is no row of the table: it has {result.Pareto.Length}, from the simplest formula to the most exact.");
        FormulaCandidate chosen = result.Pareto[row - 1];
        if (chosen.Model is null)
            throw new KanSharpException($"The formula of row {row}, {chosen.Formula.ToText(4)}, cannot be made a network; choose another row.");
        return chosen == result.Recommended ? result : result with { Recommended = chosen, CompilationFailure = null };
    }
}
