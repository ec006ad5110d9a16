using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace KanSharp.Formulas.Printing;

/// <summary>
/// Writes a formula on one line with operators; what differs between languages is left to derived classes. Parentheses stand only
/// where the text would mean another tree without them.
/// </summary>
internal abstract class InfixWriter
{
    /// <summary>How tightly a piece of text holds together.</summary>
    protected enum Binding { Sum, Product, Sign, Power, Atom }

    protected StringBuilder Text { get; } = new();

    public string Write(Expression expression)
    {
        Text.Clear();
        Begin(expression);
        Write(expression, Binding.Sum);
        return Text.ToString();
    }

    /// <summary>Prepares for a formula before the first piece of it is written.</summary>
    protected virtual void Begin(Expression expression) { }

    /// <summary>A number at or above zero.</summary>
    protected abstract string Number(Constant constant);

    protected abstract string Name(NamedConstant constant);

    protected abstract string Name(Variable variable);

    protected abstract void WriteCall(Call call);

    protected abstract void WriteCall(UserCall call);

    protected abstract void WritePower(Power power);

    protected abstract Binding PowerBinding { get; }

    /// <summary>The shortest text that reads back as the same number.</summary>
    protected static string RoundTrip(double value) =>
        value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal).Replace('E', 'e');

    protected void Write(Expression expression, Binding least)
    {
        if (BindingOf(expression) < least)
        {
            Text.Append('(');
            WriteBare(expression);
            Text.Append(')');
        }
        else
        {
            WriteBare(expression);
        }
    }

    protected virtual Binding BindingOf(Expression expression) => expression switch
    {
        Sum => Binding.Sum,
        Product => Binding.Product,
        Power power => Product.Divisor(power) is null ? PowerBinding : Binding.Product,
        Constant { Value: < 0 } => Binding.Sign,
        _ => Binding.Atom,
    };

    private void WriteBare(Expression expression)
    {
        switch (expression)
        {
            case Constant constant:
                WriteConstant(constant);
                break;
            case NamedConstant constant:
                Text.Append(Name(constant));
                break;
            case Variable variable:
                Text.Append(Name(variable));
                break;
            case Sum sum:
                WriteSum(sum);
                break;
            case Product product:
                WriteProduct(product.Factors);
                break;
            case Power power when Product.Divisor(power) is not null:
                WriteFactors([power]);
                break;
            case Power power:
                WritePower(power);
                break;
            case Call call:
                WriteCall(call);
                break;
            case UserCall call:
                WriteCall(call);
                break;
        }
    }

    private void WriteConstant(Constant constant)
    {
        if (constant.Value < 0)
            Text.Append('-').Append(Number(new Constant(-constant.Value)));
        else
            Text.Append(Number(constant));
    }

    private void WriteSum(Sum sum)
    {
        Write(sum.Terms[0], Binding.Product);
        foreach (Expression term in sum.Terms.AsSpan()[1..])
        {
            bool subtract = term is Constant { Value: < 0 } or Product { Factors: [Constant { Value: < 0 }, ..] }
                && Product.Negate(Product.Negate(term)).Equals(term);
            Text.Append(subtract ? " - " : " + ");
            Write(subtract ? Product.Negate(term) : term, Binding.Product);
        }
    }

    private void WriteProduct(ImmutableArray<Expression> factors)
    {
        if (factors is [Constant { Value: -1 }, ..])
        {
            Text.Append('-');
            WriteFactors(factors.AsSpan()[1..]);
        }
        else if (factors is [Constant { Value: < 0 } first, ..])
        {
            WriteConstant(first);
            WriteFactors(factors.AsSpan()[1..], begun: true);
        }
        else
        {
            WriteFactors(factors.AsSpan());
        }
    }

    private void WriteFactors(ReadOnlySpan<Expression> factors, bool begun = false)
    {
        for (int i = 0; i < factors.Length; begun = true)
        {
            if (Product.Divisor(factors[i]) is not { } divisor)
            {
                if (begun)
                    Text.Append('*');
                Write(factors[i++], Binding.Power);
                continue;
            }
            if (!begun)
                Text.Append(Number(new Constant(1)));
            Text.Append('/');
            if (++i == factors.Length || Product.Divisor(factors[i]) is not { } second)
            {
                Write(divisor, Binding.Power);
                continue;
            }
            Text.Append('(');
            Write(divisor, Binding.Power);
            for (Expression? next = second; next is not null; next = ++i < factors.Length ? Product.Divisor(factors[i]) : null)
            {
                Text.Append('*');
                Write(next, Binding.Power);
            }
            Text.Append(')');
        }
    }
}
