using System.Text;
using KanSharp.IO;
using KanSharp.Plotting;

namespace KanSharp.Cli.Reports;

/// <summary>The files that a search leaves.</summary>
internal static class DiscoveryFiles
{
    public const string Report = "report.html", Model = "model.kan", Diagram = "diagram.svg", Pareto = "pareto.csv",
        Text = "formula.txt", Latex = "formula.tex", Python = "formula.py", CSharp = "formula.cs";

    public static readonly string[] Names = [Report, Model, Diagram, Pareto, Text, Latex, Python, CSharp, SearchRecord.FileName];

    /// <summary>The content of each.</summary>
    public static Dictionary<string, byte[]> Of(DiscoveryOutcome discovery, OutputFolder folder, IReadOnlyList<string> warnings)
    {
        PreparedTable table = discovery.Data.Prepared;
        string target = discovery.Data.Target;
        Scene diagram = NetworkDiagram.Draw(discovery.Result.Model, discovery.Result.Model.Activate(discovery.Data.Training.Inputs));
        return new Dictionary<string, byte[]>
        {
            [Report] = Utf8(DiscoveryPage.Write(discovery, diagram, folder[Model], warnings)),
            [Model] = Bytes(stream => ModelFile.Save(discovery.Result.Model, stream)),
            [Diagram] = Utf8(diagram.ToSvg()),
            [Pareto] = Bytes(stream => Csv.Write(stream, ParetoTable(discovery))),
            [SearchRecord.FileName] = Utf8(new SearchRecord(target, discovery.Settings.Seed, discovery.Settings.Searches, [.. discovery.Result.Pareto.Select(candidate => candidate.Formula.ToText())], discovery.Settings.Options).ToJson()),
            [Text] = Utf8(discovery.Formula.ToText() + "\n"),
            [Latex] = Utf8(discovery.Formula.ToLatex() + "\n"),
            [Python] = Utf8(FormulaCode.Python(discovery.Formula, discovery.Shown(discovery.Formula), table, target)),
            [CSharp] = Utf8(FormulaCode.CSharp(discovery.Formula, discovery.Shown(discovery.Formula), table, target)),
        };
    }

    private static DataTable ParetoTable(DiscoveryOutcome discovery) => new(
    [
        new DataColumn("complexity", [.. discovery.Result.Pareto.Select(candidate => (double)candidate.Complexity)]),
        new DataColumn("train_rmse", [.. discovery.Result.Pareto.Select(candidate => candidate.TrainRmse)]),
        new DataColumn("validation_rmse", [.. discovery.Result.Pareto.Select(candidate => candidate.ValidationRmse)]),
        .. discovery.IsCrossValidated ? (DataColumn[])
        [
            new DataColumn("cross_validated_rmse", [.. discovery.Result.Pareto.Select(candidate => candidate.CrossValidated!.Rmse)]),
            new DataColumn("cross_validated_error", [.. discovery.Result.Pareto.Select(candidate => candidate.CrossValidated!.StandardError)]),
        ] : [],
        new DataColumn("recommended", [.. discovery.Result.Pareto.Select(candidate => candidate == discovery.Best ? 1.0 : 0.0)]),
        new DataColumn("formula", [.. discovery.Result.Pareto.Select(candidate => candidate.Formula.ToText())]),
    ]);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Bytes(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
