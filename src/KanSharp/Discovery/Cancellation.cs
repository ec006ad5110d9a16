using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Discovery;

/// <summary>
/// Finds sums of large terms that all but cancel, such as 600 - 600 cos(0.04 x) for x²/2: a function used where it is practically a
/// polynomial. Differences of plain variables and constants, such as a date and its origin, are none.
/// </summary>
internal static class Cancellation
{
    /// <summary>A curved term may be this many times larger than what varies in its sum.</summary>
    private const double LargestRatio = 100;

    /// <summary>Whether a sum in the formula has a curved term that the others all but cancel on these rows.</summary>
    public static bool Dominates(Expression formula, IReadOnlyList<string> names, Matrix inputs)
    {
        if (formula is Sum sum && sum.Terms.Any(IsCurved))
        {
            double spread = Spread(Values(sum, names, inputs));
            foreach (Expression term in sum.Terms)
            {
                if (IsCurved(term) && Largest(Values(term, names, inputs)) > LargestRatio * spread)
                    return true;
            }
        }
        return formula.Children.Any(child => Dominates(child, names, inputs));
    }

    /// <summary>A function or a power of something that varies.</summary>
    private static bool IsCurved(Expression expression) => !expression.IsConstant &&
        (expression is Call or Power || expression.Children.Any(IsCurved));

    private static double[] Values(Expression expression, IReadOnlyList<string> names, Matrix inputs)
    {
        double[] values = new double[inputs.Rows];
        new FormulaProgram(expression, names).Evaluate(inputs, values);
        return values;
    }

    private static double Largest(double[] values) => values.Max(Math.Abs);

    private static double Spread(double[] values) => values.Max() / 2 - values.Min() / 2;
}
