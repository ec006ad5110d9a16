using System.Text.RegularExpressions;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Documentation;

/// <summary>The documents speak of what there is: their links lead to files, the types and members they name are in the code.</summary>
public partial class DocumentTests
{
    public static TheoryData<string> Documents =>
    [
        "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md",
        .. Directory.GetFiles(Repository.File("docs"), "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.File(), path)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_lead_somewhere(string document)
    {
        string path = Repository.File(document);
        string[] targets = [.. Link().Matches(File.ReadAllText(path)).Select(link => link.Groups[1].Value)];
        Assert.All(targets, target => Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target)), $"{document} links to {target}, which is not there."));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Types_and_members_that_are_named_exist(string document)
    {
        string[] names = [.. Name().Matches(File.ReadAllText(Repository.File(document))).SelectMany(match => match.Groups[1].Value.Split('.'))];
        Assert.All(names, name => Assert.True(s_words.Contains(name), $"{document} speaks of {name}, which no source file mentions."));
    }

    [Fact]
    public void The_patterns_find_links_and_names()
    {
        Assert.Equal("docs/math.md", Link().Match("see [the mathematics](docs/math.md)").Groups[1].Value);
        Assert.DoesNotMatch(Link(), "[KAN](https://arxiv.org/abs/2404.19756)");
        Assert.Equal("Trainer.Fit", Name().Match("call `Trainer.Fit` first").Groups[1].Value);
    }

    /// <summary>Every word of the sources, tests included but for this folder's.</summary>
    private static readonly HashSet<string> s_words =
    [
        .. from folder in (string[])["src", "tests"]
        from file in Directory.EnumerateFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && Path.GetFileName(Path.GetDirectoryName(file)) != "Documentation"
        from Match word in Word().Matches(File.ReadAllText(file))
        select word.Value,
    ];

    /// <summary>Targets of Markdown links and images that are files: no address, no place within the page.</summary>
    [GeneratedRegex(@"(?:\]\(|src="")(?![a-z]+:|#)([^)""#]+)")]
    private static partial Regex Link();

    /// <summary>Code that is a name of the library: in Pascal case, with dots or without.</summary>
    [GeneratedRegex(@"`((?:[A-Z]+[a-z]\w*)(?:\.[A-Z]+[a-z]\w*)*)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
