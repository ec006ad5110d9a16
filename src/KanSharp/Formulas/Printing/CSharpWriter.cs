namespace KanSharp.Formulas.Printing;

/// <summary>A C# expression over double variables and <see cref="Math"/>.</summary>
internal sealed class CSharpWriter : InfixWriter
{
    private Dictionary<string, string> _names = [];

    protected override Binding PowerBinding => Binding.Atom;

    protected override void Begin(Expression expression) => _names = Names.Distinct(expression.Variables, Names.ToCSharp);

    protected override string Number(Constant constant)
    {
        string text = RoundTrip(constant.Value);
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }

    protected override string Name(NamedConstant constant) => constant == NamedConstant.Pi ? "Math.PI" : "Math.E";

    protected override string Name(Variable variable) => _names[variable.Name];

    // The cast that a sign needs binds like a sign.
    protected override Binding BindingOf(Expression expression) =>
        expression is Call { Function: ElementaryFunction.Sgn } ? Binding.Power : base.BindingOf(expression);

    protected override void WriteCall(UserCall call) => throw call.HasNoSource("C#");

    protected override void WriteCall(Call call)
    {
        // Math.Sign is an int: without the cast a quotient of two would be a whole number.
        Text.Append(call.Function == ElementaryFunction.Sgn ? "(double)Math." : "Math.").Append(FunctionName(call.Function)).Append('(');
        Write(call.Argument, Binding.Sum);
        Text.Append(')');
    }

    protected override void WritePower(Power power)
    {
        Text.Append("Math.Pow(");
        Write(power.Base, Binding.Sum);
        Text.Append(", ");
        Write(power.Exponent, Binding.Sum);
        Text.Append(')');
    }

    private static string FunctionName(ElementaryFunction function)
    {
        if (function == ElementaryFunction.Sgn)
            return "Sign";
        string name = function.Name();
        return name.StartsWith("arc", StringComparison.Ordinal) ? "A" + name[3..] : char.ToUpperInvariant(name[0]) + name[1..];
    }
}
