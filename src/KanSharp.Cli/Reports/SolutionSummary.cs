using System.Globalization;
using System.Text.Json.Nodes;
using KanSharp.Equations;
using KanSharp.Training;

namespace KanSharp.Cli.Reports;

/// <summary>What <c>kan solve</c> tells about a solution.</summary>
internal static class SolutionSummary
{
    public static JsonObject ToJson(SolutionOutcome outcome, string model, OutputFolder? folder)
    {
        EquationSolution solution = outcome.Solution;
        var json = new JsonObject();
        if (solution.Error is SolutionError error)
        {
            json["mse"] = Session.Number(error.MeanSquared);
            json["relative_l2"] = Session.Number(error.RelativeL2);
            json["max_error"] = Session.Number(error.Largest);
        }
        json["residual"] = Session.Number(solution.Residual);
        json["condition_residual"] = Session.Number(solution.ConditionResidual);
        json["loss"] = Session.Number(solution.Loss);
        json["seconds"] = Math.Round(outcome.Seconds, 3);
        json["stop_reason"] = OptionNames.Of(solution.StopReason);
        json["constants"] = Constants(solution.Constants);
        json["stages"] = new JsonArray([.. solution.Stages.Select(stage => (JsonNode)new JsonObject
        {
            ["grid"] = stage.GridIntervals,
            ["points"] = stage.Points,
            ["steps"] = stage.Training.Steps.Length,
            ["seconds"] = Math.Round(outcome.GridSeconds.GetValueOrDefault(stage.GridIntervals), 3),
            ["residual"] = Session.Number(stage.Residual),
            ["mse"] = stage.Error is null ? null : Session.Number(stage.Error.MeanSquared),
        })]);
        json["formula"] = outcome.Formula is not FormulaSolution formula ? null
            : new JsonObject(outcome.Problem.Unknowns.Zip(formula.Formulas, (name, found) => KeyValuePair.Create(name, (JsonNode?)found.ToText())));
        if (outcome.Formula is { } closed)
        {
            json["formula_loss"] = Session.Number(closed.Loss);
            json["formula_max_error"] = closed.Error is null ? null : Session.Number(closed.Error.Largest);
            if (closed.Constants.Length > 0)
                json["formula_constants"] = Constants(closed.Constants);
        }
        json["model"] = model;
        json["report"] = folder?[SolutionFiles.Report];
        return json;
    }

    public static void Write(SolutionOutcome outcome, string model, OutputFolder? folder, TextWriter output)
    {
        EquationSolution solution = outcome.Solution;
        if (solution.Error is SolutionError error)
            output.WriteLine($"error     mean squared {Number(error.MeanSquared)}, relative L2 {Number(error.RelativeL2)}, largest {Number(error.Largest)}");
        output.WriteLine($"residual  equations {Number(solution.Residual)}, conditions {Number(solution.ConditionResidual)} (root mean square)");
        foreach (UnknownConstant constant in outcome.Formula?.Constants ?? solution.Constants)
            output.WriteLine($"found     {constant.Name} = {Number(constant.Value, 9)}");
        if (outcome.Formula is { } closed)
        {
            foreach ((string name, Formulas.Expression formula) in outcome.Problem.Unknowns.Zip(closed.Formulas))
                output.WriteLine($"formula   {name} = {formula.ToText()}");
            output.WriteLine($"          weighted loss {Number(closed.Loss)}, the network's {Number(solution.Loss)}{(closed.Error is { } exact ? $"; largest error {Number(exact.Largest)}" : "")}");
        }
        output.WriteLine($"time      {outcome.Seconds.ToString("F1", CultureInfo.InvariantCulture)} s");
        output.WriteLine($"model     {model}");
        if (folder is not null)
            output.WriteLine($"report    {folder[SolutionFiles.Report]}");
    }

    private static JsonObject Constants(IEnumerable<UnknownConstant> constants) =>
        new(constants.Select(constant => KeyValuePair.Create(constant.Name, Session.Number(constant.Value))));

    private static string Number(double value, int digits = 3) => value.ToString($"G{digits}", CultureInfo.InvariantCulture);
}
