using KanSharp.Samples;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Documentation;

/// <summary>The samples write what the comment at their head says.</summary>
public class SampleTests
{
    public static TheoryData<string> Names => [.. AllSamples.ByName.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_prints_what_it_says(string name)
    {
        string[] source = File.ReadAllLines(Repository.File("samples", $"{name}.cs"));
        int start = Array.IndexOf(source, "/// <code>"), end = Array.IndexOf(source, "/// </code>");
        using var output = new StringWriter { NewLine = "\n" };
        AllSamples.ByName[name](output);
        Assert.True(start > 0 && end > start, $"{name}.cs does not say what it prints.");
        Assert.Equal(source[(start + 1)..end].Select(line => line["/// ".Length..]), output.ToString().TrimEnd().Split('\n'));
    }
}
