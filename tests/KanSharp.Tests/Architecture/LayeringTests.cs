using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace KanSharp.Tests.Architecture;

/// <summary>Data flows one way through the house: a folder uses only folders to its left (ARCHITECTURE.md).</summary>
public partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Numerics"] = [],
        ["Splines"] = ["Numerics"],
        ["Formulas"] = ["Numerics"],
        ["Layers"] = ["Numerics", "Splines", "Formulas"],
        ["Model"] = ["Numerics", "Splines", "Formulas", "Layers"],
        ["Training"] = ["Numerics", "Splines", "Formulas", "Layers", "Model"],
        ["Interpretation"] = ["Numerics", "Splines", "Formulas", "Layers", "Model", "Training"],
        ["Datasets"] = ["Numerics", "Splines", "Formulas", "Layers", "Model", "Training"],
        ["Discovery"] = ["Numerics", "Splines", "Formulas", "Layers", "Model", "Training", "Interpretation"],
        ["Equations"] = ["Numerics", "Splines", "Formulas", "Layers", "Model", "Training", "Interpretation", "Discovery"],
        ["IO"] = ["Numerics", "Splines", "Formulas", "Layers", "Model", "Training", "Interpretation", "Discovery", "Equations"],
        ["Plotting"] = ["Numerics", "Splines", "Formulas", "Layers", "Model", "Training", "Interpretation", "Discovery", "Equations"],
    };

    [Fact]
    public void A_folder_uses_only_folders_to_its_left()
    {
        string source = SourceFolder();
        List<string> offences = [];
        int files = 0;
        foreach (string file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            string[] parts = Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar);
            if (parts.Length == 1 || parts[0] is "bin" or "obj")
                continue;
            files++;
            Assert.True(Allowed.ContainsKey(parts[0]), $"The folder {parts[0]} is not in the table.");
            foreach (Match match in UsedFolder().Matches(File.ReadAllText(file)))
            {
                string used = match.Groups[1].Value;
                if (Allowed.ContainsKey(used) && used != parts[0] && !Allowed[parts[0]].Contains(used))
                    offences.Add($"{string.Join('/', parts)} uses {used}");
            }
        }
        Assert.True(files > 20, $"only {files} files found below {source}");
        Assert.Empty(offences);
    }

    [GeneratedRegex(@"\bKanSharp\.(\w+)\b")]
    private static partial Regex UsedFolder();

    private static string SourceFolder([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "src", "KanSharp"));
}
