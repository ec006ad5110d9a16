using System.Runtime.Intrinsics.X86;
using System.Text;

namespace KanSharp.Tutorials;

/// <summary>docs/tutorials.md: the table of all rows.</summary>
public static class Report
{
    public static string Write(IReadOnlyList<RowResult> results)
    {
        var text = new StringBuilder();
        text.Append($"""
            # The tutorials

            What pykan's notebooks show, done here, with its recorded numbers beside ours. `./build.sh tutorials` runs every row and writes this page
            (`./build.sh tutorials H0 E1` runs these two only and writes nothing). A row is met if every check of it is met by as many seeds as it asks for:
            3 of 5, or 1 where the recorded seed was picked by hand. Numbers are medians over the seeds, in double precision; errors are root mean squares on
            test rows unless they say otherwise. The rows are in [tutorials/Rows](../tutorials/Rows), through the public API alone; what is worth reading
            on its own is in [samples](../samples).

            {results.Count(result => result.IsMet)} of {results.Count} rows are met. All together took {results.Sum(result => result.Time.TotalMinutes):F1} minutes ({Environment.ProcessorCount} cores, {(Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "128 bits or less")}, other work beside).

            | row | what | asked for | pykan | KanSharp | seeds | s |
            |---|---|---|---|---|---|---|

            """);
        foreach (RowResult result in results)
        {
            TutorialRow row = result.Row;
            text.AppendLine($"| {row.Id} | {row.Capability} | {row.Criterion} | {row.Peer} | {(result.IsMet ? "" : "**missed:** ")}{Cell(result.Measured)} | {result.TrialsMet} of {row.Seeds} | {result.Time.TotalSeconds:F0} |");
        }
        if (results.Any(result => result.Row.Note.Length > 0))
        {
            text.AppendLine().AppendLine("## Notes").AppendLine();
            foreach (RowResult result in results.Where(result => result.Row.Note.Length > 0))
                text.AppendLine($"- **{result.Row.Id}** {result.Row.Note}");
        }
        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|").ReplaceLineEndings(" ");
}
