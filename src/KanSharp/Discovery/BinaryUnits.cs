using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>
/// Units for columns of values such as 1e300 or 1e-300 in which they are about one, so that squares and products of them neither overflow nor vanish.
/// The units are powers of two: nothing rounds on the way there and back. Columns of usual size keep theirs.
/// </summary>
internal sealed class BinaryUnits
{
    /// <summary>Columns whose largest value is between two to this power and its inverse keep their units.</summary>
    private const int UsualExponent = 100;

    private readonly IReadOnlyList<string> _names;
    private readonly int[] _inputs;
    private readonly int _target;
    private readonly Dataset _training;

    private BinaryUnits(IReadOnlyList<string> names, Dataset training, int[] inputs, int target) => (_names, _training, _inputs, _target) = (names, training, inputs, target);

    /// <summary>Units for these data, the exponents of two that they are; null where every column is of usual size.</summary>
    public static BinaryUnits? For(IReadOnlyList<string> names, Dataset training, Dataset validation)
    {
        int[] inputs = [.. Enumerable.Range(0, names.Count).Select(j => Unit(training.Inputs.Column(j), validation.Inputs.Column(j)))];
        int target = Unit(training.Targets.Column(0), validation.Targets.Column(0));
        return target == 0 && inputs.All(unit => unit == 0) ? null : new BinaryUnits(names, training, inputs, target);
    }

    /// <summary>The data in these units.</summary>
    public Dataset Apply(Dataset data) => new(Scaled(data.Inputs, _inputs), Scaled(data.Targets, [_target]), data.Weights);

    /// <summary>The front of what was found, in the units of the data.</summary>
    public IReadOnlyList<FormulaCandidate> Restore(IEnumerable<FormulaCandidate> found, DiscoveryOptions options)
    {
        var front = new ParetoFront();
        foreach (FormulaCandidate candidate in found.Select(candidate => Restore(candidate, options)))
        {
            // A scale may have come in.
            if (candidate.Formula.IsConstant || options.Allows(candidate.Formula))
                front.Offer(candidate);
        }
        return front.Front;
    }

    /// <summary>A formula and its network, in the units of the data.</summary>
    public FormulaCandidate Restore(FormulaCandidate candidate, DiscoveryOptions options)
    {
        var scaled = new Dictionary<string, Expression>();
        for (int j = 0; j < _inputs.Length; j++)
        {
            if (_inputs[j] != 0)
                scaled[_names[j]] = Math.ScaleB(1, -_inputs[j]) * new Variable(_names[j]);
        }
        Expression formula = (candidate.Formula.Substitute(scaled) * Math.ScaleB(1, _target)).Simplify(_names, _training.Inputs);
        return new FormulaCandidate(formula, options.ComplexityOf(formula), Math.ScaleB(candidate.TrainRmse, _target), Math.ScaleB(candidate.ValidationRmse, _target),
            candidate.Model is { } model ? model.With(model.Info with { InputScaling = Restore(model.Info.InputScaling, _inputs), OutputScaling = Restore(model.Info.OutputScaling, [_target]) }) : null);
    }

    /// <summary>An error, in the units of the data.</summary>
    public double Restore(double error) => Math.ScaleB(error, _target);

    /// <summary>A formula in these units.</summary>
    public Expression Apply(Expression formula)
    {
        var scaled = new Dictionary<string, Expression>();
        for (int j = 0; j < _inputs.Length; j++)
        {
            if (_inputs[j] != 0)
                scaled[_names[j]] = Math.ScaleB(1, _inputs[j]) * new Variable(_names[j]);
        }
        return Math.ScaleB(1, -_target) * formula.Substitute(scaled);
    }

    private static Scaling Restore(Scaling scaling, int[] units) => new(
        [.. units.Select((unit, j) => Math.ScaleB(scaling.Offsets[j], unit))], [.. units.Select((unit, j) => Math.ScaleB(scaling.Scales[j], unit))]);

    private static int Unit(ReadOnlySpan<double> training, ReadOnlySpan<double> validation)
    {
        int exponent = Magnitude.Exponent([.. training, .. validation]);
        return Math.Abs(exponent) > UsualExponent ? exponent : 0;
    }

    private static Matrix Scaled(Matrix values, int[] units)
    {
        Matrix scaled = values.Clone();
        for (int j = 0; j < units.Length; j++)
        {
            foreach (ref double value in scaled.Column(j))
                value = Math.ScaleB(value, -units[j]);
        }
        return scaled;
    }
}
