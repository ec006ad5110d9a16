namespace KanSharp.Formulas.Printing;

/// <summary>A Python expression over the variables and <c>math.</c>.</summary>
internal sealed class PythonWriter : InfixWriter
{
    private Dictionary<string, string> _names = [];

    protected override Binding PowerBinding => Binding.Power;

    protected override void Begin(Expression expression) => _names = Names.Distinct(expression.Variables, Names.ToPython);

    protected override string Number(Constant constant) => RoundTrip(constant.Value);

    protected override string Name(NamedConstant constant) => "math." + constant.Name;

    protected override string Name(Variable variable) => _names[variable.Name];

    protected override void WriteCall(UserCall call) => throw call.HasNoSource("Python");

    protected override void WriteCall(Call call)
    {
        if (call.Function == ElementaryFunction.Sgn)
        {
            // Python has no sign function; the difference of two comparisons is -1, 0 or 1.
            Text.Append("((");
            Write(call.Argument, Binding.Sum);
            Text.Append(" > 0) - (");
            Write(call.Argument, Binding.Sum);
            Text.Append(" < 0))");
            return;
        }
        Text.Append("math.").Append(FunctionName(call.Function)).Append('(');
        Write(call.Argument, Binding.Sum);
        Text.Append(')');
    }

    // A power that stands as a call holds together like one.
    protected override Binding BindingOf(Expression expression) =>
        expression is Power power && Product.Divisor(power) is null && !IsWhole(power) ? Binding.Atom : base.BindingOf(expression);

    protected override void WritePower(Power power)
    {
        if (!IsWhole(power))
        {
            // Of a negative number ** makes a complex one.
            Text.Append("math.pow(");
            Write(power.Base, Binding.Sum);
            Text.Append(", ");
            Write(power.Exponent, Binding.Sum);
            Text.Append(')');
            return;
        }
        Write(power.Base, Binding.Atom);
        Text.Append("**");
        Write(power.Exponent, Binding.Sign);
    }

    private static bool IsWhole(Power power) => power.Exponent is Constant { IsInteger: true };

    private static string FunctionName(ElementaryFunction function)
    {
        string name = function.Name();
        return function == ElementaryFunction.Abs ? "fabs" : name.StartsWith("arc", StringComparison.Ordinal) ? "a" + name[3..] : name;
    }
}
