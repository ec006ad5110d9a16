using System.Collections.Immutable;

namespace KanSharp.Discovery;

/// <summary>The formulas found so far that none other beats in both complexity and validation error.</summary>
internal sealed class ParetoFront
{
    private readonly List<FormulaCandidate> _front = [];

    public IReadOnlyList<FormulaCandidate> Front => _front;

    /// <summary>The lowest validation error.</summary>
    public FormulaCandidate? Best => _front.Count == 0 ? null : _front[^1];

    /// <summary>Takes a formula in if nothing there is as simple and as good.</summary>
    public void Offer(FormulaCandidate candidate)
    {
        if (!double.IsFinite(candidate.ValidationRmse) || _front.Any(other => other.Complexity <= candidate.Complexity && other.ValidationRmse <= candidate.ValidationRmse))
            return;
        _front.RemoveAll(other => other.Complexity >= candidate.Complexity && other.ValidationRmse >= candidate.ValidationRmse);
        _front.Add(candidate);
        _front.Sort((a, b) => a.Complexity.CompareTo(b.Complexity));
    }

    /// <summary>
    /// The simplest formula read off a network whose error is that of the best within two standard errors of a root mean square over so many rows (1 / sqrt(2 n)), or
    /// below what counts as exact.
    /// </summary>
    public FormulaCandidate Recommend(int validationRows, double exact)
    {
        List<FormulaCandidate> networks = [.. _front.Where(candidate => candidate.Model is not null)];
        double limit = Math.Max(exact, networks[^1].ValidationRmse * Doubt(validationRows));
        return networks.First(candidate => candidate.ValidationRmse <= limit);
    }

    /// <summary>The front without what is more complex than the recommended formula and better by no more than the validation rows can tell: that fits their noise.</summary>
    public ImmutableArray<FormulaCandidate> UpTo(FormulaCandidate recommended, int validationRows, double exact) =>
    [
        .. _front.Where(candidate => candidate.Complexity <= recommended.Complexity
            || recommended.ValidationRmse > Math.Max(exact, candidate.ValidationRmse * Doubt(validationRows))),
    ];

    /// <summary>A root mean square error may be larger by this factor without being worse: two standard errors.</summary>
    private static double Doubt(int validationRows) => 1 + 2 / Math.Sqrt(2.0 * validationRows);
}
