using System.Globalization;
using System.Text;

namespace KanSharp.Formulas.Printing;

/// <summary>LaTeX for math mode: fractions, roots, Greek letters, subscripts.</summary>
internal static class LatexWriter
{
    public static string Write(Expression expression) => expression switch
    {
        Constant constant => Number(constant.Value),
        NamedConstant constant => constant == NamedConstant.Pi ? @"\pi" : @"\mathrm{e}",
        Variable variable => LatexName.Of(variable.Name),
        Sum sum => WriteSum(sum),
        Product product => WriteProduct(product),
        Power power => WritePower(power),
        Call call => WriteCall(call),
        UserCall call => $@"\operatorname{{{call.Name}}}" + Parenthesised(Write(call.Argument)),
        _ => throw new InvalidOperationException($"Cannot write {expression.GetType().Name}."),
    };

    private static string WriteSum(Sum sum)
    {
        var text = new StringBuilder(Write(sum.Terms[0]));
        foreach (Expression term in sum.Terms.AsSpan()[1..])
        {
            string written = Write(term);
            text.Append(written.StartsWith('-') ? $" - {written[1..]}" : $" + {written}");
        }
        return text.ToString();
    }

    private static string WriteProduct(Product product)
    {
        bool negative = product.Factors[0] is Constant { Value: < 0 };
        var numerator = new List<Expression>();
        var denominator = new List<Expression>();
        foreach (Expression factor in negative ? Factors(Product.Negate(product)) : product.Factors)
        {
            if (Product.Divisor(factor) is { } divisor)
                denominator.Add(divisor);
            else
                numerator.Add(factor);
        }
        string text = denominator.Count == 0 ? Join(numerator, alone: !negative) : $@"\frac{{{Join(numerator)}}}{{{Join(denominator)}}}";
        return negative ? "-" + text : text;
    }

    private static IEnumerable<Expression> Factors(Expression expression) => expression is Product product ? product.Factors : [expression];

    /// <summary>Factors side by side, with a dot where two numbers would run together.</summary>
    private static string Join(List<Expression> factors, bool alone = true)
    {
        if (factors.Count == 0)
            return "1";
        if (alone && factors is [var single])
            return Write(single);
        var text = new StringBuilder();
        foreach (Expression factor in factors)
        {
            string written = factor is Sum or Constant { Value: < 0 } ? Parenthesised(Write(factor)) : Write(factor);
            if (text.Length > 0)
                text.Append(char.IsAsciiDigit(written[0]) ? @" \cdot " : " ");
            text.Append(written);
        }
        return text.ToString();
    }

    private static string WritePower(Power power)
    {
        if (Product.Divisor(power) is { } divisor)
            return $@"\frac{{1}}{{{Write(divisor)}}}";
        string exponent = Write(power.Exponent);
        return power.Base switch
        {
            // sin²(x): the usual place for a whole exponent above 1.
            Call { Function: >= ElementaryFunction.Sin and <= ElementaryFunction.Arctanh } call when power.Exponent is Constant { IsInteger: true, Value: > 1 } =>
                $"{FunctionName(call.Function)}^{{{exponent}}}{Parenthesised(Write(call.Argument))}",
            Variable or NamedConstant or Call { Function: ElementaryFunction.Abs } or Constant { Value: >= 0 and < 1e15 } => $"{Write(power.Base)}^{{{exponent}}}",
            _ => $"{Parenthesised(Write(power.Base))}^{{{exponent}}}",
        };
    }

    private static string WriteCall(Call call)
    {
        string argument = Write(call.Argument);
        return call.Function switch
        {
            ElementaryFunction.Sqrt => $@"\sqrt{{{argument}}}",
            ElementaryFunction.Abs => $@"\left|{argument}\right|",
            _ => FunctionName(call.Function) + Parenthesised(argument),
        };
    }

    private static string FunctionName(ElementaryFunction function) => function switch
    {
        ElementaryFunction.Log => @"\ln",
        ElementaryFunction.Sgn => @"\operatorname{sgn}",
        ElementaryFunction.Arcsinh => @"\operatorname{arsinh}",
        ElementaryFunction.Arccosh => @"\operatorname{arcosh}",
        ElementaryFunction.Arctanh => @"\operatorname{artanh}",
        _ => @"\" + function.Name(),
    };

    private static string Parenthesised(string text) => $@"\left({text}\right)";

    private static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        return e < 0 ? text : $@"{text[..e]} \cdot 10^{{{int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)}}}";
    }
}
