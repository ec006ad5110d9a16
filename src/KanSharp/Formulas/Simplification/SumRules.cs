namespace KanSharp.Formulas.Simplification;

/// <summary>Rules for sums of simplified terms.</summary>
internal static class SumRules
{
    public static Expression Of(IReadOnlyList<Expression> terms)
    {
        Expression collected = Terms.Collect(terms);
        if (collected is Sum && (PythagoreanPair((Sum)collected) ?? LogarithmOfMultiple((Sum)collected)) is { } better)
            return Of([better]);
        Expression factored = CommonFactors.Extract(collected);
        return Expansion.Simpler(collected, factored) is { } expanded ? Of([expanded]) : factored;
    }

    // k sin²u + k cos²u = k, k cosh²u - k sinh²u = k
    private static Expression? PythagoreanPair(Sum sum)
    {
        for (int i = 0; i < sum.Terms.Length; i++)
        {
            if (SquareIn(sum.Terms[i], ElementaryFunction.Cos, ElementaryFunction.Cosh) is not var (factor, call))
                continue;
            bool circular = call.Function == ElementaryFunction.Cos;
            Expression partner = new Power2(circular ? ElementaryFunction.Sin : ElementaryFunction.Sinh, call.Argument).Times(circular ? factor : Product.Negate(factor));
            int j = sum.Terms.IndexOf(partner);
            if (j >= 0)
                return Terms.Collect([.. sum.Terms.RemoveAt(Math.Max(i, j)).RemoveAt(Math.Min(i, j)), factor]);
        }
        return null;
    }

    // For k log(a u) + d with numbers a > 0 and d: k log(a u) + d = k log(u) + (d + k log a), where it rounds anyway.
    private static Expression? LogarithmOfMultiple(Sum sum)
    {
        Number constant = Terms.TrailingNumber(sum);
        if (constant.Value == 0)
            return null;
        for (int i = 0; i < sum.Terms.Length - 1; i++)
        {
            (Number coefficient, Expression? rest) = Terms.Split(sum.Terms[i]);
            if (rest is not Call { Function: ElementaryFunction.Log } call)
                continue;
            Number scale = (call.Argument is Sum inner ? Terms.LeadingCoefficient(inner) : Terms.Split(call.Argument).Coefficient).Magnitude;
            if (scale.IsUnit || scale.IsExact && constant.IsExact && coefficient.IsExact || Number.TryInvert(scale) is not { } inverse
                || Terms.Scale(call.Argument, inverse) is not { } argument || argument.Complexity >= call.Argument.Complexity)
                continue;
            double shifted = constant.Value + coefficient.Value * Math.Log(scale.Value);
            if (!double.IsFinite(shifted))
                continue;
            Expression logarithm = Terms.Join(coefficient, new Call(ElementaryFunction.Log, argument));
            return Terms.Collect([.. sum.Terms[..^1].SetItem(i, logarithm), new Constant(shifted)]);
        }
        return null;
    }

    /// <summary>The factor of the square of one of two functions in a term, and the call that is squared.</summary>
    private static (Expression Factor, Call Call)? SquareIn(Expression term, ElementaryFunction one, ElementaryFunction other)
    {
        IReadOnlyList<Expression> factors = term is Product product ? product.Factors : [term];
        for (int i = 0; i < factors.Count; i++)
        {
            if (factors[i] is Power { Base: Call call, Exponent: Constant { Value: 2 } } && (call.Function == one || call.Function == other))
                return (Product.Of([.. factors.Where((_, k) => k != i)]), call);
        }
        return null;
    }

    private readonly record struct Power2(ElementaryFunction Function, Expression Argument)
    {
        /// <summary>The square of the function times a factor, in standard order.</summary>
        public Expression Times(Expression factor) => Factors.Of([factor, Power.Of(new Call(Function, Argument), 2)]).ToExpression();
    }
}
