namespace KanSharp.Tests;

public class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("sin", "sin", 0)]
    [InlineData("sin", "SIN", 0)]
    [InlineData("sni", "sin", 1)]
    [InlineData("sqr", "sqrt", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    public void The_distance_counts_slips(string first, string second, int expected) => Assert.Equal(expected, NearestName.Distance(first, second));

    [Fact]
    public void The_nearest_candidate_wins_and_a_far_one_is_not_offered()
    {
        Assert.Equal("target", NearestName.Find("tagret", ["grid", "target", "order"]));
        Assert.Null(NearestName.Find("xyzzy", ["grid", "target"]));
        Assert.Null(NearestName.Find("ab", ["cd"]));
        Assert.Equal("", NearestName.Hint("xyzzy", ["grid"]));
        Assert.Equal(" Did you mean 'grid'?", NearestName.Hint("gird", ["grid"]));
    }
}
