using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>
/// What units say about a formula (Buckingham's pi theorem): it is a product of powers of inputs that has the target's unit, times a function of products of powers that have none. There are fewer of these
/// than inputs, by the number of independent units.
/// </summary>
internal sealed class DimensionalAnalysis
{
    /// <summary>Views looked at: each takes other inputs as units for the rest.</summary>
    private const int MostViews = 2;

    /// <summary>More sets of inputs than that are not tried as units.</summary>
    private const int MostSets = 5000;

    /// <summary>Units are changed by this factor to see whether a formula minds.</summary>
    private const double Change = 1.7;

    private readonly string[] _names;
    private readonly double[][] _inputs;
    private readonly double[] _target;
    private readonly PhysicalUnit[] _units;

    /// <param name="names">The inputs.</param>
    /// <param name="target">The target.</param>
    /// <param name="units">The unit of each.</param>
    /// <exception cref="KanSharpException">One is missing, or no product of powers of the inputs has the target's unit.</exception>
    public DimensionalAnalysis(IReadOnlyList<string> names, string target, IReadOnlyDictionary<string, PhysicalUnit> units)
    {
        _names = [.. names];
        if (units.Keys.FirstOrDefault(name => name != target && !_names.Contains(name)) is string unknown)
            throw new KanSharpException($"A unit is given for '{unknown}', which is no column of the search.{NearestName.Hint(unknown, [.. _names, target])} There is: {string.Join(", ", _names.Append(target))}.");
        if (_names.Append(target).FirstOrDefault(name => !units.ContainsKey(name)) is string missing)
            throw new KanSharpException($"Units are given, but none for '{missing}'; give one for each input and the target, 1 for plain numbers.");
        _units = [.. _names.Select(name => units[name])];
        _inputs = [.. _units.Select(unit => unit.Powers.ToArray())];
        _target = [.. units[target].Powers];
        if (Solve([.. Enumerable.Range(0, _names.Length)], _target) is null)
            throw new KanSharpException($"No product of powers of the inputs ({string.Join(", ", _names.Zip(_units, (name, unit) => $"{name} in {unit}"))}) has the unit of '{target}', {units[target]}: a constant with a unit must be missing. Check the units, or leave them out.");
    }

    /// <summary>The views in groups without units, the plainest first; none where no input can be spared.</summary>
    /// <param name="plain">The data as they are.</param>
    /// <param name="law">Where no group is left, the only formula there can be, but for a factor.</param>
    public ImmutableArray<DataView> Views(DataView plain, out Expression? law)
    {
        law = null;
        int rank = Rank(_inputs);
        if (rank == 0)
            return [];
        List<(double Score, Expression Factor, Expression[] Groups)> found = [];
        foreach (int[] set in Sets(_names.Length, rank).Take(MostSets).Where(set => Rank([.. set.Select(i => _inputs[i])]) == rank))
        {
            int[] others = [.. Enumerable.Range(0, _names.Length).Except(set)];
            double[][] powers = [Solve(set, _target)!, .. others.Select(i => Solve(set, _inputs[i])!)];
            Expression factor = Power(set, powers[0]);
            Expression[] groups = [.. others.Select((input, k) => new Variable(_names[input]) / Power(set, powers[k + 1]))];
            double score = powers.Sum(row => row.Sum(Math.Abs)) + groups.Append(factor).Sum(group => Unevenness(group, plain.Training.Inputs) + Unevenness(group, plain.Validation.Inputs));
            if (double.IsFinite(score))
                found.Add((score, factor.Simplify(), [.. groups.Select(group => group.Simplify())]));
        }
        found = [.. found.OrderBy(set => set.Score)];
        if (found.Count > 0 && found[0].Groups.Length == 0)
        {
            law = found[0].Factor;
            return [];
        }
        return [.. found.Take(MostViews).Select(set => plain.Dimensionless(set.Factor, set.Groups)).OfType<DataView>()];
    }

    /// <summary>Whether a formula says the same in other units: inputs in them give the target in them.</summary>
    public bool IsConsistent(Expression formula, Matrix inputs)
    {
        double[] values = new double[inputs.Rows], changed = new double[inputs.Rows];
        var program = new FormulaProgram(formula, _names);
        program.Evaluate(inputs, values);
        for (int b = 0; b < PhysicalUnit.BaseCount; b++)
        {
            Matrix others = inputs.Clone();
            for (int j = 0; j < _names.Length; j++)
            {
                double factor = Math.Pow(Change, _inputs[j][b]);
                foreach (ref double value in others.Column(j))
                    value *= factor;
            }
            program.Evaluate(others, changed);
            double unit = Math.Pow(Change, _target[b]), size = values.Max(Math.Abs);
            for (int row = 0; row < values.Length; row++)
            {
                if (!(Math.Abs(changed[row] / unit - values[row]) <= 1e-8 * size))
                    return false;
            }
        }
        return true;
    }

    /// <summary>The powers of some inputs whose product has a unit; null where there is none.</summary>
    private double[]? Solve(int[] set, double[] unit)
    {
        if (set.Length == 0)
            return unit.All(power => power == 0) ? [] : null;
        Matrix left = new(PhysicalUnit.BaseCount, set.Length), right = new(PhysicalUnit.BaseCount, 1), solution = new(set.Length, 1);
        for (int b = 0; b < PhysicalUnit.BaseCount; b++)
        {
            for (int i = 0; i < set.Length; i++)
                left[b, i] = _inputs[set[i]][b];
            right[b, 0] = unit[b];
        }
        MinimumNormLeastSquares.Solve(left, right, 1e-10, solution);
        double[] powers = solution.Column(0).ToArray();
        bool solves = Enumerable.Range(0, PhysicalUnit.BaseCount).All(b => Math.Abs(set.Select((input, i) => powers[i] * _inputs[input][b]).Sum() - unit[b]) < 1e-9);
        return solves ? [.. powers.Select(power => Math.Round(power, 9))] : null;
    }

    private Expression Power(int[] set, double[] powers) => Product.Of([new Constant(1), .. set.Select((input, i) => new Variable(_names[input]).Pow(powers[i])).Where((_, i) => powers[i] != 0)]);

    /// <summary>How far the largest value is from the usual ones, in powers of ten; infinite where one is not defined or zero, so that nothing can be divided by it.</summary>
    private double Unevenness(Expression group, Matrix inputs)
    {
        double[] sizes = new double[inputs.Rows];
        new FormulaProgram(group, _names).Evaluate(inputs, sizes);
        for (int row = 0; row < sizes.Length; row++)
            sizes[row] = Math.Abs(sizes[row]);
        double usual = sizes.Order().ElementAt(sizes.Length / 2), largest = sizes.Max();
        return sizes.All(double.IsFinite) && usual > 0 ? Math.Log10(largest / usual) : double.PositiveInfinity;
    }

    private static int Rank(double[][] rows)
    {
        List<double[]> basis = [];
        foreach (double[] row in rows)
        {
            double[] rest = [.. row];
            foreach (double[] direction in basis)
            {
                double along = direction.Zip(rest, (a, b) => a * b).Sum();
                rest = [.. rest.Zip(direction, (value, part) => value - along * part)];
            }
            double length = Math.Sqrt(rest.Sum(value => value * value));
            if (length > 1e-9)
                basis.Add([.. rest.Select(value => value / length)]);
        }
        return basis.Count;
    }

    /// <summary>All sets of so many of the first numbers.</summary>
    private static IEnumerable<int[]> Sets(int count, int size, int first = 0) => size == 0 ? [[]]
        : Enumerable.Range(first, Math.Max(0, count - first - size + 1)).SelectMany(i => Sets(count, size - 1, i + 1).Select(rest => (int[])[i, .. rest]));
}
