namespace KanSharp.Formulas;

/// <summary>
/// A user's function of an argument, or a derivative of it: what a formula holds of a <see cref="SymbolicFunction"/> that was defined by code and has no
/// formula of its own.
/// </summary>
public sealed record UserCall : Expression
{
    internal UserCall(SymbolicFunction function, int derivative, Expression argument)
        : base(HashCode.Combine(function.Name, derivative, argument), argument.IsConstant ? 1 : argument.Complexity + 1, argument.IsConstant)
    {
        Function = function;
        Derivative = derivative;
        Argument = argument;
    }

    /// <summary>The function.</summary>
    public SymbolicFunction Function { get; }

    /// <summary>Which derivative of it, 0 for the function itself.</summary>
    public int Derivative { get; }

    /// <summary>Its argument.</summary>
    public Expression Argument { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Expression> Children => [Argument];

    /// <summary>The name as formulas print it, a prime for each derivative.</summary>
    internal string Name => Function.Name + new string('\'', Derivative);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    internal override Expression WithChildren(Func<Expression, Expression> map) => With(map(Argument));

    internal UserCall With(Expression argument) => ReferenceEquals(argument, Argument) ? this : new UserCall(Function, Derivative, argument);

    /// <summary>The value at x.</summary>
    internal double Value(double x) => Of(Derivative)(x);

    /// <summary>The derivative at x.</summary>
    internal double Slope(double x) => Of(Derivative + 1)(x);

    /// <summary>The derivative as an expression.</summary>
    internal UserCall Differentiated() => Derivative < 3
        ? new UserCall(Function, Derivative + 1, Argument)
        : throw new KanSharpException($"The function {Function.Name} is known up to its third derivative; a fourth was asked for. Define it by a formula instead of code.");

    /// <summary>The function for languages that must know its code.</summary>
    internal KanSharpException HasNoSource(string language) =>
        new($"The function {Function.Name} was defined by code, which cannot be written as {language}; define it by a formula, or export the splines instead.");

    private Func<double, double> Of(int derivative) => derivative switch
    {
        0 => Function.Value,
        1 => Function.FirstDerivative,
        2 => Function.SecondDerivative,
        3 => Function.ThirdDerivative,
        _ => throw new KanSharpException($"The function {Function.Name} is known up to its third derivative."),
    };
}
