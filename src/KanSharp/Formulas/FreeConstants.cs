using System.Collections.Immutable;

namespace KanSharp.Formulas;

/// <summary>
/// A formula whose decimal constants are named, so that they can be fitted: compile <see cref="Template"/> with <see cref="Names"/> as
/// parameters, and put the fitted values back with <see cref="Bind"/>.
/// </summary>
/// <param name="Template">The formula with names in place of the constants.</param>
/// <param name="Names">The names of the constants, in the order in which they occur: <c>$0</c>, <c>$1</c> and so on, with more
/// dollars where a variable has such a name.</param>
/// <param name="Values">The constants.</param>
public sealed record FreeConstants(Expression Template, ImmutableArray<string> Names, ImmutableArray<double> Values)
{
    /// <summary>
    /// Names every constant that <paramref name="isFree"/> picks. By default those are the numbers that are not whole: whole numbers,
    /// named constants and numeric exponents are taken for exact.
    /// </summary>
    public static FreeConstants Of(Expression expression, Func<Constant, bool>? isFree = null)
    {
        ArgumentNullException.ThrowIfNull(expression);
        string prefix = "$";
        while (expression.Variables.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)))
            prefix += "$";
        var names = ImmutableArray.CreateBuilder<string>();
        var values = ImmutableArray.CreateBuilder<double>();
        Expression template = Visit(expression);
        return new FreeConstants(template, names.ToImmutable(), values.ToImmutable());

        Expression Visit(Expression node)
        {
            switch (node)
            {
                case Constant constant when isFree?.Invoke(constant) ?? !constant.IsInteger:
                    names.Add($"{prefix}{values.Count}");
                    values.Add(constant.Value);
                    return new Variable(names[^1]);
                case Power { Exponent: Constant } power when isFree is null:
                    return Visit(power.Base) is var @base && ReferenceEquals(@base, power.Base) ? power : Power.Of(@base, power.Exponent);
                default:
                    return node.WithChildren(Visit);
            }
        }
    }

    /// <summary>The formula with other values for its constants.</summary>
    public Expression Bind(ReadOnlySpan<double> values)
    {
        if (values.Length != Names.Length)
            throw new KanSharpException($"The formula has {Names.Length} free constants; {values.Length} values were given.");
        var replacements = new Dictionary<string, Expression>(values.Length);
        for (int i = 0; i < values.Length; i++)
            replacements[Names[i]] = new Constant(values[i]);
        return Template.Substitute(replacements);
    }
}
