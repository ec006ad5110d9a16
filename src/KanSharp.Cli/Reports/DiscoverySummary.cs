using System.Text.Json.Nodes;
using KanSharp.Discovery;

namespace KanSharp.Cli.Reports;

/// <summary>What discover tells about a search: as JSON keys and as lines.</summary>
internal static class DiscoverySummary
{
    private const int CrossValidatedWidth = 22;

    public static JsonObject ToJson(DiscoveryOutcome discovery, OutputFolder folder) => new()
    {
        ["formula"] = discovery.Formula.ToText(),
        ["latex"] = discovery.Formula.ToLatex(),
        ["python"] = discovery.Formula.ToPython(),
        ["train_rmse"] = Session.Number(discovery.Best.TrainRmse),
        ["validation_rmse"] = Session.Number(discovery.Best.ValidationRmse),
        ["cross_validated_rmse"] = discovery.Best.CrossValidated is { } crossValidated ? Session.Number(crossValidated.Rmse) : null,
        ["test_rmse"] = Session.Number(discovery.Test.Rmse),
        ["r2"] = Session.Number(discovery.Test.R2),
        ["complexity"] = discovery.Best.Complexity,
        ["constants"] = ConstantLines.ToJson(discovery.Constants),
        ["shape"] = discovery.Result.Model.Shape,
        ["seconds"] = Session.Number(Math.Round(discovery.Seconds, 3)),
        ["seed"] = discovery.Settings.Seed,
        ["stop_reason"] = discovery.StopReason,
        ["networks"] = discovery.Result.NetworksTrained,
        ["network_rmse"] = discovery.Result.NetworkRmse is double networkRmse ? Session.Number(networkRmse) : null,
        ["limit"] = discovery.Limit,
        ["limits"] = new JsonObject(discovery.Settings.LimitsGiven.Select(given => KeyValuePair.Create(given.Key.TrimStart('-').Replace('-', '_'), (JsonNode?)given.Value))),
        ["pareto"] = new JsonArray([.. discovery.Result.Pareto.Select(candidate => new JsonObject
        {
            ["complexity"] = candidate.Complexity,
            ["validation_rmse"] = Session.Number(candidate.ValidationRmse),
            ["cross_validated_rmse"] = candidate.CrossValidated is { } rmse ? Session.Number(rmse.Rmse) : null,
            ["cross_validated_error"] = candidate.CrossValidated is { } error ? Session.Number(error.StandardError) : null,
            ["formula"] = candidate.Formula.ToText(),
            ["python"] = candidate.Formula.ToPython(),
        })]),
        ["out_dir"] = folder.Path,
        ["model"] = folder[DiscoveryFiles.Model],
        ["diagram"] = folder[DiscoveryFiles.Diagram],
        ["report"] = folder[DiscoveryFiles.Report],
    };

    public static void Write(DiscoveryOutcome discovery, OutputFolder folder, TextWriter output)
    {
        string target = discovery.Data.Target;
        output.WriteLine($"{target} = {discovery.Formula.ToText()}");
        if (discovery.HasLongConstants)
            output.WriteLine($"{target} ≈ {discovery.Shown(discovery.Formula).ToText()}   (rounded; test RMSE {discovery.RoundedTestRmse:G4})");
        foreach (string line in ConstantLines.Of(discovery.Constants))
            output.WriteLine($"    {line}");
        output.WriteLine();
        output.WriteLine($"train RMSE       {discovery.Best.TrainRmse,-12:G6} ({discovery.Data.Training.Count} rows, to fit)");
        output.WriteLine($"validation RMSE  {discovery.Best.ValidationRmse,-12:G6} ({discovery.Data.Validation.Count} rows, {(discovery.IsCrossValidated ? "not fitted" : "to choose")})");
        if (discovery.Best.CrossValidated is { } all)
            output.WriteLine($"cross-validated  {all.Rmse,-12:G6} (all {discovery.ChoosingRows} of these rows, to choose: each fifth with constants fitted to the others; standard error {all.StandardError:G2})");
        output.WriteLine($"test RMSE        {discovery.Test.Rmse,-12:G6} ({discovery.Data.Test.Count} {discovery.Data.TestName})");
        output.WriteLine($"R2               {(double.IsNaN(discovery.Test.R2) ? "not defined, the target is constant in the test rows" : discovery.Test.R2.ToString("G9"))}");
        output.WriteLine($"search           {discovery.StopDescription} ({discovery.Result.NetworksTrained} networks, {discovery.Seconds:F1} s, seed {discovery.Settings.Seed})");
        if (discovery.Limit is { } limit)
            output.WriteLine($"limit            {limit}");
        if (discovery.Settings.Within is { } within)
            output.WriteLine($"within           {within}");
        output.WriteLine();
        output.WriteLine($"  row  complexity  validation RMSE  {(discovery.IsCrossValidated ? $"{"cross-validated",CrossValidatedWidth}  " : "")}formula");
        foreach ((int row, FormulaCandidate candidate) in discovery.Result.Pareto.Index())
            output.WriteLine($"{(candidate == discovery.Best ? '*' : ' ')} {row + 1,3}  {candidate.Complexity,10}  {candidate.ValidationRmse,15:G4}  {(candidate.CrossValidated is { } error ? $"{$"{error.Rmse:G4} ± {error.StandardError:G2}",CrossValidatedWidth}  " : "")}{discovery.Shown(candidate.Formula).ToText()}");
        output.WriteLine();
        output.WriteLine($"report           {folder[DiscoveryFiles.Report]}");
        output.WriteLine($"picture          {folder[DiscoveryFiles.Diagram]}");
        output.WriteLine($"model            {folder[DiscoveryFiles.Model]}");
        output.WriteLine($"formula          {folder["formula"]}.txt .tex .py .cs, table in {folder[DiscoveryFiles.Pareto]}");
    }
}
