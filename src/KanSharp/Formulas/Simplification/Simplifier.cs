namespace KanSharp.Formulas.Simplification;

/// <summary>
/// Simplifies from the leaves up, over and over until nothing changes. Every rule is an identity wherever the formula it replaces
/// is finite (the new one may be defined at more points), and makes it simpler, or as simple and in a standard form.
/// </summary>
internal static class Simplifier
{
    /// <summary>Passes settle after a few; the limit only guards against a cycle that no test has found.</summary>
    private const int LargestPassCount = 40;

    public static Expression Simplify(Expression expression)
    {
        Expression current = expression;
        var done = new Dictionary<Expression, Expression>();
        for (int pass = 0; pass < LargestPassCount; pass++)
        {
            Expression next = Presentation.Of(Visit(current, done));
            if (next.Equals(current))
                break;
            current = next;
        }
        return current.Complexity <= expression.Complexity ? current : expression;
    }

    private static Expression Visit(Expression node, Dictionary<Expression, Expression> done)
    {
        if (node.Children.Count == 0)
            return node;
        if (done.TryGetValue(node, out Expression? known))
            return known;
        Expression simplified = node switch
        {
            Sum sum => SumRules.Of([.. sum.Terms.Select(term => Visit(term, done))]),
            Product product => ProductRules.Of([.. product.Factors.Select(factor => Visit(factor, done))]),
            Power power => PowerRules.Of(Visit(power.Base, done), Visit(power.Exponent, done)),
            Call call => FunctionRules.Of(call.Function, Visit(call.Argument, done)),
            UserCall call => call.With(Visit(call.Argument, done)),
            _ => node,
        };
        done[node] = simplified;
        return simplified;
    }
}
