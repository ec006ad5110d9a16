using System.CommandLine;
using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

public class HelpTests
{
    public static TheoryData<string> Verbs => [.. KanApp.CreateVerbs().Select(verb => verb.Name)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_has_help_with_an_example_that_parses(string name)
    {
        Verb verb = KanApp.CreateVerbs().Single(verb => verb.Name == name);
        CommandRun help = CommandRun.Of(name, "--help");
        Assert.Equal((0, ""), (help.Code, help.Error));
        Assert.Contains(verb.Example, help.Output);
        Assert.StartsWith($"kan {name} ", verb.Example);

        string[] arguments = verb.Example.Split(' ')[1..];
        var root = new RootCommand { verb };
        root.Add(new Option<bool>("--json") { Recursive = true });
        CommandLineCheck.Verify(root, arguments);
        ParseResult parsed = root.Parse(arguments);
        Assert.Empty(parsed.Errors);
        Assert.Same(verb, parsed.CommandResult.Command);
        Assert.Empty(parsed.UnmatchedTokens);
    }

    [Fact]
    public void The_general_help_names_every_verb()
    {
        string help = CommandRun.Of("--help").Output;
        Assert.All(KanApp.CreateVerbs(), verb => Assert.Contains(verb.Description!, help.ReplaceLineEndings(" ")));
    }
}
