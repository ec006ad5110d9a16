using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>A verb that makes a model from a model, with or without data to go by.</summary>
internal abstract class EditVerb : Verb
{
    private readonly Argument<string> _model = new("M.kan") { Description = "The model" };
    private readonly Option<string?>? _data;
    private readonly bool _needsTargets;
    private readonly Option<string> _missing = MissingOption.Create();
    private readonly WeightOptions _weights = new();
    private readonly Option<string> _out = OptionOf.Required("--out", "NEW.kan", "Where to save the new model");

    protected EditVerb(string name, string description, string example, DataUse use) : base(name, description, example)
    {
        Add(_model);
        if (use != DataUse.None)
        {
            _needsTargets = use == DataUse.InputsAndTargets;
            _data = OptionOf.Text("--data", "F.csv", use is DataUse.Inputs or DataUse.OptionalInputs
                ? "A table with the model's inputs; with its targets too, the error before and after is told"
                : $"A table with the model's inputs and targets{(_needsTargets ? "" : ", to tell the error before and after")}");
            _data.Required = use is not (DataUse.Optional or DataUse.OptionalInputs);
            Add(_data);
            Add(_missing);
            foreach (Option option in _needsTargets ? _weights.Options : [])
                Add(option);
        }
        Add(_out);
    }

    /// <summary>Whether a verb reads data.</summary>
    protected enum DataUse
    {
        None,
        Optional,
        OptionalInputs,
        Inputs,
        InputsAndTargets,
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetValue(_out)!;
        string? dataPath = _data is null ? null : parsed.GetValue(_data);
        OutputFile.Check(path, dataPath);
        KanModel model = ModelFile.Load(parsed.GetValue(_model)!);
        Rows? rows = dataPath is null ? null : ReadRows(model, dataPath, parsed.Policy(_missing), _needsTargets ? _weights.Column(parsed) : null, session);
        Edited edited = Edit(parsed, session, model, rows);
        double? before = rows?.Data is null ? null : model.MeasureAll(rows.Data).Rmse, after = rows?.Data is null ? null : edited.Model.MeasureAll(Reduced(rows.Data, edited.KeptInputs)).Rmse;
        ModelOutput.Save(session, edited.Model.WithTrainRmse(edited.Refitted && after is double fitted && double.IsFinite(fitted) ? after : null), path, source: model);

        JsonObject json = edited.Json;
        json["shape"] = edited.Model.Shape;
        json["edges"] = edited.Model.ActiveEdgeCount;
        json["parameters"] = edited.Model.Parameters.Length;
        json["rmse_before"] = before is double old ? Session.Number(old) : null;
        json["rmse"] = after is double now ? Session.Number(now) : null;
        json["model"] = path;
        session.Finish(json, output =>
        {
            edited.Write(output);
            output.WriteLine($"shape     {model.Shape} -> {edited.Model.Shape}, {model.ActiveEdgeCount} -> {edited.Model.ActiveEdgeCount} edges");
            if (before is not null)
                output.WriteLine($"RMSE      {Text(before)} -> {Text(after)}  ({rows!.Data!.Count} rows of {Path.GetFileName(dataPath)})");
            output.WriteLine($"saved to  {path}");
        });
        return session.Cancellation.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static string Text(double? rmse) => rmse is double value && double.IsFinite(value) ? $"{value:G6}" : "not defined";

    private static Dataset Reduced(Dataset data, ImmutableArray<int>? kept) =>
        kept is { } inputs ? new Dataset(data.Inputs.SelectColumns(inputs.AsSpan()), data.Targets, data.Weights) : data;

    /// <summary>Makes the new model.</summary>
    protected abstract Edited Edit(ParseResult parsed, Session session, KanModel model, Rows? rows);

    private Rows ReadRows(KanModel model, string path, MissingPolicy missing, WeightColumn? weight, Session session)
    {
        DataTable table = Csv.Read(path);
        string[] targets = model.Info.Classes.IsEmpty ? [.. model.Info.OutputNames] : [model.Info.TargetName];
        bool withTargets = _needsTargets || targets.All(name => table.IndexOf(name) >= 0);
        PreparedTable prepared = ModelData.ForModel(model.Info, table, missing, withTargets, weight);
        session.Warn(prepared.Warnings);
        return new Rows(prepared.Inputs, withTargets ? prepared.ToDataset() : null);
    }

    /// <summary>Rows for a model; <paramref name="Data"/> is null where the table lacks the targets.</summary>
    protected sealed record Rows(Matrix Inputs, Dataset? Data);

    /// <summary>
    /// The new model, what a verb has to say about it besides its size and error, whether the rows were trained on again, and which inputs it still reads if not all.
    /// </summary>
    protected sealed record Edited(KanModel Model, JsonObject Json, Action<TextWriter> Write, bool Refitted = false, ImmutableArray<int>? KeptInputs = null);
}
