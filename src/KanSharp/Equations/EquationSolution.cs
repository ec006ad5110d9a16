using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Equations;

/// <summary>How far a solution is from the exact one, over a mesh of the domain and all unknowns that have an exact solution.</summary>
/// <param name="MeanSquared">Mean squared error.</param>
/// <param name="RelativeL2">Root of the sum of squared errors over that of the exact values.</param>
/// <param name="Largest">Largest error.</param>
public sealed record SolutionError(double MeanSquared, double RelativeL2, double Largest);

/// <summary>Where solving stands.</summary>
/// <param name="Stage">Grids done, and the start under way.</param>
/// <param name="Stages">Trainings in all.</param>
/// <param name="GridIntervals">Grid under way.</param>
/// <param name="Training">The training under way.</param>
public sealed record EquationProgress(int Stage, int Stages, int GridIntervals, TrainingProgress Training);

/// <summary>What was reached on one grid.</summary>
/// <param name="GridIntervals">The grid.</param>
/// <param name="Points">Points in the domain.</param>
/// <param name="Training">What training did.</param>
/// <param name="Residual">As <see cref="EquationSolution.Residual"/>.</param>
/// <param name="Error">Error against the exact solution, where it is known.</param>
public sealed record EquationStage(int GridIntervals, int Points, TrainingReport Training, double Residual, SolutionError? Error);

/// <summary>A solution of an <see cref="EquationProblem"/>.</summary>
public sealed record EquationSolution
{
    /// <summary>The unknown functions as a network: its outputs are the unknowns.</summary>
    public required KanModel Model { get; init; }

    /// <summary>The constants that were to be found.</summary>
    public required ImmutableArray<UnknownConstant> Constants { get; init; }

    /// <summary>Root mean square of the equations' residuals on a mesh of its own.</summary>
    public required double Residual { get; init; }

    /// <summary>Root mean square of the conditions' residuals; 0 without conditions.</summary>
    public required double ConditionResidual { get; init; }

    /// <summary>The weighted loss that training ended with.</summary>
    public required double Loss { get; init; }

    /// <summary>Error against the exact solution; null where none is given.</summary>
    public required SolutionError? Error { get; init; }

    /// <summary>The grids, one after the other.</summary>
    public required ImmutableArray<EquationStage> Stages { get; init; }

    /// <summary>Why the last training ended.</summary>
    public StopReason StopReason => Stages[^1].Training.StopReason;
}
