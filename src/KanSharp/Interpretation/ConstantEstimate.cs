using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Interpretation;

/// <summary>A constant of a formula, as it stands there and as the data would have it.</summary>
/// <param name="Written">The constant as it stands in the formula, such as <c>2.513</c> or <c>pi/2</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Fitted">The value when all constants of the formula are fitted to the data, exact ones too.</param>
/// <param name="StandardError">The standard error of <see cref="Fitted"/>; infinite where the rows do not determine it.</param>
public sealed record ConstantEstimate(string Written, double Value, double Fitted, double StandardError)
{
    /// <summary>
    /// The constants of a formula in the order in which they stand: factors that are constant count as one, and so do terms; exponents and factors of 1 and -1 are taken for
    /// exact. Standard errors are the usual s² (JᵀWJ)⁻¹ with n - p degrees of freedom (Seber and Wild, Nonlinear Regression, section 2.1), which hold where the formula is the
    /// right one and the errors are independent.
    /// </summary>
    /// <param name="formula">The formula, fitted.</param>
    /// <param name="variables">The names of the input columns.</param>
    /// <param name="inputs">One row per sample, one column per variable.</param>
    /// <param name="targets">One value per sample.</param>
    /// <param name="weights">What each squared error is multiplied by; none for 1 each.</param>
    public static ImmutableArray<ConstantEstimate> Of(Expression formula, IReadOnlyList<string> variables, Matrix inputs, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights = default)
    {
        ArgumentNullException.ThrowIfNull(formula);
        string prefix = "$";
        while (formula.Variables.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)))
            prefix += "$";
        List<Expression> constants = [];
        Expression template = Visit(formula);
        FreeConstants free = new(template, [.. constants.Select((_, i) => $"{prefix}{i}")], [.. constants.Select(Expressions.Value)]);
        (double[] fitted, double[] errors) = FormulaFit.Estimate(free, variables, inputs, targets, weights);
        return [.. constants.Select((constant, i) => new ConstantEstimate(constant.ToText(), free.Values[i], fitted[i], errors[i]))];

        Expression Free(Expression constant)
        {
            constants.Add(constant);
            return new Variable($"{prefix}{constants.Count - 1}");
        }

        Expression Visit(Expression node) => node switch
        {
            { IsConstant: true } => Free(node),
            Power { Exponent.IsConstant: true } power => Power.Of(Visit(power.Base), power.Exponent),
            Product product => Product.Of(Gathered(product.Factors, parts => Product.Of(parts), 1)),
            Sum sum => Sum.Of(Gathered(sum.Terms, parts => Sum.Of(parts), 0)),
            _ => node.WithChildren(Visit),
        };

        Expression[] Gathered(ImmutableArray<Expression> parts, Func<Expression[], Expression> join, double neutral)
        {
            Expression[] exact = [.. parts.Where(part => part.IsConstant)];
            Expression[] rest = [.. parts.Where(part => !part.IsConstant)];
            if (exact.Length == 0)
                return [.. rest.Select(Visit)];
            Expression constant = join(exact);
            bool kept = neutral == 1 && Math.Abs(Expressions.Value(constant)) == 1;
            return [kept ? constant : Free(constant), .. rest.Select(Visit)];
        }
    }
}
