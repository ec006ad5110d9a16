namespace KanSharp.Formulas;

/// <summary>An elementary function of an argument.</summary>
public sealed record Call : Expression
{
    /// <summary>Creates the node.</summary>
    public Call(ElementaryFunction function, Expression argument)
        : base(HashCode.Combine(function, argument), argument is null || argument.IsConstant ? 1 : argument.Complexity + 1, argument?.IsConstant ?? false)
    {
        ArgumentNullException.ThrowIfNull(argument);
        Function = function;
        Argument = argument;
    }

    /// <summary>The function.</summary>
    public ElementaryFunction Function { get; }

    /// <summary>Its argument.</summary>
    public Expression Argument { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Expression> Children => [Argument];

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    internal override Expression WithChildren(Func<Expression, Expression> map) =>
        map(Argument) is var argument && ReferenceEquals(argument, Argument) ? this : new Call(Function, argument);
}
