namespace KanSharp.Formulas;

/// <summary>
/// The formulas that some functions, sums and products make up. As formulas are simplified, one function may stand for others: cos(x) for sin(x + pi/2), abs(x) for sqrt(x²), sqrt(x) for
/// exp(log(x)/2), tan for a quotient of sines. A quotient takes a function that divides, such as 1/x.
/// </summary>
internal sealed class FunctionScope
{
    private readonly HashSet<ElementaryFunction> _calls = [];
    private readonly HashSet<string> _coded = [];
    private readonly HashSet<double> _fractions = [];
    private bool _divides;
    private bool _hasRoots;
    private bool _hasGaussian;

    public FunctionScope(IEnumerable<SymbolicFunction> functions)
    {
        foreach (SymbolicFunction function in functions)
            Learn(function.ToExpression(new Variable("x")));
        _divides |= IsAnyPower;
        _hasRoots |= IsAnyPower;
    }

    /// <summary>x^p is exp(p log(x)).</summary>
    private bool IsAnyPower => Has(ElementaryFunction.Exp) && Has(ElementaryFunction.Log);

    /// <summary>Whether a formula needs no other functions. Numbers need none.</summary>
    public bool Covers(Expression formula) => formula.IsConstant || formula.Children.All(Covers) && formula switch
    {
        Call call => Covers(call),
        UserCall call => _coded.Contains(call.Function.Name),
        Power { Exponent: Constant exponent } => Covers(exponent.Value),
        Power power => power.Base.IsConstant ? Has(ElementaryFunction.Exp) : IsAnyPower,
        _ => true,
    };

    private void Learn(Expression node)
    {
        if (node.IsConstant)
            return;
        switch (node)
        {
            case Call { Function: ElementaryFunction.Exp, Argument: var argument } when IsSumOfNegativeSquares(argument):
                _hasGaussian = true;
                break;
            case Call { Function: ElementaryFunction.Sqrt }:
                _hasRoots = true;
                break;
            case Call call:
                _calls.Add(call.Function);
                break;
            case UserCall call:
                _coded.Add(call.Function.Name);
                break;
            case Power { Exponent: Constant exponent }:
                _divides |= exponent.Value < 0;
                if (double.IsInteger(2 * exponent.Value))
                    _hasRoots |= !double.IsInteger(exponent.Value);
                else
                    _fractions.Add(Math.Abs(exponent.Value));
                break;
            case Power power:
                _calls.UnionWith(power.Base.IsConstant ? [ElementaryFunction.Exp] : [ElementaryFunction.Exp, ElementaryFunction.Log]);
                break;
        }
        foreach (Expression child in node.Children)
            Learn(child);
    }

    private bool Has(ElementaryFunction function) => _calls.Contains(function);

    private bool Covers(double exponent) => (exponent > 0 || _divides)
        && (double.IsInteger(exponent) || (double.IsInteger(2 * exponent) ? _hasRoots : IsAnyPower || _fractions.Contains(Math.Abs(exponent))));

    private bool Covers(Call call) => Has(call.Function) || call.Function switch
    {
        ElementaryFunction.Exp => _hasGaussian && IsSumOfNegativeSquares(call.Argument),
        ElementaryFunction.Sqrt => _hasRoots,
        ElementaryFunction.Abs => _hasRoots || Has(ElementaryFunction.Sgn),
        ElementaryFunction.Sgn => Has(ElementaryFunction.Abs) && _divides,
        ElementaryFunction.Sin => Has(ElementaryFunction.Cos),
        ElementaryFunction.Cos => Has(ElementaryFunction.Sin),
        ElementaryFunction.Tan => (Has(ElementaryFunction.Sin) || Has(ElementaryFunction.Cos)) && _divides,
        ElementaryFunction.Sinh or ElementaryFunction.Cosh => Has(ElementaryFunction.Exp),
        ElementaryFunction.Tanh => Has(ElementaryFunction.Exp) && _divides,
        ElementaryFunction.Arcsin => Has(ElementaryFunction.Arccos),
        ElementaryFunction.Arccos => Has(ElementaryFunction.Arcsin),
        _ => false,
    };

    /// <summary>Whether an exponential of this is a product of bells: each term is a number, a negative square, or has no factor that is not squared in one of these, as in -(x - 1)² multiplied out.</summary>
    private static bool IsSumOfNegativeSquares(Expression argument)
    {
        (double Coefficient, Expression[] Factors)[] terms =
        [
            .. (argument is Sum sum ? (IEnumerable<Expression>)sum.Terms : [argument]).Where(term => !term.IsConstant).Select(term =>
            {
                IReadOnlyList<Expression> factors = term is Product product ? product.Factors : [term];
                return (factors.Where(factor => factor.IsConstant).Aggregate(1.0, (value, factor) => value * Expressions.Value(factor)), (Expression[])[.. factors.Where(factor => !factor.IsConstant)]);
            }),
        ];
        Expression[] squared = [.. terms.Where(term => term.Coefficient < 0 && term.Factors.All(IsSquare)).SelectMany(term => term.Factors).Select(factor => ((Power)factor).Base)];
        return squared.Length > 0 && terms.All(term => term.Coefficient < 0 && term.Factors.All(IsSquare) || term.Factors.All(squared.Contains));
    }

    private static bool IsSquare(Expression factor) => factor is Power { Exponent: Constant { Value: 2 } };
}
