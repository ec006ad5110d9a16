using Xunit.Sdk;

namespace KanSharp.Tests.Support;

/// <summary>Collects the worst difference per quantity and case, and fails with all that are too large.</summary>
internal sealed class Differences(double tolerance)
{
    private readonly List<string> _failures = [];
    private int _count;

    /// <summary>|actual - expected| against tolerance * max(|expected|, floor); where the expected value is not finite, neither may the actual be.</summary>
    public void Check(string what, double actual, double expected, double floor = 1)
    {
        _count++;
        if (double.IsFinite(expected) ? actual == expected : !double.IsFinite(actual))
            return;
        double difference = Math.Abs(actual - expected) / Math.Max(Math.Abs(expected), floor);
        if (!(difference <= tolerance))
            _failures.Add($"{what}: got {actual:R}, expected {expected:R}, relative difference {difference:E1}");
    }

    public void Check(string what, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, double floor = 1)
    {
        if (actual.Length != expected.Length)
            _failures.Add($"{what}: {actual.Length} values, expected {expected.Length}");
        for (int i = 0; i < Math.Min(actual.Length, expected.Length); i++)
            Check($"{what}[{i}]", actual[i], expected[i], floor);
    }

    /// <summary>Fails if anything was too far off, or if nothing was compared at all.</summary>
    public void Assert()
    {
        if (_count == 0)
            throw new XunitException("Nothing was compared.");
        if (_failures.Count > 0)
            throw new XunitException($"{_failures.Count} of {_count} values differ:\n" + string.Join('\n', _failures.Take(15)));
    }
}
