using KanSharp.Formulas.Parsing;
using KanSharp.Formulas.Printing;
using KanSharp.Formulas.Simplification;
using KanSharp.Numerics;

namespace KanSharp.Formulas;

/// <summary>
/// A formula over named variables: an immutable tree, equal to another one when both have the same structure and the same constants.
/// The nodes are <see cref="Constant"/>, <see cref="NamedConstant"/>, <see cref="Variable"/>, <see cref="Sum"/>,
/// <see cref="Product"/>, <see cref="Power"/>, <see cref="Call"/> and <see cref="UserCall"/>; a difference is a sum with a factor -1, a quotient a product
/// with a power -1. Build them with operators, or with <see cref="Parse"/>.
/// </summary>
public abstract record Expression
{
    private protected Expression(int hash, int complexity, bool isConstant)
    {
        Hash = hash;
        Complexity = complexity;
        IsConstant = isConstant;
    }

    /// <summary>
    /// Number of nodes as symbolic regression counts them: each operator, function and variable counts 1, and so does each constant
    /// however it is written (<c>3.7</c>, <c>2/3</c>, <c>pi/2</c>, <c>sqrt(2)</c>; several constants in one sum or product are one).
    /// A minus sign is free: <c>x - y</c> counts as <c>x + y</c>, <c>-x</c> as <c>x</c>.
    /// </summary>
    public int Complexity { get; }

    /// <summary>Whether no variable occurs.</summary>
    public bool IsConstant { get; }

    /// <summary>The names of the variables that occur, each once, in ordinal order.</summary>
    public IReadOnlyList<string> Variables
    {
        get
        {
            var names = new SortedSet<string>(StringComparer.Ordinal);
            CollectVariables(this, names);
            return [.. names];
        }
    }

    /// <summary>The nodes directly below this one.</summary>
    public abstract IReadOnlyList<Expression> Children { get; }

    private protected int Hash { get; }

    /// <summary>π.</summary>
    public static Expression Pi => NamedConstant.Pi;

    /// <summary>Euler's number.</summary>
    public static Expression E => NamedConstant.E;

    /// <summary>
    /// Reads a formula. Operators <c>+ - * / ^ **</c> (powers bind tightest and group to the right), parentheses, numbers such as
    /// <c>2</c>, <c>.5</c> and <c>1e-3</c>, the constants <c>pi</c>, <c>e</c> and <c>E</c>, the functions <c>sqrt exp log ln abs sgn sign</c>,
    /// the trigonometric and hyperbolic ones and their inverses (<c>arcsin</c> or <c>asin</c>), and those of the library that have such a
    /// name; <c>pow(x, y)</c>, <c>log(x, base)</c>, <c>log2</c> and <c>log10</c>; all of them also as <c>Math.Sin</c>, <c>math.sin</c>, <c>np.sin</c>, <c>sympy.sin</c> and
    /// <c>torch.sin</c>. Any other name is a variable; in backticks (<c>`flow rate`</c>, a backtick inside doubled) any text is.
    /// </summary>
    /// <param name="text">The formula.</param>
    /// <param name="variables">Names that are variables even where they would mean a constant or a function.</param>
    /// <param name="library">Where further functions come from; the default library when null.</param>
    /// <exception cref="KanFormatException">The text is no formula; the message says where and what was expected.</exception>
    public static Expression Parse(string text, IEnumerable<string>? variables = null, SymbolicLibrary? library = null) =>
        FormulaParser.Parse(text, variables, library ?? SymbolicLibrary.Default);

    /// <summary>√x.</summary>
    public static Expression Sqrt(Expression x) => new Call(ElementaryFunction.Sqrt, x);

    /// <summary>Exponential function.</summary>
    public static Expression Exp(Expression x) => new Call(ElementaryFunction.Exp, x);

    /// <summary>Natural logarithm.</summary>
    public static Expression Log(Expression x) => new Call(ElementaryFunction.Log, x);

    /// <summary>Absolute value.</summary>
    public static Expression Abs(Expression x) => new Call(ElementaryFunction.Abs, x);

    /// <summary>Sign: -1, 0 or 1.</summary>
    public static Expression Sgn(Expression x) => new Call(ElementaryFunction.Sgn, x);

    /// <summary>Sine.</summary>
    public static Expression Sin(Expression x) => new Call(ElementaryFunction.Sin, x);

    /// <summary>Cosine.</summary>
    public static Expression Cos(Expression x) => new Call(ElementaryFunction.Cos, x);

    /// <summary>Tangent.</summary>
    public static Expression Tan(Expression x) => new Call(ElementaryFunction.Tan, x);

    /// <summary>Hyperbolic tangent.</summary>
    public static Expression Tanh(Expression x) => new Call(ElementaryFunction.Tanh, x);

    /// <summary>A number as an expression.</summary>
    /// <exception cref="KanSharpException">The number is NaN or infinite.</exception>
    public static implicit operator Expression(double value) => new Constant(value);

    /// <summary>Sum.</summary>
    public static Expression operator +(Expression left, Expression right) => Sum.Of(left, right);

    /// <summary>Difference: the sum with the negated right side.</summary>
    public static Expression operator -(Expression left, Expression right) => Sum.Of(left, -right);

    /// <summary>Negation: a factor -1, or the sign of the leading constant.</summary>
    public static Expression operator -(Expression operand) => Product.Negate(operand);

    /// <summary>Product.</summary>
    public static Expression operator *(Expression left, Expression right) => Product.Of(left, right);

    /// <summary>Quotient: the product with the inverse of the right side, factor by factor.</summary>
    public static Expression operator /(Expression left, Expression right) => Product.Of(left, Product.Invert(right));

    /// <summary>This expression to a power.</summary>
    public Expression Pow(Expression exponent) => Power.Of(this, exponent);

    /// <summary>
    /// The value at one point; compile the formula to evaluate it at many. NaN or an infinity where the formula is not defined.
    /// </summary>
    /// <param name="values">A value for each variable, by name; more may be present.</param>
    /// <exception cref="KanSharpException">A variable has no value.</exception>
    public double Evaluate(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        IReadOnlyList<string> names = Variables;
        double[] point = new double[names.Count];
        for (int i = 0; i < point.Length; i++)
        {
            if (!values.TryGetValue(names[i], out point[i]))
                throw new KanSharpException($"No value for the variable '{names[i]}'; the formula needs {string.Join(", ", names)}.");
        }
        return new FormulaProgram(this, names).Evaluate(point);
    }

    /// <summary>A fast function of the values of the given variables, in their order. Safe to call from several threads.</summary>
    /// <exception cref="KanSharpException">The formula uses a variable that is not listed.</exception>
    public CompiledFormula Compile(params IReadOnlyList<string> variables) => new FormulaProgram(this, variables).Evaluate;

    /// <summary>The derivative with respect to a variable, not simplified.</summary>
    public Expression Differentiate(string variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return Differentiation.Derivative(this, variable) ?? new Constant(0);
    }

    /// <summary>The formula with expressions in place of variables, all replaced at once.</summary>
    public Expression Substitute(IReadOnlyDictionary<string, Expression> replacements)
    {
        ArgumentNullException.ThrowIfNull(replacements);
        return this is Variable variable
            ? replacements.GetValueOrDefault(variable.Name, this)
            : WithChildren(child => child.Substitute(replacements));
    }

    /// <summary>The formula with an expression in place of one variable.</summary>
    public Expression Substitute(string variable, Expression replacement) =>
        Substitute(new Dictionary<string, Expression> { [variable] = replacement });

    /// <summary>
    /// A formula that is no more complex and has the same value, to rounding, wherever this one is finite. Whole numbers, their ratios,
    /// named constants and functions of them stay exact; decimal numbers are merged. Simplifying again changes nothing.
    /// </summary>
    public Expression Simplify() => Simplifier.Simplify(this);

    /// <summary>
    /// As <see cref="Simplify()"/>, with care for rows of values such as 1e300 and 1e-300: factors are put in an order, or formulas left as they are, so
    /// that nothing on the way to the value overflows or vanishes in these rows that did not before.
    /// </summary>
    /// <param name="variables">The names of the input columns.</param>
    /// <param name="inputs">One row per sample, one column per variable.</param>
    public Expression Simplify(IReadOnlyList<string> variables, Matrix inputs)
    {
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(inputs);
        return new RangeSafety(variables, inputs).Simplify(this);
    }

    /// <summary>
    /// The formula with every number rounded to a number of significant digits, exponents included; whole numbers up to a million
    /// and named constants stay. Measure what it costs before you publish it.
    /// </summary>
    public Expression Round(int digits)
    {
        if (digits is < 1 or > 17)
            throw new KanSharpException($"Cannot round to {digits} digits; from 1 to 17 are possible.");
        return this is Constant constant ? constant.Rounded(digits) : WithChildren(child => child.Round(digits));
    }

    /// <summary>As text that <see cref="Parse"/> reads back to an equal formula, or with numbers rounded to significant digits.</summary>
    public string ToText(int? digits = null) => new FormulaTextWriter().Write(Rounded(digits));

    /// <summary>As LaTeX for math mode.</summary>
    public string ToLatex(int? digits = null) => LatexWriter.Write(Rounded(digits));

    /// <summary>As presentation MathML: what goes into a <c>math</c> element of a web page.</summary>
    public string ToMathML(int? digits = null) => MathMLWriter.Write(Rounded(digits));

    /// <summary>As a C# expression over doubles with <see cref="Math"/>; names that are no identifiers are made into some.</summary>
    public string ToCSharp(int? digits = null) => new CSharpWriter().Write(Rounded(digits));

    /// <summary>
    /// As a Python expression with <c>math.</c>. In a name that is no identifier the other characters become <c>_</c>, a leading digit
    /// gets a <c>_</c> in front, and a keyword a <c>_</c> behind it.
    /// </summary>
    public string ToPython(int? digits = null) => new PythonWriter().Write(Rounded(digits));

    /// <summary>As text at full precision.</summary>
    public sealed override string ToString() => ToText();

    /// <summary>Whether both have the same structure, names and constants.</summary>
    public virtual bool Equals(Expression? other) =>
        ReferenceEquals(this, other) || other is not null && Hash == other.Hash && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    /// <summary>The same node over other children, in canonical form; itself when no child changes.</summary>
    internal abstract Expression WithChildren(Func<Expression, Expression> map);

    private Expression Rounded(int? digits) => digits is { } count ? Round(count) : this;

    private static void CollectVariables(Expression expression, SortedSet<string> names)
    {
        if (expression is Variable variable)
            names.Add(variable.Name);
        foreach (Expression child in expression.Children)
            CollectVariables(child, names);
    }
}
