namespace KanSharp.Formulas;

/// <summary>A power. NaN where the base is negative and the exponent not whole.</summary>
public sealed record Power : Expression
{
    private Power(Expression @base, Expression exponent)
        : base(HashCode.Combine(31, @base, exponent), CountNodes(@base, exponent), @base.IsConstant && exponent.IsConstant)
    {
        Base = @base;
        Exponent = exponent;
    }

    /// <summary>What is raised.</summary>
    public Expression Base { get; }

    /// <summary>What it is raised to.</summary>
    public Expression Exponent { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Expression> Children => [Base, Exponent];

    /// <summary>The power; the base itself when the exponent is the number 1.</summary>
    public static Expression Of(Expression @base, Expression exponent)
    {
        ArgumentNullException.ThrowIfNull(@base);
        ArgumentNullException.ThrowIfNull(exponent);
        return exponent is Constant { Value: 1 } ? @base : new Power(@base, exponent);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    /// <summary>What y costs in the quotient x/y that this power stands for; null where it is none.</summary>
    internal int? DivisorComplexity => Exponent is Constant { Value: < 0 } ? Complexity - 2 : null;

    internal override Expression WithChildren(Func<Expression, Expression> map)
    {
        Expression @base = map(Base), exponent = map(Exponent);
        return ReferenceEquals(@base, Base) && ReferenceEquals(exponent, Exponent) ? this : Of(@base, exponent);
    }

    // b⁻ⁿ counts as 1/bⁿ.
    private static int CountNodes(Expression @base, Expression exponent) =>
        @base.IsConstant && exponent.IsConstant ? 1
        : exponent is Constant { Value: -1 } ? @base.Complexity + 2
        : exponent is Constant { Value: < 0 } ? @base.Complexity + 4
        : @base.Complexity + exponent.Complexity + 1;
}
