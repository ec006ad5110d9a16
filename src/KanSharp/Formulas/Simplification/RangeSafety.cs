using KanSharp.Numerics;

namespace KanSharp.Formulas.Simplification;

/// <summary>
/// Simplifying for values such as 1e300 and 1e-300: a·b·c may overflow where a·c·b does not, and (10⁻²⁰⁰ x)² / y has a value where x²/(10⁴⁰⁰ y) has none.
/// </summary>
internal sealed class RangeSafety
{
    /// <summary>The simplified formula counts as the same if it differs by no more than this part of the largest value.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Partial products up to two to this power, and down to its inverse, leave room for what comes after them.</summary>
    private const double SafeExponent = 900;

    private readonly IReadOnlyList<string> _variables;
    private readonly Matrix _inputs;

    public RangeSafety(IReadOnlyList<string> variables, Matrix inputs) => (_variables, _inputs) = (variables, inputs);

    public Expression Simplify(Expression formula)
    {
        Expression simple = formula.Simplify();
        double[] wanted = Values(formula);
        // What overflows as it stands may still be put in order.
        if (wanted.All(value => !double.IsFinite(value)))
            return Order(simple);
        foreach (Func<Expression> form in (Func<Expression>[])[() => Gather(simple), () => Order(Gather(simple)), () => Gather(formula), () => Order(Gather(formula))])
        {
            if (form() is var candidate && IsSame(candidate, wanted))
                return candidate;
        }
        return formula;
    }

    private bool IsSame(Expression other, double[] wanted)
    {
        double largest = wanted.Where(double.IsFinite).Max(Math.Abs);
        return Values(other).Zip(wanted, (value, want) => !double.IsFinite(want) || Math.Abs(value - want) <= Tolerance * largest).All(same => same);
    }

    /// <summary>The decimal numbers of a product become one, k (c u)ⁿ = (k¹ᐟⁿ c u)ⁿ; powers keep what they are of.</summary>
    private static Expression Gather(Expression formula)
    {
        Expression gathered = formula.WithChildren(Gather);
        if (gathered is not Product product || product.Factors.FirstOrDefault(IsDecimal) is not Constant first)
            return gathered;
        double number = first.Value;
        List<Expression> rest = [.. product.Factors.Where(factor => factor != first)];
        for (int i = 0; i < rest.Count; i++)
        {
            if (IsDecimal(rest[i]) && Number.TryDecimal(number * ((Constant)rest[i]).Value, false) is { } multiplied)
            {
                number = multiplied.Value;
                rest.RemoveAt(i--);
            }
        }
        for (int i = 0; i < rest.Count; i++)
        {
            if (number > 0 && rest[i] is Power { Base: Product { Factors: [Constant inner, .. var others] }, Exponent: Constant { IsInteger: true } exponent }
                && Number.TryDecimal(inner.Value * Math.Pow(number, 1 / exponent.Value), false) is { } taken)
            {
                rest[i] = Power.Of(Product.Of([taken.ToExpression(), .. others]), exponent);
                return Product.Of([.. rest]);
            }
        }
        return rest.Count + 1 == product.Factors.Length ? product : Product.Of([new Constant(number), .. rest]);
    }

    private static bool IsDecimal(Expression factor) => factor is Constant { IsInteger: false };

    /// <summary>Factors of products that leave the range on the way in an order that does not: next always the one that keeps the product nearest to one.</summary>
    private Expression Order(Expression formula)
    {
        if (formula.WithChildren(Order) is not Product product)
            return formula.WithChildren(Order);
        List<(Expression Factor, double Size)> rest = [.. product.Factors.Select(factor => (factor, Math.ILogB(Values(factor).Max(Math.Abs)) + 0.0))];
        double partial = 0;
        if (rest.All(entry => Math.Abs(partial += entry.Size) <= SafeExponent))
            return product;
        var ordered = new List<Expression>();
        for (partial = 0; rest.Count > 0;)
        {
            (Expression Factor, double Size) next = rest.MinBy(entry => Math.Abs(partial + entry.Size));
            partial += next.Size;
            ordered.Add(next.Factor);
            rest.Remove(next);
        }
        return Product.Of([.. ordered]);
    }

    private double[] Values(Expression expression)
    {
        double[] values = new double[_inputs.Rows];
        new FormulaProgram(expression, _variables).Evaluate(_inputs, values);
        return values;
    }
}
