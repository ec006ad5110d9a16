namespace KanSharp.IO;

/// <summary>The mean of the numbers seen so far, those that are missing (NaN) not counted.</summary>
internal sealed class RunningMean
{
    private double _mean;
    private long _count;

    /// <summary>The mean; NaN before there is a number.</summary>
    public double Value => _count == 0 ? double.NaN : _mean;

    public void Add(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
            Add(value);
    }

    public void Add(double value)
    {
        if (double.IsNaN(value))
            return;
        _count++;
        // Cannot overflow before its result does.
        _mean += value / _count - _mean / _count;
    }
}
