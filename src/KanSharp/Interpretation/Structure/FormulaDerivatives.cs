using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Interpretation.Structure;

/// <summary>The exact derivatives of a formula, by differentiation.</summary>
internal sealed class FormulaDerivatives : DerivativeSource
{
    private readonly Expression _formula;
    private readonly IReadOnlyList<string> _variables;
    private readonly Expression[] _first;
    private readonly Expression[] _second;

    public FormulaDerivatives(Expression formula, IReadOnlyList<string> variables)
    {
        _formula = formula;
        _variables = variables;
        _first = [.. variables.Select(formula.Differentiate)];
        _second = [.. LocalDerivatives.Pairs(variables.Count).Select(pair => _first[pair.I].Differentiate(variables[pair.J]))];
    }

    public override LocalDerivatives At(Matrix points) => Evaluate(points, expression => expression);

    public override LocalDerivatives Slope(Matrix points, LocalDerivatives here, int input, double spread) =>
        Evaluate(points, expression => expression.Differentiate(_variables[input]));

    private LocalDerivatives Evaluate(Matrix points, Func<Expression, Expression> map)
    {
        return new LocalDerivatives(Values(_formula), [.. _first.Select(Values)], [.. _second.Select(Values)]);

        double[] Values(Expression expression)
        {
            double[] values = new double[points.Rows];
            new FormulaProgram(map(expression), _variables).Evaluate(points, values);
            return values;
        }
    }
}
