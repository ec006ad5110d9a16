namespace KanSharp.Formulas.Simplification;

/// <summary>Rules for elementary functions of a simplified argument.</summary>
internal static class FunctionRules
{
    public static Expression Of(ElementaryFunction function, Expression argument)
    {
        if (Number.TryOf(argument, out Number number) && OfNumber(function, number) is { } folded)
            return folded;
        return Inverse(function, argument) ?? SignOf(function, argument) ?? function switch
        {
            ElementaryFunction.Sin or ElementaryFunction.Cos or ElementaryFunction.Tan => PhaseRules.Of(function, argument),
            ElementaryFunction.Exp => ExponentialRules.OfExp(argument),
            ElementaryFunction.Log => ExponentialRules.OfLog(argument),
            ElementaryFunction.Sqrt => RootRules.OfSqrt(argument),
            ElementaryFunction.Abs => RootRules.OfAbs(argument),
            ElementaryFunction.Sgn => RootRules.OfSgn(argument),
            _ => null,
        } ?? new Call(function, argument);
    }

    /// <summary>
    /// The value at a number: of a decimal one always, of an exact one where the value is exact too (sin 0, √4, |−3|), since log(2) says
    /// more than 0.6931471805599453.
    /// </summary>
    private static Expression? OfNumber(ElementaryFunction function, Number number)
    {
        if (function == ElementaryFunction.Sqrt)
            return Number.TrySquareRoot(number)?.ToExpression();
        if (function == ElementaryFunction.Abs)
            return number.Magnitude.ToExpression();
        double value = function.Value(number.Value);
        bool isExact = function == ElementaryFunction.Sgn || number.Value == 0 && value == Math.Floor(value) || number == Number.One && value == 0;
        return (!number.IsExact || isExact) && Number.TryDecimal(value, isExact) is { } folded ? folded.ToExpression() : null;
    }

    // Function of its inverse; where the outer one is the inverse, the inner one must be one to one on all real numbers.
    private static Expression? Inverse(ElementaryFunction function, Expression argument) => argument is not Call inner ? null : (function, inner.Function) switch
    {
        // sin(arcsin u) = u and so on: defined on less than the right side
        (ElementaryFunction.Sin, ElementaryFunction.Arcsin) or (ElementaryFunction.Cos, ElementaryFunction.Arccos) or (ElementaryFunction.Tan, ElementaryFunction.Arctan)
            or (ElementaryFunction.Sinh, ElementaryFunction.Arcsinh) or (ElementaryFunction.Cosh, ElementaryFunction.Arccosh)
            or (ElementaryFunction.Tanh, ElementaryFunction.Arctanh) or (ElementaryFunction.Exp, ElementaryFunction.Log) => inner.Argument,
        // log(exp u) = u, arcsinh(sinh u) = u, arctanh(tanh u) = u for all real u
        (ElementaryFunction.Log, ElementaryFunction.Exp) or (ElementaryFunction.Arcsinh, ElementaryFunction.Sinh)
            or (ElementaryFunction.Arctanh, ElementaryFunction.Tanh) => inner.Argument,
        // arccosh(cosh u) = |u|
        (ElementaryFunction.Arccosh, ElementaryFunction.Cosh) => Of(ElementaryFunction.Abs, inner.Argument),
        _ => null,
    };

    // f(-u) = -f(u) for odd f, f(-u) = f(u) for even f
    private static Expression? SignOf(ElementaryFunction function, Expression argument)
    {
        if (!Signs.IsNegative(argument))
            return null;
        return function switch
        {
            ElementaryFunction.Sin or ElementaryFunction.Tan or ElementaryFunction.Arcsin or ElementaryFunction.Arctan or ElementaryFunction.Sinh
                or ElementaryFunction.Tanh or ElementaryFunction.Arcsinh or ElementaryFunction.Arctanh or ElementaryFunction.Sgn =>
                Product.Negate(Of(function, Signs.Negate(argument))),
            ElementaryFunction.Cos or ElementaryFunction.Cosh or ElementaryFunction.Abs => Of(function, Signs.Negate(argument)),
            _ => null,
        };
    }
}
