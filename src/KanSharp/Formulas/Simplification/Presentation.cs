namespace KanSharp.Formulas.Simplification;

/// <summary>
/// The last touch for the reader, which the rules undo where it hinders them: sums begin with a positive term, a minus sign goes
/// into a sum that has one, and equal powers share an exponent.
/// </summary>
internal static class Presentation
{
    public static Expression Of(Expression expression) => expression.WithChildren(Of) switch
    {
        Sum sum => PositiveFirst(sum),
        Product product => SignIntoSum(EqualPowers(product)),
        var other => other,
    };

    // -x + 1 = 1 - x
    private static Expression PositiveFirst(Sum sum)
    {
        if (Terms.Split(sum.Terms[0]).Coefficient.Value > 0)
            return sum;
        for (int i = 1; i < sum.Terms.Length; i++)
        {
            if (Terms.Split(sum.Terms[i]).Coefficient.Value > 0)
                return Sum.Of(sum.Terms.RemoveAt(i).Insert(0, sum.Terms[i]).AsSpan());
        }
        return sum;
    }

    // uⁿ vⁿ = (u v)ⁿ for whole n other than ±1
    private static Expression EqualPowers(Product product)
    {
        for (int i = 0; i < product.Factors.Length; i++)
        {
            if (!IsShared(product.Factors[i], out Constant? exponent))
                continue;
            Expression[] same = [.. product.Factors.Where(factor => IsShared(factor, out Constant? other) && other == exponent)];
            if (same.Length < 2)
                continue;
            Expression shared = Power.Of(Product.Of([.. same.Select(factor => ((Power)factor).Base)]), exponent!);
            Expression joined = Product.Of([.. product.Factors[..i], shared, .. product.Factors[i..].Where(factor => !same.Contains(factor))]);
            return joined is Product rest ? EqualPowers(rest) : joined;
        }
        return product;
    }

    private static bool IsShared(Expression factor, out Constant? exponent)
    {
        exponent = factor is Power { Exponent: Constant { IsInteger: true, Value: not (1 or -1) } number, IsConstant: false } ? number : null;
        return exponent is not null;
    }

    // -u (v - w) = u (w - v), -u/(v - w) = u/(w - v)
    private static Expression SignIntoSum(Expression expression)
    {
        if (expression is not Product product || Terms.Split(product).Coefficient.Value >= 0)
            return expression;
        for (int i = 0; i < product.Factors.Length; i++)
        {
            bool divides = product.Factors[i] is Power { Exponent: Constant { Value: -1 } };
            Expression factor = divides ? ((Power)product.Factors[i]).Base : product.Factors[i];
            if (factor is not Sum { IsConstant: false } sum || !sum.Terms.Any(term => Terms.Split(term).Coefficient.Value < 0))
                continue;
            Expression flipped = Of(Signs.Negate(sum));
            return Product.Negate(Product.Of(product.Factors.SetItem(i, divides ? Power.Of(flipped, new Constant(-1)) : flipped).AsSpan()));
        }
        return expression;
    }
}
