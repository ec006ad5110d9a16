namespace KanSharp.IO;

/// <summary>The mean of each column of a table that comes in blocks: first gathered, then, once complete, given out.</summary>
internal sealed class ColumnMeans
{
    private readonly Dictionary<string, RunningMean> _means = [];

    /// <summary>Whether all blocks were seen.</summary>
    public bool IsComplete { get; set; }

    /// <summary>The mean of a column; NaN where it holds no number.</summary>
    public double this[string column] => _means[column].Value;

    public void Add(string column, ReadOnlySpan<double> values)
    {
        if (!_means.TryGetValue(column, out RunningMean? mean))
            _means.Add(column, mean = new RunningMean());
        mean.Add(values);
    }
}
