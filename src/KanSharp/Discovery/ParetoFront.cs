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
}
