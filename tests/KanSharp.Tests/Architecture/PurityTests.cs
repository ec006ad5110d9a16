using System.Text.RegularExpressions;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Architecture;

/// <summary>The core has no console, no clock and no ambient randomness; only IO touches files (ARCHITECTURE.md).</summary>
public partial class PurityTests
{
    [Fact]
    public void The_core_has_no_console_no_clock_and_no_ambient_randomness() => Assert.Empty(Uses(Ambient(), _ => true));

    [Fact]
    public void Only_the_folder_IO_touches_files() => Assert.Empty(Uses(Files(), path => !path.StartsWith("IO/", StringComparison.Ordinal)));

    [Theory]
    [InlineData("Console.WriteLine(1);")]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var watch = Stopwatch.StartNew();")]
    [InlineData("double u = Random.Shared.NextDouble();")]
    [InlineData("var random = new Random(1);")]
    public void The_patterns_find_what_they_are_for(string code) => Assert.Matches(Ambient(), code);

    /// <summary>FILE: CODE for each match outside comments.</summary>
    private static List<string> Uses(Regex pattern, Func<string, bool> isMeant)
    {
        string source = Repository.File("src", "KanSharp");
        List<string> uses = [];
        int files = 0;
        foreach (string file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(source, file).Replace('\\', '/');
            if (path.StartsWith("bin/", StringComparison.Ordinal) || path.StartsWith("obj/", StringComparison.Ordinal) || !isMeant(path))
                continue;
            files++;
            foreach (string line in File.ReadLines(file))
            {
                string code = line.Split("//")[0];
                if (pattern.IsMatch(code))
                    uses.Add($"{path}: {code.Trim()}");
            }
        }
        Assert.True(files > 100, $"only {files} files found below {source}");
        return uses;
    }

    [GeneratedRegex(@"\b(Console|Stopwatch|TimeProvider)\s*\.|\bDateTime(Offset)?\s*\.\s*(Utc)?Now\b|\bEnvironment\s*\.\s*TickCount|\bRandom\s*\.\s*Shared\b|\bnew\s+Random\b|\bGuid\s*\.\s*NewGuid\b")]
    private static partial Regex Ambient();

    [GeneratedRegex(@"\b(File|Directory|FileStream|StreamReader|StreamWriter|FileInfo|DirectoryInfo)\s*[.(]")]
    private static partial Regex Files();
}
