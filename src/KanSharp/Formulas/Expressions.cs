using System.Collections.Immutable;

namespace KanSharp.Formulas;

/// <summary>What expressions of several kinds share.</summary>
internal static class Expressions
{
    public static int Hash(ImmutableArray<Expression> children, int seed)
    {
        var hash = new HashCode();
        hash.Add(seed);
        foreach (Expression child in children)
            hash.Add(child.GetHashCode());
        return hash.ToHashCode();
    }

    /// <summary>The mapped children; null when none changed.</summary>
    public static Expression[]? Map(ImmutableArray<Expression> children, Func<Expression, Expression> map)
    {
        Expression[]? mapped = null;
        for (int i = 0; i < children.Length; i++)
        {
            Expression child = map(children[i]);
            if (mapped is null && !ReferenceEquals(child, children[i]))
                mapped = [.. children];
            mapped?[i] = child;
        }
        return mapped;
    }

    /// <summary>The value of an expression without variables.</summary>
    public static double Value(Expression constant) => constant switch
    {
        Constant number => number.Value,
        NamedConstant named => named.Value,
        Sum sum => sum.Terms.Sum(Value),
        Product product => product.Factors.Aggregate(1.0, (value, factor) => value * Value(factor)),
        Power power => Math.Pow(Value(power.Base), Value(power.Exponent)),
        Call call => call.Function.Value(Value(call.Argument)),
        UserCall call => call.Value(Value(call.Argument)),
        _ => double.NaN,
    };
}
