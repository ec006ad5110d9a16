namespace KanSharp.Formulas;

/// <summary>A number known by its name.</summary>
public sealed record NamedConstant : Expression
{
    private NamedConstant(string name, double value) : base(name.GetHashCode(StringComparison.Ordinal), 1, true)
    {
        Name = name;
        Value = value;
    }

    /// <summary>π.</summary>
    public static new NamedConstant Pi { get; } = new("pi", Math.PI);

    /// <summary>Euler's number.</summary>
    public static new NamedConstant E { get; } = new("e", Math.E);

    /// <summary>The name in formula text: <c>pi</c> or <c>e</c>.</summary>
    public string Name { get; }

    /// <summary>The double nearest to the number.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Expression> Children => [];

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    internal override Expression WithChildren(Func<Expression, Expression> map) => this;
}
