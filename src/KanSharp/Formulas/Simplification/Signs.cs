namespace KanSharp.Formulas.Simplification;

/// <summary>What is known of the sign of an expression wherever it is finite.</summary>
internal static class Signs
{
    public static bool IsNonNegative(Expression expression) => expression switch
    {
        Constant constant => constant.Value >= 0,
        NamedConstant => true,
        Sum sum => sum.Terms.All(IsNonNegative),
        Product product => product.Factors.All(IsNonNegative),
        // A power that is not whole has no value below zero, and none below.
        Power { Exponent: Constant exponent } power => !exponent.IsInteger || exponent.Value % 2 == 0 || IsNonNegative(power.Base),
        Power power => IsNonNegative(power.Base),
        Call call => call.Function is ElementaryFunction.Sqrt or ElementaryFunction.Exp or ElementaryFunction.Abs or ElementaryFunction.Cosh
            or ElementaryFunction.Arccos or ElementaryFunction.Arccosh,
        _ => false,
    };

    public static bool IsPositive(Expression expression) => expression switch
    {
        Constant constant => constant.Value > 0,
        NamedConstant => true,
        Sum sum => sum.Terms.All(IsNonNegative) && sum.Terms.Any(IsPositive),
        Product product => product.Factors.All(IsPositive),
        Power power => IsPositive(power.Base),
        Call call => call.Function is ElementaryFunction.Exp or ElementaryFunction.Cosh,
        _ => false,
    };

    /// <summary>Whether the standard form of the expression up to sign is its negative: of x - 1 and 1 - x that is the second.</summary>
    public static bool IsNegative(Expression expression) => expression switch
    {
        Sum sum => Terms.LeadingCoefficient(sum).Value < 0,
        _ => Terms.Split(expression).Coefficient.Value < 0,
    };

    /// <summary>-x with the sign spread over the terms of a sum.</summary>
    public static Expression Negate(Expression expression) =>
        expression is Sum sum ? Sum.Of([.. sum.Terms.Select(Product.Negate)]) : Product.Negate(expression);
}
