namespace KanSharp.Formulas.Simplification;

/// <summary>Products as a number times powers of different bases.</summary>
internal sealed class Factors
{
    private readonly List<(Expression Base, Expression Exponent, Expression? Original)> _powers = [];
    private readonly Dictionary<Expression, int> _index = [];

    private Factors() { }

    public Number Coefficient { get; private set; } = Number.One;

    /// <summary>What the number multiplies, in standard order.</summary>
    public List<Expression> Rest { get; private set; } = [];

    /// <summary>Multiplies numbers and collects like powers, bᵐ bⁿ = bᵐ⁺ⁿ. The factors are simplified already.</summary>
    public static Factors Of(IEnumerable<Expression> factors)
    {
        while (true)
        {
            var collected = new Factors();
            foreach (Expression factor in factors)
                collected.Add(factor);
            bool settled = true;
            foreach (var (@base, exponent, original) in collected._powers)
            {
                Expression power = original ?? PowerRules.Of(@base, exponent);
                // A merged power may turn into a number or a product, or meet another base: collect once more.
                settled &= original is not null || power is not (Product or Sum) && !power.IsConstant && SplitPower(power).Base.Equals(@base);
                collected.Rest.Add(power);
            }
            if (settled)
            {
                collected.Rest.Sort(ExpressionOrder.Factors);
                return collected;
            }
            factors = [collected.Coefficient.ToExpression(), .. collected.Rest];
        }
    }

    /// <summary>The product of a number and factors in standard order, the number's own divisor in front of the other divisors.</summary>
    public static Expression Assemble(Number coefficient, ReadOnlySpan<Expression> factors)
    {
        if (coefficient.Value == 0)
            return new Constant(0);
        Expression number = coefficient.ToExpression();
        if (number is Constant)
            return Product.Of([number, .. factors]);
        (Expression numerator, Expression divisor) = number is Product { Factors: [var first, var second] } ? (first, second) : (new Constant(1), number);
        int divisors = 0;
        while (divisors < factors.Length && Product.Divisor(factors[divisors]) is null)
            divisors++;
        return Product.Of([numerator, .. factors[..divisors], divisor, .. factors[divisors..]]);
    }

    /// <summary>A factor as a power: √b counts as b to one half.</summary>
    public static (Expression Base, Expression Exponent) SplitPower(Expression factor) => factor switch
    {
        Call { Function: ElementaryFunction.Sqrt } call => (call.Argument, new Constant(0.5)),
        Power { Base: Call { Function: ElementaryFunction.Sqrt } call, Exponent: Constant exponent } => (call.Argument, new Constant(exponent.Value / 2)),
        Power power => (power.Base, power.Exponent),
        _ => (factor, new Constant(1)),
    };

    public Expression ToExpression() => Assemble(Coefficient, Rest.ToArray());

    private void Add(Expression factor)
    {
        if (factor is Product product)
        {
            foreach (Expression inner in product.Factors)
                Add(inner);
            return;
        }
        if (Number.TryOf(factor, out Number number) && Number.TryMultiply(Coefficient, number) is { } multiplied)
        {
            Coefficient = multiplied;
            return;
        }
        (Expression @base, Expression exponent) = SplitPower(factor);
        // (u v)ⁿ = uⁿ vⁿ for whole n.
        if (@base is Product several && exponent is Constant { IsInteger: true } && PowerRules.AreNumbers(several, exponent))
        {
            foreach (Expression inner in several.Factors)
                Add(PowerRules.Of(inner, exponent));
            return;
        }
        if (!_index.TryAdd(@base, _powers.Count))
        {
            int known = _index[@base];
            _powers[known] = (@base, Terms.Collect([_powers[known].Exponent, exponent]), null);
            return;
        }
        _powers.Add((@base, exponent, factor));
    }
}
