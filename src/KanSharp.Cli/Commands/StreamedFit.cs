using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>The rows of a fit that goes through its table block by block: read once into a file beside the model, which is gone at the end.</summary>
internal sealed class StreamedFit : IDisposable
{
    /// <summary>Tables above this are not held in memory.</summary>
    public const long LongFile = 256_000_000;

    /// <summary>Rows of a mini-batch, unless told otherwise.</summary>
    public const int BatchSize = 1024;

    /// <summary>How often all rows are trained on, unless a number of steps is given.</summary>
    private const int Passes = 3;

    /// <summary>Fewest steps, for tables that are short.</summary>
    private const int FewestSteps = 2000;

    /// <summary>Bytes of text for each block of rows: they become about half as many bytes of numbers, and at the very most four times as many.</summary>
    private const long BlockText = 32_000_000;

    /// <summary>Rows that tell during the training how good it is, and rows to choose the shape by.</summary>
    private const int SampleRows = 10_000;

    private readonly StreamedTable _table;
    private readonly FitDataOptions _options;
    private readonly Session _session;

    private StreamedFit(StreamedTable table, IReadOnlyList<DerivedInput> derived, FitDataOptions options, Session session)
    {
        _table = table;
        _options = options;
        _session = session;
        ModelInfo info = table.Info with { DerivedInputs = [.. derived.Where(input => table.Info.InputNames.Contains(input.Name))] };
        Sample = new FitData(info, Some(table.Training[0]), Some(table.Validation[0]), Some(table.Validation[0]), "");
    }

    /// <summary>A sample of the rows.</summary>
    public FitData Sample { get; }

    /// <summary>The rows to train on.</summary>
    public IReadOnlyList<Dataset> Training => _table.Training;

    /// <summary>Reads the table; <paramref name="output"/> is where the model will stand.</summary>
    public static StreamedFit Read(FitDataOptions options, string output, Session session)
    {
        IReadOnlyList<DerivedInput> derived = [];
        long length = File.Exists(options.Data) ? new FileInfo(options.Data).Length : 0;
        StreamedTable table = ModelData.WithProgress(session, "Reading", options.Data, progress =>
        {
            IEnumerable<DataTable> blocks = Csv.ReadBlocks(options.Data, progress: progress);
            DataTable first = blocks.First();
            string[] targets = ColumnList.Split(options.Target, first);
            derived = DerivedInput.Parse(options.Let, [.. first.Columns.Select(column => column.Name)]);
            FitData.CheckDerived(derived, targets);
            return StreamedTable.ForTraining(blocks.Select(block =>
            {
                session.Cancellation.ThrowIfCancellationRequested();
                return block.With(derived);
            }), new PreparationOptions
            {
                Targets = targets,
                Excluded = ColumnList.Split(options.Exclude, first.With(derived)),
                Missing = options.Missing,
                Classify = options.Classify,
            }, new StreamingOptions
            {
                Folder = Path.GetDirectoryName(Path.GetFullPath(output))!,
                Blocks = (int)Math.Clamp(length / BlockText, 4, 10_000),
                ValidationFraction = options.TestFraction,
                Seed = options.Seed,
            });
        });
        session.Warn(table.Warnings);
        return new StreamedFit(table, derived, options, session);
    }

    /// <summary>Steps to make with batches of this size.</summary>
    public int Steps(int batch) => (int)Math.Clamp(Passes * _table.TrainingRows / batch, FewestSteps, 10_000_000);

    /// <summary>Holds the model against all rows.</summary>
    public FitOutcome Measure(TrainingResult result, int steps)
    {
        double trainRmse = result.Model.MeasureAll(_table.Training).Rmse;
        if (_options.Test is not string path)
            return new FitOutcome(result, trainRmse, steps, result.Model.MeasureAll(_table.Validation), _table.ValidationRows, $"{_table.ValidationRows} rows that were not trained on");
        long rows = 0;
        PreparedBlocks blocks = null!;
        Metrics test = ModelData.WithProgress(_session, "Testing", path, progress =>
        {
            blocks = ModelData.Blocks(result.Model, path, _options.Missing, withTargets: true, progress);
            return result.Model.MeasureAll(blocks.Where(block => block.Rows.Count > 0).Select(block =>
            {
                rows += block.Rows.Count;
                return block.ToDataset();
            }));
        });
        _session.Warn(blocks.Warnings);
        return new FitOutcome(result, trainRmse, steps, test, rows, $"{rows} rows of {Path.GetFileName(path)}");
    }

    public void Dispose() => _table.Dispose();

    private static Dataset Some(Dataset block) => block.Count <= SampleRows ? block : block.Split((double)SampleRows / block.Count, 1).Validation;
}
