using System.Collections.Immutable;
using System.CommandLine;
using KanSharp.Cli.Reports;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.IO;

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
    private readonly Option<string?> _resume = OptionOf.Text("--resume", "D", "The folder of an earlier search on the same table to go on from, with other networks; what is not given again, rows, inputs and limits, stays as it was. With --select, its table is only taken up");
    private readonly Option<string?> _outDir = OptionOf.Text("--out-dir", "D", "The folder for the results [default: named after the data, such as hello-discover]");

    public DiscoverVerb() : base("discover", "Finds the formula behind a table: trains small networks, reads formulas off them and tells which is best.",
        "kan discover samples/hello.csv --target y")
    {
        Add(_data);
        foreach (Option option in (Option[])[_target, _outDir, _exclude, _missing, _loss, .. _weights.Options, _test, _testFraction, _timeLimit, _seed, .. Limits, _select, _resume])
            Add(option);
    }

    /// <summary>What formulas have to keep to.</summary>
    private Option[] Limits => [.. _limits.Options, _units];

    /// <summary>What stays as it was when a search goes on: these and the limits.</summary>
    private Option[] Rows => [_exclude, _missing, _loss, .. _weights.Options, _test, _testFraction];

    public override int Run(ParseResult parsed, Session session)
    {
        long start = session.Clock.GetTimestamp();
        string path = parsed.GetValue(_data)!, target = parsed.GetValue(_target)!;
        int? select = parsed.GetValue(_select);
        SearchRecord? earlier = null;
        string? resumed = parsed.GetValue(_resume);
        if (resumed is not null)
        {
            earlier = Earlier(parsed, resumed, target);
            parsed = WithOptionsOf(earlier, parsed, resumed);
        }
        string? test = parsed.GetValue(_test);
        bool takesUp = earlier is not null && select is not null;
        if (takesUp && select > earlier!.Formulas.Length)
            throw new KanSharpException(NoRow(select.Value, earlier.Formulas.Length));
        var folder = new OutputFolder(parsed.GetValue(_outDir) ?? resumed ?? $"{Path.GetFileNameWithoutExtension(path)}-discover", DiscoveryFiles.Names);
        var settings = new DiscoverySettings(path, parsed.GetValue(_timeLimit), earlier?.Seed ?? parsed.GetValue(_seed), [.. _limits.Describe(parsed), .. parsed.GetValue(_units) is string units ? [("units", units)] : Array.Empty<(string, string)>()],
            Given(parsed, Limits), Given(parsed, [.. Rows, .. Limits]), parsed.GetValue(_missing)!, (earlier?.Searches ?? 0) + (takesUp ? 0 : 1), select, takesUp);
        DiscoveryOptions options = _limits.Apply(parsed, new DiscoveryOptions
        {
            Seed = settings.Seed,
            Start = [.. earlier?.Expressions() ?? []],
            SearchesBefore = earlier?.Searches ?? 0,
        });
        if (takesUp)
            options = options with { MaxRounds = 0 };
        if (test is not null && parsed.GetResult(_testFraction) is { Implicit: false })
            throw new KanSharpException("--test names the rows that tell how good the result is, --test-fraction takes them from the data; leave one of them out.");
        folder.Check(path, test);
        DiscoverData data = DiscoverData.Prepare(path, target, parsed.GetValue(_exclude), test, parsed.GetValue(_testFraction),
            parsed.Policy(_missing), _weights.Column(parsed), parsed.GetValue(_loss) == "huber", settings.Seed, session);
        options = options with { Units = Units(parsed.GetValue(_units), data.Prepared) };
        DiscoveryResult result = DiscoverSearch.Run(data, options, TimeSpan.FromSeconds(settings.TimeLimit), session);
        if (result.Stop == DiscoveryStop.Cancelled && result.Recommended.Formula.IsConstant)
            throw new OperationCanceledException(session.Cancellation);

        if (select is int row)
        {
            if (Refusal(result, row) is { } refusal)
            {
                if (takesUp)
                    throw new KanSharpException(refusal);
                // The search took its time: what it found is kept.
                Save(new DiscoveryOutcome(data, result, settings with { Selected = null }, session.Clock.GetElapsedTime(start).TotalSeconds), folder, session);
                throw new KanSharpException($"{refusal} The results are in {folder.Path}, with the recommended formula, row {result.Pareto.IndexOf(result.Recommended) + 1}; to take another one, without a new search: --resume {folder.Path} --select n.");
            }
            result = Select(result, result.Pareto[row - 1]);
        }
        var discovery = new DiscoveryOutcome(data, result, settings, session.Clock.GetElapsedTime(start).TotalSeconds);
        Save(discovery, folder, session);
        session.Finish(DiscoverySummary.ToJson(discovery, folder), output => DiscoverySummary.Write(discovery, folder, output));
        return result.Stop == DiscoveryStop.Cancelled ? ExitCode.Cancelled : ExitCode.Done;
    }

    /// <summary>The units by column; inputs that tell a label by 0 or 1 are plain numbers.</summary>
    private static ImmutableDictionary<string, PhysicalUnit> Units(string? text, PreparedTable table)
    {
        var units = ImmutableDictionary.CreateBuilder<string, PhysicalUnit>();
        string[] parts = text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (text is not null && parts.Length == 0)
            throw new KanSharpException($"--units '{text}' names no column; write --units m1=kg,r=m,F=N, or leave it out.");
        foreach (string part in parts)
        {
            if (part.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } unit])
                throw new KanSharpException($"'{part}' in --units is not a column with its unit; write --units m1=kg,r=m,F=N.");
            if (!units.TryAdd(name, PhysicalUnit.Parse(unit)))
                throw new KanSharpException($"--units gives two units for '{name}'; give one.");
        }
        foreach (string label in text is null ? [] : table.Categories.SelectMany(column => column.EncodedLabels.ToArray().Select(column.InputName)).Intersect(table.InputNames))
            units.TryAdd(label, PhysicalUnit.Parse("1"));
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

    /// <summary>What was given on the command line, and where nothing was, what the earlier search was given.</summary>
    private ParseResult WithOptionsOf(SearchRecord earlier, ParseResult parsed, string folder)
    {
        Dictionary<string, string> given = Given(parsed, [.. Rows, .. Limits]);
        string[] kept = [.. ((Option[])[.. Rows, .. Limits]).Where(option => !given.ContainsKey(option.Name) && earlier.Options.ContainsKey(option.Name)).SelectMany(option => (string[])[option.Name, earlier.Options[option.Name]])];
        ParseResult whole = parsed.RootCommandResult.Command.Parse([.. parsed.Tokens.Select(token => token.Value), .. kept], parsed.Configuration);
        return whole.Errors.Count == 0 ? whole : throw new KanSharpException($"The options of the search in {folder} cannot be read: {string.Join(" ", whole.Errors.Select(failure => failure.Message))} Search anew without --resume.");
    }

    private static Dictionary<string, string> Given(ParseResult parsed, IEnumerable<Option> options) => options
        .Select(option => (option.Name, Result: parsed.GetResult(option))).Where(option => option.Result is { Implicit: false }).ToDictionary(option => option.Name, option => string.Join(" ", option.Result!.Tokens.Select(token => token.Value)));

    private static void Save(DiscoveryOutcome discovery, OutputFolder folder, Session session)
    {
        session.Warn(DiscoveryWarnings.Of(discovery));
        folder.Write(DiscoveryFiles.Of(discovery, folder, session.Warnings));
    }

    private static string NoRow(int row, int rows) => $"--select {row} is no row of the table: it has {rows}, from the simplest formula to the most exact.";

    /// <summary>Why a row cannot be taken; null where it can.</summary>
    private static string? Refusal(DiscoveryResult result, int row) => row > result.Pareto.Length ? NoRow(row, result.Pareto.Length)
        : result.Pareto[row - 1].Model is null ? $"The formula of row {row}, {result.Pareto[row - 1].Formula.ToText(4)}, cannot be made a network; choose another row." : null;

    private static DiscoveryResult Select(DiscoveryResult result, FormulaCandidate chosen) => chosen == result.Recommended ? result : result with { Recommended = chosen, CompilationFailure = null };
}
