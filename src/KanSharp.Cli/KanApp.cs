using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using KanSharp.Cli.Commands;

namespace KanSharp.Cli;

/// <summary>The command as a function of its arguments: parses them, runs the verb, turns failures into messages and exit codes.</summary>
internal static class KanApp
{
    private static readonly (string Name, Func<Verb> Create)[] s_verbs =
    [
        ("discover", () => new DiscoverVerb()), ("fit", () => new FitVerb()), ("predict", () => new PredictVerb()), ("evaluate", () => new EvaluateVerb()),
        ("inspect", () => new InspectVerb()), ("history", () => new HistoryVerb()), ("prune", () => new PruneVerb()), ("refine", () => new RefineVerb()),
        ("suggest", () => new SuggestVerb()), ("fix", () => new FixVerb()), ("unfix", () => new UnfixVerb()), ("symbolic", () => new SymbolicVerb()),
        ("formula", () => new FormulaVerb()), ("compile", () => new CompileVerb()), ("plot", () => new PlotVerb()), ("tree", () => new TreeVerb()), ("relations", () => new RelationsVerb()),
        ("solve", () => new SolveVerb()), ("dataset", () => new DatasetVerb()), ("import", () => new ImportVerb()), ("export", () => new ExportVerb()),
        ("bench", () => new BenchVerb()),
    ];

    public static int Run(IReadOnlyList<string> arguments, Session session) => Run(arguments, session, CreateVerbs(arguments));

    /// <summary>Runs one of the given verbs.</summary>
    public static int Run(IReadOnlyList<string> arguments, Session session, IReadOnlyList<Verb> verbs)
    {
        session.Json = arguments.Contains("--json");
        try
        {
            return RunVerb(arguments, session, CreateRoot(verbs));
        }
        catch (OperationCanceledException) when (session.Cancellation.IsCancellationRequested)
        {
            session.Fail("Stopped before there was a result; nothing was written.");
            return ExitCode.Cancelled;
        }
        catch (KanSharpException failure)
        {
            session.Fail(failure.Message);
            return ExitCode.UserInput;
        }
        catch (Exception defect)
        {
            session.Fail($"This is a defect of kan, not of your input: {defect.GetType().Name}: {defect.Message}");
            session.Error.WriteLine(defect.StackTrace);
            return ExitCode.Fault;
        }
        finally
        {
            session.Output.Flush();
        }
    }

    /// <summary>All verbs, in the order of the help text.</summary>
    public static Verb[] CreateVerbs() => [.. s_verbs.Select(verb => verb.Create())];

    /// <summary>The verb that is asked for by name, since to make them all takes a while; all of them where it takes them all to answer.</summary>
    private static Verb[] CreateVerbs(IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && Array.Find(s_verbs, verb => verb.Name == arguments[0]).Create is { } create ? [create()] : CreateVerbs();

    private static RootCommand CreateRoot(IReadOnlyList<Verb> verbs)
    {
        var root = new RootCommand("Kolmogorov-Arnold Networks: from a table of numbers to the formula behind it.");
        foreach (Verb verb in verbs)
            root.Add(verb);
        root.Add(new Option<bool>("--json") { Description = "Write one JSON object to standard output and nothing else there", Recursive = true });
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }

    private static int RunVerb(IReadOnlyList<string> arguments, Session session, RootCommand root)
    {
        CommandLineCheck.Verify(root, arguments);
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        bool information = parsed.Action is { ClearsParseErrors: true };
        if (arguments.Count == 0)
            parsed = root.Parse("--help");
        else if (!information && parsed.Errors.Count > 0)
            throw new KanSharpException($"{string.Join(" ", parsed.Errors.Select(failure => failure.Message))} See 'kan {Path(parsed)}--help'.");
        else if (!information && parsed.CommandResult.Command is Verb verb)
            return verb.Run(parsed, session);
        return parsed.Invoke(new InvocationConfiguration { Output = session.Output, Error = session.Error, EnableDefaultExceptionHandler = false });
    }

    private static string Path(ParseResult parsed) => parsed.CommandResult.Command is Verb verb ? verb.Name + " " : "";

    private sealed class HelpWithExample(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = inner.Invoke(parseResult);
            TextWriter output = parseResult.InvocationConfiguration.Output;
            if (parseResult.CommandResult.Command is Verb verb)
                output.WriteLine($"Example:\n  {verb.Example}\n");
            return code;
        }
    }
}
