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

    private readonly Option<string?> _data = OptionOf.Text("--data", "F.csv", "A table with inputs and targets, by which the standard errors of the constants are told, and what rounding costs");
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
        Dataset? data = parsed.GetValue(_data) is string path ? Data(parsed, session, model, path) : null;
        if (digits is int count)
        {
            Expression[] rounded = [.. formulas.Select(formula => formula.Round(count))];
            (double Rmse, double Largest)[] costs = [.. rounded.Select((formula, o) => data is null ? probes[o].Cost(formula) : Cost(model, data, formula, o))];
            json["rounding_rmse"] = Costs(cost => cost.Rmse);
            json["rounding_largest"] = Costs(cost => cost.Largest);
            session.Error.WriteLine($"Rounding to {count} digits changes the value by {string.Join(", ", costs.Select(cost => $"{cost.Rmse:G3} (at most {cost.Largest:G3})"))}, root mean square {(data is null ? "over the range of the inputs" : $"in the {data.Count} rows of {Path.GetFileName(parsed.GetValue(_data))}")}.");

            JsonObject Costs(Func<(double Rmse, double Largest), double> of) =>
                new(costs.Select((cost, o) => KeyValuePair.Create(model.Info.OutputNames[o], Session.Number(of(cost)))));
        }
        ImmutableArray<ConstantEstimate>[] constants = data is null ? []
            : [.. formulas.Select((formula, o) => ConstantEstimate.Of(formula, model.Info.InputNames, data.Inputs, data.Targets.Column(o), data.Weights))];
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

    /// <summary>The rows by which standard errors and the cost of rounding are told.</summary>
    private Dataset Data(ParseResult parsed, Session session, KanModel model, string path) => model.Info.Classes.IsEmpty
        ? ModelData.ForModel(model, path, parsed.Policy(_missing), withTargets: true, session, _weights.Column(parsed)).ToDataset()
        : throw new KanSharpException($"The model classifies '{model.Info.TargetName}'; standard errors are told for formulas of numbers. Leave --data out.");

    /// <summary>How far a rounded formula is from the network in these rows.</summary>
    private static (double Rmse, double Largest) Cost(KanModel model, Dataset data, Expression rounded, int output)
    {
        double[] network = model.Predict(data.Inputs).Values.Column(output).ToArray(), values = new double[data.Count];
        new FormulaProgram(rounded, model.Info.InputNames).Evaluate(data.Inputs, values);
        return FormulaProbe.Cost(values, network);
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
