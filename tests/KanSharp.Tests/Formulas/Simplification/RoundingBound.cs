using KanSharp.Formulas;

namespace KanSharp.Tests.Formulas.Simplification;

/// <summary>
/// Evaluates a formula together with a first-order bound of its rounding error: each operation adds a few units in the last place and
/// passes on the errors of its operands times its slope. Where a sum cancels, that is what any rearrangement of it may differ by.
/// </summary>
internal static class RoundingBound
{
    private const double Unit = 2.3e-16;

    public static (double Value, double Bound) Of(Expression expression, IReadOnlyDictionary<string, double> point)
    {
        switch (expression)
        {
            case Constant constant:
                return (constant.Value, constant.Value == Math.Floor(constant.Value) ? 0 : Unit * Math.Abs(constant.Value));
            case NamedConstant constant:
                return (constant.Value, Unit * constant.Value);
            case Variable variable:
                return (point[variable.Name], 0);
            case Sum sum:
                var terms = sum.Terms.Select(term => Of(term, point)).ToArray();
                return (terms.Sum(term => term.Value), terms.Sum(term => term.Bound + terms.Length * Unit * Math.Abs(term.Value)));
            case Product product:
                return OfProduct([.. product.Factors.Select(factor => Of(factor, point))]);
            case Power power:
                return OfPower(Of(power.Base, point), Of(power.Exponent, point));
            case Call call:
                return OfCall(call.Function, Of(call.Argument, point));
            default:
                throw new InvalidOperationException();
        }
    }

    private static (double, double) OfProduct((double Value, double Bound)[] factors)
    {
        double value = 1, bound = 0;
        foreach (var factor in factors)
        {
            bound = bound * Math.Abs(factor.Value) + factor.Bound * Math.Abs(value) + bound * factor.Bound;
            value *= factor.Value;
            bound += Unit * Math.Abs(value);
        }
        return (value, factors.All(factor => factor.Value != 0) && !double.IsNormal(value) ? double.PositiveInfinity : bound);
    }

    private static (double, double) OfPower((double Value, double Bound) @base, (double Value, double Bound) exponent)
    {
        double value = Math.Pow(@base.Value, exponent.Value);
        // Below zero an exponent that is whole by rounding alone is not to be relied on, nor at zero one that may be zero.
        if (exponent.Value == 0 || @base.Value < 0 || @base.Value == 0 && exponent.Bound >= Math.Abs(exponent.Value))
        {
            if (exponent.Bound > 0)
                return (value, double.PositiveInfinity);
        }
        if (@base.Bound >= Math.Abs(@base.Value) && @base.Bound > 0 || !double.IsNormal(value) && @base.Value != 0)
            return (value, double.PositiveInfinity);
        double slopes = @base.Value == 0 ? 0 : Math.Abs(exponent.Value * value) * (@base.Bound / Math.Abs(@base.Value)) + Math.Abs(value * Math.Log(Math.Abs(@base.Value))) * exponent.Bound;
        return (value, slopes + 8 * Unit * Math.Abs(value));
    }

    private static (double, double) OfCall(ElementaryFunction function, (double Value, double Bound) argument)
    {
        double value = function.Value(argument.Value);
        bool isRisky = function is ElementaryFunction.Sgn or ElementaryFunction.Sqrt or ElementaryFunction.Log && argument.Bound >= Math.Abs(argument.Value) && argument.Bound > 0
            || function == ElementaryFunction.Exp && !double.IsNormal(value)
            // Saturated: a last place of the value is any argument.
            || function is ElementaryFunction.Tanh && Math.Abs(value) == 1;
        double slope = function is ElementaryFunction.Sqrt && argument.Value == 0 ? 0 : Math.Abs(function.Slope(argument.Value, value));
        return (value, isRisky ? double.PositiveInfinity : (argument.Bound == 0 ? 0 : slope * argument.Bound) + 4 * Unit * Math.Abs(value));
    }
}
