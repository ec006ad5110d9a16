using System.Globalization;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.IO;

/// <summary>The columns of a table that comes in blocks: what they hold, gathered block by block, and from it names and scaling of a model.</summary>
internal sealed class StreamedColumns
{
    private readonly PreparationOptions _options;
    private readonly string _source;
    private readonly string[] _inputs;
    private readonly bool _classify;
    private readonly ColumnStatistics[] _statistics;
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private readonly HashSet<(int, int)> _twins = [];
    private PreparationNotes? _notes;
    private DataColumn[] _block = [];
    private long _taken;
    private int[] _kept = [];
    private int[] _classOf = [];
    private ModelInfo? _info;

    public StreamedColumns(DataTable first, PreparationOptions options)
    {
        _options = options;
        _source = first.Source;
        (DataColumn[] targets, DataColumn[] inputs, _classify) = TablePreparation.Columns(first, options);
        _inputs = [.. inputs.Select(column => column.Name)];
        Width = inputs.Length + targets.Length;
        _statistics = [.. Enumerable.Range(0, Width).Select(_ => new ColumnStatistics())];
        for (int j = 0; j < Width; j++)
        {
            for (int i = 0; i < Math.Min(j, inputs.Length); i++)
                _twins.Add((i, j));
        }
    }

    /// <summary>Numbers in a row: inputs, then targets; of a class its number in order of appearance.</summary>
    public int Width { get; }

    public ModelInfo Info => _info!;

    public IReadOnlyList<string> Warnings => _notes!.ToWarnings();

    /// <summary>Takes a block; returns the rows of it that can be used.</summary>
    public int[] Take(DataTable block)
    {
        DataColumn[] inputs = [.. _inputs.Select(block.Column)], targets = [.. _options.Targets.Select(block.Column)];
        var preparation = new TablePreparation(block, _options.Missing);
        if (inputs.FirstOrDefault(column => column.IsText) is { } text)
            throw preparation.HoldsText(text, "a table that is read block by block takes numbers only. Turn it into numbers or leave the column out with --exclude");
        if (_classify)
            targets = [targets[0].AsText()];
        else if (targets.FirstOrDefault(column => column.IsText) is { } labels)
            throw preparation.HoldsText(labels, "a fit of numbers needs numbers");
        int[] rows = preparation.SelectRows(inputs, targets);
        _block = [.. inputs, .. targets];
        _taken += rows.Length;
        if (_notes is null)
            _notes = preparation.Notes;
        else
            _notes.Add(preparation.Notes);
        int numbers = _classify ? inputs.Length : Width;
        for (int j = 0; j < numbers; j++)
            _statistics[j].Add(_block[j].Values, rows);
        _twins.RemoveWhere(pair => pair.Item2 >= numbers || !_block[pair.Item1].Values.SequenceEqual(_block[pair.Item2].Values));
        return rows;
    }

    /// <summary>A row of the block taken last, as numbers; NaN where one is to be filled in.</summary>
    public void Fill(int row, Span<double> values)
    {
        for (int j = 0; j < values.Length; j++)
            values[j] = _block[j].Values[row];
        if (_classify)
        {
            string label = _block[^1].Text(row);
            if (!_labels.TryGetValue(label, out int number))
                _labels.Add(label, number = _labels.Count);
            values[^1] = number;
        }
    }

    /// <summary>All blocks were taken: finds out which columns are of use.</summary>
    public void Complete()
    {
        _block = [];
        if (_taken < PreparedTable.MinimumTrainingRows)
            throw new KanDataException($"{_source} has {_taken} data rows without missing values; at least {PreparedTable.MinimumTrainingRows} are needed to fit a network.");
        List<int> kept = [];
        for (int j = 0; j < _inputs.Length; j++)
        {
            ColumnStatistics column = _statistics[j];
            if (column.Missing > 0)
                _notes!.AddFilled(_inputs[j], column.Missing, column.Mean);
            if (column.Count == 0)
                throw new KanDataException($"{_source}: column '{_inputs[j]}' holds no number at all, so it has no mean to fill in. Leave it out with --exclude \"{_inputs[j]}\".");
            if (column.Low == column.High)
                _notes!.Add($"Column '{_inputs[j]}' is constant ({column.Low:R}); left out.");
            else if (kept.Find(earlier => _twins.Contains((earlier, j))) is var twin && kept.Contains(twin) && _twins.Contains((twin, j)))
                _notes!.Add($"Column '{_inputs[j]}' repeats column '{_inputs[twin]}'; left out.");
            else
                kept.Add(j);
            for (int t = _inputs.Length; t < Width; t++)
            {
                if (_twins.Contains((j, t)))
                    _notes!.Add($"Column '{_inputs[j]}' equals the target '{_options.Targets[t - _inputs.Length]}', so the fit only copies it; leave it out with --exclude \"{_inputs[j]}\" if that is not meant.");
            }
        }
        if (kept.Count == 0)
            throw new KanDataException($"{_source} has no usable input: besides the targets, at least one column with differing numbers is needed.");
        _kept = [.. kept];
        string[] classes = _classify ? Classes() : [];
        for (int t = _inputs.Length; !_classify && t < Width; t++)
        {
            if (_statistics[t].Low == _statistics[t].High)
                throw new KanDataException($"The target '{_options.Targets[t - _inputs.Length]}' is constant ({_statistics[t].Low:R} in every row); there is nothing to learn from it. Check that it is the right column.");
        }
        ColumnStatistics[] used = [.. _kept.Select(j => _statistics[j])], targets = _statistics[_inputs.Length..];
        _info = new ModelInfo
        {
            InputNames = [.. _kept.Select(j => _inputs[j])],
            OutputNames = [.. _classify ? classes : _options.Targets],
            Classes = [.. classes],
            TargetName = _options.Targets[0],
            InputScaling = new Scaling([.. used.Select(column => column.Middle)], [.. used.Select(column => Math.Max(column.High - column.Middle, column.Middle - column.Low))]),
            OutputScaling = _classify ? Scaling.Identity(classes.Length) : new Scaling([.. targets.Select(column => column.Mean)], [.. targets.Select(column => column.Deviation)]),
        };
    }

    /// <summary>Inputs and targets of rows as <see cref="Fill"/> gave them.</summary>
    public Dataset ToDataset(Matrix rows)
    {
        Matrix inputs = rows.SelectColumns(_kept), targets = new(rows.Rows, Info.OutputNames.Length);
        for (int j = 0; j < _kept.Length; j++)
        {
            if (_statistics[_kept[j]].Missing > 0)
                inputs.Column(j).Replace(double.NaN, _statistics[_kept[j]].Mean);
        }
        if (_classify)
        {
            ReadOnlySpan<double> labels = rows.Column(_inputs.Length);
            for (int i = 0; i < labels.Length; i++)
                targets[i, _classOf[(int)labels[i]]] = 1;
        }
        else
        {
            for (int t = 0; t < targets.Columns; t++)
                rows.Column(_inputs.Length + t).CopyTo(targets.Column(t));
        }
        return new Dataset(inputs, targets);
    }

    private string[] Classes()
    {
        string[] classes = TablePreparation.SortedLabels(_options.Targets[0], [.. _labels.Keys], _taken);
        _classOf = new int[classes.Length];
        for (int c = 0; c < classes.Length; c++)
            _classOf[_labels[classes[c]]] = c;
        return classes;
    }
}
