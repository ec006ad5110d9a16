namespace KanSharp.Formulas;

/// <summary>Derivatives of expressions.</summary>
internal static class Differentiation
{
    /// <summary>The derivative with respect to a variable; null where it is zero.</summary>
    public static Expression? Derivative(Expression expression, string variable)
    {
        if (expression.IsConstant)
            return null;
        return expression switch
        {
            Variable other => other.Name == variable ? new Constant(1) : null,
            Sum sum => OfSum(sum, variable),
            Product product => OfProduct(product, variable),
            Power power => OfPower(power, variable),
            // f(u)' = f'(u) u'
            Call call => Derivative(call.Argument, variable) is { } inner && call.Function.Derivative(call.Argument) is { } outer ? outer * inner : null,
            UserCall call => Derivative(call.Argument, variable) is { } inner ? call.Differentiated() * inner : null,
            _ => throw new InvalidOperationException($"No derivative of {expression.GetType().Name}."),
        };
    }

    private static Expression? OfSum(Sum sum, string variable)
    {
        Expression[] terms = [.. sum.Terms.Select(term => Derivative(term, variable)).OfType<Expression>()];
        return terms.Length == 0 ? null : Sum.Of(terms);
    }

    // (u v w)' = u' v w + u v' w + u v w'
    private static Expression? OfProduct(Product product, string variable)
    {
        var terms = new List<Expression>();
        for (int i = 0; i < product.Factors.Length; i++)
        {
            if (Derivative(product.Factors[i], variable) is { } derivative)
                terms.Add(Product.Of(product.Factors.SetItem(i, derivative).AsSpan()));
        }
        return terms.Count == 0 ? null : Sum.Of([.. terms]);
    }

    private static Expression? OfPower(Power power, string variable)
    {
        Expression? ofBase = Derivative(power.Base, variable), ofExponent = Derivative(power.Exponent, variable);
        // (uᶜ)' = c uᶜ⁻¹ u'
        if (ofExponent is null)
        {
            if (ofBase is null)
                return null;
            Expression reduced = power.Exponent is Constant number ? new Constant(number.Value - 1) : power.Exponent - 1;
            return Product.Of(power.Exponent, reduced is Constant { Value: 0 } ? 1 : Power.Of(power.Base, reduced), ofBase);
        }
        // (uᵛ)' = uᵛ (v' log u + v u'/u)
        Expression logarithmic = ofExponent * Expression.Log(power.Base);
        return power * (ofBase is null ? logarithmic : logarithmic + power.Exponent * ofBase / power.Base);
    }
}
