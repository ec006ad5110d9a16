using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using KanSharp.Cli.Tests.Support;

namespace KanSharp.Cli.Tests;

/// <summary>The commands that README.md shows work as they stand there, one after the other.</summary>
public class ReadmeTests
{
    [Fact]
    public void The_commands_of_the_readme_work()
    {
        string root = Root();
        string[] commands = [.. Regex.Matches(File.ReadAllText(Path.Combine(root, "README.md")), "^kan (.+)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
        Assert.True(commands.Length >= 5, $"only {commands.Length} commands found");
        using var folder = new WorkFolder();
        foreach (string command in commands)
        {
            CommandRun run = CommandRun.Of([.. command.Split(' ').Select(Place)]);
            Assert.True(run.Code == 0, $"kan {command}\n{run.Output}{run.Error}");
        }

        string Place(string argument) =>
            argument.StartsWith("samples/", StringComparison.Ordinal) ? Path.Combine(root, argument)
            : Regex.IsMatch(argument, @"^\w+\.(kan|csv|svg)$") ? folder[argument]
            : argument;
    }

    [Fact]
    public void The_readme_lists_every_verb_and_no_other()
    {
        MatchCollection rows = Regex.Matches(File.ReadAllText(Path.Combine(Root(), "README.md")), @"^\| (`[a-z]+`(?:, `[a-z]+`)*) \|", RegexOptions.Multiline);
        string[] listed = [.. rows.SelectMany(row => Regex.Matches(row.Groups[1].Value, "[a-z]+").Select(name => name.Value))];
        Assert.Equal(KanApp.CreateVerbs().Select(verb => verb.Name).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static string Root([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
