namespace KanSharp.Formulas.Simplification;

/// <summary>a g + b g = (a + b) g for some of the terms of a sum, as long as that makes it simpler.</summary>
internal static class CommonFactors
{
    /// <summary>Longer sums are left as they are: the search is cubic.</summary>
    private const int LargestTermCount = 40;

    public static Expression Extract(Expression expression)
    {
        while (expression is Sum { Terms.Length: <= LargestTermCount } sum && ExtractBest(sum) is { } simpler)
            expression = simpler;
        return expression;
    }

    private static Expression? ExtractBest(Sum sum)
    {
        foreach (Expression factor in Candidates(sum))
        {
            if (ExtractOne(sum, factor) is { } extracted && extracted.Complexity < sum.Complexity)
                return extracted;
        }
        return null;
    }

    /// <summary>Numbers and factors that occur in two or more terms, those that save most first.</summary>
    private static IEnumerable<Expression> Candidates(Sum sum)
    {
        var counts = new Dictionary<Expression, int>();
        var order = new List<Expression>();
        foreach (Expression term in sum.Terms)
        {
            (Number coefficient, Expression? rest) = Terms.Split(term);
            if (rest is null)
                continue;
            if (!coefficient.IsUnit)
                Count(coefficient.Magnitude.ToExpression());
            foreach (Expression factor in rest is Product product ? product.Factors : [rest])
                Count(factor);
        }
        // Each occurrence but one goes, with its operator.
        return order.Where(factor => counts[factor] > 1).OrderByDescending(factor => (counts[factor] - 1) * (factor.Complexity + 1));

        void Count(Expression factor)
        {
            int count = counts.GetValueOrDefault(factor);
            if (count == 0)
                order.Add(factor);
            counts[factor] = count + 1;
        }
    }

    private static Expression? ExtractOne(Sum sum, Expression factor)
    {
        bool isNumber = Number.TryOf(factor, out Number number);
        var inside = new List<Expression>();
        var outside = new List<Expression>();
        foreach (Expression term in sum.Terms)
        {
            (Number coefficient, Expression? rest) = Terms.Split(term);
            if (rest is null || (isNumber ? coefficient.Magnitude != number : !Contains(rest, factor)))
                outside.Add(term);
            else if (isNumber)
                inside.Add(Terms.Join(coefficient.Value < 0 ? Number.MinusOne : Number.One, rest));
            else
                inside.Add(Terms.Join(coefficient, Without(rest, factor) is var other and not Constant { Value: 1 } ? other : null));
        }
        if (inside.Count < 2)
            return null;
        Expression product = Factors.Of([factor, Terms.Collect(inside)]).ToExpression();
        return Terms.Collect([.. outside, product]);
    }

    private static bool Contains(Expression rest, Expression factor) =>
        rest is Product product ? product.Factors.Contains(factor) : rest.Equals(factor);

    private static Expression Without(Expression rest, Expression factor) =>
        rest is Product product ? Product.Of(product.Factors.Remove(factor).AsSpan()) : new Constant(1);
}
