namespace KanSharp.Tests.Splines;

/// <summary>Collects differences from reference numbers and reports the worst ones together, with the case they belong to.</summary>
internal sealed class Discrepancies(double tolerance)
{
    private readonly List<(double Size, string What)> _found = [];
    private int _compared;

    /// <summary>Compares numbers relative to the larger of the expected one and <paramref name="scale"/>. Equal non-finite numbers agree.</summary>
    public void Compare(double expected, double actual, string what, double scale = 1)
    {
        _compared++;
        if (expected.Equals(actual))
            return;
        double difference = Math.Abs(actual - expected) / Math.Max(Math.Abs(expected), scale);
        if (!(difference <= tolerance))
            _found.Add((double.IsNaN(difference) ? double.PositiveInfinity : difference, $"{what}: expected {expected:R}, found {actual:R}"));
    }

    /// <summary>Compares vectors relative to the largest expected element; a <paramref name="slack"/> above 1 multiplies the tolerance.</summary>
    public void Compare(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, string what, double slack = 1)
    {
        if (expected.Length != actual.Length)
        {
            _found.Add((double.PositiveInfinity, $"{what}: expected {expected.Length} numbers, found {actual.Length}"));
            return;
        }
        double scale = 0;
        foreach (double value in expected)
            scale = double.IsFinite(value) ? Math.Max(scale, Math.Abs(value)) : scale;
        for (int i = 0; i < expected.Length; i++)
            Compare(expected[i], actual[i], $"{what}[{i}]", (scale == 0 ? 1 : scale) * Math.Max(1, slack));
    }

    /// <summary>Notes a failure that is not a difference of numbers.</summary>
    public void Fail(string what) => _found.Add((double.PositiveInfinity, what));

    /// <summary>Fails with the worst differences, or if nothing was compared at all.</summary>
    public void Assert()
    {
        Xunit.Assert.True(_compared > 0, "Nothing was compared.");
        Xunit.Assert.True(
            _found.Count == 0,
            $"{_found.Count} of {_compared} comparisons failed (tolerance {tolerance}). The worst:\n"
                + string.Join('\n', _found.OrderByDescending(f => f.Size).Take(10).Select(f => $"{f.Size:E2}  {f.What}")));
    }
}
