using System.Collections.Immutable;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>Which formula of a front is recommended, and which of the others are told.</summary>
internal static class FormulaChoice
{
    /// <summary>
    /// The recommended formula, the simplest one with a network that is not worse than the best or below what counts as exact; and the front without what is more complex and no better: that
    /// fits the noise. Few rows are all used to tell (<see cref="FormulaCandidate.CrossValidated"/>), otherwise those held back do.
    /// </summary>
    /// <param name="front">The formulas that none beats in both complexity and validation error, simplest first, of which some have networks.</param>
    /// <param name="training">The rows they were fitted to.</param>
    /// <param name="validation">The rows held back.</param>
    /// <param name="names">The names of the inputs.</param>
    /// <param name="options">The seed, and what is exact.</param>
    /// <returns>The recommended formula, all of the front with their errors, and those that are told.</returns>
    public static (FormulaCandidate Recommended, IReadOnlyList<FormulaCandidate> Front, ImmutableArray<FormulaCandidate> Shown) Make(
        IReadOnlyList<FormulaCandidate> front, Dataset training, Dataset validation, IReadOnlyList<string> names, DiscoveryOptions options)
    {
        int rows = validation.Count;
        if (ModelSelection.IsCrossValidated(training, validation))
        {
            (Dataset, Dataset)[] parts = ModelSelection.CrossValidation(training, validation, options.Seed);
            front = [.. front.Select(candidate => candidate with { CrossValidated = CrossValidatedError.Of(candidate.Formula, names, parts) })];
            rows += training.Count;
        }
        (FormulaCandidate recommended, ImmutableArray<FormulaCandidate> shown) = Make(front, rows, options.TargetError * Magnitude.RootMeanSquare(training.Targets.Column(0)));
        return (recommended, front, shown);
    }

    /// <summary>The same by errors that are known.</summary>
    internal static (FormulaCandidate Recommended, ImmutableArray<FormulaCandidate> Shown) Make(IReadOnlyList<FormulaCandidate> front, int rows, double exact)
    {
        FormulaCandidate[] networks = [.. front.Where(candidate => candidate.Model is not null)];
        FormulaCandidate best = networks.MinBy(Error)!;
        FormulaCandidate recommended = networks.First(candidate => Error(candidate) <= exact || !IsWorse(candidate, best, rows));
        return (recommended, [.. front.Where(candidate => candidate.Complexity <= recommended.Complexity || Error(recommended) > exact && IsWorse(recommended, candidate, rows))]);
    }

    /// <summary>Whether the error is larger by more than the rows leave in doubt: two standard errors, which are 1 / sqrt(2 n) of a root mean square over n rows.</summary>
    internal static bool IsWorse(FormulaCandidate candidate, FormulaCandidate other, int rows) => Error(candidate) > Error(other) * (1 + 2 / Math.Sqrt(2.0 * rows));

    private static double Error(FormulaCandidate candidate) =>
        (candidate.CrossValidated?.Rmse ?? candidate.ValidationRmse) is double error && double.IsFinite(error) ? error : double.PositiveInfinity;
}
