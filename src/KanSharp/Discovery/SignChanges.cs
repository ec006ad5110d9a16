using System.Globalization;
using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Discovery;

/// <summary>
/// The place of a jump is known only to lie between two rows: sgn(x - 0.50061) becomes sgn(x - 1/2) if no row changes its sign. No fit can find that, since no error changes with the place.
/// </summary>
internal static class SignChanges
{
    /// <summary>The formula with the shortest decimal between the two rows around each jump.</summary>
    public static Expression Round(Expression node, IReadOnlyList<string> names, Matrix inputs)
    {
        Expression changed = node.WithChildren(child => Round(child, names, inputs));
        if (changed is not Call { Function: ElementaryFunction.Sgn, Argument: Sum sum } || sum.Terms.Count(term => term.IsConstant) != 1)
            return changed;
        double place = -Expressions.Value(sum.Terms.First(term => term.IsConstant));
        Expression varying = Sum.Of([.. sum.Terms.Where(term => !term.IsConstant)]);
        double[] values = new double[inputs.Rows];
        new FormulaProgram(varying, names).Evaluate(inputs, values);
        double below = values.Where(value => value < place).DefaultIfEmpty(double.NaN).Max(), above = values.Where(value => value > place).DefaultIfEmpty(double.NaN).Min();
        return above > below && !values.Contains(place) ? Expression.Sgn(varying - Shortest(below, above, place)) : changed;
    }

    /// <summary>The decimal with the fewest digits between two numbers, of several the one nearest to a third number between them.</summary>
    private static Expression Shortest(double below, double above, double near)
    {
        int exponent = (int)Math.Ceiling(Math.Log10(Math.Max(Math.Abs(below), Math.Abs(above))));
        for (int digits = 0; digits < 17; digits++, exponent--)
        {
            // Parsed, so that it is the number nearest to the decimal.
            double number = double.Parse(string.Create(CultureInfo.InvariantCulture, $"{Math.Round(near / Math.Pow(10, exponent)):F0}E{exponent}"), CultureInfo.InvariantCulture);
            if (number > below && number < above)
                return digits <= 1 && exponent < 0 ? (new Constant(Math.Round(near / Math.Pow(10, exponent))) / Math.Pow(10, -exponent)).Simplify() : new Constant(number);
        }
        return near;
    }
}
