using System.Numerics.Tensors;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>
/// Formulas of one input with two functions, a + d x + b f(k x^m) + c g(l x^n) and a + b f(k x^m) g(l x^n): all k and l of a table are tried, where a, b, c and d follow from linear regression, and of each
/// two functions the nearest pair is fitted as a formula.
/// </summary>
internal static class CurvePairs
{
    /// <summary>Pairs of functions that are fitted, and the steps of that.</summary>
    private const int Fitted = 24, Steps = 40;

    /// <summary>What is left of the squares of a function beside another has to be more than this, or the two are one.</summary>
    private const double SmallestDifference = 1e-8;

    private static readonly double[] s_powers = [1, 2, 3];

    /// <summary>A power of x as it is.</summary>
    private static readonly CurveFit.Family s_power = new("x", [], x => x, x => x);

    private static readonly string[] s_names = ["exp", "sin", "tanh", "log", "sqrt", "arctan"];

    /// <summary>Constants that are tried as they are; a one that does not vanish from a formula is fitted with the others.</summary>
    private static readonly double[] s_plain = [0.5, Math.BitIncrement(1), 2, 3, Math.PI, 2 * Math.PI];

    /// <summary>A function of a multiple of a power of x: one column, two where it has a phase, sine and cosine.</summary>
    private sealed record Term(int Group, bool IsPlain, double Power, Expression Argument, CurveFit.Family Family, double[][] Columns)
    {
        public bool HasPhase => Columns.Length > 1;

        /// <summary>The function with multiples of both columns, and their size.</summary>
        public (double Size, Expression Function) With(double first, double second) =>
            HasPhase ? (Math.Sqrt(first * first + second * second), Family.Build(Argument + Math.Atan2(second, first))) : (first, Family.Build(Argument));
    }

    private readonly record struct Pair(double Left, bool IsProduct, Term First, Term Second);

    /// <summary>The formulas that leave no more than a part of the deviation, with what they leave.</summary>
    public static IEnumerable<(double Left, Expression Form)> Find(double[] x, double[] z, Variable variable, SymbolicLibrary library, double largestMiss, CancellationToken cancellation)
    {
        double mean = z.Average();
        double[] target = [.. z.Select(value => value - mean)];
        double size = TensorPrimitives.Norm<double>(target);
        if (!(size > 0 && double.IsFinite(size)))
            return [];
        Term[] terms = Terms(x, variable, library);
        var samples = new Matrix(x.Length, 1);
        x.CopyTo(samples.Column(0));
        List<(double, Expression)> forms = [];
        foreach (Pair pair in Nearest(x, target, terms, cancellation).OrderBy(pair => pair.Left).Take(Fitted))
        {
            if (cancellation.IsCancellationRequested)
                break;
            FormulaFitResult fitted = FormulaFit.Run(pair.IsProduct ? Product(pair, z) : Sum(pair, x, z, variable), [variable.Name], samples, z, Steps);
            double left = fitted.Rmse * Math.Sqrt(x.Length) / size;
            if (left <= largestMiss)
                forms.Add((left, fitted.Formula));
        }
        return forms;
    }

    private static Term[] Terms(double[] x, Variable variable, SymbolicLibrary library)
    {
        List<Term> terms = [];
        int group = 0;
        foreach (double power in s_powers)
        {
            double[] places = [.. x.Select(value => Math.Pow(value, power))];
            double largest = places.Max(Math.Abs);
            if (places.All(double.IsFinite))
                terms.Add(new Term(group++, true, power, variable.Pow(power), s_power, [places]));
            foreach (CurveFit.Family family in s_names.Where(name => library.TryGet(name, out _)).Select(name => CurveFit.Families.First(family => family.Name == name)))
            {
                // Fitting makes up for a coarser table than that of a single function.
                IEnumerable<double> scales = family.Companion is null ? family.Starts.Where((_, i) => i % 2 == 0) : family.Starts, plain = family.Starts[0] < 0 ? s_plain.Concat(s_plain.Select(scale => -scale)) : s_plain;
                foreach ((double scale, bool isPlain) in scales.Select(scale => (scale / largest, false)).Concat(plain.Select(scale => (scale, true))))
                {
                    double[][] columns = [.. family.Functions.Select(function => Array.ConvertAll(places, place => function(scale * place)))];
                    if (columns.All(column => column.All(double.IsFinite)))
                        terms.Add(new Term(group, isPlain, power, scale * variable.Pow(power), family, columns));
                }
                group++;
            }
        }
        return [.. terms];
    }

    /// <summary>The nearest sum and the nearest product of each two functions.</summary>
    private static IEnumerable<Pair> Nearest(double[] x, double[] target, Term[] terms, CancellationToken cancellation)
    {
        double[] ones = [.. Enumerable.Repeat(1.0, x.Length)], bent = [.. target];
        List<double[]> straight = GramSchmidt.Directions([], [ones, x]);
        foreach (double[] direction in straight)
            TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<double>(direction, bent), bent, bent);
        double all = TensorPrimitives.SumOfSquares<double>(bent), whole = TensorPrimitives.SumOfSquares<double>(target);
        double[][][] directions = Array.ConvertAll(terms, term => GramSchmidt.Directions(straight, term.Columns).ToArray());
        double[][] along = Array.ConvertAll(directions, found => Array.ConvertAll(found, direction => TensorPrimitives.Dot<double>(direction, bent)));
        var best = new Dictionary<(int, int, bool), Pair>();
        double[] first = new double[x.Length], second = new double[x.Length];
        for (int i = 0; i < terms.Length && !cancellation.IsCancellationRequested; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Keep(new Pair(LeftOfSum(i, j), false, terms[i], terms[j]));
                if (!terms[i].HasPhase || !terms[j].HasPhase)
                    Keep(new Pair(terms[i].HasPhase ? LeftOfProduct(terms[j], terms[i]) : LeftOfProduct(terms[i], terms[j]), true, terms[i], terms[j]));
                else if (terms[i].IsPlain && terms[j].IsPlain && terms[i].Power != terms[j].Power)
                    Keep(new Pair(LeftOfPhases(terms[i], terms[j]), true, terms[i], terms[j]));
            }
        }
        return best.Values;

        void Keep(Pair pair)
        {
            (int, int, bool) key = (pair.First.Group, pair.Second.Group, pair.IsProduct);
            if (!best.TryGetValue(key, out Pair known) || pair.Left < known.Left)
                best[key] = pair;
        }

        // The second term's directions beside the first's: a system of one or two equations.
        double LeftOfSum(int i, int j)
        {
            double[][] given = directions[i], added = directions[j];
            if (given.Length == 0 || added.Length == 0)
                return double.PositiveInfinity;
            double left = all, a = 1, b = 0, c = 1, u = along[j][0], v = added.Length > 1 ? along[j][1] : 0;
            for (int k = 0; k < given.Length; k++)
            {
                double p = TensorPrimitives.Dot<double>(given[k], added[0]), q = added.Length > 1 ? TensorPrimitives.Dot<double>(given[k], added[1]) : 0;
                left -= along[i][k] * along[i][k];
                (a, b, c, u, v) = (a - p * p, b - p * q, c - q * q, u - p * along[i][k], v - q * along[i][k]);
            }
            return Left(left, a, b, c, u, v);
        }

        double LeftOfProduct(Term factor, Term other)
        {
            (double a, double u) = Centred(factor.Columns[0], other.Columns[0], first);
            if (!other.HasPhase)
                return Left(whole, 1, 0, 1, a > 0 ? u / Math.Sqrt(a) : 0, 0);
            (double c, double v) = Centred(factor.Columns[0], other.Columns[1], second);
            double size = Math.Sqrt(a * c);
            return Left(whole, 1, TensorPrimitives.Dot<double>(first, second) / size, 1, u / Math.Sqrt(a), v / Math.Sqrt(c));
        }

        (double Squares, double Along) Centred(double[] f, double[] g, double[] product)
        {
            TensorPrimitives.Multiply<double>(f, g, product);
            TensorPrimitives.Subtract(product, TensorPrimitives.Sum<double>(product) / product.Length, product);
            return (TensorPrimitives.SumOfSquares<double>(product), TensorPrimitives.Dot<double>(product, target));
        }

        double LeftOfPhases(Term f, Term g) =>
            Math.Sqrt(Math.Max(0, whole - GramSchmidt.Directions([], [ones, .. Products(f, g)]).Sum(direction => Math.Pow(TensorPrimitives.Dot<double>(direction, target), 2))));
    }

    /// <summary>What two columns leave of squares, by the normal equations a, b; b, c = u, v.</summary>
    private static double Left(double squares, double a, double b, double c, double u, double v)
    {
        double determinant = a * c - b * b;
        return determinant > SmallestDifference ? Math.Sqrt(Math.Max(0, squares - (c * u * u - 2 * b * u * v + a * v * v) / determinant)) : double.PositiveInfinity;
    }

    private static IEnumerable<double[]> Products(Term first, Term second)
    {
        foreach (double[] f in first.Columns)
        {
            foreach (double[] g in second.Columns)
            {
                double[] product = new double[f.Length];
                TensorPrimitives.Multiply<double>(f, g, product);
                yield return product;
            }
        }
    }

    private static Expression Sum(Pair pair, double[] x, double[] z, Variable variable)
    {
        double[] multiples = Regress(z, [x, .. pair.First.Columns, .. pair.Second.Columns]);
        int next = 2 + pair.First.Columns.Length;
        (double b, Expression f) = pair.First.With(multiples[2], multiples[3]);
        (double c, Expression g) = pair.Second.With(multiples[next], multiples[^1]);
        return multiples[0] + multiples[1] * variable + b * f + c * g;
    }

    private static Expression Product(Pair pair, double[] z)
    {
        double[] multiples = Regress(z, [.. Products(pair.First, pair.Second)]);
        int others = pair.Second.Columns.Length;
        // Of two phases the multiples are a matrix, of rank one where the target is such a product: its largest row and the multiples of that.
        int row = pair.First.HasPhase && Row(1).SumOfSquares > Row(0).SumOfSquares ? 1 : 0;
        (double size, Expression g) = pair.Second.With(Row(row).First, Row(row).Second);
        double ratio = pair.First.HasPhase ? (Row(1 - row).First * Row(row).First + Row(1 - row).Second * Row(row).Second) / Row(row).SumOfSquares : 0;
        (double factor, Expression f) = row == 0 ? pair.First.With(1, ratio) : pair.First.With(ratio, 1);
        return multiples[0] + factor * size * f * g;

        (double First, double Second, double SumOfSquares) Row(int index)
        {
            double first = multiples[1 + index * others], second = others > 1 ? multiples[2 + index * others] : 0;
            return (first, second, first * first + second * second);
        }
    }

    /// <summary>The constant and the multiples of columns that give z.</summary>
    private static double[] Regress(double[] z, double[][] columns)
    {
        Matrix left = new(z.Length, columns.Length + 1), right = new(z.Length, 1), multiples = new(left.Columns, 1);
        left.Column(0).Fill(1);
        for (int i = 0; i < columns.Length; i++)
            columns[i].CopyTo(left.Column(i + 1));
        z.CopyTo(right.Column(0));
        MinimumNormLeastSquares.Solve(left, right, 1e-12, multiples);
        return multiples.Column(0).ToArray();
    }
}
