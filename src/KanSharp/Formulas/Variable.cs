namespace KanSharp.Formulas;

/// <summary>A variable, usually named after a column of the data.</summary>
public sealed record Variable : Expression
{
    /// <summary>Creates the node; any text that is not empty is a name.</summary>
    public Variable(string name) : base(name?.GetHashCode(StringComparison.Ordinal) ?? 0, 1, false)
    {
        if (string.IsNullOrEmpty(name))
            throw new KanSharpException("A variable needs a name.");
        Name = name;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Expression> Children => [];

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    internal override Expression WithChildren(Func<Expression, Expression> map) => this;
}
