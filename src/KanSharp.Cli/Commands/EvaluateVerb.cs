using System.CommandLine;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan evaluate</c>: holds a model's predictions against the targets of a table.</summary>
internal sealed class EvaluateVerb : Verb
{
    private readonly Argument<string> _model = new("M.kan") { Description = "The model" };
    private readonly Argument<string> _data = new("DATA.csv") { Description = "The table with the model's input and target columns" };
    private readonly Option<string> _missing = MissingOption.Create();
    private readonly WeightOptions _weights = new();

    public EvaluateVerb() : base("evaluate", "Tells how well a model predicts the targets of a table.", "kan evaluate hello.kan samples/hello.csv")
    {
        Add(_model);
        Add(_data);
        Add(_missing);
        foreach (Option option in _weights.Options)
            Add(option);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        long start = session.Clock.GetTimestamp();
        KanModel model = ModelFile.Load(parsed.GetValue(_model)!);
        string path = parsed.GetValue(_data)!;
        PreparedBlocks table = null!;
        long rows = 0;
        Metrics metrics = ModelData.WithProgress(session, "Evaluating", path, progress =>
        {
            table = ModelData.Blocks(model, path, parsed.Policy(_missing), withTargets: true, progress, _weights.Column(parsed));
            return Metrics.Measure(model, table.Where(block => block.Rows.Count > 0).Select(block =>
            {
                session.Cancellation.ThrowIfCancellationRequested();
                rows += block.Rows.Count;
                return block.ToDataset();
            }));
        });
        session.Warn(table.Warnings);
        ModelData.WarnOutside(session, model, metrics.RowsOutside, rows, "rows", metrics.Farthest);
        ModelData.WarnUndefined(session, metrics.RowsUndefined, rows, "rows");
        var summary = new ModelSummary(model, model.Info.Fit?.TrainRmse, metrics, $"{rows} rows of {Path.GetFileName(path)}",
            model.Info.Fit?.Steps, model.Info.Fit?.StopReason, session.Clock.GetElapsedTime(start).TotalSeconds);
        session.Finish(summary.ToJson(), summary.Write);
        return ExitCode.Done;
    }
}
