using System.Globalization;
using System.Net;
using System.Text;

namespace KanSharp.Formulas.Printing;

/// <summary>Presentation MathML as browsers draw it (MathML Core): fractions, roots, Greek letters, subscripts.</summary>
internal static class MathMLWriter
{
    private const string Times = "<mo>&#x2062;</mo>", Dot = "<mo>&#xB7;</mo>", Minus = "<mo>&#x2212;</mo>", Apply = "<mo>&#x2061;</mo>";

    public static string Write(Expression expression) => expression switch
    {
        Constant { Value: < 0 } constant => Minus + Number(-constant.Value),
        Constant constant => Number(constant.Value),
        NamedConstant constant => constant == NamedConstant.Pi ? "<mi>&#x3C0;</mi>" : "<mi mathvariant=\"normal\">e</mi>",
        Variable variable => Name(variable.Name),
        Sum sum => WriteSum(sum),
        Product product => WriteProduct(product),
        Power power => WritePower(power),
        Call call => WriteCall(call),
        UserCall call => $"<mi>{System.Security.SecurityElement.Escape(call.Name)}</mi>" + Apply + Parenthesised(Write(call.Argument)),
        _ => throw new InvalidOperationException($"Cannot write {expression.GetType().Name}."),
    };

    private static string WriteSum(Sum sum)
    {
        var text = new StringBuilder(Write(sum.Terms[0]));
        foreach (Expression term in sum.Terms.AsSpan()[1..])
        {
            string written = Write(term);
            text.Append(written.StartsWith(Minus, StringComparison.Ordinal) ? "" : "<mo>+</mo>").Append(written);
        }
        return text.ToString();
    }

    private static string WriteProduct(Product product)
    {
        bool negative = product.Factors[0] is Constant { Value: < 0 };
        var numerator = new List<Expression>();
        var denominator = new List<Expression>();
        foreach (Expression factor in !negative ? product.Factors : Product.Negate(product) is Product positive ? positive.Factors : [Product.Negate(product)])
        {
            if (Product.Divisor(factor) is { } divisor)
                denominator.Add(divisor);
            else
                numerator.Add(factor);
        }
        string text = denominator.Count == 0 ? Join(numerator, alone: !negative) : Fraction(Join(numerator), Join(denominator));
        return negative ? Minus + text : text;
    }

    /// <summary>Factors side by side, with a dot where two numbers would run together.</summary>
    private static string Join(List<Expression> factors, bool alone = true)
    {
        if (factors.Count == 0)
            return "<mn>1</mn>";
        if (alone && factors is [var single])
            return Write(single);
        var text = new StringBuilder();
        foreach (Expression factor in factors)
        {
            if (text.Length > 0)
                text.Append(factor is Constant or Power { Base: Constant } ? Dot : Times);
            text.Append(factor is Sum or Constant { Value: < 0 } ? Parenthesised(Write(factor)) : Write(factor));
        }
        return text.ToString();
    }

    private static string WritePower(Power power)
    {
        if (Product.Divisor(power) is { } divisor)
            return Fraction("<mn>1</mn>", Write(divisor));
        string exponent = Row(Write(power.Exponent));
        return power.Base switch
        {
            Call { Function: >= ElementaryFunction.Sin and <= ElementaryFunction.Arctanh } call when power.Exponent is Constant { IsInteger: true, Value: > 1 } =>
                $"<msup>{FunctionName(call.Function)}{exponent}</msup>{Apply}{Parenthesised(Write(call.Argument))}",
            Variable variable when LatexName.Split(variable.Name) is (var stem, { Length: > 0 } subscript) => $"<msubsup>{Symbol(stem)}{Subscript(subscript)}{exponent}</msubsup>",
            Variable or NamedConstant or Call { Function: ElementaryFunction.Abs } or Constant { Value: >= 0 and < 1e15 } =>
                $"<msup>{Row(Write(power.Base))}{exponent}</msup>",
            _ => $"<msup>{Row(Parenthesised(Write(power.Base)))}{exponent}</msup>",
        };
    }

    private static string WriteCall(Call call)
    {
        string argument = Write(call.Argument);
        return call.Function switch
        {
            ElementaryFunction.Sqrt => $"<msqrt>{argument}</msqrt>",
            ElementaryFunction.Abs => Row($"<mo>|</mo>{argument}<mo>|</mo>"),
            _ => FunctionName(call.Function) + Apply + Parenthesised(argument),
        };
    }

    private static string FunctionName(ElementaryFunction function) => $"<mi>{(function == ElementaryFunction.Log ? "ln" : function.Name())}</mi>";

    private static string Parenthesised(string inner) => Row($"<mo>(</mo>{inner}<mo>)</mo>");

    private static string Fraction(string numerator, string denominator) => $"<mfrac>{Row(numerator)}{Row(denominator)}</mfrac>";

    private static string Row(string inner) => $"<mrow>{inner}</mrow>";

    private static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
            return $"<mn>{text}</mn>";
        int exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string power = exponent < 0 ? Row($"{Minus}<mn>{-exponent}</mn>") : $"<mn>{exponent}</mn>";
        return Row($"<mn>{text[..e]}</mn><mo>&#xD7;</mo><msup><mn>10</mn>{power}</msup>");
    }

    /// <summary>As in LaTeX: x1 and x_1 get a subscript, alpha is a Greek letter, words stand upright.</summary>
    private static string Name(string name)
    {
        (string stem, string subscript) = LatexName.Split(name);
        return subscript.Length == 0 ? Symbol(stem) : $"<msub>{Symbol(stem)}{Subscript(subscript)}</msub>";
    }

    private static string Subscript(string text) => text.All(char.IsAsciiDigit) ? $"<mn>{text}</mn>" : $"<mi>{text}</mi>";

    // A name of several characters stands upright by itself.
    private static string Symbol(string name) => $"<mi>{WebUtility.HtmlEncode(LatexName.Letter(name) ?? name)}</mi>";
}
