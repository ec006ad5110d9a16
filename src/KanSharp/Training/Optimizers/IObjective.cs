namespace KanSharp.Training.Optimizers;

/// <summary>A scalar function of many parameters with its exact gradient.</summary>
internal interface IObjective
{
    /// <summary>Number of parameters.</summary>
    int ParameterCount { get; }

    /// <summary>Value at <paramref name="parameters"/>; overwrites <paramref name="gradient"/> with the gradient there.</summary>
    double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient);
}

/// <summary>A sum of squared residuals, as Levenberg-Marquardt sees it. Frozen parameters are not among its parameters.</summary>
internal interface ILeastSquaresObjective
{
    /// <summary>Number of free parameters.</summary>
    int ParameterCount { get; }

    /// <summary>Number of residuals.</summary>
    int ResidualCount { get; }

    /// <summary>Sum of squared residuals at <paramref name="parameters"/>.</summary>
    double Evaluate(ReadOnlySpan<double> parameters);

    /// <summary>
    /// Sum of squared residuals; overwrites <paramref name="normal"/> with JᵀJ (row-major, both triangles, ParameterCount²) and
    /// <paramref name="gradient"/> with Jᵀr, where J is the Jacobian of the residuals r.
    /// </summary>
    double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient);
}
