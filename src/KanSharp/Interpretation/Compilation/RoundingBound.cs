using KanSharp.Formulas;

namespace KanSharp.Interpretation.Compilation;

/// <summary>
/// How far two ways of computing a formula may be apart by rounding alone: running error analysis (Higham, Accuracy and Stability of Numerical Algorithms, section 3.3).
/// </summary>
internal sealed class RoundingBound(Expression formula, IReadOnlyList<string> variables)
{
    private const double Epsilon = 1.0 / (1L << 52);

    private readonly Dictionary<string, int> _places = variables.Select((name, i) => (name, i)).ToDictionary();

    /// <summary>The bound at one point; infinite where rounding may lead out of a function's domain.</summary>
    public double At(ReadOnlySpan<double> point)
    {
        double error = Bound(formula, point).Error;
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    private (double Value, double Error) Bound(Expression node, ReadOnlySpan<double> point)
    {
        switch (node)
        {
            case Variable variable:
                return (point[_places[variable.Name]], 0);
            case Sum sum:
                double total = 0, size = 0, error = 0;
                foreach (Expression term in sum.Terms)
                {
                    (double value, double inexact) = Bound(term, point);
                    (total, size, error) = (total + value, size + Math.Abs(value), error + inexact);
                }
                // Two terms have only one order.
                return (total, error + (sum.Terms.Length == 2 ? Epsilon * Math.Abs(total) : sum.Terms.Length * Epsilon * size));
            case Product product:
                double result = 1, spread = 0;
                foreach (Expression factor in product.Factors)
                {
                    (double value, double inexact) = Bound(factor, point);
                    spread = spread * (Math.Abs(value) + inexact) + Math.Abs(result) * inexact;
                    result *= value;
                }
                return (result, spread + product.Factors.Length * Epsilon * Math.Abs(result));
            case Power power:
                (double @base, double baseError) = Bound(power.Base, point);
                (double exponent, double exponentError) = Bound(power.Exponent, point);
                double raised = Math.Pow(@base, exponent);
                // By steps, or as exp(exponent*log(base)).
                double steps = 4 + Math.Abs(exponent) + Math.Abs(exponent * Math.Log(Math.Abs(@base)));
                // Of the size alone: (-2)^n is a number for whole n only, but those must come out.
                double byExponent = Spread(x => Math.Pow(Math.Abs(@base), x), exponent, exponentError);
                return (raised, Spread(x => Math.Pow(x, exponent), @base, baseError) + byExponent + Rounding(steps, raised));
            case Call call:
                (double argument, double argumentError) = Bound(call.Argument, point);
                double image = call.Function.Value(argument);
                bool isExact = call.Function is ElementaryFunction.Abs or ElementaryFunction.Sgn;
                return (image, Spread(x => call.Function.Value(x), argument, argumentError) + (isExact ? 0 : Rounding(4, image)));
            case UserCall call:
                (double inner, double innerError) = Bound(call.Argument, point);
                return (call.Value(inner), Spread(call.Value, inner, innerError) + Rounding(4, call.Value(inner)));
            default:
                return (Expressions.Value(node), 0);
        }
    }

    private static double Rounding(double steps, double value) => value == 0 ? 0 : steps * Epsilon * Math.Abs(value);

    /// <summary>How far the function is from its value within the error of the argument; infinite where it is not defined there.</summary>
    private static double Spread(Func<double, double> function, double argument, double error)
    {
        if (error == 0)
            return 0;
        double value = function(argument), spread = Math.Max(Math.Abs(function(argument - error) - value), Math.Abs(function(argument + error) - value));
        return double.IsNaN(spread) ? double.PositiveInfinity : spread;
    }
}
