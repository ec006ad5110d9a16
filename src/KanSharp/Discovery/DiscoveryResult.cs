using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Model;

namespace KanSharp.Discovery;

/// <summary>Why a search ended.</summary>
public enum DiscoveryStop
{
    /// <summary>A formula reached the target error.</summary>
    TargetReached,

    /// <summary>Every shape of network was tried.</summary>
    Exhausted,

    /// <summary>The deadline cut in: another run may get further.</summary>
    Deadline,

    /// <summary>The caller asked to stop.</summary>
    Cancelled,
}

/// <summary>A formula found.</summary>
/// <param name="Formula">The formula, in the user's units.</param>
/// <param name="Complexity">Its complexity (<see cref="DiscoveryOptions.ComplexityOf"/>).</param>
/// <param name="TrainRmse">Root mean squared error on the rows it was fitted to.</param>
/// <param name="ValidationRmse">Root mean squared error on the rows held back.</param>
/// <param name="Model">
/// The network that computes it. While a search goes on, and in the end where the formula cannot be compiled, the one that it was read from; null for a formula made by taking parts of
/// another one away.
/// </param>
public sealed record FormulaCandidate(Expression Formula, int Complexity, double TrainRmse, double ValidationRmse, KanModel? Model)
{
    /// <summary>The error on rows that the constants were not fitted to, by all rows; null while a search goes on, and where there are 500 rows or more, of which those held back tell enough.</summary>
    public CrossValidatedError? CrossValidated { get; init; }
}

/// <summary>Where a search stands.</summary>
/// <param name="Round">Round of shapes under way, from 1.</param>
/// <param name="Rounds">Number of rounds.</param>
/// <param name="Work">What is being done, in a few words.</param>
/// <param name="Best">The formula with the lowest validation error so far.</param>
public sealed record DiscoveryProgress(int Round, int Rounds, string Work, FormulaCandidate? Best);

/// <summary>What a search found.</summary>
public sealed record DiscoveryResult
{
    /// <summary>The formulas that none other beats in both complexity and validation error, simplest first; never empty.</summary>
    public required ImmutableArray<FormulaCandidate> Pareto { get; init; }

    /// <summary>
    /// The simplest formula with a network that is as good as the best, within two standard errors: of fewer than 500 rows by cross-validation (<see cref="FormulaCandidate.CrossValidated"/>),
    /// otherwise by the validation rows.
    /// </summary>
    public required FormulaCandidate Recommended { get; init; }

    /// <summary>The network that computes the recommended formula, unless there is a <see cref="CompilationFailure"/>.</summary>
    public KanModel Model => Recommended.Model!;

    /// <summary>
    /// Why <see cref="Model"/> is the network that the recommended formula was read from before its constants were polished, and so predicts something else within the error; null where
    /// it computes the formula.
    /// </summary>
    public string? CompilationFailure { get; init; }

    /// <summary>Why the search ended.</summary>
    public required DiscoveryStop Stop { get; init; }

    /// <summary>Networks trained.</summary>
    public required int NetworksTrained { get; init; }

    /// <summary>
    /// The lowest error on the validation rows of a network for the target itself while its edges were still splines, in the target's units: what the inputs tell, whatever functions it takes. Null where none was trained.
    /// </summary>
    public double? NetworkRmse { get; init; }
}
