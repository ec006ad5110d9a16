namespace KanSharp.Formulas.Printing;

/// <summary>A C expression over double variables, math.h and a function <c>sgn</c>, which C lacks. Variables are C identifiers already.</summary>
internal sealed class CWriter : InfixWriter
{
    protected override Binding PowerBinding => Binding.Atom;

    protected override string Number(Constant constant)
    {
        string text = RoundTrip(constant.Value);
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }

    protected override string Name(NamedConstant constant) => RoundTrip(constant.Value);

    protected override string Name(Variable variable) => variable.Name;

    protected override void WriteCall(UserCall call) => throw call.HasNoSource("C");

    protected override void WriteCall(Call call)
    {
        Text.Append(FunctionName(call.Function)).Append('(');
        Write(call.Argument, Binding.Sum);
        Text.Append(')');
    }

    protected override void WritePower(Power power)
    {
        Text.Append("pow(");
        Write(power.Base, Binding.Sum);
        Text.Append(", ");
        Write(power.Exponent, Binding.Sum);
        Text.Append(')');
    }

    private static string FunctionName(ElementaryFunction function)
    {
        string name = function.Name();
        return function == ElementaryFunction.Abs ? "fabs" : name.StartsWith("arc", StringComparison.Ordinal) ? "a" + name[3..] : name;
    }
}
