using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>
/// Finds functions and powers that are used where they are practically straight or a parabola, such as 50 sin(0.02 x) for x, and offers
/// the formula with the polynomial in their place.
/// </summary>
internal static class Straightening
{
    /// <summary>The part of a function's variance that the polynomial may miss to be worth a try; the fit of the whole formula decides.</summary>
    private const double LargestMiss = 1e-3;

    /// <summary>What a curve may be: straight, a parabola about zero, any parabola.</summary>
    private static readonly int[][] s_powers = [[0, 1], [0, 2], [0, 1, 2]];

    /// <summary>Simpler formulas that may be as good, nearest first.</summary>
    public static IEnumerable<Expression> Simpler(Expression formula, IReadOnlyList<string> names, Matrix inputs)
    {
        foreach (Expression curve in Curves(formula).Distinct())
        {
            Expression core = Core(curve is Call call ? call.Argument : ((Power)curve).Base);
            foreach (int[] powers in s_powers)
            {
                if (Polynomial(curve, core, powers, names, inputs) is not { } polynomial)
                    continue;
                Expression simpler = Replace(formula, curve, polynomial).Simplify();
                if (simpler.Complexity < formula.Complexity)
                    yield return simpler;
            }
        }
    }

    private static IEnumerable<Expression> Curves(Expression formula) =>
        formula.Children.SelectMany(Curves).Concat(!formula.IsConstant && formula is Call or Power { Exponent: Constant } ? [formula] : []);

    /// <summary>The argument without the constants that a polynomial of it makes up for.</summary>
    private static Expression Core(Expression argument) => argument switch
    {
        Sum sum => Core(Sum.Of([.. sum.Terms.Where(term => !term.IsConstant)]), argument),
        Product product => Core(Product.Of([.. product.Factors.Where(factor => !factor.IsConstant)]), argument),
        _ => argument,
    };

    private static Expression Core(Expression stripped, Expression argument) => stripped.Equals(argument) ? argument : Core(stripped);

    /// <summary>The least-squares polynomial of a curve over its argument on these rows; null where it is not near enough.</summary>
    private static Expression? Polynomial(Expression curve, Expression core, int[] exponents, IReadOnlyList<string> names, Matrix inputs)
    {
        double[] x = Values(core, names, inputs), y = Values(curve, names, inputs);
        double scale = x.Max(Math.Abs), mean = y.Average(), spread = y.Sum(value => (value - mean) * (value - mean));
        if (!(scale > 0 && double.IsFinite(scale) && double.IsFinite(spread)))
            return null;
        var powers = new Matrix(x.Length, exponents.Length);
        var right = new Matrix(x.Length, 1);
        for (int row = 0; row < x.Length; row++)
        {
            for (int k = 0; k < exponents.Length; k++)
                powers[row, k] = Math.Pow(x[row] / scale, exponents[k]);
            right[row, 0] = y[row] - mean;
        }
        var solution = new Matrix(exponents.Length, 1);
        MinimumNormLeastSquares.Solve(powers.Clone(), right.Clone(), 1e-12, solution);
        double missed = 0;
        for (int row = 0; row < x.Length; row++)
        {
            double value = right[row, 0];
            for (int k = 0; k < exponents.Length; k++)
                value -= solution[k, 0] * powers[row, k];
            missed += value * value;
        }
        if (!(missed <= LargestMiss * spread))
            return null;
        Expression polynomial = mean + solution[0, 0];
        for (int k = 1; k < exponents.Length; k++)
            polynomial += solution[k, 0] / Math.Pow(scale, exponents[k]) * core.Pow(exponents[k]);
        return polynomial;
    }

    private static Expression Replace(Expression formula, Expression old, Expression replacement) =>
        formula.Equals(old) ? replacement : formula.WithChildren(child => Replace(child, old, replacement));

    private static double[] Values(Expression expression, IReadOnlyList<string> names, Matrix inputs)
    {
        double[] values = new double[inputs.Rows];
        new FormulaProgram(expression, names).Evaluate(inputs, values);
        return values;
    }
}
