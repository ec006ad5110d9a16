namespace KanSharp.Formulas.Simplification;

/// <summary>Rules for square root, absolute value and sign.</summary>
internal static class RootRules
{
    public static Expression? OfSqrt(Expression argument)
    {
        switch (argument)
        {
            // √(uⁿ) = u^(n/2) for odd or broken n (finite only where u ≥ 0), |u|^(n/2) for even n; √(√u) = u^¼
            case Power { Exponent: Constant } or Call { Function: ElementaryFunction.Sqrt, IsConstant: false }:
                (Expression @base, Expression exponent) = Factors.SplitPower(argument);
                Number power = Number.Of(((Constant)exponent).Value);
                if (Number.TryMultiply(power, Number.Half) is not { } half)
                    return null;
                return PowerRules.Of(power.IsEven && !half.IsEven ? FunctionRules.Of(ElementaryFunction.Abs, @base) : @base, half.ToExpression());
            // √(u² v²) = |u v|
            case Product when PowerRules.EvenRoot(argument) is { } evenRoot:
                return FunctionRules.Of(ElementaryFunction.Abs, evenRoot);
            // √exp(u) = exp(u/2)
            case Call { Function: ElementaryFunction.Exp } exponential when !exponential.IsConstant:
                return FunctionRules.Of(ElementaryFunction.Exp, ProductRules.Of([Number.Half.ToExpression(), exponential.Argument]));
        }
        // √(k u) = √|k| √(±u)
        (Number coefficient, Expression? rest) = Terms.Split(argument);
        return rest is not null && !coefficient.IsUnit && Number.TrySquareRoot(coefficient.Magnitude) is { } root
            ? Factors.Of([root.ToExpression(), FunctionRules.Of(ElementaryFunction.Sqrt, coefficient.Value < 0 ? Product.Negate(rest) : rest)]).ToExpression()
            : null;
    }

    // |u| = u for u ≥ 0, |k u| = |k| |u|, |u v| = u |v| for u ≥ 0
    public static Expression? OfAbs(Expression argument)
    {
        if (Signs.IsNonNegative(argument))
            return argument;
        if (argument.IsConstant)
            return Expressions.Value(argument) < 0 ? Signs.Negate(argument) : argument;
        (Number coefficient, Expression? rest) = Terms.Split(argument);
        if (rest is not null && coefficient != Number.One)
            return Factors.Of([coefficient.Magnitude.ToExpression(), FunctionRules.Of(ElementaryFunction.Abs, rest)]).ToExpression();
        if (argument is not Product product || !product.Factors.Any(Signs.IsNonNegative))
            return null;
        Expression signed = FunctionRules.Of(ElementaryFunction.Abs, Product.Of([.. product.Factors.Where(factor => !Signs.IsNonNegative(factor))]));
        return Factors.Of([.. product.Factors.Where(Signs.IsNonNegative), signed]).ToExpression();
    }

    // sgn(u) = 1 for u > 0, sgn(k u) = sgn(k) sgn(u), sgn(u v) = sgn(v) for u > 0, sgn(sgn(u)) = sgn(u)
    public static Expression? OfSgn(Expression argument)
    {
        if (Signs.IsPositive(argument))
            return new Constant(1);
        if (argument.IsConstant)
            return Expressions.Value(argument) is var value && double.IsNaN(value) ? null : new Constant(ElementaryFunctions.Sign(value));
        if (argument is Call { Function: ElementaryFunction.Sgn })
            return argument;
        (Number coefficient, Expression? rest) = Terms.Split(argument);
        if (rest is not null && coefficient != Number.One)
        {
            Expression sign = FunctionRules.Of(ElementaryFunction.Sgn, rest);
            return coefficient.Value < 0 ? Product.Negate(sign) : sign;
        }
        return argument is Product product && product.Factors.Any(Signs.IsPositive)
            ? FunctionRules.Of(ElementaryFunction.Sgn, Product.Of([.. product.Factors.Where(factor => !Signs.IsPositive(factor))]))
            : null;
    }
}
