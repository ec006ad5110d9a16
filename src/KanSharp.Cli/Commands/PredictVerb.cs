using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan predict</c>: evaluates a model on the rows of a table.</summary>
internal sealed class PredictVerb : Verb
{
    private readonly Argument<string> _model = new("M.kan") { Description = "The model" };
    private readonly Argument<string> _data = new("DATA.csv") { Description = "The table with the model's input columns" };
    private readonly Option<string?> _out = OptionOf.Text("--out", "P.csv", "Where to write the predictions [default: standard output]");
    private readonly Option<string> _missing = MissingOption.Create();

    public PredictVerb() : base("predict", "Predicts the target for every row of a table; a classifier gives the label and the probabilities.",
        "kan predict hello.kan samples/hello.csv --out predictions.csv")
    {
        Add(_model);
        Add(_data);
        Add(_out);
        Add(_missing);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string? path = parsed.GetValue(_out);
        if (path is not null)
            OutputFile.Check(path, parsed.GetValue(_data), parsed.GetValue(_model));
        KanModel model = ModelFile.Load(parsed.GetValue(_model)!);
        string dataPath = parsed.GetValue(_data)!;
        long rows = 0, predicted = 0, outside = 0, undefined = 0;
        OutsideRange? farthest = null;
        List<DataTable> kept = [];
        PreparedBlocks prepared = null!;
        IEnumerable<DataTable> Predictions(IProgress<double>? progress)
        {
            prepared = ModelData.Blocks(model, dataPath, parsed.Policy(_missing), withTargets: false, progress);
            foreach (PreparedTable block in prepared)
            {
                session.Cancellation.ThrowIfCancellationRequested();
                Prediction? prediction = block.Rows.Count > 0 ? model.Predict(block.Inputs) : null;
                rows += block.RowCount;
                predicted += block.Rows.Count;
                outside += prediction?.RowsOutside ?? 0;
                undefined += prediction?.RowsUndefined ?? 0;
                farthest = OutsideRange.Farther(farthest, prediction?.Farthest);
                yield return new DataTable(Columns(model.Info, prediction?.Values ?? new Matrix(0, model.OutputCount), block.Rows, block.RowCount));
            }
        }

        bool toText = path is null && !session.Json;
        ModelData.WithProgress(session, "Predicting", dataPath, progress =>
        {
            IEnumerable<DataTable> blocks = Predictions(progress);
            if (path is not null)
                Csv.Write(path, blocks);
            else if (toText)
                Csv.Write(session.Output, blocks);
            else
                kept.AddRange(blocks);
            return rows;
        });
        session.Warn(prepared.Warnings);
        ModelData.WarnOutside(session, model, outside, predicted, "rows", farthest);
        if (undefined > 0)
            session.Warn($"{ModelData.Undefined(undefined, predicted, "rows")}; their predictions are NaN or infinite.");
        var json = new JsonObject { ["rows"] = rows, ["rows_outside"] = outside, ["farthest_outside"] = ModelData.ToJson(farthest), ["rows_undefined"] = undefined };
        if (path is not null)
            json["out"] = path;
        else if (session.Json)
            json["predictions"] = new JsonObject(kept[0].Columns.Select((column, j) => KeyValuePair.Create(column.Name, (JsonNode?)new JsonArray([.. kept.SelectMany(block => Values(block.Columns[j]))]))));
        session.Finish(json, output =>
        {
            if (path is not null)
                output.WriteLine($"{rows} predictions written to {path}");
        });
        return ExitCode.Done;
    }

    /// <summary>One column per output; rows left out for missing values have NaN or no label, so that every row keeps its place.</summary>
    private static IReadOnlyList<DataColumn> Columns(ModelInfo info, Matrix values, IReadOnlyList<int> rows, int rowCount)
    {
        List<DataColumn> columns = [];
        if (!info.Classes.IsEmpty)
        {
            string[] labels = new string[rowCount];
            Array.Fill(labels, "");
            for (int i = 0; i < rows.Count; i++)
                labels[rows[i]] = info.Classes[Metrics.MostProbable(values, i)];
            columns.Add(new DataColumn(info.TargetName, labels));
        }
        for (int j = 0; j < values.Columns; j++)
        {
            double[] all = new double[rowCount];
            Array.Fill(all, double.NaN);
            for (int i = 0; i < rows.Count; i++)
                all[rows[i]] = values[i, j];
            columns.Add(new DataColumn(info.Classes.IsEmpty ? info.OutputNames[j] : $"P({info.Classes[j]})", all));
        }
        return columns;
    }

    private static IEnumerable<JsonNode?> Values(DataColumn column) =>
        Enumerable.Range(0, column.RowCount).Select(row => column.IsText ? JsonValue.Create(column.Text(row)) : Session.Number(column.Values[row]));
}
