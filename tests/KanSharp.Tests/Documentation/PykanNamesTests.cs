using System.Text.RegularExpressions;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Documentation;

/// <summary>Whoever looks in docs/pykan-differences.md for a name of pykan finds it there, with all its arguments and an answer.</summary>
public class PykanNamesTests
{
    [Fact]
    public void Every_public_name_of_pykan_has_an_answer()
    {
        string page = File.ReadAllText(Repository.File("docs", "pykan-differences.md"));
        Dictionary<string, string> sections = Regex.Matches(page, @"^### (\w+)\n(.*?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        string[] names = File.ReadAllLines(Repository.File("tests", "KanSharp.Tests", "Documentation", "pykan-names.txt"));
        List<string> missing = [];
        foreach (string line in names)
        {
            string[] parts = line.Split(": ", 2);
            // "not yet" and "not needed" are answers; an empty cell is none.
            if (!sections.TryGetValue(parts[0], out string? section) || !Regex.IsMatch(section, $@"^\| `{Regex.Escape(parts[1])}` \| [^|\s]", RegexOptions.Multiline))
                missing.Add(line);
        }
        Assert.Empty(missing);
        Assert.True(names.Length > 100, $"only {names.Length} names in the list");
    }
}
