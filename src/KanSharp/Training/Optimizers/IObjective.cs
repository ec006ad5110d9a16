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

    /// <summary>Where among the parameters the coefficients of splines are, and how these bend.</summary>
    IReadOnlyList<BendingRow[]> Splines => [];

    /// <summary>Sum of squared residuals at <paramref name="parameters"/>.</summary>
    double Evaluate(ReadOnlySpan<double> parameters);

    /// <summary>
    /// Sum of squared residuals; overwrites <paramref name="normal"/> with JᵀJ (row-major, both triangles, ParameterCount²) and
    /// <paramref name="gradient"/> with Jᵀr, where J is the Jacobian of the residuals r.
    /// </summary>
    double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient);
}

/// <summary>Separable least squares (Golub and Pereyra 1973): residuals that depend linearly on some of the parameters, while the others stay.</summary>
internal interface ISeparableObjective : ILeastSquaresObjective
{
    /// <summary>The first of the linear parameters, which follow each other.</summary>
    int FirstLinear { get; }

    /// <summary>How many there are.</summary>
    int LinearCount { get; }

    /// <summary><see cref="ILeastSquaresObjective.Linearize"/> for the linear parameters alone: JᵀJ is LinearCount², Jᵀr LinearCount.</summary>
    double LinearizeLinear(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient);
}
