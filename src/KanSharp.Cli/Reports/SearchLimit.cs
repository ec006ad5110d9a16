using KanSharp.Discovery;

namespace KanSharp.Cli.Reports;

/// <summary>What keeps the error of a search's formula up, as networks whose edges are splines show it: they know no functions that a formula could lack.</summary>
internal static class SearchLimit
{
    /// <summary>An error below this part of the target's size is rounding.</summary>
    private const double Rounding = 1e-10;

    /// <summary>A formula's error is clearly above that of networks from this factor on, and by so many standard errors: of many networks, the best owes a part to luck.</summary>
    private const double Clearly = 1.25, StandardErrors = 4;

    public static bool IsExact(DiscoveryOutcome discovery) => IsExact(discovery, discovery.Best);

    /// <summary>Whether the error of a formula of the table is rounding.</summary>
    public static bool IsExact(DiscoveryOutcome discovery, FormulaCandidate formula) => formula.ValidationRmse <= Rounding * discovery.Data.Validation.Targets.Column(0).ToArray().Max(Math.Abs);

    /// <summary>One or two sentences.</summary>
    public static string Of(DiscoveryOutcome discovery)
    {
        int rows = discovery.Data.Training.Count, all = rows + discovery.Data.Validation.Count;
        bool late = discovery.Result.Stop is DiscoveryStop.Deadline or DiscoveryStop.Cancelled;
        double formula = discovery.Best.ValidationRmse;
        if (IsExact(discovery))
            return "None: the error is rounding.";
        if (discovery.Result.NetworkRmse is not double network)
        {
            return late ? "Time: the search ended before a network was trained."
                : $"The rows: {rows} to fit are too few to train even the smallest network on, so that only formulas that need none were tried.";
        }
        if (formula > network * Math.Max(Clearly, 1 + StandardErrors / Math.Sqrt(2.0 * discovery.Data.Validation.Count)))
        {
            string? within = discovery.Settings.Within;
            return $"{(late ? "Time, or the" : "The")} {(within is null ? "functions" : "limits given")}: a network with free curves has an error of {network:G3} on the validation rows, the formula one of {formula:G3}: " +
                $"what it leaves is no noise, but no better formula {(within is null ? "of these functions" : $"within {within}")} was found. " +
                (late ? "Go on with --resume, or let kan fit keep the curves."
                : within is null ? "Look again with --resume, which takes other networks, give other functions with --lib, or let kan fit keep the curves."
                : "Widen these limits, look again with --resume, which takes other networks, or let kan fit keep the curves.");
        }
        return $"{(late ? "Time, noise" : "Noise")} or rows: no network with free curves did clearly better on the validation rows ({network:G3}, {(discovery.Formula.IsConstant ? "the constant" : "the formula")} {formula:G3}). " +
            $"What is left is noise, depends on something that is no input, or is finer than {all} rows show.";
    }
}
