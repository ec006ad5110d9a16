namespace KanSharp.IO;

/// <summary>Range, mean and standard deviation of a column that comes in blocks; cells that are NaN are missing.</summary>
internal sealed class ColumnStatistics
{
    private double _squares;

    public double Low { get; private set; } = double.PositiveInfinity;

    public double High { get; private set; } = double.NegativeInfinity;

    public double Mean { get; private set; }

    public long Count { get; private set; }

    public long Missing { get; private set; }

    public double Middle => Low / 2 + High / 2;

    /// <summary>The sample standard deviation; 1 where it vanishes or overflows.</summary>
    public double Deviation => Math.Sqrt(_squares / (Count - 1)) is var deviation && deviation > 0 && double.IsFinite(deviation) ? deviation : 1;

    public void Add(ReadOnlySpan<double> values, int[] rows)
    {
        foreach (int row in rows)
        {
            double value = values[row];
            if (double.IsNaN(value))
            {
                Missing++;
                continue;
            }
            Low = Math.Min(Low, value);
            High = Math.Max(High, value);
            Count++;
            // Welford 1962; divided first, so that nothing overflows before its result does.
            double before = Mean;
            Mean += value / Count - before / Count;
            _squares += (value - before) * (value - Mean);
        }
    }
}
