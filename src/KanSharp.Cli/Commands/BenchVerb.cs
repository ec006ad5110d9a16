using System.CommandLine;
using System.Text.Json.Nodes;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan bench</c>: runs a benchmark with a known course.</summary>
internal sealed class BenchVerb : Verb
{
    private static readonly string[] s_names = ["hello"];

    private readonly Argument<string> _name = new("NAME") { Description = "hello: the course of pykan's first tutorial, from training to the formula of exp(sin(pi x1) + x2^2)" };
    private readonly Option<ulong> _seed = OptionOf.Seed();

    public BenchVerb() : base("bench", "Runs a benchmark and tells seconds and test error of each stage.", "kan bench hello")
    {
        Add(_name);
        Add(_seed);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string name = parsed.GetValue(_name)!;
        if (!s_names.Contains(name))
            throw new KanSharpException($"Unknown benchmark '{name}'.{NearestName.Hint(name, s_names)} There is: {string.Join(", ", s_names)}.");
        var bench = new HelloBenchmark(parsed.GetValue(_seed), session);
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
        return ExitCode.Done;
    }
}
