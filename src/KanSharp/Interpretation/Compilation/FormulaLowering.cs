using KanSharp.Formulas;

namespace KanSharp.Interpretation.Compilation;

/// <summary>
/// Rewrites a formula so that every node of it is a sum, a product, or a function of the library: constant parts become numbers, other powers products
/// or exp(p log b). What is rewritten keeps its value to rounding wherever the formula is finite, but for b^p with an exponent p that varies: there b
/// has to be positive.
/// </summary>
internal static class FormulaLowering
{
    /// <summary>Whole powers up to this are functions of the library.</summary>
    private const int LargestPower = 5;

    /// <summary>Rounding of a whole power in steps grows with the exponent and stays below 1e-12 up to here.</summary>
    private const int LargestSteppedPower = 4096;

    public static Expression Lower(Expression expression)
    {
        if (expression is Variable)
            return expression;
        if (expression.IsConstant)
            return Number(expression);
        Expression lowered = expression switch
        {
            Power power => LowerPower(power),
            Product product => LowerProduct(product),
            _ => expression.WithChildren(Lower),
        };
        return lowered.IsConstant ? Number(lowered) : lowered;
    }

    /// <summary>The function of the library that is this power; null where there is none.</summary>
    public static SymbolicFunction? PowerFunction(double exponent)
    {
        string? name = exponent switch
        {
            0.5 => "sqrt",
            1.5 => "x^1.5",
            -0.5 => "1/sqrt",
            1 => "x",
            -1 => "1/x",
            >= 2 and <= LargestPower when IsWhole(exponent) => $"x^{exponent}",
            >= -LargestPower and <= -2 when IsWhole(exponent) => $"1/x^{-exponent}",
            _ => null,
        };
        return name is null ? null : SymbolicLibrary.Default[name];
    }

    private static bool IsWhole(double value) => Math.Floor(value) == value;

    private static Constant Number(Expression expression)
    {
        double value = Expressions.Value(expression);
        return double.IsFinite(value) ? new Constant(value)
            : throw new KanSharpException($"The formula cannot be compiled: its part {expression.ToText()} is {(double.IsNaN(value) ? "not a number" : "beyond the range of numbers")}; constants of a network must be finite.");
    }

    private static Expression LowerProduct(Product product)
    {
        Expression[] factors = [.. product.Factors.Select(Lower)];
        return factors.Any(factor => factor is Constant { Value: 0 }) ? 0 : Product.Of(factors);
    }

    private static Expression LowerPower(Power power)
    {
        Expression @base = Lower(power.Base), lowered = Lower(power.Exponent);
        if (lowered is not Constant { Value: double exponent })
            return LowerVaryingPower(power, @base, lowered);
        if (@base is Constant || exponent == 0)
            return Number(Power.Of(@base, exponent));
        if (PowerFunction(exponent) is not null)
            return Power.Of(@base, exponent);
        double size = Math.Abs(exponent), whole = Math.Floor(size);
        int sign = Math.Sign(exponent);
        if (whole == size && size > LargestSteppedPower)
            throw new KanSharpException($"The formula cannot be compiled: {power.ToText()} has the exponent {exponent}; whole exponents are possible up to {LargestSteppedPower}.");
        if (whole == size)
            return sign < 0 ? Power.Of(WholePower(@base, (int)size), -1) : WholePower(@base, (int)size);
        // x^2.5 = x^2 sqrt(x): exact to rounding where exp(2.5 log x) loses digits for large and small x.
        if (size - whole == 0.5 && whole <= LargestPower)
            return Product.Of(Power.Of(@base, sign * whole), Power.Of(@base, sign * 0.5));
        return Expression.Exp(Product.Of(exponent, Expression.Log(@base)));
    }

    /// <summary>x^n = (x^q)^5 x^r for n = 5 q + r.</summary>
    private static Expression WholePower(Expression @base, int exponent)
    {
        if (exponent <= LargestPower)
            return Power.Of(@base, exponent);
        (int quotient, int rest) = Math.DivRem(exponent, LargestPower);
        Expression high = Power.Of(WholePower(@base, quotient), LargestPower);
        return rest == 0 ? high : Product.Of(high, Power.Of(@base, rest));
    }

    private static Expression LowerVaryingPower(Power power, Expression @base, Expression exponent)
    {
        if (@base is not Constant { Value: double number })
            return Expression.Exp(Product.Of(exponent, Expression.Log(@base)));
        if (number == 1)
            return 1;
        if (!(number > 0))
            throw new KanSharpException($"The formula cannot be compiled: {power.ToText()} has the base {number}, and a power whose exponent varies needs a base above zero (it is compiled as exp(exponent*log(base))).");
        return Expression.Exp(number == Math.E ? exponent : Product.Of(Math.Log(number), exponent));
    }
}
