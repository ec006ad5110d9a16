namespace KanSharp.Formulas;

/// <summary>
/// A function of one variable that an edge of a network can be fixed to. Outside its domain the plain value is NaN or infinite;
/// <see cref="Guarded"/> is finite everywhere.
/// </summary>
public sealed record SymbolicFunction
{
    internal SymbolicFunction() { }

    /// <summary>The name in the library and in model files, such as <c>x^2</c> or <c>sin</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The value; NaN or an infinity outside the domain.</summary>
    public required Func<double, double> Value { get; init; }

    /// <summary>The first derivative.</summary>
    public required Func<double, double> FirstDerivative { get; init; }

    /// <summary>The second derivative.</summary>
    public required Func<double, double> SecondDerivative { get; init; }

    /// <summary>Where the function is finite.</summary>
    public FunctionDomain Domain { get; init; } = FunctionDomain.All;

    /// <summary>How complex a reader finds the function, as pykan counts: <c>0</c> costs 0, <c>x</c> 1, <c>sin</c> 2, <c>arctanh</c> 4.</summary>
    public required int Complexity { get; init; }

    /// <summary>The third derivative, from the formula.</summary>
    internal Func<double, double> ThirdDerivative { get; init; } = null!;

    internal Func<Expression, Expression> Build { get; init; } = null!;

    internal SingularityGuard? Guard { get; init; }

    /// <summary>Values and first derivatives of many places at once, where that is faster than one by one.</summary>
    internal VectorFunction? Vectors { get; init; }

    /// <summary>
    /// A function given by a formula in <c>x</c>. Its guarded variant is clipped to the threshold, and zero where it is not defined.
    /// </summary>
    /// <param name="name">The name in the library; an identifier if formulas are to call it.</param>
    /// <param name="formula">The formula, such as <c>x*exp(-x)</c>.</param>
    /// <param name="complexity">What it costs; the number of nodes of the formula when null.</param>
    /// <param name="domain">Where it is finite; all real numbers when null.</param>
    /// <exception cref="KanSharpException">The name is empty, or the formula does not parse or has variables other than <c>x</c>.</exception>
    public static SymbolicFunction Define(string name, string formula, int? complexity = null, FunctionDomain? domain = null)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw new KanSharpException("A function needs a name.");
        Expression expression = Expression.Parse(formula, ["x"]);
        if (expression.Variables.FirstOrDefault(variable => variable != "x") is { } other)
            throw new KanSharpException($"The formula of the function '{name}' uses '{other}'; it must be a formula in x alone.");
        Func<double, double> value = Compile(expression), first = Compile(expression.Differentiate("x"));
        return new SymbolicFunction
        {
            Name = name,
            Value = value,
            FirstDerivative = first,
            SecondDerivative = Compile(expression.Differentiate("x").Differentiate("x")),
            Domain = domain ?? FunctionDomain.All,
            Complexity = complexity ?? expression.Complexity,
            ThirdDerivative = ThirdDerivativeOf(argument => expression.Substitute("x", argument)),
            Build = argument => expression.Substitute("x", argument),
            Guard = (x, threshold) => value(x) is var at && Math.Abs(at) <= threshold ? (at, first(x)) : (double.IsNaN(at) ? 0 : Math.CopySign(threshold, at), 0),
        };
    }

    /// <summary>
    /// A function given by code, such as a Bessel function: its value, and its derivatives as far as they are known. Those that are not are taken from
    /// the last known by central differences of fourth order: about twelve digits of a first derivative, nine of a second, six of a third. Training needs the first,
    /// derivatives of a model the second, training on those the third. Formulas call it by its name. Its guarded variant is clipped to the threshold, and zero where it is not finite.
    /// </summary>
    /// <param name="name">The name in the library, an identifier.</param>
    /// <param name="value">The value; NaN outside the domain.</param>
    /// <param name="firstDerivative">The first derivative.</param>
    /// <param name="secondDerivative">The second derivative.</param>
    /// <param name="thirdDerivative">The third derivative.</param>
    /// <param name="complexity">What it costs.</param>
    /// <param name="domain">Where it is finite; all real numbers when null.</param>
    /// <exception cref="KanSharpException">The name is no identifier, or that of a function that formulas know.</exception>
    public static SymbolicFunction Define(string name, Func<double, double> value, Func<double, double>? firstDerivative = null,
        Func<double, double>? secondDerivative = null, Func<double, double>? thirdDerivative = null, int complexity = 3, FunctionDomain? domain = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (name is null || !Names.IsIdentifier(name) || ElementaryFunctions.ByName.ContainsKey(name))
            throw new KanSharpException($"'{name}' cannot be the name of a function given by code: formulas call it by its name, so it must be letters and digits, and none of theirs.");
        Func<double, double> first = firstDerivative ?? DifferenceOf(value);
        Func<double, double> second = secondDerivative ?? DifferenceOf(first);
        SymbolicFunction function = null!;
        function = new SymbolicFunction
        {
            Name = name,
            Value = value,
            FirstDerivative = first,
            SecondDerivative = second,
            ThirdDerivative = thirdDerivative ?? DifferenceOf(second),
            Domain = domain ?? FunctionDomain.All,
            Complexity = complexity,
            Build = argument => new UserCall(function, 0, argument),
            Guard = (x, threshold) => value(x) is var at && Math.Abs(at) <= threshold ? (at, first(x)) : (double.IsNaN(at) ? 0 : Math.CopySign(threshold, at), 0),
        };
        return function;
    }

    /// <summary>(f(x - 2h) - 8 f(x - h) + 8 f(x + h) - f(x + 2h)) / 12h, with the step where truncation and rounding are of the same size.</summary>
    private static Func<double, double> DifferenceOf(Func<double, double> function) => x =>
    {
        double step = 1e-3 * Math.Max(1, Math.Abs(x));
        // As it is in binary: x + h - h is x.
        step = x + step - x;
        return (function(x - 2 * step) - 8 * function(x - step) + 8 * function(x + step) - function(x + 2 * step)) / (12 * step);
    };

    /// <summary>The function of an argument, as a formula.</summary>
    public Expression ToExpression(Expression argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        return Build(argument);
    }

    /// <summary>
    /// The singularity-avoiding value: finite for every <paramref name="x"/> (NaN stays NaN), continuous, bounded by
    /// <paramref name="threshold"/> where the function has a pole or grows exponentially, and equal to the function away from
    /// its singularity. Towards a pole without sign change (1/x², log) the value stays at the threshold; through a pole with sign
    /// change (1/x, tan) it runs straight from one threshold to the other; past the end of a domain it continues from the end.
    /// </summary>
    /// <param name="x">Where to evaluate.</param>
    /// <param name="threshold">The largest magnitude near a singularity, positive; pykan's <c>y_th</c>.</param>
    public double Guarded(double x, double threshold)
    {
        x = Bounded(x);
        return Bounded(Guard is null ? Value(x) : Guard(x, RequirePositive(threshold)).Value);
    }

    /// <summary>
    /// The first derivative of <see cref="Guarded"/>; at its kinks the one-sided derivative towards the untouched part or zero.
    /// </summary>
    public double GuardedDerivative(double x, double threshold)
    {
        x = Bounded(x);
        return Bounded(Guard is null ? FirstDerivative(x) : Guard(x, RequirePositive(threshold)).Slope);
    }

    /// <summary>Values at many places, and first derivatives unless <paramref name="slopes"/> is empty; equal to <see cref="Value"/> but for rounding.</summary>
    internal void Evaluate(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        if (Vectors is not null)
        {
            Vectors(x, values, slopes);
            return;
        }
        for (int n = 0; n < x.Length; n++)
            values[n] = Value(x[n]);
        for (int n = 0; n < slopes.Length; n++)
            slopes[n] = FirstDerivative(x[n]);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Differentiates when it is first asked for: few functions ever are.</summary>
    internal static Func<double, double> ThirdDerivativeOf(Func<Expression, Expression> build)
    {
        var third = new Lazy<Func<double, double>>(() => Compile(build(new Variable("x")).Differentiate("x").Differentiate("x").Differentiate("x")));
        return x => third.Value(x);
    }

    private static Func<double, double> Compile(Expression expression)
    {
        CompiledFormula formula = expression.Compile("x");
        return x => formula([x]);
    }

    private static double Bounded(double value) => Math.Clamp(value, -double.MaxValue, double.MaxValue);

    private static double RequirePositive(double threshold) => threshold > 0 && double.IsFinite(threshold)
        ? threshold
        : throw new KanSharpException($"The singularity threshold is {threshold}; it must be a positive number, such as 1000.");
}

/// <summary>Value and first derivative of a singularity-avoiding variant at a finite <paramref name="x"/>.</summary>
internal delegate (double Value, double Slope) SingularityGuard(double x, double threshold);

/// <summary>Values at many places, and first derivatives unless <paramref name="slopes"/> is empty.</summary>
internal delegate void VectorFunction(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes);
