using System.Text.RegularExpressions;
using KanSharp.Tests.Support;
using KanSharp.Tutorials;

namespace KanSharp.Tests.Documentation;

/// <summary>The rows of the tutorials' table that take a second or two; <c>./build.sh tutorials</c> runs them all.</summary>
public partial class TutorialTests
{
    public static TheoryData<string> QuickRows => [.. AllRows.Rows.Where(row => row.IsQuick).Select(row => row.Id)];

    [Theory]
    [MemberData(nameof(QuickRows))]
    public void A_row_is_met(string id)
    {
        RowResult result = AllRows.Rows.Single(row => row.Id == id).Run();
        Assert.True(result.IsMet, $"{id} was met by {result.TrialsMet} of {result.Row.Seeds} seeds: {result.Measured}");
    }

    [Fact]
    public void The_page_has_every_row()
    {
        string page = File.ReadAllText(Repository.File("docs", "tutorials.md"));
        Assert.Equal(AllRows.Rows.Select(row => row.Id), RowNames().Matches(page).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void A_row_is_missed_if_too_few_seeds_meet_every_check()
    {
        var row = new TutorialRow("T", "", "", "", trial => trial.AtMost("seed", trial.Seed, 2), trial => trial.Holds("always", true));
        Assert.Equal((2, false), (row.Run().TrialsMet, row.Run().IsMet));
        Assert.True((row with { Needed = 2 }).Run().IsMet);
        Assert.False((row with { Needed = 2, Together = (_, checks) => checks.Add(new Check("all", false, null, "no")) }).Run().IsMet);
        Assert.False(new TutorialRow("T", "", "", "", _ => throw new KanSharpException("broken")).Run().IsMet);
        Assert.Contains("| T |", Report.Write([row.Run()]), StringComparison.Ordinal);
        Assert.Contains("**missed:**", Report.Write([row.Run()]), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\| ([A-Z]\w*) \|", RegexOptions.Multiline)]
    private static partial Regex RowNames();
}
