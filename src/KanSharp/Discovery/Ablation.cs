using KanSharp.Formulas;

namespace KanSharp.Discovery;

/// <summary>
/// Formulas that are one step simpler than a given one: a term or factor left out, or a function replaced by its argument. Refitted, they fill the
/// Pareto front below a formula and show what each part of it is worth.
/// </summary>
internal static class Ablation
{
    /// <summary>
    /// Every formula one step simpler, wrapped as a + b * formula so that a refit can place it; constants are left out. What was recognised in the whole
    /// formula means nothing in a part of it: constants are decimals again, to be fitted and recognised anew.
    /// </summary>
    public static IEnumerable<Expression> Of(Expression formula) => Variants(formula)
        .Where(variant => !variant.IsConstant)
        .Select(InDecimals)
        .OfType<Expression>()
        .Distinct()
        .Select(variant => new Constant(Math.PI / 10) + new Constant(Math.E / 3) * variant);

    /// <summary>The formula with every constant a decimal number, to be fitted; null where one that is left by itself is beyond the range of numbers.</summary>
    internal static Expression? InDecimals(Expression variant)
    {
        try
        {
            return Decimals(variant);
        }
        catch (ConstantRangeException)
        {
            return null;
        }
    }

    private static Expression Decimals(Expression node) => node switch
    {
        { IsConstant: true } => new Constant(Expressions.Value(node)),
        Power { Exponent: Constant } power => Power.Of(Decimals(power.Base), power.Exponent),
        Product product => Product.Of([new Constant(Expressions.Value(Product.Of([.. product.Factors.Where(factor => factor.IsConstant)]))),
            .. product.Factors.Where(factor => !factor.IsConstant).Select(Decimals)]),
        _ => node.WithChildren(Decimals),
    };

    private static IEnumerable<Expression> Variants(Expression node)
    {
        IReadOnlyList<Expression> children = node.Children;
        for (int skipped = 0; skipped < children.Count; skipped++)
        {
            Expression[] rest = [.. children.Where((_, i) => i != skipped)];
            switch (node)
            {
                case Sum when rest.Length > 0:
                    yield return Sum.Of(rest);
                    break;
                case Product when rest.Length > 0 && !children[skipped].IsConstant:
                    yield return Product.Of(rest);
                    break;
                case Power or Call when !children[skipped].IsConstant:
                    yield return children[skipped];
                    break;
            }
            Expression child = children[skipped];
            foreach (Expression variant in Variants(child))
                yield return node.WithChildren(other => ReferenceEquals(other, child) ? variant : other);
        }
    }
}
