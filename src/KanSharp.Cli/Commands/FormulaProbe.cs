using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>Holds changes of a model's formula against the formula itself, at points spread over the range of the inputs.</summary>
internal sealed class FormulaProbe
{
    private const int Points = 1000;

    /// <summary>A difference below this part of the formula's values is rounding.</summary>
    private const double Rounding = 1e-14;

    /// <summary>What tidying may change in all, as a part of the formula's values.</summary>
    private const double Same = 1e-12;

    private readonly Expression _formula;
    private readonly string[] _names;
    private readonly Matrix _inputs;
    private readonly Matrix _values;

    public FormulaProbe(KanModel model, Expression formula)
    {
        _names = [.. model.Info.InputNames];
        var random = new SeededRandom(1);
        var inputs = new Matrix(Points, model.InputCount);
        for (int i = 0; i < model.InputCount; i++)
        {
            (double low, double high) = model.InputRange(i);
            foreach (ref double value in inputs.Column(i))
                value = random.NextDouble(low, high);
        }
        Matrix values = Evaluate(formula, inputs);
        int[] defined = [.. Enumerable.Range(0, Points).Where(row => double.IsFinite(values[row, 0]))];
        _inputs = inputs.SelectRows(defined);
        _values = values.SelectRows(defined);
        _formula = formula.Simplify(_names, _inputs);
    }

    /// <summary>A model's formulas, tidied, with their probes.</summary>
    /// <exception cref="KanSharpException">The model has edges without a function; the message says what to do.</exception>
    public static (FormulaProbe[] Probes, Expression[] Formulas) Tidy(KanModel model)
    {
        try
        {
            FormulaProbe[] probes = [.. model.ToFormulas().Select(formula => new FormulaProbe(model, formula))];
            return (probes, [.. probes.Select(probe => probe.Tidy())]);
        }
        catch (KanSharpException failure) when (!model.IsFormula() && model.HasSplines)
        {
            throw new KanSharpException($"{failure.Message} 'kan fix' does the one, 'kan symbolic' the other.", failure);
        }
    }

    /// <summary>The formula with the numbers that its constants are to rounding, such as 1 for 1.0000000000000002, and without those that are nothing.</summary>
    public Expression Tidy()
    {
        double size = _inputs.Rows == 0 ? 0 : Metrics.Compare(new Matrix(_values.Rows, 1), _values).Rmse;
        Expression tidy = ConstantRecognition.Recognise(
            _formula, formula => Difference(formula.Simplify(_names, _inputs)), tolerance: 1e-12 * Math.Max(1, size), errorFloor: Rounding * size).Simplify(_names, _inputs);
        return Difference(tidy) <= Same * size ? tidy : _formula;
    }

    /// <summary>A tidied formula where its values are the same to rounding at every point; otherwise the formula as the network computes it.</summary>
    public Expression SameToRounding(Expression tidy)
    {
        Matrix values = Evaluate(tidy, _inputs);
        for (int row = 0; row < values.Rows; row++)
        {
            if (!(Math.Abs(values[row, 0] - _values[row, 0]) <= 10 * Rounding * Math.Max(1, Math.Abs(_values[row, 0]))))
                return _formula;
        }
        return tidy;
    }

    /// <summary>Root mean square of the difference to the formula; NaN where the formula is nowhere defined.</summary>
    public double Difference(Expression other) => _inputs.Rows == 0 ? double.NaN : Metrics.Compare(Evaluate(other, _inputs), _values).Rmse;

    /// <summary>Root mean square and largest of the differences to the formula; NaN where the formula is nowhere defined.</summary>
    public (double Rmse, double Largest) Cost(Expression other) => Cost(Evaluate(other, _inputs).Column(0), _values.Column(0));

    /// <summary>Root mean square and largest of the differences between two columns; NaN for empty ones.</summary>
    public static (double Rmse, double Largest) Cost(ReadOnlySpan<double> values, ReadOnlySpan<double> others)
    {
        double[] differences = new double[values.Length];
        for (int i = 0; i < differences.Length; i++)
            differences[i] = Math.Abs(values[i] - others[i]);
        return differences.Length == 0 ? (double.NaN, double.NaN) : (Magnitude.RootMeanSquare(differences), differences.Max());
    }

    private Matrix Evaluate(Expression formula, Matrix inputs)
    {
        var values = new Matrix(inputs.Rows, 1);
        new FormulaProgram(formula, _names).Evaluate(inputs, values.Column(0));
        return values;
    }
}
