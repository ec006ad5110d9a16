namespace KanSharp.Formulas.Simplification;

/// <summary>Rules for sine, cosine and tangent whose argument holds a multiple of π/2.</summary>
internal static class PhaseRules
{
    /// <summary>Larger multiples are left alone: among so many some number always lies close to one by chance.</summary>
    private const double LargestQuarterTurns = 1000;

    public static Expression? Of(ElementaryFunction function, Expression argument)
    {
        Expression[] constants = [.. (argument is Sum sum ? sum.Terms : [argument]).Where(term => term.IsConstant)];
        if (constants.Length == 0)
            return null;
        double phase = constants.Sum(Expressions.Value);
        double turns = Math.Round(phase / (Math.PI / 2));
        // Exact to rounding: the phase is the nearest double to the multiple, or its neighbour.
        if (turns == 0 || Math.Abs(turns) > LargestQuarterTurns || !(Math.Abs(phase - turns * (Math.PI / 2)) <= Math.BitIncrement(Math.Abs(phase)) - Math.Abs(phase)))
            return null;
        Expression rest = argument is Sum all ? Sum.Of([.. all.Terms.Where(term => !term.IsConstant)]) : new Constant(0);
        int quarter = (int)(((turns % 4) + 4) % 4);
        return function switch
        {
            // sin(u + π/2) = cos(u), sin(u + π) = -sin(u), sin(u + 3π/2) = -cos(u)
            ElementaryFunction.Sin => Turned(rest, quarter),
            // cos(u) = sin(u + π/2)
            ElementaryFunction.Cos => Turned(rest, (quarter + 1) % 4),
            // tan(u + π) = tan(u)
            _ => quarter % 2 == 0 ? FunctionRules.Of(ElementaryFunction.Tan, rest) : null,
        };
    }

    private static Expression Turned(Expression rest, int quarter)
    {
        Expression wave = FunctionRules.Of(quarter % 2 == 0 ? ElementaryFunction.Sin : ElementaryFunction.Cos, rest);
        return quarter >= 2 ? Product.Negate(wave) : wave;
    }
}
