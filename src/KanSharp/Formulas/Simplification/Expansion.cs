namespace KanSharp.Formulas.Simplification;

/// <summary>Multiplying out: (a + b) c = a c + b c and (a + b)ⁿ for small whole n, to see whether terms then cancel.</summary>
internal static class Expansion
{
    private const int LargestPower = 4;
    private const int LargestTermCount = 24;

    /// <summary>
    /// The expression multiplied out where that, with common factors taken out again, makes it simpler than <paramref name="present"/>,
    /// its present form; null otherwise.
    /// </summary>
    public static Expression? Simpler(Expression expression, Expression present)
    {
        // Taking out factors rarely halves anything: what is much longer to begin with is not worth the search.
        if (Terms(expression) is not { } expanded || 2 * expanded.Complexity > 3 * present.Complexity)
            return null;
        Expression factored = CommonFactors.Extract(expanded);
        return factored.Complexity < present.Complexity ? factored : null;
    }

    /// <summary>A sum, product or power with all products of sums in its terms multiplied out; null where there are none, or too many terms.</summary>
    private static Expression? Terms(Expression expression)
    {
        var expanded = new List<Expression>();
        bool changed = false;
        foreach (Expression term in expression is Sum sum ? sum.Terms : [expression])
        {
            List<Expression>? parts = Product(term);
            changed |= parts is not null;
            expanded.AddRange(parts ?? [term]);
            if (expanded.Count > LargestTermCount)
                return null;
        }
        return changed ? Simplification.Terms.Collect(expanded) : null;
    }

    private static List<Expression>? Product(Expression term)
    {
        var sums = new List<Sum>();
        var others = new List<Expression>();
        foreach (Expression factor in term is Product product ? product.Factors : [term])
        {
            if (factor is Sum sum)
                sums.Add(sum);
            else if (factor is Power { Base: Sum @base, Exponent: Constant { IsInteger: true, Value: >= 2 and <= LargestPower } exponent })
                sums.AddRange(Enumerable.Repeat(@base, (int)exponent.Value));
            else
                others.Add(factor);
        }
        if (sums.Count == 0 || sums is [_] && others.Count == 0)
            return null;
        List<Expression> parts = [Formulas.Product.Of([.. others])];
        foreach (Sum sum in sums)
        {
            if (parts.Count * sum.Terms.Length > LargestTermCount)
                return null;
            var multiplied = new List<Expression>(parts.Count * sum.Terms.Length);
            foreach (Expression part in parts)
                foreach (Expression inner in sum.Terms)
                    multiplied.Add(Factors.Of([part, inner]).ToExpression());
            // Collecting early keeps powers of sums short.
            Expression collected = Simplification.Terms.Collect(multiplied);
            parts = collected is Sum several ? [.. several.Terms] : [collected];
        }
        return parts;
    }
}
