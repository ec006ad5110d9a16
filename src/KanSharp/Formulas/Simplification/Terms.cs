namespace KanSharp.Formulas.Simplification;

/// <summary>Sums as lists of number times rest, and their collection into like terms.</summary>
internal static class Terms
{
    /// <summary>A term as a number and what it multiplies; null for a number alone.</summary>
    public static (Number Coefficient, Expression? Multiplied) Split(Expression term)
    {
        if (Number.TryOf(term, out Number number))
            return (number, null);
        if (term is not Product product)
            return (Number.One, term);
        Number coefficient = Number.One;
        var rest = new List<Expression>(product.Factors.Length);
        foreach (Expression factor in product.Factors)
        {
            if (Number.TryOf(factor, out Number next) && Number.TryMultiply(coefficient, next) is { } multiplied)
                coefficient = multiplied;
            else
                rest.Add(factor);
        }
        return rest.Count == product.Factors.Length ? (Number.One, term) : (coefficient, rest.Count == 0 ? null : Product.Of([.. rest]));
    }

    /// <summary>A number times the rest, the rest's factors in order.</summary>
    public static Expression Join(Number coefficient, Expression? rest)
    {
        if (rest is null)
            return coefficient.ToExpression();
        if (coefficient.Value == 0)
            return new Constant(0);
        return Factors.Assemble(coefficient, rest is Product product ? product.Factors.AsSpan() : [rest]);
    }

    /// <summary>a r + b r = (a + b) r, terms in standard order. The terms are simplified already.</summary>
    public static Expression Collect(IEnumerable<Expression> terms)
    {
        var rests = new List<Expression?>();
        var coefficients = new List<Number>();
        var index = new Dictionary<Expression, int>();
        int constant = -1;
        foreach (Expression term in terms)
            Add(term);
        var result = new List<Expression>(rests.Count);
        for (int i = 0; i < rests.Count; i++)
        {
            if (coefficients[i].Value != 0)
                result.Add(Join(coefficients[i], rests[i]));
        }
        result.Sort(ExpressionOrder.Terms);
        return Sum.Of([.. result]);

        void Add(Expression term)
        {
            if (term is Sum sum)
            {
                foreach (Expression inner in sum.Terms)
                    Add(inner);
                return;
            }
            (Number coefficient, Expression? rest) = Split(term);
            int known = rest is null ? constant : index.GetValueOrDefault(rest, -1);
            if (known >= 0 && Number.TryAdd(coefficients[known], coefficient) is { } added)
            {
                coefficients[known] = added;
                return;
            }
            if (rest is null)
                constant = rests.Count;
            else
                index[rest] = rests.Count;
            rests.Add(rest);
            coefficients.Add(coefficient);
        }
    }

    /// <summary>Every term of a sum times a number; null where that leaves the range of doubles.</summary>
    public static Expression? Scale(Expression sum, Number factor)
    {
        var terms = new List<Expression>();
        foreach (Expression term in sum is Sum several ? several.Terms : [sum])
        {
            (Number coefficient, Expression? rest) = Split(term);
            if (Number.TryMultiply(coefficient, factor) is not { } scaled)
                return null;
            terms.Add(Join(scaled, rest));
        }
        return Sum.Of([.. terms]);
    }

    /// <summary>The number in front of the first term.</summary>
    public static Number LeadingCoefficient(Sum sum) => Split(sum.Terms[0]).Coefficient;

    /// <summary>The number that a sum ends in; zero where there is none.</summary>
    public static Number TrailingNumber(Expression expression) =>
        expression is Sum sum && Number.TryOf(sum.Terms[^1], out Number number) ? number : Number.Zero;

    /// <summary>The sum without the number it ends in.</summary>
    public static Expression WithoutTrailingNumber(Sum sum) => Sum.Of(sum.Terms.AsSpan()[..^1]);
}
