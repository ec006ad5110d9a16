using System.Collections.Immutable;

namespace KanSharp.Formulas;

/// <summary>
/// A product of two or more factors, none of them a product or one. A divisor is a factor with a negative power, a minus sign a
/// factor -1 in front, or the sign of the number in front.
/// </summary>
public sealed record Product : Expression
{
    private Product(ImmutableArray<Expression> factors)
        : base(Expressions.Hash(factors, 23), CountNodes(factors), factors.All(factor => factor.IsConstant)) => Factors = factors;

    /// <summary>The factors, in order.</summary>
    public ImmutableArray<Expression> Factors { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Expression> Children => Factors;

    /// <summary>
    /// The product of the factors: products among them are flattened, ones left out, and a factor -1 in front of a number becomes its
    /// sign. One for none, the factor itself for one.
    /// </summary>
    public static Expression Of(params ReadOnlySpan<Expression> factors)
    {
        var flat = ImmutableArray.CreateBuilder<Expression>(factors.Length);
        foreach (Expression factor in factors)
        {
            if (factor is Product product)
                flat.AddRange(product.Factors);
            else if (factor is not Constant { Value: 1 })
                flat.Add(factor);
        }
        while (flat is [Constant { Value: -1 }, Constant number, ..])
        {
            flat.RemoveAt(0);
            if (number.Value == -1)
                flat.RemoveAt(0);
            else
                flat[0] = new Constant(-number.Value);
        }
        return flat.Count switch { 0 => new Constant(1), 1 => flat[0], _ => new Product(flat.DrainToImmutable()) };
    }

    /// <summary>Whether both have equal factors in the same order.</summary>
    public bool Equals(Product? other) => base.Equals(other) && Factors.AsSpan().SequenceEqual(other!.Factors.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    internal override Expression WithChildren(Func<Expression, Expression> map) =>
        Expressions.Map(Factors, map) is { } mapped ? Of(mapped) : this;

    /// <summary>-x: the sign goes into a leading constant, or becomes one.</summary>
    internal static Expression Negate(Expression operand) => operand switch
    {
        Constant constant => new Constant(-constant.Value),
        Product { Factors: [Constant first, .. var rest] } => Of([new Constant(-first.Value), .. rest]),
        _ => Of(new Constant(-1), operand),
    };

    /// <summary>1/x: 1/(xy) = (1/x)(1/y), 1/xᶜ = x⁻ᶜ for a number c.</summary>
    internal static Expression Invert(Expression operand) => operand switch
    {
        Constant { Value: 1 or -1 } => operand,
        Product product => Of([.. product.Factors.Select(Invert)]),
        Power { Exponent: Constant exponent } power => Power.Of(power.Base, new Constant(-exponent.Value)),
        _ => Power.Of(operand, new Constant(-1)),
    };

    /// <summary>y for a factor that is written as a division by y (a number as exponent, below zero); null for any other factor.</summary>
    internal static Expression? Divisor(Expression factor) =>
        factor is Power { Exponent: Constant { Value: < 0 } } && Invert(factor) is var divisor && Invert(divisor).Equals(factor) ? divisor : null;

    private static int CountNodes(ImmutableArray<Expression> factors)
    {
        int nodes = 0, parts = 0, constants = 0;
        bool hasNumerator = false;
        foreach (Expression factor in factors)
        {
            if (factor.IsConstant)
            {
                constants = factor is Constant { Value: -1 } ? constants : 1;
                continue;
            }
            int? divisor = (factor as Power)?.DivisorComplexity;
            hasNumerator |= divisor is null;
            nodes += divisor ?? factor.Complexity;
            parts++;
        }
        if (parts == 0)
            return 1;
        if (!hasNumerator && constants == 0)
            constants = 1;
        return nodes + constants + (parts + constants - 1);
    }
}
