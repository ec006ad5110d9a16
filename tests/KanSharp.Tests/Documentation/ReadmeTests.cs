using System.Text.RegularExpressions;
using KanSharp.Samples;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Documentation;

/// <summary>What README.md shows is what runs, and prints what it says.</summary>
public partial class ReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Repository.File("README.md"));

    [Fact]
    public void The_example_is_the_sample()
    {
        string sample = File.ReadAllText(Repository.File("samples", "Hello.cs"));
        string[] marked = Marked().Match(sample).Groups[1].Value.Split('\n');
        int indent = marked.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        Assert.Equal(string.Join('\n', marked.Select(line => line.Length == 0 ? "" : line[indent..])), Block("csharp"));
    }

    [Fact]
    public void The_example_prints_what_the_readme_says()
    {
        var output = new StringWriter { NewLine = "\n" };
        Hello.Run(Repository.File("samples", "hello.csv"), output);
        Assert.Equal(Block("text"), output.ToString());
    }

    private static string Block(string language)
    {
        Match block = Regex.Match(s_readme, $"^```{language}\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline);
        Assert.True(block.Success, $"README.md has no {language} block.");
        return block.Groups[1].Value;
    }

    [GeneratedRegex(@"// <example>\n(.*?)[ ]*// </example>", RegexOptions.Singleline)]
    private static partial Regex Marked();
}
