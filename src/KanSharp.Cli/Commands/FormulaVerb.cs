using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Cli.Reports;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan formula</c>: writes a symbolic model as formulas.</summary>
internal sealed class FormulaVerb : Verb
{
    private readonly Argument<string> _model = new("M.kan") { Description = "The model, all of whose edges are functions" };
    private readonly Option<string> _format = OptionOf.Choice("--format", "The notation", "text", "latex", "csharp", "python");
    private readonly Option<int?> _digits = OptionOf.OptionalWhole("--digits", "Significant digits of the numbers; what the rounding costs is told [default: full precision]", 1, 17);

    private readonly Option<string?> _data = OptionOf.Text("--data", "F.csv", "A table with inputs and targets, by which the standard errors of the constants are told");
    private readonly Option<string> _missing = MissingOption.Create();
    private readonly WeightOptions _weights = new();

    public FormulaVerb() : base("formula", "Writes a symbolic model as formulas in the units of the data.", "kan formula formula.kan --format latex --digits 4")
    {
        Add(_model);
        Add(_format);
        Add(_digits);
        Add(_data);
        Add(_missing);
        foreach (Option option in _weights.Options)
            Add(option);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        KanModel model = ModelFile.Load(parsed.GetValue(_model)!);
        (FormulaProbe[] probes, Expression[] formulas) = FormulaProbe.Tidy(model);
        string format = parsed.GetValue(_format)!;
        int? digits = parsed.GetValue(_digits);
        string[] texts = [.. formulas.Select(formula => Text(model.Info, formula, format, digits))];
        var json = new JsonObject
        {
            ["format"] = format,
            ["formulas"] = new JsonObject(texts.Select((text, o) => KeyValuePair.Create(model.Info.OutputNames[o], (JsonNode?)text))),
            ["complexity"] = formulas.Sum(formula => formula.Complexity),
        };
        if (digits is int count)
        {
            double[] costs = [.. probes.Zip(formulas, (probe, formula) => probe.Difference(formula.Round(count)))];
            json["rounding_rmse"] = new JsonObject(costs.Select((cost, o) => KeyValuePair.Create(model.Info.OutputNames[o], Session.Number(cost))));
            session.Error.WriteLine($"Rounding to {count} digits changes the value by {string.Join(", ", costs.Select(cost => cost.ToString("G3")))} (root mean square over the range of the inputs).");
        }
        ImmutableArray<ConstantEstimate>[] constants = parsed.GetValue(_data) is string path ? Constants(parsed, session, model, formulas, path) : [];
        if (constants.Length > 0)
            json["constants"] = new JsonObject(constants.Select((found, o) => KeyValuePair.Create(model.Info.OutputNames[o], (JsonNode?)ConstantLines.ToJson(found))));
        session.Finish(json, output =>
        {
            for (int o = 0; o < texts.Length; o++)
            {
                output.WriteLine(texts.Length == 1 ? texts[o] : $"{model.Info.OutputNames[o]} = {texts[o]}");
                foreach (string line in constants.Length == 0 ? [] : ConstantLines.Of(constants[o]))
                    output.WriteLine($"    {line}");
            }
        });
        return ExitCode.Done;
    }

    /// <summary>The constants of each formula as this table would have them.</summary>
    private ImmutableArray<ConstantEstimate>[] Constants(ParseResult parsed, Session session, KanModel model, Expression[] formulas, string path)
    {
        if (!model.Info.Classes.IsEmpty)
            throw new KanSharpException($"The model classifies '{model.Info.TargetName}'; standard errors are told for formulas of numbers. Leave --data out.");
        Dataset data = ModelData.ForModel(model, path, parsed.Policy(_missing), withTargets: true, session, _weights.Column(parsed)).ToDataset();
        return [.. formulas.Select((formula, o) => ConstantEstimate.Of(formula, model.Info.InputNames, data.Inputs, data.Targets.Column(o), data.Weights))];
    }

    /// <summary>Definitions of inputs are the user's, so that their numbers are not rounded.</summary>
    private static string Text(ModelInfo info, Expression formula, string format, int? digits) => info.DerivedInputs.IsEmpty
        ? Text(formula, format, digits)
        : Text(info.InTableColumns(digits is int count ? formula.Round(count) : formula), format, null);

    private static string Text(Expression formula, string format, int? digits) => format switch
    {
        "latex" => formula.ToLatex(digits),
        "csharp" => formula.ToCSharp(digits),
        "python" => formula.ToPython(digits),
        _ => formula.ToText(digits),
    };
}
