using KanSharp.Formulas.Parsing;

namespace KanSharp.Formulas.Printing;

/// <summary>Formula text, which the parser reads back.</summary>
internal sealed class FormulaTextWriter : InfixWriter
{
    protected override Binding PowerBinding => Binding.Power;

    protected override string Number(Constant constant) => RoundTrip(constant.Value);

    protected override string Name(NamedConstant constant) => constant.Name;

    protected override string Name(Variable variable) => Names.IsIdentifier(variable.Name) && !FormulaParser.IsReserved(variable.Name)
        ? variable.Name
        : $"`{variable.Name.Replace("`", "``", StringComparison.Ordinal)}`";

    protected override void WriteCall(Call call)
    {
        Text.Append(call.Function.Name()).Append('(');
        Write(call.Argument, Binding.Sum);
        Text.Append(')');
    }

    protected override void WriteCall(UserCall call)
    {
        Text.Append(call.Name).Append('(');
        Write(call.Argument, Binding.Sum);
        Text.Append(')');
    }

    protected override void WritePower(Power power)
    {
        Write(power.Base, Binding.Atom);
        Text.Append('^');
        Write(power.Exponent, power.Exponent is Constant ? Binding.Sign : Binding.Atom);
    }
}
