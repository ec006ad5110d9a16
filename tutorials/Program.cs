using KanSharp.IO;
using KanSharp.Tutorials;

// Row A12 asks a process of its own for the outputs of a model file.
if (args is [ForkedProcess.Command, string model])
{
    Console.WriteLine(ForkedProcess.Outputs(model));
    return 0;
}
// tutorials [ROW ...] [--out FILE] [--seeds FIRST-LAST]: runs the rows, all of them if none is named; with a file, all are run and written there.
// Other seeds tell how often a row is met, and write nothing.
string? file = null;
(int First, int Last)? seeds = null;
var names = new List<string>();
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--out" && i + 1 < args.Length)
        file = args[++i];
    else if (args[i] == "--seeds" && i + 1 < args.Length && args[i + 1].Split('-') is [var from, var to] && int.TryParse(from, out int first) && int.TryParse(to, out int last) && 0 <= first && first <= last)
    {
        seeds = (first, last);
        i++;
    }
    else
        names.Add(args[i]);
}
string[] unknown = [.. names.Where(name => AllRows.Rows.All(row => row.Id != name))];
if (unknown.Length > 0)
{
    Console.Error.WriteLine($"There is no row {string.Join(", ", unknown)}; there are {string.Join(", ", AllRows.Rows.Select(row => row.Id))}.");
    return 2;
}
var results = new List<RowResult>();
foreach (TutorialRow row in AllRows.Rows.Where(row => names.Count == 0 || names.Contains(row.Id)))
{
    RowResult result = row.Run(Console.WriteLine, seeds?.First ?? 1, seeds?.Last);
    Console.WriteLine($"{row.Id} {(result.IsMet ? "met" : "MISSED")} by {result.TrialsMet} of {result.Trials.Length} in {result.Time.TotalSeconds:F1} s: {result.Measured}");
    results.Add(result);
}
Console.WriteLine($"{results.Count(result => result.IsMet)} of {results.Count} rows met in {results.Sum(result => result.Time.TotalSeconds):F0} s");
if (file is not null && names.Count == 0 && seeds is null)
{
    AtomicFile.WriteText(file, Report.Write(results));
    Console.WriteLine($"wrote {file}");
}
return results.All(result => result.IsMet) ? 0 : 1;
