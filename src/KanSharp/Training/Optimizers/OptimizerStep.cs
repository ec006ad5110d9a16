namespace KanSharp.Training.Optimizers;

/// <summary>How an optimiser's step ended.</summary>
internal enum OptimizerReason
{
    /// <summary>The value is lower than before; with Adam, the step was made.</summary>
    Progress,

    /// <summary>The gradient is zero to the tolerance: a stationary point.</summary>
    GradientZero,

    /// <summary>No lower value can be found: a minimum to rounding. Calling again is of no use.</summary>
    NoFurtherChange,

    /// <summary>No lower value lies along the quasi-Newton direction; its history was dropped, the next step starts from steepest descent.</summary>
    LineSearchFailed,

    /// <summary>The value or gradient is not finite where the step starts, or at every point tried. The parameters did not change.</summary>
    NotFinite,
}

/// <summary>What one step of an optimiser did. The parameters hold the accepted point.</summary>
/// <param name="Value">The objective at the accepted point; with Adam, which does not look there, where the step began.</param>
/// <param name="Evaluations">Evaluations of the objective used.</param>
/// <param name="MaxGradient">Largest magnitude in the gradient: at the accepted point where the optimiser knows it, else where the step began.</param>
/// <param name="Reason">How the step ended.</param>
internal readonly record struct OptimizerStep(double Value, int Evaluations, double MaxGradient, OptimizerReason Reason);
