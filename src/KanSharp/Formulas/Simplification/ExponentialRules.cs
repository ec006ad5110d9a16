namespace KanSharp.Formulas.Simplification;

/// <summary>Rules for the exponential function and the logarithm.</summary>
internal static class ExponentialRules
{
    // exp(v log(u) + w) = uᵛ exp(w): the left is finite only where u > 0
    public static Expression? OfExp(Expression argument)
    {
        Expression[] terms = [.. (argument is Sum sum ? sum.Terms : [argument]).SelectMany(Distributed)];
        for (int i = 0; i < terms.Length; i++)
        {
            IReadOnlyList<Expression> factors = terms[i] is Product product ? product.Factors : [terms[i]];
            int k = IndexOfLog(factors);
            if (k < 0)
                continue;
            Expression power = PowerRules.Of(((Call)factors[k]).Argument, ProductRules.Of([.. factors.Where((_, j) => j != k)]));
            if (terms.Length == 1)
                return power;
            Expression[] others = [.. terms.Where((_, j) => j != i)];
            return ProductRules.Of([power, FunctionRules.Of(ElementaryFunction.Exp, Sum.Of(others))]);
        }
        return null;
    }

    // c (log(u) + log(v) + w) = c log(u v) + c w
    private static Expression[] Distributed(Expression term)
    {
        if (term is not Product product || product.Factors.Where(factor => !factor.IsConstant).ToArray() is not [Sum sum])
            return [term];
        Expression number = Product.Of([.. product.Factors.Where(factor => factor.IsConstant)]);
        Expression[] logs = [.. sum.Terms.Where(inner => inner is Call { Function: ElementaryFunction.Log })], others = [.. sum.Terms.Except(logs)];
        if (logs.Length == 0)
            return [term];
        Expression ofProduct = ProductRules.Of([number, new Call(ElementaryFunction.Log, ProductRules.Of([.. logs.Select(log => ((Call)log).Argument)]))]);
        return others.Length == 0 ? [ofProduct] : [ofProduct, ProductRules.Of([number, SumRules.Of(others)])];
    }

    public static Expression? OfLog(Expression argument)
    {
        switch (argument)
        {
            // log(uⁿ) = n log(u) for odd or broken n: the left is finite only where u > 0
            case Power { Exponent: Constant exponent } power when !Number.Of(exponent.Value).IsEven || Signs.IsNonNegative(power.Base):
                return ProductRules.Of([exponent, FunctionRules.Of(ElementaryFunction.Log, power.Base)]);
            // log(uᵛ) = v log(u) for u > 0
            case Power power when Signs.IsPositive(power.Base):
                return ProductRules.Of([power.Exponent, FunctionRules.Of(ElementaryFunction.Log, power.Base)]);
            // log(u exp(v)) = log(u) + v
            case Product product when product.Factors.FirstOrDefault(factor => factor is Call { Function: ElementaryFunction.Exp }) is Call exponential:
                Expression rest = Product.Of([.. product.Factors.Where(factor => !ReferenceEquals(factor, exponential))]);
                return SumRules.Of([FunctionRules.Of(ElementaryFunction.Log, rest), exponential.Argument]);
            // log(e) = 1
            case NamedConstant constant when constant == NamedConstant.E:
                return new Constant(1);
            default:
                return null;
        }
    }

    private static int IndexOfLog(IReadOnlyList<Expression> factors)
    {
        for (int i = 0; i < factors.Count; i++)
        {
            if (factors[i] is Call { Function: ElementaryFunction.Log, IsConstant: false })
                return i;
        }
        return -1;
    }
}
