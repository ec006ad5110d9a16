using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

public class KanAppTests
{
    /// <summary>A verb with every kind of option, that does what its data argument says.</summary>
    private sealed class Probe : Verb
    {
        private readonly Argument<string> _data = new("DATA.csv") { Description = "What to do" };
        private readonly Option<string> _target = OptionOf.Required("--target", "y", "Target");
        private readonly Option<OrAuto<int>> _grid = OptionOf.WholeOrAuto("--grid", "Grid", 1, 1000);
        private readonly Option<int> _steps = OptionOf.Whole("--steps", "Steps", 0, 100, 50);
        private readonly Option<double?> _rate = OptionOf.OptionalNumber("--lr", "Rate", 0, double.PositiveInfinity);
        private readonly Option<string> _optimizer = OptionOf.Choice("--optimizer", "Optimizer", "lbfgs", "lm", "adam");
        private readonly Option<ulong> _seed = OptionOf.Seed();

        public Probe() : base("probe", "Tries the machinery.", "kan probe data.csv --target y")
        {
            Add(_data);
            foreach (Option option in new Option[] { _target, _grid, _steps, _rate, _optimizer, _seed })
                Add(option);
        }

        public override int Run(ParseResult parsed, Session session)
        {
            switch (parsed.GetValue(_data))
            {
                case "user-error": throw new KanDataException("the table is wrong");
                case "defect": throw new InvalidOperationException("oh");
                case "cancel": session.Cancellation.ThrowIfCancellationRequested(); break;
                case "warn": session.Warn("a column was left out"); break;
            }
            string values = string.Join(' ', parsed.GetValue(_target), parsed.GetValue(_grid).Given?.ToString() ?? "auto", parsed.GetValue(_steps),
                parsed.GetValue(_rate)?.ToString() ?? "none", parsed.GetValue(_optimizer), parsed.GetValue(_seed));
            session.Finish(new JsonObject { ["values"] = values, ["nothing"] = Session.Number(double.NaN), ["half"] = Session.Number(0.5) }, output => output.WriteLine(values));
            return ExitCode.Done;
        }
    }

    private static CommandRun Run(params string[] arguments) => CommandRun.Of([new Probe()], default, arguments);

    [Fact]
    public void Each_verb_is_made_by_the_name_it_has()
    {
        foreach (Verb verb in KanApp.CreateVerbs())
            Assert.StartsWith($"Description:\n  {verb.Description!.Split(' ')[0]}", CommandRun.Of(verb.Name, "--help").Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_command_assembly_is_called_kan() => Assert.Equal("kan", typeof(KanApp).Assembly.GetName().Name);

    [Theory]
    [InlineData("y auto 50 none lbfgs 1", "probe", "d.csv", "--target", "y")]
    [InlineData("y 7 3 0.5 lm 9", "probe", "d.csv", "--target", "y", "--grid", "7", "--steps=3", "--lr", "5e-1", "--optimizer", "lm", "--seed", "9")]
    [InlineData("-x auto 50 none adam 1", "probe", "--target", "-x", "--optimizer", "adam", "d.csv", "--grid", "auto")]
    [InlineData("@home auto 50 none lbfgs 1", "probe", "d.csv", "--target", "@home")]
    public void Options_have_defaults_and_take_values(string expected, params string[] arguments)
    {
        CommandRun run = Run(arguments);
        Assert.Equal((0, expected, ""), (run.Code, run.Output.TrimEnd(), run.Error));
    }

    [Theory]
    [InlineData("Unknown verb 'prob'. Did you mean 'probe'?", "prob", "d.csv")]
    [InlineData("Unknown option '--tagret'. Did you mean '--target'?", "probe", "d.csv", "--tagret", "y")]
    [InlineData("Unknown option '--tagret'. Did you mean '--target'?", "probe", "--tagret", "y", "d.csv")]
    [InlineData("Unknown option '-q'.", "probe", "-q", "--target", "y", "d.csv")]
    [InlineData("Unknown option '--verbose'.", "--verbose")]
    [InlineData("'abc' is no value for --grid; expected 'auto' or a whole number from 1 to 1000.", "probe", "d.csv", "--target", "y", "--grid", "abc")]
    [InlineData("'-3' is no value for --grid;", "probe", "d.csv", "--target", "y", "--grid", "-3")]
    [InlineData("'1.5' is no value for --steps;", "probe", "d.csv", "--target", "y", "--steps", "1.5")]
    [InlineData("'NaN' is no value for --lr; expected a number, at least 0.", "probe", "d.csv", "--target", "y", "--lr", "NaN")]
    [InlineData("'-1' is no value for --seed;", "probe", "d.csv", "--target", "y", "--seed", "-1")]
    [InlineData("'lbfg' is no value for --optimizer. Did you mean 'lbfgs'? Expected one of: lbfgs, lm, adam.", "probe", "d.csv", "--target", "y", "--optimizer", "lbfg")]
    [InlineData("Option '--target' is required. See 'kan probe --help'.", "probe", "d.csv")]
    [InlineData("Required argument missing", "probe", "--target", "y")]
    [InlineData("'extra'", "probe", "d.csv", "extra", "--target", "y")]
    [InlineData("the table is wrong", "probe", "user-error", "--target", "y")]
    public void What_the_user_has_to_change_is_told_with_exit_code_2(string expected, params string[] arguments)
    {
        CommandRun run = Run(arguments);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.StartsWith("Error: ", run.Error);
        Assert.Contains(expected, run.Error);

        CommandRun json = Run([.. arguments, "--json"]);
        Assert.Equal((2, ""), (json.Code, json.Error));
        Assert.Contains(expected, json.Json.GetProperty("error").GetString());
        Assert.Single(json.Json.EnumerateObject());
    }

    [Fact]
    public void A_defect_of_ours_ends_with_exit_code_1_and_says_so()
    {
        CommandRun run = Run("probe", "defect", "--target", "y", "--json");
        Assert.Equal(1, run.Code);
        Assert.Contains("defect of kan", run.Json.GetProperty("error").GetString());
    }

    [Fact]
    public void A_stop_by_the_user_ends_with_exit_code_130()
    {
        CommandRun run = CommandRun.Of([new Probe()], new CancellationToken(canceled: true), "probe", "cancel", "--target", "y");
        Assert.Equal((130, ""), (run.Code, run.Output));
        Assert.Contains("Stopped", run.Error);
    }

    [Fact]
    public void The_json_result_is_one_object_with_the_warnings_in_it()
    {
        CommandRun run = Run("probe", "warn", "--target", "größe", "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal("""{"values":"größe auto 50 none lbfgs 1","nothing":null,"half":0.5,"warnings":["a column was left out"]}""", run.Output.TrimEnd());
        Assert.Equal("Warning: a column was left out", run.Error.TrimEnd());
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    public void Help_lists_the_verbs(params string[] arguments)
    {
        CommandRun run = Run(arguments);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("Tries the machinery.", run.Output);
        Assert.Contains("--json", run.Output);
    }

    [Fact]
    public void Help_on_a_verb_has_its_options_and_an_example()
    {
        CommandRun run = Run("probe", "--help");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("--optimizer <lbfgs|lm|adam>", run.Output);
        Assert.Contains("Example:", run.Output);
        Assert.Contains("kan probe data.csv --target y", run.Output);
    }
}
