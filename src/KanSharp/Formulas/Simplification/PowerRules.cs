namespace KanSharp.Formulas.Simplification;

/// <summary>Rules for powers of a simplified base to a simplified exponent.</summary>
internal static class PowerRules
{
    public static Expression Of(Expression @base, Expression exponent)
    {
        // e^u = exp(u)
        if (@base == NamedConstant.E && !exponent.IsConstant)
            return FunctionRules.Of(ElementaryFunction.Exp, exponent);
        // exp(u)^v = exp(u v)
        if (@base is Call { Function: ElementaryFunction.Exp } exponential)
            return FunctionRules.Of(ElementaryFunction.Exp, ProductRules.Of([exponential.Argument, exponent]));
        if (@base is Constant { Value: 1 })
            return @base;
        return Number.TryOf(exponent, out Number power) ? OfNumber(@base, exponent, power) : OfExpression(@base, exponent);
    }

    private static Expression OfNumber(Expression @base, Expression exponent, Number power)
    {
        // b⁰ = 1, b¹ = b
        if (power.Value == 0)
            return new Constant(1);
        if (power == Number.One)
            return @base;
        if (Number.TryOf(@base, out Number number))
        {
            if (Number.TryPower(number, power) is { } value)
                return value.ToExpression();
            if (number.Value == 0)
                return Power.Of(@base, exponent);
        }
        // One form for u^1.5 and u^(3/2)
        if (!power.IsInteger && power.Value * 2 == Math.Floor(power.Value * 2))
            exponent = new Constant(power.Value);
        if (Nested(@base, power) is { } flat)
            return flat;
        if (power.IsInteger && OfSignedBase(@base, power) is { } signed)
            return signed;
        if (ContentOf(@base, power) is { } scaled)
            return scaled;
        // (u v)ⁿ = uⁿ vⁿ for whole n
        if (power.IsInteger && @base is Product product && AreNumbers(product, exponent))
            return Factors.Of([.. product.Factors.Select(factor => Of(factor, exponent))]).ToExpression();
        // b^½ = √b
        if (power.Value == 0.5)
            return FunctionRules.Of(ElementaryFunction.Sqrt, @base);
        if (power.Value == -0.5)
            return FunctionRules.Of(ElementaryFunction.Sqrt, @base) is Call root ? Power.Of(root, new Constant(-1)) : Of(FunctionRules.Of(ElementaryFunction.Sqrt, @base), new Constant(-1));
        return Power.Of(@base, exponent);
    }

    /// <summary>Whether the numbers in a product have powers in the range of doubles: (1e300 x)² is not 1e600 x².</summary>
    public static bool AreNumbers(Product product, Expression exponent) => product.Factors.OfType<Constant>().All(
        factor => Number.TryOf(exponent, out Number power) && (Number.TryPower(Number.Of(factor.Value), power) is not null || double.IsNormal(Math.Pow(factor.Value, power.Value))));

    /// <summary>
    /// (bᵐ)ⁿ = bᵐⁿ where n is whole, or m is odd or broken (then b ≥ 0 wherever the left is finite); |b|ᵐⁿ where m is even.
    /// √b counts as m = ½.
    /// </summary>
    private static Expression? Nested(Expression @base, Number outer)
    {
        if (!outer.IsInteger && EvenRoot(@base) is { } root && Number.TryAdd(outer, outer) is { } twice)
            return Of(twice.IsEven ? root : FunctionRules.Of(ElementaryFunction.Abs, root), twice.ToExpression());
        if (@base is not (Power or Call { Function: ElementaryFunction.Sqrt }))
            return null;
        (Expression inner, Expression exponent) = Factors.SplitPower(@base);
        if (!Number.TryOf(exponent, out Number power))
        {
            // (bᵘ)ⁿ = bᵘⁿ for whole n
            return outer.IsInteger ? Of(inner, ProductRules.Of([exponent, outer.ToExpression()])) : null;
        }
        if (Number.TryMultiply(power, outer) is not { } combined)
            return null;
        if (outer == Number.MinusOne && power.Value == 0.5)
            return null;
        Expression whole = combined.ToExpression();
        return outer.IsInteger || !power.IsEven || combined.IsEven ? Of(inner, whole) : Of(FunctionRules.Of(ElementaryFunction.Abs, inner), whole);
    }

    /// <summary>u v² for u² v⁴ and the like; null unless every factor is an even power.</summary>
    public static Expression? EvenRoot(Expression expression)
    {
        if (expression is not Product product || !product.Factors.All(factor => factor is Power { Exponent: Constant exponent } && Number.Of(exponent.Value).IsEven))
            return null;
        return Factors.Of([.. product.Factors.Cast<Power>().Select(power => Of(power.Base, new Constant(((Constant)power.Exponent).Value / 2)))]).ToExpression();
    }

    /// <summary>(-b)ⁿ = (-1)ⁿ bⁿ, |b|ⁿ = bⁿ for even n.</summary>
    private static Expression? OfSignedBase(Expression @base, Number power)
    {
        Expression exponent = power.ToExpression();
        if (power.IsEven && @base is Call { Function: ElementaryFunction.Abs } absolute)
            return Of(absolute.Argument, exponent);
        if (@base is not Sum || !Signs.IsNegative(@base))
            return null;
        Expression positive = Of(Signs.Negate(@base), exponent);
        return power.IsEven ? positive : Product.Negate(positive);
    }

    /// <summary>(k u)ᵖ = kᵖ uᵖ where p is whole or k positive, (k u)ᵖ = |k|ᵖ (-u)ᵖ where it is negative.</summary>
    private static Expression? ContentOf(Expression @base, Number power)
    {
        (Number coefficient, Expression? rest) = Terms.Split(@base);
        if (rest is null || coefficient.IsUnit && !power.IsInteger || coefficient == Number.One)
            return null;
        bool flip = !power.IsInteger && coefficient.Value < 0;
        if (Number.TryPower(flip ? coefficient.Magnitude : coefficient, power) is not { } scale)
            return null;
        return Factors.Of([scale.ToExpression(), Of(flip ? Product.Negate(rest) : rest, power.ToExpression())]).ToExpression();
    }

    // 0^u stays: it is 0 or infinite. (bᵘ)ᵛ = bᵘᵛ where b > 0
    private static Expression OfExpression(Expression @base, Expression exponent) =>
        @base is Power { Base: var inner, Exponent: var power } && Signs.IsPositive(inner)
            ? Of(inner, ProductRules.Of([power, exponent]))
            : Power.Of(@base, exponent);
}
