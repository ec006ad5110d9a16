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

    [Fact]
    public void Links_lead_somewhere()
    {
        string[] documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", .. Directory.GetFiles(Repository.File("docs"), "*.md", SearchOption.AllDirectories)];
        List<string> broken = [];
        int links = 0;
        foreach (string document in documents)
        {
            string path = Repository.File(document);
            foreach (Match link in Link().Matches(File.ReadAllText(path)))
            {
                links++;
                string target = Path.Combine(Path.GetDirectoryName(path)!, link.Groups[1].Value);
                if (!File.Exists(target) && !Directory.Exists(target))
                    broken.Add($"{document}: {link.Groups[1].Value}");
            }
        }
        Assert.True(links > 10, $"only {links} links found");
        Assert.Empty(broken);
    }

    private static string Block(string language)
    {
        Match block = Regex.Match(s_readme, $"^```{language}\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline);
        Assert.True(block.Success, $"README.md has no {language} block.");
        return block.Groups[1].Value;
    }

    [GeneratedRegex(@"// <example>\n(.*?)[ ]*// </example>", RegexOptions.Singleline)]
    private static partial Regex Marked();

    /// <summary>Targets of Markdown links and images that are files: no address, no place within the page.</summary>
    [GeneratedRegex(@"(?:\]\(|src="")(?![a-z]+:|#)([^)""#]+)")]
    private static partial Regex Link();
}
