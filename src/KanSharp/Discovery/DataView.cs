using System.Collections.Immutable;
using System.Numerics.Tensors;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>What is looked for in place of the target y: t = T(y / F), where F is a product of inputs and T is no change, 1/y, y² or log y, or sin, cos or tan of an angle y.</summary>
internal enum TargetTransform
{
    None,
    Reciprocal,
    Square,
    Logarithm,
    Sine,
    Cosine,
    Tangent,
}

/// <summary>
/// A view of the data in which a formula may be plainer. The target may be divided by the inputs whose signs it follows, or be a function of itself: quotients become sums in 1/y,
/// roots in y², products of powers in log y. Inputs that count only together, as x1 - x2, may be one, and one whose curve breaks several; where units are known, groups without one take the inputs' place. A formula found in a view is fitted and judged as one of the data themselves.
/// </summary>
internal sealed class DataView
{
    /// <summary>Rows that show by their signs that a target follows those of inputs: as many bits against chance.</summary>
    private const int FewestSigns = 30;

    /// <summary>More inputs of both signs than these are not searched for a product.</summary>
    private const int MostSigned = 12;

    /// <summary>The inverse of a target that spans more than this spends the network on a few rows.</summary>
    private const double LargestSpan = 1e4;

    private readonly ImmutableDictionary<string, Expression> _definitions;
    private readonly Expression _factor;
    private readonly TargetTransform _transform;
    private readonly int _sign;

    private DataView(Dataset training, Dataset validation, ModelInfo info, ImmutableDictionary<string, Expression> definitions, Expression factor,
        TargetTransform transform = TargetTransform.None, int sign = 1)
    {
        (_definitions, _factor, _transform, _sign) = (definitions, factor, transform, sign);
        (Training, Validation) = (Apply(training), Apply(validation));
        double size = Magnitude.RootMeanSquare(Training.Targets.Column(0));
        Info = info with
        {
            InputScaling = Scaling.FromRange(training.Inputs),
            // No offset but for logarithms, whose zero is a unit: a product stays a product.
            OutputScaling = transform == TargetTransform.Logarithm ? Scaling.FromMoments(Training.Targets) : new Scaling([0], [size > 0 ? size : 1]),
        };
    }

    public Dataset Training { get; }

    public Dataset Validation { get; }

    /// <summary>What networks of this view are made with.</summary>
    public ModelInfo Info { get; }

    /// <summary>Whether the target is itself.</summary>
    public bool IsPlain => _factor is Constant && _transform == TargetTransform.None;

    /// <summary>The data as they are.</summary>
    public static DataView Plain(Dataset training, Dataset validation, ModelInfo info) =>
        new(training, validation, info, ImmutableDictionary<string, Expression>.Empty, new Constant(1));

    /// <summary>The target divided by the inputs whose signs it follows, and without them; null where there are none.</summary>
    public DataView? Divided()
    {
        int[] factors = SignFactors(Training, Validation);
        if (factors.Length == 0 || factors.Length == Info.InputNames.Length)
            return null;
        string[] names = [.. factors.Select(j => Info.InputNames[j])];
        DataView rest = Replace([], names);
        return new DataView(Quotient(Training, rest.Training.Inputs), Quotient(Validation, rest.Validation.Inputs), rest.Info, _definitions,
            Product.Of([_factor, .. names.Select(name => new Variable(name).Substitute(_definitions))]));

        Dataset Quotient(Dataset data, Matrix inputs)
        {
            Matrix targets = data.Targets.Clone();
            foreach (int j in factors)
                TensorPrimitives.Divide<double>(targets.Column(0), data.Inputs.Column(j), targets.Column(0));
            return new Dataset(inputs, targets, data.Weights);
        }
    }

    /// <summary>The functions of the target that its range and the library allow.</summary>
    public ImmutableArray<DataView> Transformed(SymbolicLibrary library)
    {
        double[] targets = [.. Training.Targets.Column(0), .. Validation.Targets.Column(0)];
        int sign = Math.Sign(targets[0]);
        if (sign == 0 || targets.Any(y => Math.Sign(y) != sign))
            return [];
        TargetTransform[] transforms = [TargetTransform.Reciprocal, TargetTransform.Logarithm, TargetTransform.Square];
        return [.. transforms.Skip(targets.Max(Math.Abs) <= LargestSpan * targets.Min(Math.Abs) ? 0 : 1).Where(transform => IsWithin(transform, library)).Select(transform => With(transform, sign))];
    }

    /// <summary>The functions of the target of which an algebraic one may be looked for: its square, and sine, cosine and tangent where it may be an angle.</summary>
    public IEnumerable<DataView> Algebraic(SymbolicLibrary library) => Algebraic().Where(view => IsWithin(view._transform, library));

    private IEnumerable<DataView> Algebraic()
    {
        double low = Math.Min(Training.Targets.Column(0).ToArray().Min(), Validation.Targets.Column(0).ToArray().Min());
        double high = Math.Max(Training.Targets.Column(0).ToArray().Max(), Validation.Targets.Column(0).ToArray().Max());
        if (low * high > 0)
            yield return With(TargetTransform.Square, Math.Sign(low));
        if (low >= 0 && high <= Math.PI)
            yield return With(TargetTransform.Cosine);
        if (low < -Math.PI / 2 || high > Math.PI / 2)
            yield break;
        yield return With(TargetTransform.Sine);
        yield return With(TargetTransform.Tangent);
    }

    private static bool IsWithin(TargetTransform transform, SymbolicLibrary library) => library.Covers(Inverse(transform, new Variable("t")));

    private DataView With(TargetTransform transform, int sign = 1) => new(Training, Validation, Info, _definitions, _factor, transform, sign);

    /// <summary>This view, whose target is not transformed, with some of its inputs replaced by what the target depends on them through.</summary>
    /// <param name="combinations">Expressions of inputs of this view; none to leave inputs out.</param>
    /// <param name="replaced">The inputs that go.</param>
    public DataView Replace(IReadOnlyList<Expression> combinations, params IReadOnlyCollection<string> replaced)
    {
        string[] names = new string[combinations.Count];
        ImmutableDictionary<string, Expression> definitions = _definitions;
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = $"v{definitions.Count + 1}";
            while (Info.InputNames.Contains(names[i]))
                names[i] += "_";
            definitions = definitions.SetItem(names[i], combinations[i].Substitute(_definitions));
        }
        int[] kept = [.. Enumerable.Range(0, Info.InputNames.Length).Where(j => !replaced.Contains(Info.InputNames[j]))];
        ModelInfo info = Info with { InputNames = [.. kept.Select(j => Info.InputNames[j]), .. names], Categories = [], DerivedInputs = [] };
        return new DataView(Replaced(Training), Replaced(Validation), info, definitions, _factor);

        Dataset Replaced(Dataset data)
        {
            var inputs = new Matrix(data.Count, info.InputNames.Length);
            for (int i = 0; i < kept.Length; i++)
                data.Inputs.Column(kept[i]).CopyTo(inputs.Column(i));
            for (int i = 0; i < names.Length; i++)
                new FormulaProgram(combinations[i], Info.InputNames).Evaluate(data.Inputs, inputs.Column(kept.Length + i));
            return new Dataset(inputs, data.Targets, data.Weights);
        }
    }

    /// <summary>The target divided by an expression of the inputs, as a function of others in their place, on the rows where all of these are defined; null where there are none.</summary>
    public DataView? Dimensionless(Expression factor, IReadOnlyList<Expression> groups)
    {
        if (Defined(Training) is not { } training || Defined(Validation) is not { } validation)
            return null;
        DataView rest = new DataView(training, validation, Info, _definitions, _factor).Replace(groups, Info.InputNames);
        return new DataView(Quotient(training, rest.Training), Quotient(validation, rest.Validation), rest.Info, rest._definitions, _factor * factor.Substitute(_definitions));

        Dataset? Defined(Dataset data)
        {
            double[] values = new double[data.Count], sums = new double[data.Count];
            foreach (Expression expression in groups.Append(factor.Pow(-1)))
            {
                new FormulaProgram(expression, Info.InputNames).Evaluate(data.Inputs, values);
                TensorPrimitives.Add<double>(sums, values, sums);
            }
            int[] rows = [.. Enumerable.Range(0, data.Count).Where(row => double.IsFinite(sums[row]))];
            return rows.Length == 0 ? null : rows.Length == data.Count ? data : data.Select(rows);
        }

        Dataset Quotient(Dataset data, Dataset replaced)
        {
            Matrix targets = data.Targets.Clone();
            double[] values = new double[data.Count];
            new FormulaProgram(factor, Info.InputNames).Evaluate(data.Inputs, values);
            TensorPrimitives.Divide<double>(targets.Column(0), values, targets.Column(0));
            return new Dataset(replaced.Inputs, targets, data.Weights);
        }
    }

    /// <summary>The formula of the target that a formula of this view stands for.</summary>
    public Expression Restore(Expression formula)
    {
        Expression target = Inverse(_transform, formula);
        target = _sign < 0 && _transform is TargetTransform.Logarithm or TargetTransform.Square ? _sign * target : target;
        return _factor * Distributed(target.Substitute(_definitions));
    }

    private static Expression Inverse(TargetTransform transform, Expression value) => transform switch
    {
        TargetTransform.Reciprocal => value.Pow(-1),
        TargetTransform.Logarithm => Expression.Exp(value),
        TargetTransform.Square => value.Pow(0.5),
        TargetTransform.Sine => new Call(ElementaryFunction.Arcsin, value),
        TargetTransform.Cosine => new Call(ElementaryFunction.Arccos, value),
        TargetTransform.Tangent => new Call(ElementaryFunction.Arctan, value),
        _ => value,
    };

    /// <summary>With whole powers of products as products of powers, which simplifying can put together with others.</summary>
    private static Expression Distributed(Expression node) => node.WithChildren(Distributed) switch
    {
        Power { Base: Product product, Exponent: Constant exponent } when double.IsInteger(exponent.Value) => Product.Of([.. product.Factors.Select(factor => factor.Pow(exponent))]),
        var other => other,
    };

    private Dataset Apply(Dataset data)
    {
        if (_transform == TargetTransform.None)
            return data;
        Matrix targets = data.Targets.Clone();
        foreach (ref double y in targets.Column(0))
        {
            y = _transform switch
            {
                TargetTransform.Reciprocal => 1 / y,
                TargetTransform.Logarithm => Math.Log(Math.Abs(y)),
                TargetTransform.Sine => Math.Sin(y),
                TargetTransform.Cosine => Math.Cos(y),
                TargetTransform.Tangent => Math.Tan(y),
                _ => y * y,
            };
        }
        return new Dataset(data.Inputs, targets, data.Weights);
    }

    /// <summary>The fewest inputs whose product has the target's sign on all rows, or the opposite one; none where there is no such product, or only that of none.</summary>
    private static int[] SignFactors(Dataset training, Dataset validation)
    {
        int count = training.Inputs.Columns;
        bool[][] negative = [.. Enumerable.Range(0, count).Select(j => Signs(training.Inputs.Column(j), validation.Inputs.Column(j)))];
        bool[] target = Signs(training.Targets.Column(0), validation.Targets.Column(0));
        int[] signed = [.. Enumerable.Range(0, count).Where(j => negative[j].Length > 0 && negative[j].Contains(true) && negative[j].Contains(false))];
        if (target.Length < FewestSigns || !target.Contains(true) || !target.Contains(false) || signed.Length is 0 or > MostSigned)
            return [];
        foreach (int subset in Enumerable.Range(1, (1 << signed.Length) - 1).OrderBy(subset => System.Numerics.BitOperations.PopCount((uint)subset)))
        {
            int[] factors = [.. signed.Where((_, bit) => (subset >> bit & 1) != 0)];
            bool Odd(int row) => target[row] ^ factors.Aggregate(false, (odd, j) => odd ^ negative[j][row]);
            bool first = Odd(0);
            if (!Enumerable.Range(1, target.Length - 1).Any(row => Odd(row) != first))
                return factors;
        }
        return [];

        // Empty where a value is zero: it has no sign to follow, and nothing can be divided by it.
        static bool[] Signs(ReadOnlySpan<double> training, ReadOnlySpan<double> validation)
        {
            double[] values = [.. training, .. validation];
            return values.Contains(0) ? [] : [.. values.Select(value => value < 0)];
        }
    }
}
