using System.Numerics.Tensors;
using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>
/// Finds the target y where it is a root of a polynomial relation p₀(x) + p₁(x) y + p₂(x) y² = 0: polynomials, quotients of two, and what a quadratic equation gives. The monomials are taken one after the other, by
/// degree, and the first with y that is a combination of those before, on all rows, is the relation (Buchberger and Möller 1982; by orthogonalisation, as Heldt, Kreuzer, Pokutta and Poulisse 2009 have it). No
/// products have to be chosen from many, and a set of variables takes about a millisecond: inputs, their roots, and cosines and sines of what may be an angle are all tried.
/// </summary>
internal static class AlgebraicForms
{
    /// <summary>Rows that are looked at and how many it takes; monomials at most as a part of these.</summary>
    private const int MostRows = 200, FewestRows = 40;

    private const double LargestShare = 0.75;

    /// <summary>Inputs at most; monomials in a relation at most, which also are no more than half of those it was found among: more of them may follow any smooth function.</summary>
    private const int MostInputs = 9, MostTerms = 12, LargestDegree = 7;

    /// <summary>What the other monomials may leave of one that is a combination of them.</summary>
    private const double Exact = 1e-10;

    /// <summary>What a formula may miss a target by, of its size or the usual one.</summary>
    private const double LargestMiss = 1e-7;

    /// <summary>Monomials whose part in a relation is less than this are not in it.</summary>
    private const double SmallestPart = 1e-5;

    /// <summary>An angle's values span this much, or its cosine is as well a polynomial; angles tried at most, and of two at once.</summary>
    private const double SmallestSpan = 1;

    private const int MostAngles = 100, MostPairs = 60;

    /// <summary>Sets of variables that are tried between two looks at whether there is a relation, and formulas returned at most.</summary>
    private const int Batch = 32, MostFormulas = 4;

    /// <summary>What the variables of a relation are, with the largest power of each; sines have one, since their squares follow from cosines.</summary>
    private sealed record VariableSet(Quantity[] Quantities, int[] LargestPowers);

    /// <summary>An expression that may be an angle, and the inputs it takes the place of.</summary>
    private sealed record Angle(Expression Expression, double[] Values, int[] Inputs);

    /// <summary>A monomial of variables and target, and its values.</summary>
    private sealed record Monomial(int[] Powers, int TargetPower, double[] Values);

    /// <summary>Formulas that are exact on the rows, with the view whose target they give, those of the fewest terms first.</summary>
    /// <param name="views">A view, and others of the same inputs with functions of its target.</param>
    /// <param name="library">The functions that may appear.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    /// <param name="cancellation">Ends the search with what is there.</param>
    public static IReadOnlyList<(DataView View, Expression Formula)> Find(IReadOnlyList<DataView> views, SymbolicLibrary library, int threads, CancellationToken cancellation)
    {
        DataView plain = views[0];
        int[] rows = [.. Enumerable.Range(0, Math.Min(MostRows, plain.Training.Count))];
        if (plain.Info.InputNames.Length is 1 or > MostInputs || rows.Length < FewestRows)
            return [];
        double[][] targets = [.. views.Select(view => (double[])[.. rows.Select(row => view.Training.Targets[row, 0])])];
        double usual = targets[0].Select(Math.Abs).Order().ElementAt(rows.Length / 2);
        if (!(usual > 0) || !targets.All(target => target.All(double.IsFinite)))
            return [];
        // Errors count in relation to the target, so that a few large values do not decide.
        double[] weights = [.. targets[0].Select(y => 1 / Math.Sqrt(y * y + usual * usual))];
        foreach (VariableSet[] batch in Sets(Quantity.Inputs(plain, rows), library).Chunk(Batch))
        {
            var found = new (int Terms, int Target, Expression Formula)[batch.Length][];
            Parallel.For(0, batch.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => found[i] =
                cancellation.IsCancellationRequested ? [] : [.. Relations(batch[i], targets, weights, cancellation).Where(formula => IsTarget(formula.Target, formula.Formula))]);
            if (found.Any(formulas => formulas.Length > 0))
            {
                return [.. found.SelectMany(formulas => formulas).OrderBy(formula => formula.Terms).ThenBy(formula => formula.Formula.Complexity)
                    .Select(formula => (views[formula.Target], formula.Formula)).Take(MostFormulas)];
            }
        }
        return [];

        // Of two roots it may be neither, and their relation squares the errors.
        bool IsTarget(int target, Expression formula)
        {
            double[] values = new double[plain.Training.Count];
            new FormulaProgram(formula, plain.Info.InputNames).Evaluate(plain.Training.Inputs, values);
            return rows.All(row => Math.Abs(values[row] - targets[target][row]) * weights[row] <= LargestMiss);
        }
    }

    /// <summary>The inputs, with roots of positive ones, with one angle, and with two, the likeliest first.</summary>
    private static IEnumerable<VariableSet> Sets(Quantity[] inputs, SymbolicLibrary library)
    {
        bool roots = library.TryGet("sqrt", out _);
        Angle[] angles = library.TryGet("sin", out _) ? [.. Angles(inputs).Where(angle => angle.Values.Max() - angle.Values.Min() >= SmallestSpan).Take(MostAngles)] : [];
        Angle[] plain = [.. angles.Where(angle => angle.Inputs.Length < 3)];
        yield return With(false, false);
        foreach (Angle angle in angles)
        {
            yield return With(false, false, angle);
            yield return With(false, true, angle);
        }
        if (roots)
        {
            yield return With(true, false);
            foreach (Angle angle in plain)
                yield return With(true, false, angle);
        }
        foreach ((Angle first, Angle second) in plain.SelectMany((first, i) => plain.Skip(i + 1).Select(second => (first, second))).Take(MostPairs))
            yield return With(false, false, first, second);

        VariableSet With(bool roots, bool sines, params Angle[] angles)
        {
            List<(Quantity Quantity, int Largest)> variables = [];
            foreach (Quantity input in inputs.Where((_, j) => !angles.Any(angle => angle.Inputs.Contains(j))))
                variables.Add((roots && input.IsPositive ? new Quantity(Expression.Sqrt(input.Expression), [.. input.Values.Select(Math.Sqrt)]) : input, int.MaxValue));
            foreach (Angle angle in angles)
            {
                variables.Add((new Quantity(Expression.Cos(angle.Expression), [.. angle.Values.Select(Math.Cos)]), int.MaxValue));
                if (sines)
                    variables.Add((new Quantity(Expression.Sin(angle.Expression), [.. angle.Values.Select(Math.Sin)]), 1));
            }
            return new VariableSet([.. variables.Select(variable => variable.Quantity)], [.. variables.Select(variable => variable.Largest)]);
        }
    }

    /// <summary>Inputs; differences and sums of two; products of two; and products of a third with differences and sums.</summary>
    private static IEnumerable<Angle> Angles(Quantity[] inputs)
    {
        Angle[] single = [.. inputs.Select((input, j) => new Angle(input.Expression, input.Values, [j]))];
        (int I, int J)[] pairs = [.. Enumerable.Range(0, inputs.Length).SelectMany(i => Enumerable.Range(i + 1, inputs.Length - i - 1).Select(j => (i, j)))];
        Angle[] sums = [.. pairs.SelectMany(pair => new[] { Of(single[pair.I], single[pair.J], (a, b) => a - b, (a, b) => a - b), Of(single[pair.I], single[pair.J], (a, b) => a + b, (a, b) => a + b) })];
        return
        [
            .. single,
            .. sums,
            .. pairs.Select(pair => Product(single[pair.I], single[pair.J])),
            .. single.SelectMany(factor => sums.Where(sum => !sum.Inputs.Contains(factor.Inputs[0])).Select(sum => Product(factor, sum))),
        ];

        static Angle Product(Angle first, Angle second) => Of(first, second, (a, b) => a * b, (a, b) => a * b);

        static Angle Of(Angle first, Angle second, Func<Expression, Expression, Expression> build, Func<double, double, double> value) =>
            new(build(first.Expression, second.Expression), [.. first.Values.Zip(second.Values, value)], [.. first.Inputs, .. second.Inputs]);
    }

    /// <summary>What each target is by its first relation, of the least degree at which one of them has any.</summary>
    private static IEnumerable<(int Terms, int Target, Expression Formula)> Relations(VariableSet variables, double[][] targets, double[] weights, CancellationToken cancellation)
    {
        int most = (int)(LargestShare * weights.Length);
        var inputs = new Independent(most);
        List<Monomial[]> degrees = [[new Monomial(new int[variables.Quantities.Length], 0, weights)]];
        List<(int Terms, int Target, Expression Formula)> found = [];
        for (int degree = 0; degree <= LargestDegree && found.Count == 0 && !cancellation.IsCancellationRequested; degree++)
        {
            if (degree > 0)
                degrees.Add([.. Next(degrees[^1], variables)]);
            // One that follows from others of the inputs alone, as 1 from the squares of sine and cosine, says nothing.
            foreach (Monomial monomial in degrees[^1])
                inputs.Add(monomial);
            if (inputs.IsFull)
                break;
            for (int target = 0; target < targets.Length; target++)
            {
                Independent all = inputs.Copy();
                Monomial? dependent = WithTarget(degrees, targets[target], target == 0 ? 2 : 1).FirstOrDefault(monomial => all.IsFull || !all.Add(monomial));
                if (dependent is null || all.IsFull || Terms([.. all.Monomials, dependent]) is not { } terms || terms.Length > Math.Min(MostTerms, (all.Monomials.Count + 1) / 2))
                    continue;
                found.AddRange(Solved(terms, variables).Select(formula => (terms.Length, target, formula)));
            }
        }
        return found;
    }

    /// <summary>Monomials none of which is a combination of the others on the rows, up to so many.</summary>
    private sealed class Independent(int most)
    {
        private readonly List<double[]> _directions = [];

        public List<Monomial> Monomials { get; } = [];

        public bool IsFull => Monomials.Count == most;

        public Independent Copy()
        {
            var copy = new Independent(most);
            copy._directions.AddRange(_directions);
            copy.Monomials.AddRange(Monomials);
            return copy;
        }

        /// <summary>Adds a monomial if it is none, and there is room.</summary>
        public bool Add(Monomial monomial)
        {
            double length = TensorPrimitives.Norm<double>(monomial.Values);
            if (IsFull || !(length > 0 && double.IsFinite(length)))
                return true;
            double[] rest = [.. monomial.Values];
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] direction in _directions)
                    TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<double>(direction, rest), rest, rest);
            }
            double left = TensorPrimitives.Norm<double>(rest);
            if (!(left > Exact * length))
                return false;
            TensorPrimitives.Divide(rest, left, rest);
            _directions.Add(rest);
            Monomials.Add(monomial);
            return true;
        }
    }

    /// <summary>Monomials of the relation in which the last one is a combination of the others, with their multiples; null where the small ones count too.</summary>
    private static (Monomial Monomial, double Multiple)[]? Terms(Monomial[] monomials)
    {
        double[] multiples = Combine(monomials, out _);
        double Part(int i) => Math.Abs(multiples[i]) * TensorPrimitives.Norm<double>(monomials[i].Values);
        double whole = TensorPrimitives.Norm<double>(monomials[^1].Values);
        Monomial[] kept = [.. monomials.Where((_, i) => i == monomials.Length - 1 || Part(i) > SmallestPart * whole)];
        multiples = Combine(kept, out double left);
        return left <= 10 * Exact * whole ? [.. kept.Zip([.. multiples, -1])] : null;
    }

    private static double[] Combine(Monomial[] monomials, out double left)
    {
        int rows = monomials[0].Values.Length, count = monomials.Length - 1;
        Matrix matrix = new(rows, count), right = new(rows, 1), solution = new(count, 1);
        double[] sizes = [.. monomials.Select(monomial => TensorPrimitives.Norm<double>(monomial.Values))], rest = [.. monomials[^1].Values];
        for (int i = 0; i < count; i++)
            TensorPrimitives.Divide(monomials[i].Values, sizes[i], matrix.Column(i));
        rest.CopyTo(right.Column(0));
        if (count > 0)
            MinimumNormLeastSquares.Solve(matrix, right, 1e-14, solution);
        double[] multiples = [.. Enumerable.Range(0, count).Select(i => solution[i, 0] / sizes[i])];
        for (int i = 0; i < count; i++)
            TensorPrimitives.MultiplyAdd(monomials[i].Values, -multiples[i], rest, rest);
        left = TensorPrimitives.Norm<double>(rest);
        return multiples;
    }

    /// <summary>The relation solved for the target.</summary>
    private static IEnumerable<Expression> Solved((Monomial Monomial, double Multiple)[] terms, VariableSet variables)
    {
        // Any multiple of a relation is as good: one of the constants is 1.
        int largest = terms.Max(term => term.Monomial.TargetPower);
        double scale = terms.First(term => term.Monomial.TargetPower == largest).Multiple;
        Expression[] parts = [.. Enumerable.Range(0, largest + 1).Select(power => Sum.Of(
            [new Constant(0), .. terms.Where(term => term.Monomial.TargetPower == power).Select(term => term.Multiple / scale * Quantity.Product(variables.Quantities, [.. term.Monomial.Powers.Select(p => (double)p)]))]).Simplify())];
        if (largest == 1)
            return [-parts[0] / parts[1]];
        Expression root = Expression.Sqrt(parts[1].Pow(2) - 4 * parts[0] * parts[2]);
        return [(root - parts[1]) / (2 * parts[2]), -(root + parts[1]) / (2 * parts[2])];
    }

    /// <summary>The monomials of one degree more, each once: its last variable is that which is multiplied.</summary>
    private static IEnumerable<Monomial> Next(Monomial[] monomials, VariableSet variables)
    {
        foreach (Monomial monomial in monomials)
        {
            for (int variable = Math.Max(0, Array.FindLastIndex(monomial.Powers, power => power > 0)); variable < variables.Quantities.Length; variable++)
            {
                if (monomial.Powers[variable] == variables.LargestPowers[variable])
                    continue;
                int[] powers = [.. monomial.Powers];
                powers[variable]++;
                double[] values = new double[monomial.Values.Length];
                TensorPrimitives.Multiply<double>(monomial.Values, variables.Quantities[variable].Values, values);
                yield return new Monomial(powers, 0, values);
            }
        }
    }

    /// <summary>Monomials times the target and its square, by degree.</summary>
    private static IEnumerable<Monomial> WithTarget(List<Monomial[]> degrees, double[] target, int largestPower)
    {
        for (int degree = 1; degree <= degrees.Count; degree++)
        {
            for (int power = 1; power <= Math.Min(largestPower, degree); power++)
            {
                foreach (Monomial monomial in degrees[degree - power])
                {
                    double[] values = [.. monomial.Values];
                    for (int k = 0; k < power; k++)
                        TensorPrimitives.Multiply<double>(values, target, values);
                    yield return new Monomial(monomial.Powers, power, values);
                }
            }
        }
    }
}
