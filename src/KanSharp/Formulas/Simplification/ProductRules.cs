namespace KanSharp.Formulas.Simplification;

/// <summary>Rules for products of simplified factors.</summary>
internal static class ProductRules
{
    public static Expression Of(IReadOnlyList<Expression> factors)
    {
        Factors collected = Factors.Of(factors);
        Number coefficient = collected.Coefficient;
        List<Expression> rest = collected.Rest;
        if (coefficient.Value == 0 || rest.Count == 0)
            return coefficient.ToExpression();
        if (FunctionProducts.Merge(coefficient, rest) is { } merged)
            return Of(merged);
        if (rest is [Sum sum])
            return OverSum(coefficient, sum);
        StandardSigns(ref coefficient, rest);
        Expression product = Factors.Assemble(coefficient, rest.ToArray());
        Expression best = product;
        foreach (Expression? other in (ReadOnlySpan<Expression?>)[AbsorbNumber(coefficient, rest), Contents(coefficient, rest)])
        {
            if (other is not null && other.Complexity < best.Complexity)
                best = other;
        }
        return Expansion.Simpler(best, best) ?? best;
    }

    /// <summary>k (a + b) = k a + k b, where that is no more complex.</summary>
    private static Expression OverSum(Number coefficient, Sum sum)
    {
        if (coefficient == Number.One)
            return sum;
        Expression factored = Factors.Assemble(coefficient, [sum]);
        return Terms.Scale(sum, coefficient) is { } scaled && CommonFactors.Extract(Terms.Collect([scaled])) is var spread && spread.Complexity <= factored.Complexity
            ? spread
            : factored;
    }

    /// <summary>(b - a)ⁿ = (-1)ⁿ (a - b)ⁿ for whole n: sums begin with a positive term.</summary>
    private static void StandardSigns(ref Number coefficient, List<Expression> rest)
    {
        bool changed = false;
        for (int i = 0; i < rest.Count; i++)
        {
            (Expression @base, Expression exponent) = Factors.SplitPower(rest[i]);
            if (@base is not Sum || exponent is not Constant { IsInteger: true } power || !Signs.IsNegative(@base))
                continue;
            rest[i] = Power.Of(Signs.Negate(@base), exponent);
            coefficient = power.Value % 2 == 0 ? coefficient : coefficient.Negated;
            changed = true;
        }
        if (changed)
            rest.Sort(ExpressionOrder.Factors);
    }

    /// <summary>(a u + b)ᵖ = aᵖ (u + b/a)ᵖ and |a u + b| = |a| |u + b/a| for every sum in the product; for broken p with |a|.</summary>
    private static Expression? Contents(Number coefficient, List<Expression> rest)
    {
        bool changed = false;
        var factors = new List<Expression>(rest);
        for (int i = 0; i < rest.Count; i++)
        {
            bool isAbsolute = rest[i] is Call { Function: ElementaryFunction.Abs };
            (Expression @base, Expression exponent) = isAbsolute ? (((Call)rest[i]).Argument, new Constant(1)) : Factors.SplitPower(rest[i]);
            if (@base is not Sum sum || exponent is not Constant power)
                continue;
            Number content = Terms.LeadingCoefficient(sum);
            if (isAbsolute || !power.IsInteger)
                content = content.Magnitude;
            if (content.IsUnit || Number.TryPower(content, Number.Of(power.Value)) is not { } pulled || Number.TryMultiply(coefficient, pulled) is not { } product
                || Number.TryInvert(content) is not { } inverse || Terms.Scale(sum, inverse) is not { } scaled)
                continue;
            changed = true;
            coefficient = product;
            factors[i] = isAbsolute ? FunctionRules.Of(ElementaryFunction.Abs, scaled) : PowerRules.Of(scaled, exponent);
        }
        return changed ? Factors.Of([coefficient.ToExpression(), .. factors]).ToExpression() : null;
    }

    /// <summary>k (a + b) c = (k a + k b) c.</summary>
    private static Expression? AbsorbNumber(Number coefficient, List<Expression> rest)
    {
        Expression? best = null;
        for (int i = 0; i < rest.Count && !coefficient.IsUnit; i++)
        {
            if (rest[i] is not Sum sum || Terms.Scale(sum, coefficient) is not { } scaled)
                continue;
            Expression candidate = Factors.Of([scaled, .. rest.Where((_, k) => k != i)]).ToExpression();
            best = best is null || candidate.Complexity < best.Complexity ? candidate : best;
        }
        return best;
    }
}
