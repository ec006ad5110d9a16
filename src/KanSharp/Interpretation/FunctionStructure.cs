using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation.Structure;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Interpretation;

/// <summary>
/// How a function is put together: whether it is a sum or a product of functions of fewer variables, which variables it depends on only through a
/// combination, and the tree of all such combinations. Decided by first, second and, for two groups, third derivatives at some rows; docs/math.md has the
/// criteria and their sources. Inputs are named by their index, from 0.
/// <para>
/// A deviation is a share: 0.01 means that about 1 % of the function's variation, or of a ratio of its derivatives, is not as the hypothesis says (for sums, 10⁻⁴ of the
/// variance). Where no threshold is given, <see cref="DefaultThreshold"/> holds.
/// </para>
/// </summary>
public sealed class FunctionStructure
{
    /// <summary>Default threshold for models, which are fits: 10⁻⁴ of a variance. One that is no better than a few per cent needs a higher one.</summary>
    public const double ModelThreshold = 1e-2;

    /// <summary>Default threshold for functions of which only values are known: what finite differences may be wrong by.</summary>
    public const double ValuesThreshold = 1e-3;

    /// <summary>Default threshold for exact derivatives: what rounding may add up to.</summary>
    public const double ExactThreshold = 1e-6;

    private readonly DerivativeSource _source;
    private readonly Matrix _inputs;
    private readonly double[] _spreads;
    private readonly LocalDerivatives _plain;
    private readonly StructureCriteria _criteria;

    private FunctionStructure(DerivativeSource source, ImmutableArray<string> names, Matrix inputs, double defaultThreshold)
    {
        DefaultThreshold = defaultThreshold;
        _source = source;
        Names = names;
        _inputs = inputs;
        _spreads = Spreads(inputs);
        _plain = Checked(source.At(inputs));
        _criteria = new StructureCriteria(_plain.Scaled(_spreads), Spread(_plain.Values));
    }

    /// <summary>The names of the inputs.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Up to this deviation a property is taken to hold where no threshold is given.</summary>
    public double DefaultThreshold { get; }

    /// <summary>The structure of one output of a model, by its exact derivatives.</summary>
    /// <param name="model">The model; no classifier.</param>
    /// <param name="inputs">One row per sample, one column per input, in the user's units. A few hundred rows will do; memory grows with rows times inputs squared.</param>
    /// <param name="output">Which output.</param>
    public static FunctionStructure Of(KanModel model, Matrix inputs, int output = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        if ((uint)output >= (uint)model.OutputCount)
            throw new KanSharpException($"Output {output} does not exist; the model has outputs 0 to {model.OutputCount - 1} ({string.Join(", ", model.Info.OutputNames)}).");
        CheckRows(inputs);
        return new FunctionStructure(new ModelDerivatives(model, output), model.Info.InputNames, inputs, ModelThreshold);
    }

    /// <summary>The structure of a formula, by its exact derivatives.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="variables">The names of the columns; those that the formula does not use may be among them.</param>
    /// <param name="inputs">One row per sample, one column per variable, where the formula has finite derivatives.</param>
    public static FunctionStructure Of(Expression formula, IReadOnlyList<string> variables, Matrix inputs)
    {
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(variables);
        CheckRows(inputs);
        if (variables.Count != inputs.Columns)
            throw new KanDataException($"There are {variables.Count} variables ({string.Join(", ", variables)}) and {inputs.Columns} columns of data; give one column for each.");
        return new FunctionStructure(new FormulaDerivatives(formula, variables), [.. variables], inputs, ExactThreshold);
    }

    /// <summary>The structure of any function that gives its derivatives; inputs are named x1, x2, ...</summary>
    /// <param name="function">The function.</param>
    /// <param name="inputs">One row per sample, one column per input.</param>
    public static FunctionStructure Of(DifferentiableFunction function, Matrix inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        CheckRows(inputs);
        return new FunctionStructure(new SuppliedDerivatives(function), DefaultNames(inputs), inputs, ExactThreshold);
    }

    /// <summary>
    /// The structure of any function that gives values, exact to rounding; inputs are named x1, x2, ... Derivatives are central differences with steps of 5·10⁻⁶
    /// (first), 10⁻⁴ (second) and 2·10⁻³ (third) of a column's standard deviation, so the function has to be defined that far around each row, and where it is much larger than
    /// its spread, rounding hides it. For n inputs it is called 2n² + 1 times per row.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="inputs">One row per sample, one column per input.</param>
    public static FunctionStructure OfValues(CompiledFormula function, Matrix inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        CheckRows(inputs);
        return new FunctionStructure(new FiniteDifferences(function, Spreads(inputs)), DefaultNames(inputs), inputs, ValuesThreshold);
    }

    /// <summary>Whether the function is a sum of functions of one group each.</summary>
    /// <param name="groups">Disjoint groups of inputs; those in none of them form one more.</param>
    /// <param name="threshold">Up to which deviation the property is taken to hold; <see cref="DefaultThreshold"/> when null.</param>
    public StructureTest TestSum(IReadOnlyList<IReadOnlyList<int>> groups, double? threshold = null) =>
        TestAcross(groups, threshold, _criteria.SumInteraction);

    /// <summary>Whether the function plus <paramref name="offset"/> is a product of functions of one group each.</summary>
    /// <inheritdoc cref="TestSum"/>
    /// <param name="groups"/>
    /// <param name="threshold"/>
    /// <param name="offset">What to add to the function.</param>
    public StructureTest TestProduct(IReadOnlyList<IReadOnlyList<int>> groups, double? threshold = null, double offset = 0) =>
        TestAcross(groups, threshold, (i, j) => _criteria.ProductInteraction(i, j, offset));

    /// <summary>
    /// Whether the function depends on the groups through one sum (or product) of functions of one group each: F(g(A) + h(B) + .., rest), where the rest are the inputs
    /// in no group.
    /// </summary>
    /// <param name="groups">Disjoint groups of inputs, two at least.</param>
    /// <param name="threshold">Up to which deviation the property is taken to hold; <see cref="DefaultThreshold"/> when null.</param>
    public StructureTest TestTransformedSum(IReadOnlyList<IReadOnlyList<int>> groups, double? threshold = null)
    {
        int[][] checkedGroups = CheckedGroups(groups);
        double limit = Limit(threshold);
        if (checkedGroups.Length < 2)
            throw new KanSharpException($"{checkedGroups.Length} group of inputs was given; a sum has two at least.");
        double deviation = Math.Max(checkedGroups.Max(Symmetry), Symmetry([.. checkedGroups.SelectMany(group => group)]));
        if (checkedGroups.Length > 2)
        {
            for (int a = 0; a < checkedGroups.Length; a++)
            {
                for (int b = 0; b < a; b++)
                    deviation = Math.Max(deviation, Symmetry([.. checkedGroups[a], .. checkedGroups[b]]));
            }
            return new StructureTest(deviation, limit);
        }
        (int[] left, int[] right) = checkedGroups[0].Length >= checkedGroups[1].Length ? (checkedGroups[0], checkedGroups[1]) : (checkedGroups[1], checkedGroups[0]);
        foreach (int q in right)
        {
            LocalDerivatives slope = Checked(_source.Slope(_inputs, _plain, q, _spreads[q] > 0 ? _spreads[q] : 1)).Scaled(_spreads, _spreads[q]);
            foreach ((int a, int b, int p) in from a in left from b in right from p in left select (a, b, p))
                deviation = Math.Max(deviation, _criteria.RatioInteraction(a, b, p, q, slope));
        }
        return new StructureTest(deviation, limit);
    }

    /// <summary>Whether the function depends on a group of inputs through one combination of them alone: F(g(group), rest).</summary>
    /// <param name="group">The inputs; for one, or all, it is always so.</param>
    /// <param name="threshold">Up to which deviation, in radians, the property is taken to hold.</param>
    public StructureTest TestSymmetry(IReadOnlyList<int> group, double? threshold = null) =>
        new(Symmetry(CheckedGroups([group])[0]), Limit(threshold));

    /// <summary>Whether the function depends on the variables of a combination, such as <c>b/c</c>, only through it.</summary>
    /// <param name="combination">An expression of some of the function's variables.</param>
    /// <param name="threshold">Up to which deviation the property is taken to hold; <see cref="DefaultThreshold"/> when null.</param>
    public SymmetryVariableTest TestSymmetryVariable(Expression combination, double? threshold = null)
    {
        ArgumentNullException.ThrowIfNull(combination);
        double limit = Limit(threshold);
        if (combination.IsConstant)
            throw new KanSharpException($"'{combination}' has no variable; give a combination of {string.Join(", ", Names)}.");
        int[] group = [.. combination.Variables.Select(name => Names.IndexOf(name) is >= 0 and int index ? index
            : throw new KanSharpException($"The combination uses '{name}', which is not among {string.Join(", ", Names)}.{NearestName.Hint(name, Names)}"))];
        double[][] gradient = [.. group.Select(i =>
        {
            double[] values = new double[_inputs.Rows];
            new FormulaProgram(combination.Differentiate(Names[i]), Names).Evaluate(_inputs, values);
            for (int row = 0; row < values.Length; row++)
                values[row] *= _spreads[i];
            int bad = values.AsSpan().IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
            return bad < 0 ? values : throw new KanDataException($"The derivative of {combination} by {Names[i]} is not finite at row {bad + 1}; leave such rows out.");
        })];
        (double sine, double share) = _criteria.Alignment(group, gradient);
        return new SymmetryVariableTest(sine, share, limit);
    }

    /// <summary>The finest groups that the function is a sum over, each ascending, in the order of their first input.</summary>
    public ImmutableArray<ImmutableArray<int>> FindSum(double? threshold = null) => Components(threshold, _criteria.SumInteraction);

    /// <summary>The finest groups that the function plus <paramref name="offset"/> is a product over, each ascending, in the order of their first input.</summary>
    public ImmutableArray<ImmutableArray<int>> FindProduct(double? threshold = null, double offset = 0) =>
        Components(threshold, (i, j) => _criteria.ProductInteraction(i, j, offset));

    /// <summary>The tree of the function: which inputs it combines first, which of these combinations next, and how.</summary>
    /// <param name="symmetryThreshold">Up to which deviation a group is taken to be one combination.</param>
    /// <param name="separabilityThreshold">Up to which deviation a combination is taken to be a sum or a product.</param>
    public FunctionTree FindTree(double? symmetryThreshold = null, double? separabilityThreshold = null)
    {
        return new TreeSearch(this, _criteria, Limit(symmetryThreshold), Limit(separabilityThreshold)).Run();
    }

    private static double[] Spreads(Matrix inputs) => [.. Enumerable.Range(0, inputs.Columns).Select(i => Spread(inputs.Column(i)))];

    private static double Spread(ReadOnlySpan<double> samples)
    {
        var moments = new Moments(1);
        moments.Add(0, samples);
        return moments.StandardDeviation(0);
    }

    private static ImmutableArray<string> DefaultNames(Matrix inputs) => [.. Enumerable.Range(1, inputs.Columns).Select(i => $"x{i}")];

    private static void CheckRows(Matrix inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Rows < 2 || inputs.Columns == 0)
            throw new KanDataException($"There are {inputs.Rows} rows and {inputs.Columns} columns; give at least 2 rows and 1 column, better a hundred rows.");
        int bad = inputs.Values.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (bad >= 0)
            throw new KanDataException($"Column {bad / inputs.Rows + 1} of row {bad % inputs.Rows + 1} is {inputs.Values[bad]}; finite numbers are needed.");
    }

    private double Limit(double? threshold) => threshold switch
    {
        null => DefaultThreshold,
        >= 0 and < double.PositiveInfinity => threshold.Value,
        _ => throw new KanSharpException($"The threshold is {threshold}; a finite number, 0 or more, is needed ({DefaultThreshold} is usual)."),
    };

    private LocalDerivatives Checked(LocalDerivatives derivatives)
    {
        int row = derivatives.FirstBadRow();
        if (row >= 0)
            throw new KanDataException($"The function or one of its derivatives is not finite at row {row + 1} ({string.Join(", ", Names.Select((name, i) => $"{name} = {_inputs[row, i]:R}"))}); leave such rows out.");
        return derivatives;
    }

    private int[][] CheckedGroups(IReadOnlyList<IReadOnlyList<int>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        bool[] seen = new bool[Names.Length];
        foreach (IReadOnlyList<int> group in groups)
        {
            ArgumentNullException.ThrowIfNull(group);
            if (group.Count == 0)
                throw new KanSharpException("A group has no inputs; give at least one.");
            foreach (int i in group)
            {
                if ((uint)i >= (uint)seen.Length)
                    throw new KanSharpException($"Input {i} does not exist; the function has inputs 0 to {seen.Length - 1} ({string.Join(", ", Names)}).");
                if (seen[i])
                    throw new KanSharpException($"Input {i} ({Names[i]}) was given twice; groups have no input in common.");
                seen[i] = true;
            }
        }
        return [.. groups.Select(group => group.ToArray())];
    }

    private StructureTest TestAcross(IReadOnlyList<IReadOnlyList<int>> groups, double? threshold, Func<int, int, double> interaction)
    {
        int[] groupOf = new int[Names.Length];
        int[][] all = CheckedGroups(groups);
        for (int g = 0; g < all.Length; g++)
        {
            foreach (int i in all[g])
                groupOf[i] = g + 1;
        }
        double deviation = 0;
        for (int i = 0; i < groupOf.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (groupOf[i] != groupOf[j])
                    deviation = Math.Max(deviation, interaction(i, j));
            }
        }
        return new StructureTest(deviation, Limit(threshold));
    }

    private double Symmetry(int[] group) =>
        group.Length == 1 ? 0 : Enumerable.Range(0, Names.Length).Except(group).Select(outside => _criteria.Turning(group, outside)).DefaultIfEmpty(0).Max();

    private ImmutableArray<ImmutableArray<int>> Components(double? threshold, Func<int, int, double> interaction)
    {
        double limit = Limit(threshold);
        var sets = new DisjointSets(Names.Length);
        for (int i = 0; i < Names.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (interaction(i, j) > limit)
                    sets.Join(i, j);
            }
        }
        return [.. sets.ToGroups().Select(group => group.ToImmutableArray())];
    }
}
