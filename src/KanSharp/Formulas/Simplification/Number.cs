using System.Diagnostics.CodeAnalysis;

namespace KanSharp.Formulas.Simplification;

/// <summary>
/// A number in a formula: a ratio of whole numbers, with which arithmetic is exact, or a decimal number, with which it rounds.
/// Arithmetic that would leave the range of doubles is refused.
/// </summary>
internal readonly record struct Number
{
    /// <summary>Whole numbers up to here are exact as doubles.</summary>
    private const long Largest = 1L << 53;

    private readonly long _numerator;
    private readonly long _denominator;

    private Number(double value, long numerator, long denominator)
    {
        Value = value;
        _numerator = numerator;
        _denominator = denominator;
    }

    public static Number Zero { get; } = Of(0);

    public static Number One { get; } = Of(1);

    public static Number MinusOne { get; } = Of(-1);

    public static Number Half { get; } = TryRatio(1, 2)!.Value;

    public double Value { get; }

    /// <summary>Whether this is a ratio of whole numbers.</summary>
    public bool IsExact => _denominator != 0;

    public bool IsInteger => _denominator == 1 || !IsExact && Math.Abs(Value) > Largest;

    /// <summary>Whether this is an even whole number, as every double beyond 2⁵³ is.</summary>
    public bool IsEven => IsInteger && _numerator % 2 == 0;

    public bool IsUnit => IsInteger && _numerator is 1 or -1;

    public Number Negated => IsExact ? new Number(-Value, -_numerator, _denominator) : new Number(-Value, 0, 0);

    public Number Magnitude => Value < 0 ? Negated : this;

    public static Number Of(double value) =>
        Math.Abs(value) <= Largest && Math.Floor(value) == value ? new Number(value == 0 ? 0 : value, (long)value, 1) : new Number(value, 0, 0);

    /// <summary>The number that an expression spells: <c>2</c>, <c>2.5</c>, <c>1/3</c>, <c>2/3</c>; not <c>pi</c>, <c>sqrt(2)</c>.</summary>
    public static bool TryOf(Expression expression, out Number number)
    {
        switch (expression)
        {
            case Constant constant:
                number = Of(constant.Value);
                return true;
            case Power { Base: Constant constant, Exponent: Constant { Value: -1 } } when TryInvert(Of(constant.Value)) is { } inverse:
                number = inverse;
                return true;
            case Product { Factors: [var first, var second] } when TryOf(first, out Number left) && TryOf(second, out Number right) && TryMultiply(left, right) is { } product:
                number = product;
                return true;
            default:
                number = default;
                return false;
        }
    }

    public static Number? TryAdd(Number left, Number right)
    {
        if (left.IsExact && right.IsExact && TryRatio((Int128)left._numerator * right._denominator + (Int128)right._numerator * left._denominator,
            (Int128)left._denominator * right._denominator) is { } exact)
            return exact;
        double value = left.Value + right.Value;
        return double.IsFinite(value) ? Of(value) : null;
    }

    public static Number? TryMultiply(Number left, Number right)
    {
        if (left.IsExact && right.IsExact
            && TryRatio((Int128)left._numerator * right._numerator, (Int128)left._denominator * right._denominator) is { } exact)
            return exact;
        return TryDecimal(left.Value * right.Value, left.Value == 0 || right.Value == 0);
    }

    public static Number? TryInvert(Number number)
    {
        if (number.Value == 0)
            return null;
        return number.IsExact && TryRatio(number._denominator, number._numerator) is { } exact ? exact : TryDecimal(1 / number.Value, false);
    }

    /// <summary>A power with a real value; exact for whole exponents of ratios, null where it is a root of a ratio (and so not a number that can be spelt).</summary>
    public static Number? TryPower(Number @base, Number exponent)
    {
        if (@base.Value == 0)
            return exponent.Value > 0 ? Zero : null;
        if (exponent.IsExact && exponent.IsInteger && @base.IsExact && Math.Abs(exponent._numerator) <= 64)
        {
            Number? result = One;
            for (long i = Math.Abs(exponent._numerator); i > 0 && result is { } power; i--)
                result = TryMultiply(power, @base);
            return result is { IsExact: true } magnitude ? exponent._numerator < 0 ? TryInvert(magnitude) : magnitude : null;
        }
        if (@base.IsExact && (exponent.IsExact || exponent.Value * 2 == Math.Floor(exponent.Value * 2)))
            return null;
        return TryDecimal(Math.Pow(@base.Value, exponent.Value), false);
    }

    /// <summary>The square root where it is a ratio again, or of a decimal number; null otherwise.</summary>
    public static Number? TrySquareRoot(Number number)
    {
        if (number.Value < 0)
            return null;
        if (!number.IsExact)
            return TryDecimal(Math.Sqrt(number.Value), false);
        long numerator = (long)Math.Round(Math.Sqrt(number._numerator)), denominator = (long)Math.Round(Math.Sqrt(number._denominator));
        return numerator * numerator == number._numerator && denominator * denominator == number._denominator ? TryRatio(numerator, denominator) : null;
    }

    public static Number? TryDecimal(double value, bool zeroIsExact) =>
        double.IsFinite(value) && (zeroIsExact || double.IsNormal(value)) ? Of(value) : null;

    /// <summary>As an expression: a constant, or a quotient of two.</summary>
    public Expression ToExpression()
    {
        if (!IsExact || _denominator == 1)
            return new Constant(Value);
        return Product.Of(new Constant(_numerator), Power.Of(new Constant(_denominator), new Constant(-1)));
    }

    private static Number? TryRatio(Int128 numerator, Int128 denominator)
    {
        if (denominator < 0)
            (numerator, denominator) = (-numerator, -denominator);
        Int128 a = Int128.Abs(numerator), b = denominator;
        while (b != 0)
            (a, b) = (b, a % b);
        (numerator, denominator) = (numerator / a, denominator / a);
        return Int128.Abs(numerator) <= Largest && denominator <= Largest
            ? new Number((double)(long)numerator / (long)denominator, (long)numerator, (long)denominator)
            : null;
    }
}
