namespace KanSharp.Formulas.Simplification;

/// <summary>Products of functions that are one function.</summary>
internal static class FunctionProducts
{
    /// <summary>The factors after the first rule that applies; null when none does.</summary>
    public static IReadOnlyList<Expression>? Merge(Number coefficient, List<Expression> factors) =>
        Exponentials(coefficient, factors) ?? ExponentialShift(coefficient, factors) ?? Absolutes(coefficient, factors) ?? SquareRoots(coefficient, factors)
        ?? AbsoluteTimesSign(coefficient, factors) ?? Quotients(coefficient, factors) ?? DoubleAngle(coefficient, factors);

    // exp(u) exp(v) = exp(u + v)
    private static IReadOnlyList<Expression>? Exponentials(Number coefficient, List<Expression> factors)
    {
        Expression[] arguments = [.. factors.OfType<Call>().Where(call => call.Function == ElementaryFunction.Exp && !call.IsConstant).Select(call => call.Argument)];
        return arguments.Length < 2
            ? null
            : [coefficient.ToExpression(), .. factors.Where(factor => !(factor is Call { Function: ElementaryFunction.Exp, IsConstant: false })),
                FunctionRules.Of(ElementaryFunction.Exp, SumRules.Of(arguments))];
    }

    // k exp(u + d) = (k exp d) exp(u), where it rounds anyway
    private static IReadOnlyList<Expression>? ExponentialShift(Number coefficient, List<Expression> factors)
    {
        int i = factors.FindIndex(factor => factor is Call { Function: ElementaryFunction.Exp, Argument: Sum { IsConstant: false } });
        if (i < 0 || coefficient.IsUnit)
            return null;
        var sum = (Sum)((Call)factors[i]).Argument;
        Number shift = Terms.TrailingNumber(sum);
        if (shift.Value == 0 || shift.IsExact && coefficient.IsExact || Number.TryDecimal(Math.Exp(shift.Value), false) is not { } factor
            || Number.TryMultiply(coefficient, factor) is not { } product)
            return null;
        return [product.ToExpression(), .. factors.Where((_, k) => k != i), FunctionRules.Of(ElementaryFunction.Exp, Terms.WithoutTrailingNumber(sum))];
    }

    // |u| |v| = |u v|, |u|/|v| = |u/v|
    private static IReadOnlyList<Expression>? Absolutes(Number coefficient, List<Expression> factors) =>
        Gather(coefficient, factors, ElementaryFunction.Abs);

    // √u √v = √(u v), √u/√v = √(u/v): the left is finite only where both u and v are at least zero
    private static IReadOnlyList<Expression>? SquareRoots(Number coefficient, List<Expression> factors) =>
        Gather(coefficient, factors, ElementaryFunction.Sqrt);

    private static IReadOnlyList<Expression>? Gather(Number coefficient, List<Expression> factors, ElementaryFunction function)
    {
        var arguments = new List<Expression>();
        List<Expression> others = [coefficient.ToExpression()];
        foreach (Expression factor in factors)
        {
            if (factor is Call call && call.Function == function && !call.IsConstant)
                arguments.Add(call.Argument);
            else if (factor is Power { Base: Call inner, Exponent: Constant { Value: -1 } exponent } && inner.Function == function && !inner.IsConstant)
                arguments.Add(PowerRules.Of(inner.Argument, exponent));
            else
                others.Add(factor);
        }
        return arguments.Count < 2 ? null : [.. others, FunctionRules.Of(function, ProductRules.Of(arguments))];
    }

    // |u| sgn(u) = u
    private static IReadOnlyList<Expression>? AbsoluteTimesSign(Number coefficient, List<Expression> factors)
    {
        foreach (Expression factor in factors)
        {
            if (factor is Call { Function: ElementaryFunction.Abs } absolute && factors.IndexOf(new Call(ElementaryFunction.Sgn, absolute.Argument)) is >= 0 and var j)
                return [coefficient.ToExpression(), .. factors.Where((other, k) => k != j && !ReferenceEquals(other, factor)), absolute.Argument];
        }
        return null;
    }

    // sin(u)/cos(u) = tan(u), sinh(u)/cosh(u) = tanh(u)
    private static IReadOnlyList<Expression>? Quotients(Number coefficient, List<Expression> factors)
    {
        for (int i = 0; i < factors.Count; i++)
        {
            if (factors[i] is not Call { Function: ElementaryFunction.Sin or ElementaryFunction.Sinh } sine)
                continue;
            bool circular = sine.Function == ElementaryFunction.Sin;
            var cosine = new Call(circular ? ElementaryFunction.Cos : ElementaryFunction.Cosh, sine.Argument);
            int j = factors.IndexOf(Power.Of(cosine, new Constant(-1)));
            if (j >= 0)
                return [coefficient.ToExpression(), .. factors.Where((_, k) => k != i && k != j), new Call(circular ? ElementaryFunction.Tan : ElementaryFunction.Tanh, sine.Argument)];
        }
        return null;
    }

    // k sin(u) cos(u) = k/2 sin(2 u)
    private static IReadOnlyList<Expression>? DoubleAngle(Number coefficient, List<Expression> factors)
    {
        if (coefficient.IsUnit || Number.TryMultiply(coefficient, Number.Half) is not { } half)
            return null;
        for (int i = 0; i < factors.Count; i++)
        {
            if (factors[i] is Call { Function: ElementaryFunction.Sin } sine && factors.IndexOf(new Call(ElementaryFunction.Cos, sine.Argument)) is >= 0 and var j)
                return [half.ToExpression(), .. factors.Where((_, k) => k != i && k != j), FunctionRules.Of(ElementaryFunction.Sin, ProductRules.Of([new Constant(2), sine.Argument]))];
        }
        return null;
    }
}
