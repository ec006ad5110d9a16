using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Datasets;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan bench</c>: runs a benchmark with a known course.</summary>
internal sealed class BenchVerb : Verb
{
    private static readonly string[] s_names = ["hello", "step", "scaling", "accuracy", "digits", "recovery", "feynman"];

    private readonly Argument<string> _name = new("NAME")
    {
        Description = "hello: the course of pykan's first tutorial, from training to the formula of exp(sin(pi x1) + x2^2). " +
            "step: what one evaluation of a net and its gradient costs, beside what this machine could do at best. " +
            "scaling: how that grows with samples, edges and grid intervals. " +
            "accuracy: how soon the error on the rows of hello is below some bounds, from ten random starts. digits: seconds of a pass over 60,000 rows of 784 inputs. " +
            "recovery: how many of --runs seeds find what is there: hello by pykan's recipe with 4 to 8 nodes, by discover, and under noise; six laws in few rows with much noise; x1*x2 by the smallest nets; functions with a jump or a kink. " +
            "feynman: which of the 120 equations of the Feynman data set discover finds from 200 rows each in 30 seconds",
    };

    private readonly Option<ulong> _seed = OptionOf.Seed();
    private readonly Option<int> _runs = OptionOf.Whole("--runs", "Seeds of each case of recovery", 1, 1000, 20);
    private readonly Option<bool> _units = new("--units") { Description = "Whether feynman tells the search the units of all quantities" };
    private readonly Option<string?> _plots = OptionOf.Text("--plots", "DIR", "Where scaling and accuracy draw their curves, as SVG");

    private readonly Option<string[]> _only = new("--only")
    {
        Description = "Equations of feynman to search for, by name or number; cases of recovery, by a part of their name [default: all]",
        HelpName = "I.6.20|noise",
        AllowMultipleArgumentsPerToken = true,
    };

    public BenchVerb() : base("bench", "Runs a benchmark: hello tells seconds and test error of each stage, step and scaling the cost of evaluations, accuracy and digits the time of trainings, recovery and feynman how often formulas are found.", "kan bench hello")
    {
        Add(_name);
        Add(_seed);
        Add(_runs);
        Add(_only);
        Add(_units);
        Add(_plots);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string name = parsed.GetValue(_name)!;
        string? plots = parsed.GetValue(_plots);
        if (parsed.GetValue(_only) is { Length: > 0 } && name is not ("feynman" or "recovery"))
            throw new KanSharpException($"Only feynman and recovery have parts to choose; leave --only out with '{name}'.");
        if (parsed.GetValue(_units) && name != "feynman")
            throw new KanSharpException($"Only the equations of feynman have units; leave --units out with '{name}'.");
        if (plots is not null && name is not ("scaling" or "accuracy"))
            throw new KanSharpException($"Only scaling and accuracy draw curves; leave --plots out with '{name}'.");
        if (plots is not null)
            AtomicFile.EnsureWritable(Path.Combine(plots, "scaling-samples.svg"));
        switch (name)
        {
            case "hello":
                RunHello(parsed.GetValue(_seed), session);
                return ExitCode.Done;
            case "step":
                RunStep(session);
                return ExitCode.Done;
            case "recovery":
                ImmutableArray<RecoveryCase> cases = RecoveryCase.Find(parsed.GetValue(_only) ?? []);
                BenchRecovery.Result[] recovered = ProgressDisplay.Run(session, name, progress => new BenchRecovery(session, parsed.GetValue(_runs)).Run(cases, progress));
                session.Finish(BenchRecovery.ToJson(recovered), output => BenchRecovery.Write(output, recovered));
                return Code(session);
            case "feynman":
                FeynmanProblem[] problems = parsed.GetValue(_only) is { Length: > 0 } names ? [.. names.Select(FeynmanProblem.Find)] : [.. FeynmanProblem.All];
                BenchFeynman.Result[] equations = ProgressDisplay.Run(session, name, progress => new BenchFeynman(session, parsed.GetValue(_seed), parsed.GetValue(_units)).Run(problems, progress));
                session.Finish(BenchFeynman.ToJson(equations), output => BenchFeynman.Write(output, equations));
                return Code(session);
            case "scaling":
                RunScaling(session, plots);
                return ExitCode.Done;
            case "accuracy":
                ImmutableArray<BenchAccuracy.Curve> curves = ProgressDisplay.Run(session, name, new BenchAccuracy(session, starts: 10).Run);
                if (plots is not null)
                    BenchAccuracy.Draw(plots, curves);
                session.Finish(BenchAccuracy.ToJson(curves), output => BenchAccuracy.Write(output, curves));
                return Code(session);
            case "digits":
                BenchDigits.Result digits = ProgressDisplay.Run(session, name, new BenchDigits(session, rows: 60_000).Run);
                session.Finish(digits.ToJson(), output => output.WriteLine($"{digits.Seconds:F2} s for {digits.Steps} steps, cross-entropy at the end {digits.Loss:G3}"));
                return ExitCode.Done;
            default:
                throw new KanSharpException($"Unknown benchmark '{name}'.{NearestName.Hint(name, s_names)} There is: {string.Join(", ", s_names)}.");
        }
    }

    /// <summary>Stopped, a benchmark tells what it found so far.</summary>
    private static int Code(Session session) => session.Cancellation.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Done;

    private static void RunHello(ulong seed, Session session)
    {
        var bench = new HelloBenchmark(seed, session);
        HelloStage[] stages = ProgressDisplay.Run(session, "hello", progress => bench.Run(progress));
        double seconds = stages.Sum(stage => stage.Seconds);
        var json = new JsonObject
        {
            ["seconds"] = Session.Number(Math.Round(seconds, 4)),
            ["test_rmse"] = Session.Number(stages[^1].TestRmse),
            ["formula"] = bench.Formula,
            ["stages"] = new JsonArray([.. stages.Select(stage => new JsonObject
            {
                ["stage"] = stage.Name,
                ["seconds"] = Session.Number(Math.Round(stage.Seconds, 4)),
                ["test_rmse"] = Session.Number(stage.TestRmse),
                ["shape"] = stage.Shape,
            })]),
        };
        session.Finish(json, output =>
        {
            TextTable.Write(output, [["stage", "shape", "seconds", "test RMSE"],
                .. stages.Select(stage => new[] { stage.Name, stage.Shape, stage.Seconds.ToString("F3"), stage.TestRmse.ToString("E3") }),
                ["all", "", seconds.ToString("F3"), stages[^1].TestRmse.ToString("E3")]]);
            output.WriteLine(bench.Formula);
        });
    }

    private static void RunScaling(Session session, string? plots)
    {
        var results = new List<BenchScaling.Result>();
        ProgressDisplay.Run(session, "scaling", progress =>
        {
            var scaling = new BenchScaling(new BenchClock(session.Clock, seconds: 0.2));
            int count = BenchScaling.Sweeps.Sum(sweep => sweep.Cases.Length);
            foreach (BenchScaling.Sweep sweep in BenchScaling.Sweeps)
            {
                foreach (BenchCase item in sweep.Cases)
                {
                    session.Cancellation.ThrowIfCancellationRequested();
                    results.Add(scaling.Measure(sweep.By, item));
                    progress.Report(new ProgressStep((double)results.Count / count, $"by {sweep.By}, {item.Shape}: {results[^1].Milliseconds:G4} ms"));
                }
            }
            return results;
        });
        if (plots is not null)
            BenchScaling.Draw(plots, results);
        session.Finish(BenchScaling.ToJson(results), output => BenchScaling.Write(output, results));
    }

    private static void RunStep(Session session)
    {
        var results = new List<BenchStep.Result>();
        BenchStep bench = ProgressDisplay.Run(session, "step", progress =>
        {
            var step = new BenchStep(new BenchClock(session.Clock, seconds: 0.4));
            int[] threads = Environment.ProcessorCount > 1 ? [1, 2] : [1];
            (BenchCase Case, Precision Precision, int Threads)[] runs =
                [.. BenchCase.All.SelectMany(item => item.Precisions.SelectMany(precision => (item.Predicts ? [1] : threads).Select(count => (item, precision, count))))];
            foreach ((BenchCase item, Precision precision, int count) in runs)
            {
                session.Cancellation.ThrowIfCancellationRequested();
                results.Add(step.Measure(item, precision, count));
                progress.Report(new ProgressStep((double)results.Count / runs.Length, $"{item.Name}, {OptionNames.Of(precision)}, threads {count}: {results[^1].StepMilliseconds ?? results[^1].ForwardMilliseconds:G4} ms"));
            }
            return step;
        });
        session.Finish(bench.ToJson(results), output => bench.Write(output, results));
    }
}
