namespace KanSharp.Formulas;

/// <summary>The real numbers where a function of one variable is finite: an interval, perhaps without zero.</summary>
/// <param name="Lower">Lower bound, or negative infinity.</param>
/// <param name="Upper">Upper bound, or positive infinity.</param>
/// <param name="LowerOpen">Whether the lower bound itself is outside; an infinite bound always is.</param>
/// <param name="UpperOpen">Whether the upper bound itself is outside; an infinite bound always is.</param>
/// <param name="ExcludesZero">Whether zero is outside although it lies between the bounds.</param>
public readonly record struct FunctionDomain(double Lower, double Upper, bool LowerOpen, bool UpperOpen, bool ExcludesZero)
{
    /// <summary>All real numbers.</summary>
    public static FunctionDomain All { get; } = new(double.NegativeInfinity, double.PositiveInfinity, true, true, false);

    /// <summary>All real numbers but zero.</summary>
    public static FunctionDomain NonZero { get; } = All with { ExcludesZero = true };

    /// <summary>Zero and above.</summary>
    public static FunctionDomain NonNegative { get; } = All with { Lower = 0, LowerOpen = false };

    /// <summary>Above zero.</summary>
    public static FunctionDomain Positive { get; } = All with { Lower = 0 };

    /// <summary>From -1 to 1, both included.</summary>
    public static FunctionDomain UnitInterval { get; } = new(-1, 1, false, false, false);

    /// <summary>Between -1 and 1, both excluded.</summary>
    public static FunctionDomain OpenUnitInterval { get; } = new(-1, 1, true, true, false);

    /// <summary>Whether the function is finite at <paramref name="x"/>; never for NaN and the infinities.</summary>
    public bool Contains(double x) =>
        double.IsFinite(x)
        && (LowerOpen ? x > Lower : x >= Lower)
        && (UpperOpen ? x < Upper : x <= Upper)
        && !(ExcludesZero && x == 0);
}
