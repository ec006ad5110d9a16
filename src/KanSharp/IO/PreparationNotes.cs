namespace KanSharp.IO;

/// <summary>What was noticed while a table, or all blocks of one, were made ready.</summary>
internal sealed class PreparationNotes
{
    private readonly string _source;
    private readonly List<string> _remarks;
    private readonly Dictionary<string, (long Count, double Mean)> _filled = [];
    private long _rows;

    public PreparationNotes(DataTable table)
    {
        _source = table.Source;
        _remarks = [.. table.Warnings];
        _rows = table.RowCount;
    }

    /// <summary>Rows that a value was missing in.</summary>
    public long RowsLeftOut { get; set; }

    /// <summary>Rows that do not count.</summary>
    public long RowsWithoutWeight { get; set; }

    public void Add(string remark)
    {
        if (!_remarks.Contains(remark))
            _remarks.Add(remark);
    }

    public void AddFilled(string column, long count, double mean) => _filled[column] = (_filled.GetValueOrDefault(column).Count + count, mean);

    /// <summary>Takes over what was noticed in a further block.</summary>
    public void Add(PreparationNotes block)
    {
        foreach (string remark in block._remarks)
            Add(remark);
        foreach ((string column, (long count, double mean)) in block._filled)
            AddFilled(column, count, mean);
        _rows += block._rows;
        RowsLeftOut += block.RowsLeftOut;
        RowsWithoutWeight += block.RowsWithoutWeight;
    }

    public IReadOnlyList<string> ToWarnings() =>
    [
        .. _remarks,
        .. RowsLeftOut > 0 ? [$"{_source}: {RowsLeftOut} of {_rows} rows left out, a value is missing."] : (string[])[],
        .. RowsWithoutWeight > 0 ? [$"{_source}: {RowsWithoutWeight} of {_rows} rows left out, their weight is 0."] : (string[])[],
        .. _filled.Select(pair => $"{_source}: {pair.Value.Count} missing {(pair.Value.Count == 1 ? "value" : "values")} of column '{pair.Key}' filled with the mean of the others, {pair.Value.Mean:R}."),
    ];
}
