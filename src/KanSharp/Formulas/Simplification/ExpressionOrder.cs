using System.Collections.Immutable;

namespace KanSharp.Formulas.Simplification;

/// <summary>
/// The order in which terms and factors stand, so that equal things meet: in products numbers, named constants, variables by name,
/// functions, sums, and then divisors; in sums high powers before low ones and constants last.
/// </summary>
internal static class ExpressionOrder
{
    public static Comparison<Expression> Factors { get; } = CompareFactors;

    public static Comparison<Expression> Terms { get; } = CompareTerms;

    private static int CompareFactors(Expression left, Expression right)
    {
        int order = Divides(left).CompareTo(Divides(right));
        if (order == 0)
            order = right.IsConstant.CompareTo(left.IsConstant);
        return order != 0 ? order : Compare(left, right);
    }

    private static int CompareTerms(Expression left, Expression right)
    {
        if (left.IsConstant != right.IsConstant)
            return left.IsConstant ? 1 : -1;
        if (left.IsConstant && left is Constant != right is Constant)
            return left is Constant ? 1 : -1;
        ReadOnlySpan<Expression> leftFactors = WithoutNumber(left), rightFactors = WithoutNumber(right);
        int order = CompareLists(leftFactors, rightFactors);
        return order != 0 ? order : Compare(left, right);
    }

    private static bool Divides(Expression factor) => factor is Power { Exponent: Constant { Value: < 0 } };

    private static ReadOnlySpan<Expression> WithoutNumber(Expression term)
    {
        if (term is not Product product)
            return new ReadOnlySpan<Expression>([term]);
        ImmutableArray<Expression> factors = product.Factors;
        int start = factors[0] is Constant ? 1 : 0;
        return factors.AsSpan()[start..];
    }

    private static int CompareLists(ReadOnlySpan<Expression> left, ReadOnlySpan<Expression> right)
    {
        for (int i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            int order = Compare(left[i], right[i]);
            if (order != 0)
                return order;
        }
        return right.Length.CompareTo(left.Length);
    }

    private static int Compare(Expression left, Expression right)
    {
        if (ReferenceEquals(left, right))
            return 0;
        Expression leftBase = left is Power a ? a.Base : left, rightBase = right is Power b ? b.Base : right;
        if (left is Power || right is Power)
        {
            int order = Compare(leftBase, rightBase);
            // Higher powers first.
            return order != 0 ? order : CompareExponents(Exponent(right), Exponent(left));
        }
        int rank = Rank(left).CompareTo(Rank(right));
        if (rank != 0)
            return rank;
        return (left, right) switch
        {
            (Constant one, Constant other) => one.Value.CompareTo(other.Value),
            (NamedConstant one, NamedConstant other) => string.CompareOrdinal(other.Name, one.Name),
            (Variable one, Variable other) => CompareNames(one.Name, other.Name),
            (Call one, Call other) => one.Function != other.Function ? one.Function.CompareTo(other.Function) : Compare(one.Argument, other.Argument),
            (UserCall one, UserCall other) => string.CompareOrdinal(one.Name, other.Name) is var order and not 0 ? order : Compare(one.Argument, other.Argument),
            (Sum one, Sum other) => CompareLists(one.Terms.AsSpan(), other.Terms.AsSpan()),
            (Product one, Product other) => CompareLists(one.Factors.AsSpan(), other.Factors.AsSpan()),
            _ => 0,
        };
    }

    private static Expression? Exponent(Expression expression) => (expression as Power)?.Exponent;

    private static int CompareExponents(Expression? left, Expression? right)
    {
        double leftValue = left is null ? 1 : left is Constant a ? a.Value : double.NaN, rightValue = right is null ? 1 : right is Constant b ? b.Value : double.NaN;
        return double.IsNaN(leftValue) && double.IsNaN(rightValue) ? Compare(left!, right!) : leftValue.CompareTo(rightValue);
    }

    private static int Rank(Expression expression) => expression switch
    {
        Constant => 0,
        NamedConstant => 1,
        Variable => 2,
        Call => 3,
        UserCall => 4,
        Sum => 5,
        _ => 6,
    };

    /// <summary>By name, with digits compared as numbers: x2 before x10.</summary>
    private static int CompareNames(string left, string right)
    {
        int stemLeft = left.AsSpan().TrimEnd("0123456789").Length, stemRight = right.AsSpan().TrimEnd("0123456789").Length;
        int order = left.AsSpan(0, stemLeft).SequenceCompareTo(right.AsSpan(0, stemRight));
        if (order == 0)
            order = left.AsSpan(stemLeft).TrimStart('0').Length.CompareTo(right.AsSpan(stemRight).TrimStart('0').Length);
        return order != 0 ? order : string.CompareOrdinal(left, right);
    }
}
